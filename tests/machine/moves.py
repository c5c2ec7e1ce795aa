"""The machine itself: all moves, those of one person and those of several; hypothesis chooses.

What must hold is for ``oracle``.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.machine import speech
from tests.machine.aftermath import Row
from tests.machine.at_the_office import places, proofs, specialists, superusers
from tests.machine.moves_of_customers import MovesOfCustomers
from tests.machine.moves_of_specialists import MovesOfSpecialists
from tests.machine.office import CUSTOMERS, SUPERUSERS, Deed, Letter
from tests.machine.oracle import WAYS

SPANS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=5), timedelta(hours=22), timedelta(days=1),
         timedelta(days=8), timedelta(days=17))  # fmt: skip


class Moves(MovesOfCustomers, MovesOfSpecialists):
    """One office, and what happens there."""

    @initialize()
    def the_day_begins(self) -> None:
        """There is a ticket of each type, so that most moves move something."""
        kinds = (speech.KINDS[place] for place in (1, 3, 4, 5))
        for author, kind in zip(sorted(SUPERUSERS), kinds, strict=True):
            self.a_superuser_writes(author=author, kind=kind, proof="proven", cc="")

    @rule(author=specialists, place=places, choice=places)
    def a_ticket_is_led_on(self, author: str, place: int, choice: int) -> None:
        """By whatever leads or ends it where it stands, so that far places are come to as well as near ones."""
        if (ticket := self._ticket(place)) is not None:
            self._lead_on(ticket, author, choice)

    @rule(author=specialists, choice=places, kind=st.sampled_from(("order", "order", "wish")))
    def a_long_way_is_gone_on(self, author: str, choice: int, kind: str) -> None:
        """An order's is the longest, and costs money; a wish's leads out of the house."""
        if (ticket := next((one for one in self.oracle.tickets.values() if one["type"] == kind), None)) is not None:
            self._lead_on(ticket, author, choice)

    def _lead_on(self, ticket: Row, author: str, choice: int) -> None:
        mark = self.office.mark()
        if ticket["stage"] == "approval" and ticket["status"] == "waiting":
            return self._is_answered(ticket, yes=choice > 1)
        here = WAYS[ticket["type"]][ticket["stage"]]
        on, ends = sorted({*here["next"]} - {"reply"}), sorted(here["ends"])
        steps = ends if choice == 0 or not on else on  # seldom to its end, or no ticket comes far
        if ticket["status"] in ("closed", "resolved"):
            steps = ["reopen"]
        step = steps[choice % len(steps)]
        line = speech.WRITTEN.get(step, f"#{step}").format(mark=mark)
        letter = Letter(author=author, text=line, subject=f"Re: [{self._number(ticket)}]")
        self._a_specialist_posts(letter, None, what="leads on", mark=mark)

    def _is_answered(self, ticket: Row, *, yes: bool) -> None:
        code = self.oracle.customer(ticket)
        letter = Letter(author=CUSTOMERS[code][0], text="JA" if yes else "NEJ", subject=f"Re: [{self._number(ticket)}]")
        mail = self.office.post(letter)
        self._judge(
            Deed(
                what="is agreed", how=letter.text, author=letter.author, whose=code, mail_id=mail, letter=letter,
                yes=yes, proven=True, joins=ticket["id"], honest=True,
            )
        )  # fmt: skip

    @rule(author=specialists, place=places, then=st.lists(st.sampled_from(SPANS[-3:]), max_size=3))
    def a_question_stays_unanswered(self, author: str, place: int, then: list[timedelta]) -> None:
        self.a_specialist_types(author=author, place=place, choice=0, typed="ask")
        for span in then:
            self.time_passes(span)

    @rule(author=superusers, place=places, first=st.sampled_from(speech.BINDING), span=st.sampled_from(SPANS[:4]),
          yes=st.sampled_from(("JA", "JA", "NEJ")))  # fmt: skip
    def what_binds_is_confirmed(self, author: str, place: int, first: str, span: timedelta, yes: str) -> None:
        """Wanted without proof; and a while later the registered address says whether it is true."""
        self.a_superuser_replies(
            author=author, place=place, first=first, proof="unproven", thread="none", naming="right"
        )
        self.time_passes(span)
        self.a_superuser_confirms(author=author, yes=yes)

    @rule(author=superusers, place=places, first=st.sampled_from(speech.PLAIN),
          kind=st.sampled_from(("", *speech.KINDS)), then=st.sampled_from(SPANS))  # fmt: skip
    def a_late_payer_writes(self, author: str, place: int, first: str, kind: str, then: timedelta) -> None:
        """And pays some time after."""
        self.a_payment_is_late_or_comes(code=SUPERUSERS[author], late=True)
        self.a_superuser_replies(author=author, place=place, first=first, proof="proven", thread="own", naming="right")
        if kind:
            self.a_superuser_writes(author=author, kind=kind, proof="proven", cc="")
        self.time_passes(then)
        self.a_payment_is_late_or_comes(code=SUPERUSERS[author], late=False)
        self.time_passes(SPANS[0])

    @rule(by=specialists, place=places, choice=places, first=st.sampled_from(speech.PLAIN), proof=proofs,
          then=st.sampled_from(SPANS))  # fmt: skip
    def access_is_asked_for(self, *, by: str, place: int, choice: int, first: str, proof: str, then: timedelta) -> None:
        """Some answer comes, and time passes; perhaps it is taken back."""
        ticket = self._ticket(place)
        if ticket is None:
            return
        author = CUSTOMERS[self.oracle.customer(ticket)][choice % 2]
        self.a_specialist_types(author=by, place=place, choice=0, typed="access")
        self.a_superuser_replies(author=author, place=place, first=first, proof=proof, thread="own", naming="right")
        self.time_passes(then)
        if choice > 4:
            back = "ÅTERKALLA"
            self.a_superuser_replies(author=author, place=place, first=back, proof=proof, thread="own", naming="right")

    # Seldom, as it seldom shows anything.
    @precondition(lambda self: len(self.office.sent) % 4 == 0)
    @rule(place=st.integers(0, 100))
    def a_mail_comes_again(self, place: int) -> None:
        self.office.again(place)
        self._judge(Deed(what="again"))

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.office.wait(span)
        self._judge(Deed(what="later", how=str(span), clock=True))


def summary(machine: type[Moves], checked: Counter[str]) -> str:
    """What came of it all."""
    found = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in machine.found.items())
    moves = ", ".join(f"{count} {what}" for what, count in machine.made.most_common())
    rules = "\n".join(f"  {count:>9,} {rule}" for rule, count in sorted(checked.items()))
    return f"{machine.made.total()} moves ({moves}); {found}; rules checked {checked.total():,} times:\n{rules}"
