"""What all moves of the machine need: an office, the oracle that judges it, and hands on its tickets and mails."""

from collections import Counter
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.machine.aftermath import BrokenError, Row
from tests.machine.office import SPECIALISTS, SUPERUSERS, Deed, Office
from tests.machine.oracle import Oracle

_EVERY = 500
"""Moves between two words on how far it has come."""

places = st.integers(0, 7)
proofs = st.sampled_from(("proven", "proven", "unchecked", "unproven", "forged"))
threads = st.sampled_from(("own", "own", "none", "foreign"))
namings = st.sampled_from(("right", "right", "none", "wrong"))
superusers, specialists = st.sampled_from(sorted(SUPERUSERS)), st.sampled_from(sorted(SPECIALISTS))


class AtTheOffice(RuleBasedStateMachine):
    """One office."""

    within: Path = Path()
    made: ClassVar[Counter[str]] = Counter()
    """Moves of all machines together, by kind."""
    found: ClassVar[Counter[str]] = Counter()
    """Tickets and mails of all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office.opened(self.within)
        self.oracle = Oracle(self.office.folder / "mailgate.db")

    def teardown(self) -> None:
        self.found.update(tickets=len(self.oracle.tickets), mails_in=len(self.office.sent))
        self.found.update(mails_out=len(self.oracle.mails), offices=1)
        self.oracle.close()
        self.office.close()

    def _judge(self, deed: Deed) -> None:
        self.made[deed.what] += 1
        if self.made.total() % _EVERY == 0:
            print(f"{self.made.total()} moves", flush=True)  # seen with -s
        try:
            self.oracle.after(deed, self.office.desk.now)
        except BrokenError as error:
            print(f"broken, and made shorter now: {error}", flush=True)
            raise

    def _ticket(self, place: int) -> Row | None:
        known = list(self.oracle.tickets.values())
        return known[place % len(known)] if known else None

    def _number(self, ticket: Row) -> str:
        with self.office.desk.database.reading() as uow:
            found = uow.tickets.ticket(ticket["id"])
        assert found is not None
        return str(found.number)

    def _held(self, place: int) -> int:
        """A mail that is held; where none is, any."""
        held = [mail_id for mail_id, row in self.oracle.held.items() if row["state"] != "released"]
        known = held or [spooled.mail_id for _, spooled in self.office.sent]
        return known[place % len(known)]

    def _subject(self, place: int, naming: str) -> str:
        ticket = self._ticket(place if naming == "right" else place + 1) if naming != "none" else None
        return f"Re: [{self._number(ticket)}]" if ticket is not None else "Re: Hej"

    def _parent(self, author: str, place: int, thread: str) -> Row | None:
        """A mail of ours about the ticket, to the author or, as if it had leaked, to somebody else."""
        ticket = self._ticket(place)
        if ticket is None or thread == "none":
            return None
        told = [one for one in self.oracle.mails if one["ticket_id"] == ticket["id"]]
        own = [one for one in told if (one["recipient"] == author) == (thread == "own")]
        return own[-1] if own else None

    def _told(self, kind: str, to: str = "") -> list[Row]:
        return [one for one in self.oracle.mails if one["kind"] == kind and to in ("", one["recipient"])]
