"""The machine itself: which moves there are, by whom; hypothesis chooses. What must hold is for ``oracle``."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mailgate.classify.amounts import offer_of
from mailgate.desk import access, hand_on, handing_over, holds, orders, tickets
from mailgate.domain.money import Offer
from mailgate.domain.moves import HANDS_ON
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.store.outbox import OutboxEntry
from tests.machine.office import COLLEAGUES, CUSTOMERS, SPECIALISTS, STRANGERS, SUPERUSERS, Deed, Letter, Office
from tests.machine.oracle import WAYS, Oracle
from tests.support.desk import OTHER_TEAM, TEAM

KINDS = ("", "Ärendekategori: Supportfråga", "Ärendekategori: Programfel\nServicenivå: 1",
         "Ärendekategori: Programfel\nServicenivå: 2", "Ärendekategori: Önskemål",
         "Ärendekategori: Beställning")  # fmt: skip
# {mark}: words that are for the customer. Those of no use where a ticket stands are refused, which is the point.
COMMANDS = (
    "#take", "#give Saga", "#give Kim", "#team 1", "#team 2", "#type question", "#type programfel", "#typ önskemål",
    "#type order", "#level 1", "#nivå 2", "#level 4", "#module Lön", "#ask {mark}?", "#workaround {mark}",
    "#resolve {mark}", "#resolve", "#close", "#reopen", "#reopen {mark}", "#product {mark}", "#council internal",
    "#council external", "#planned", "#declined {mark}", "#consultant", "#desk", "#estimate 4 h, 4800 kr, {mark}",
    "#estimate 2 h, 1000 kr", "#billed 4 h, 4800 kr", "#billed 2 h, 900 kr, {mark}", "#access {mark}",
    "#link {number}", "#merge {number}", "#cc {who}", "#help", "#hjlp", "#level 9", "#note",
)  # fmt: skip
FIRST_LINES = (
    "", "", "JA", "JA tack", "NEJ", "24", "72", "ÅTERKALLA", "STATUS", "STÄNG", "CLOSE", "TYP: önskemål", "NIVÅ: 2",
    "TYPE: order", "MODUL: Lön", "AVSLUTA ÖVERSIKT", "HJÄLP", "STATTUS", "Ja, men först en fråga",
)  # fmt: skip
SPEAKS_TO_US = frozenset(FIRST_LINES) - {"", "JA", "JA tack", "NEJ", "24", "72", "ÅTERKALLA"}
YES = frozenset({"JA", "JA tack"})
SPANS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=5), timedelta(days=1), timedelta(days=8),
         timedelta(days=17))  # fmt: skip
ANYBODY = (*SUPERUSERS, *COLLEAGUES, *STRANGERS)


def _offer(words: str) -> Offer:
    offer = offer_of(words)
    assert isinstance(offer, Offer)
    return offer


# What can be typed at the command line: a move of the desk, and what is given to it; {mark} as above.
TYPED: Mapping[str, Callable[..., Any]] = {
    "take": tickets.take, "close": tickets.close, "reopen": tickets.reopen, "resolve": tickets.resolve,
    "answer": tickets.answer, "ask": tickets.ask, "note": tickets.note, "workaround": tickets.workaround,
    "access": access.ask_access,
    "estimate": lambda act, mark: orders.estimate(act, _offer(f"4 h, 4800 kr, {mark}")),
    "billed": lambda act, mark: orders.billed(act, _offer(f"4 h, 4800 kr, {mark}")),
    "team": partial(handing_over.set_team, team=OTHER_TEAM), "own team": partial(handing_over.set_team, team=TEAM),
    **{f"type {kind}": partial(tickets.set_type, kind=kind) for kind in TicketType},
    **{f"level {level}": partial(tickets.set_level, level=level) for level in ServiceLevel},
    **{move: partial(hand_on.hand_on, move=move) for move in HANDS_ON},
}  # fmt: skip
_SAYS = frozenset({"answer", "ask", "note", "workaround", "access", "estimate", "billed"})

_MOST_TICKETS = 8
# As one writes the steps that lead a ticket on.
WRITTEN = {
    "council_internal": "#council internal", "council_external": "#council external",
    "estimate": "#estimate 4 h, 4800 kr, {mark}", "billed": "#billed 4 h, 4800 kr, {mark}", "answer": "Hej {mark}!",
}  # fmt: skip

_place = st.integers(0, 7)
_proof = st.sampled_from(("proven", "proven", "unchecked", "unproven", "forged"))
_thread = st.sampled_from(("own", "own", "none", "foreign"))
_naming = st.sampled_from(("right", "right", "none", "wrong"))
_orders = st.lists(st.sampled_from(COMMANDS), max_size=3, unique_by=lambda line: line.split()[0])


class Moves(RuleBasedStateMachine):
    """One office, and what happens there."""

    within: Path = Path()
    made = 0
    """Moves of all machines together."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office.opened(self.within)
        self.oracle = Oracle(self.office.folder / "mailgate.db")

    @initialize()
    def the_day_begins(self) -> None:
        """There is a ticket of each type, so that most moves move something."""
        for author, kind in zip(sorted(SUPERUSERS), (KINDS[1], KINDS[3], KINDS[4], KINDS[5]), strict=True):
            self.a_superuser_writes(author=author, kind=kind, proof="proven", cc="")

    def teardown(self) -> None:
        self.oracle.close()
        self.office.close()

    def _judge(self, deed: Deed) -> None:
        type(self).made += 1
        self.oracle.after(deed)

    def _ticket(self, place: int) -> dict[str, Any] | None:
        known = list(self.oracle.tickets.values())
        return known[place % len(known)] if known else None

    def _number(self, ticket: dict[str, Any]) -> str:
        with self.office.desk.database.reading() as uow:
            found = uow.tickets.ticket(ticket["id"])
        assert found is not None
        return str(found.number)

    def _subject(self, place: int, naming: str) -> str:
        ticket = self._ticket(place if naming == "right" else place + 1) if naming != "none" else None
        return f"Re: [{self._number(ticket)}]" if ticket is not None else "Re: Hej"

    def _parent(self, author: str, place: int, thread: str) -> OutboxEntry | None:
        """A mail of ours about the ticket, to the author or, as if it had leaked, to somebody else."""
        ticket = self._ticket(place)
        if ticket is None or thread == "none":
            return None
        told = [one for one in self.office.desk.told() if one.ticket_id == ticket["id"]]
        own = [one for one in told if (one.recipient == author) == (thread == "own")]
        return own[-1] if own else None

    @precondition(lambda self: len(self.oracle.tickets) < _MOST_TICKETS)
    @rule(author=st.sampled_from(sorted(SUPERUSERS)), kind=st.sampled_from(KINDS), proof=_proof,
          cc=st.sampled_from(("", *ANYBODY)))  # fmt: skip
    def a_superuser_writes(self, author: str, kind: str, proof: str, cc: str) -> None:
        mark = self.office.mark()
        letter = Letter(author=author, text=f"{kind}\nLönen {mark}.", subject=f"Lön {mark}", proof=proof, cc=cc)
        honest = proof != "forged"
        whose = SUPERUSERS[author]
        mail = self.office.post(letter)
        self._judge(Deed(what="opens", author=author, mark=mark, whose=whose, mail_id=mail, honest=honest))

    @rule(author=st.sampled_from(sorted(SUPERUSERS)), place=_place, first=st.sampled_from(FIRST_LINES), proof=_proof,
          thread=_thread, naming=_naming)  # fmt: skip
    def a_superuser_replies(self, author: str, place: int, first: str, proof: str, thread: str, naming: str) -> None:
        ticket, mark = self._ticket(place), self.office.mark()
        parent = self._parent(author, place, thread)
        bare = first != "" and place % 2 == 0
        text = first if bare else f"{first}\n\nSvar {mark}.".lstrip()
        subject = self._subject(place, naming)
        own = ticket is not None and self.oracle.customer(ticket) == SUPERUSERS[author]
        plain = first not in SPEAKS_TO_US and own and naming == "right" and thread != "foreign" and proof != "forged"
        at_work = ticket is not None and ticket["status"] != "closed"
        joins = ticket["id"] if plain and at_work and ticket is not None else None
        token = parent is not None and parent.recipient == author and proof != "forged"
        mail = self.office.post(Letter(author=author, text=text, subject=subject, answers=parent, proof=proof))
        self._judge(
            Deed(
                what=f"replies {first}", author=author, mark="" if bare else mark, whose=SUPERUSERS[author],
                mail_id=mail, yes=first in YES and (proof == "proven" or token), joins=joins, honest=plain,
            )
        )  # fmt: skip

    @rule(author=st.sampled_from(sorted(SPECIALISTS)), place=_place, lines=_orders, says=st.booleans(),
          notes=st.booleans(), proof=_proof, thread=_thread, naming=_naming)  # fmt: skip
    def a_specialist_replies(
        self,
        *,
        author: str,
        place: int,
        lines: list[str],
        says: bool,
        notes: bool,
        proof: str,
        thread: str,
        naming: str,
    ) -> None:
        ticket, mark, secret = self._ticket(place), self.office.mark(), self.office.mark()
        if ticket is None:
            return
        parent = self._parent(author, place, thread)
        number, who = self._number(ticket), ANYBODY[place % len(ANYBODY)]
        text = "\n".join(line.format(mark=mark, number=number, who=who) for line in lines)
        text += f"\n\nHej {mark}, så här är det." if says else ""
        text += f"\n#note Säg inget om {secret}.\nInte heller {secret} här." if notes else ""
        subject = self._subject(place, naming)
        letter = Letter(author=author, text=text.strip() or "#note", subject=subject, answers=parent, proof=proof)
        token = parent is not None and parent.recipient == author
        believed = proof != "forged" and (proof == "proven" or token)
        mail = self.office.post(letter)
        # What is not believed to be the specialist's goes to no customer at all.
        whose = self.oracle.whose_ticket(mail) if believed else "desk"
        mark = mark if mark in text else ""
        self._judge(Deed(what=text, author=author, mail_id=mail, mark=mark, secret=secret, whose=whose))

    @rule(author=st.sampled_from(sorted(SPECIALISTS)), place=_place, choice=_place)
    def a_ticket_is_led_on(self, author: str, place: int, choice: int) -> None:
        """By whatever leads or ends it where it stands, so that far places are come to as well as near ones."""
        if (ticket := self._ticket(place)) is not None:
            self._lead_on(ticket, author, choice)

    @rule(author=st.sampled_from(sorted(SPECIALISTS)), choice=_place)
    def an_order_is_led_on(self, author: str, choice: int) -> None:
        """Its way is the longest, and costs money."""
        if (order := next((one for one in self.oracle.tickets.values() if one["type"] == "order"), None)) is not None:
            self._lead_on(order, author, choice)

    def _lead_on(self, ticket: dict[str, Any], author: str, choice: int) -> None:
        mark = self.office.mark()
        if ticket["stage"] == "approval" and ticket["status"] == "waiting":
            return self._is_answered(ticket, yes=choice > 1)
        here = WAYS[ticket["type"]][ticket["stage"]]
        on, ends = sorted({*here["next"]} - {"reply"}), sorted(here["ends"])
        steps = ends if choice == 0 or not on else on  # seldom to its end, or no ticket comes far
        if ticket["status"] in ("closed", "resolved"):
            steps = ["reopen"]
        step = steps[choice % len(steps)]
        line = WRITTEN.get(step, f"#{step}").format(mark=mark)
        mail = self.office.post(Letter(author=author, text=line, subject=f"Re: [{self._number(ticket)}]"))
        mark = mark if mark in line else ""
        self._judge(Deed(what=line, author=author, mark=mark, whose=self.oracle.customer(ticket), mail_id=mail))

    def _is_answered(self, ticket: dict[str, Any], *, yes: bool) -> None:
        code = self.oracle.customer(ticket)
        author, first = CUSTOMERS[code][0], "JA" if yes else "NEJ"
        mail = self.office.post(Letter(author=author, text=first, subject=f"Re: [{self._number(ticket)}]"))
        deed = Deed(what=first, author=author, whose=code, mail_id=mail, yes=yes, joins=ticket["id"], honest=True)
        self._judge(deed)

    @rule(author=st.sampled_from((*COLLEAGUES, *STRANGERS)), place=_place, thread=_thread, naming=_naming,
          proof=_proof, first=st.sampled_from(("", "#close", "JA", "STATUS")))  # fmt: skip
    def somebody_from_outside_writes(
        self, author: str, place: int, thread: str, naming: str, proof: str, first: str
    ) -> None:
        mark = self.office.mark()
        parent = self._parent(author, place, "foreign" if thread == "own" else thread)
        text, subject = f"{first}\nHej {mark}!".lstrip(), f"{self._subject(place, naming)} {mark}"
        mail = self.office.post(Letter(author=author, text=text, subject=subject, answers=parent, proof=proof))
        self._judge(Deed(what="outside", author=author, mark=mark, whose=COLLEAGUES.get(author, ""), mail_id=mail))

    @rule(author=st.sampled_from(sorted(SPECIALISTS)), place=_place, typed=st.sampled_from(sorted(TYPED)))
    def a_specialist_types(self, author: str, place: int, typed: str) -> None:
        mark = self.office.mark()
        ticket = self._ticket(place)
        if ticket is None:
            return
        words = (mark,) if typed in _SAYS else ()
        self.office.do(author, ticket["id"], TYPED[typed], *words)
        secret = mark if typed == "note" else ""
        shown = "" if typed == "note" else mark
        self._judge(Deed(what=typed, author=author, mark=shown, whose=self.oracle.customer(ticket), secret=secret))

    @rule(place=_place, by=st.sampled_from(sorted(SPECIALISTS)), released=st.booleans())
    def a_held_mail_is_decided(self, place: int, by: str, released: bool) -> None:
        self.office.held(
            place,
            lambda uow, mail_id, now: (
                holds.release(uow, mail_id, superuser=None, by=by, now=now)
                if released
                else holds.reject(uow, mail_id, by=by, now=now)
            ),
        )
        self._judge(Deed(what="decides"))

    @precondition(lambda self: self.office.desk.told("held_gist"))
    @rule(author=st.sampled_from(sorted(SUPERUSERS)), yes=st.sampled_from(("JA", "NEJ", "Ja, ta den.")), proof=_proof)
    def a_superuser_answers_a_gist(self, author: str, yes: str, proof: str) -> None:
        gists = [one for one in self.office.desk.told("held_gist") if one.recipient == author]
        if gists:
            mail = self.office.post(Letter(author=author, text=yes, subject="Re: Hej", answers=gists[-1], proof=proof))
            self._judge(Deed(what="takes up", author=author, whose=SUPERUSERS[author], mail_id=mail))

    @precondition(lambda self: self.office.desk.told("confirm"))
    @rule(author=st.sampled_from(sorted(SUPERUSERS)), yes=st.sampled_from(("JA", "NEJ")))
    def a_superuser_confirms(self, author: str, yes: str) -> None:
        asked = [one for one in self.office.desk.told("confirm") if one.recipient == author]
        if asked:
            letter = Letter(author=author, text=yes, subject="Re: Hej", answers=asked[-1], proof="unproven")
            mail = self.office.post(letter)
            self._judge(
                Deed(what=f"confirms {yes}", author=author, whose=SUPERUSERS[author], mail_id=mail, yes=yes == "JA")
            )

    @rule(place=st.integers(0, 100))
    def a_mail_comes_again(self, place: int) -> None:
        if self.office.sent:
            self.office.again(place)
            self._judge(Deed(what="again"))

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.office.wait(span)
        self._judge(Deed(what=f"{span} later"))
