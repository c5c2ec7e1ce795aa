"""What must be true after each random move, judged from the database's own rows; shares no code with the product.

The ways are read from the shipped configuration, mails by the standard library. ``after`` raises ``BrokenError``.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.machine.aftermath import WAYS, Aftermath, BrokenError, Row, Rows
from tests.machine.judge_clock import InTime
from tests.machine.judge_mails_in import HeldMail, NothingIsLost
from tests.machine.judge_mails_out import NoLeaks, OnceEach, RightReaders
from tests.machine.judge_ways import Agreed, Joined, Proven, goes_its_way
from tests.machine.office import Deed

__all__ = ["WAYS", "BrokenError", "Oracle"]


class Oracle:
    """Reads what each move has added; each judge remembers what it needs of what went before."""

    def __init__(self, database: Path) -> None:
        self._rows = Rows(database)
        self._judges: tuple[Callable[[Aftermath], None], ...] = (
            NothingIsLost(), HeldMail(), goes_its_way, Joined(), Proven(), Agreed(), RightReaders(), NoLeaks(),
            OnceEach(), InTime(),
        )  # fmt: skip
        self.mails: list[Row] = []

    def close(self) -> None:
        self._rows.close()

    @property
    def tickets(self) -> dict[int, Row]:
        """All tickets, as they stand after the last move."""
        return self._rows.tickets

    @property
    def held(self) -> dict[int, Row]:
        """All mails that wait or waited for a decision."""
        return self._rows.held

    def customer(self, ticket: Row) -> str:
        """The code of a ticket's customer."""
        return self._rows.codes[ticket["customer_id"]]

    def whose_ticket(self, mail_id: int) -> str:
        """The code of the customer in whose ticket a mail is; empty where it is in none."""
        return self._rows.whose_ticket(mail_id)

    def after(self, deed: Deed, now: datetime) -> None:
        """Judge one move."""
        aftermath = self._rows.after(deed, now)
        self.mails += aftermath.mails
        for judge in self._judges:
            judge(aftermath)
