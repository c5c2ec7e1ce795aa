"""The machine itself: which moves there are, by whom; hypothesis chooses. What must hold is for ``oracle``."""

from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mailgate.desk import holds
from mailgate.domain.commands import Role
from tests.machine import speech
from tests.machine.aftermath import BrokenError, Row
from tests.machine.judge_mails_in import may_become_of
from tests.machine.office import COLLEAGUES, CUSTOMERS, SPECIALISTS, STRANGERS, SUPERUSERS, Deed, Letter, Office
from tests.machine.oracle import WAYS, Oracle

SPANS = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=5), timedelta(hours=22), timedelta(days=1),
         timedelta(days=8), timedelta(days=17))  # fmt: skip
ANYBODY = (*SUPERUSERS, *COLLEAGUES, *STRANGERS)
_MOST_TICKETS = 8
_EVERY = 500
"""Moves between two words on how far it has come."""

_place = st.integers(0, 7)
_proof = st.sampled_from(("proven", "proven", "unchecked", "unproven", "forged"))
_thread = st.sampled_from(("own", "own", "none", "foreign"))
_naming = st.sampled_from(("right", "right", "none", "wrong"))
_order = st.builds(speech.spelled, st.sampled_from(speech.ORDERS), st.integers(0, 11))
_orders = st.lists(_order | st.sampled_from(speech.SLIPS), max_size=3, unique_by=lambda line: line.split()[0])
_first_order = st.builds(
    partial(speech.spelled, role=Role.SUPERUSER), st.sampled_from(speech.FIRST_ORDERS), st.integers(0, 11)
)
_first = st.sampled_from(speech.PLAIN) | _first_order | st.sampled_from(speech.FIRST_SLIPS)
_superuser, _specialist = st.sampled_from(sorted(SUPERUSERS)), st.sampled_from(sorted(SPECIALISTS))


class Moves(RuleBasedStateMachine):
    """One office, and what happens there."""

    within: Path = Path()
    made: ClassVar[Counter[str]] = Counter()
    """Moves of all machines together, by kind."""
    found: ClassVar[Counter[str]] = Counter()
    """Tickets and mails of all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office.opened(self.within)
        self.oracle = Oracle(self.office.folder / "mailgate.db")

    @initialize()
    def the_day_begins(self) -> None:
        """There is a ticket of each type, so that most moves move something."""
        kinds = (speech.KINDS[place] for place in (1, 3, 4, 5))
        for author, kind in zip(sorted(SUPERUSERS), kinds, strict=True):
            self.a_superuser_writes(author=author, kind=kind, proof="proven", cc="")

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

    @precondition(lambda self: len(self.oracle.tickets) < _MOST_TICKETS)
    @rule(author=_superuser, kind=st.sampled_from(speech.KINDS), proof=_proof, cc=st.sampled_from(("", *ANYBODY)))
    def a_superuser_writes(self, author: str, kind: str, proof: str, cc: str) -> None:
        mark = self.office.mark()
        letter = Letter(author=author, text=f"{kind}\nLönen {mark}.", subject=f"Lön {mark}", proof=proof, cc=cc)
        mail, whose = self.office.post(letter), SUPERUSERS[author]
        self._judge(
            Deed(
                what="opens", author=author, mark=mark, whose=whose, mail_id=mail, letter=letter,
                honest=proof != "forged",
            )
        )  # fmt: skip

    @rule(author=_superuser, place=_place, first=_first, proof=_proof, thread=_thread, naming=_naming)
    def a_superuser_replies(self, author: str, place: int, first: str, proof: str, thread: str, naming: str) -> None:
        ticket, other, mark = self._ticket(place), self._ticket(place + 2), self.office.mark()
        parent = self._parent(author, place, thread)
        bare = first != "" and place % 2 == 0
        line = first.format(number=self._number(other) if other is not None else "")
        text = line if bare else f"{line}\n\nSvar {mark}.".lstrip()
        letter = Letter(
            author=author, text=text, subject=self._subject(place, naming), proof=proof,
            answers=parent["message_id"] if parent is not None else None,
        )  # fmt: skip
        own = ticket is not None and self.oracle.customer(ticket) == SUPERUSERS[author]
        plain = first in speech.PLAIN and own and naming == "right" and thread != "foreign" and proof != "forged"
        at_work = ticket is not None and ticket["status"] != "closed"
        joins = ticket["id"] if plain and at_work and ticket is not None else None
        token = parent is not None and parent["recipient"] == author and proof != "forged"
        says_yes = first in speech.YES + speech.SPANS_OF_ACCESS
        mail = self.office.post(letter)
        self._judge(
            Deed(
                what="replies", how=first, author=author, mark="" if bare else mark, whose=SUPERUSERS[author],
                mail_id=mail, letter=letter, yes=says_yes and (proof == "proven" or token), joins=joins, honest=plain,
            )
        )  # fmt: skip

    @rule(author=_specialist, place=_place, lines=_orders, says=st.booleans(), notes=st.booleans(), proof=_proof,
          thread=_thread, naming=_naming)  # fmt: skip
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
        ticket, other = self._ticket(place), self._ticket(place + 1 + len(lines))
        if ticket is None or other is None:
            return
        mark, secret = self.office.mark(), self.office.mark()
        parent, held, who = self._parent(author, place, thread), self._held(place), ANYBODY[place % len(ANYBODY)]
        text = "\n".join(line.format(mark=mark, number=self._number(other), who=who, mail=held) for line in lines)
        text += f"\n\nHej {mark}, så här är det." if says else ""
        text += f"\n#note Säg inget om {secret}.\nInte heller {secret} här." if notes else ""
        letter = Letter(
            author=author, text=text.strip() or "#note", subject=self._subject(place, naming), proof=proof,
            answers=parent["message_id"] if parent is not None else None,
        )  # fmt: skip
        self._a_specialist_posts(letter, parent, what="commands", mark=mark, secret=secret, held=held)

    @rule(author=_specialist, place=_place, released=st.booleans(), named=st.booleans(), proof=_proof,
          thread=st.sampled_from(("own", "none")))  # fmt: skip
    def a_specialist_decides_by_mail(
        self, *, author: str, place: int, released: bool, named: bool, proof: str, thread: str
    ) -> None:
        """In a mail that is about no ticket; perhaps in reply to a digest."""
        held, who = self._held(place), ANYBODY[place % len(ANYBODY)]
        digests = self._told("digest", author) if thread == "own" else []
        parent = digests[-1] if digests else None
        text = f"#{'release' if released else 'reject'} {held}{f' {who}' if released and named else ''}"
        answers = parent["message_id"] if parent is not None else None
        letter = Letter(author=author, text=text, subject="Hållna mejl", proof=proof, answers=answers)
        self._a_specialist_posts(letter, parent, what="decides by mail", held=held)

    def _a_specialist_posts(
        self, letter: Letter, parent: Row | None, *, what: str, mark: str = "", secret: str = "", held: int = 0
    ) -> None:
        token = parent is not None and parent["recipient"] == letter.author
        believed = letter.proof != "forged" and (letter.proof == "proven" or token)
        decides = self._may_decide(held, letter.text) if believed else ()
        mail = self.office.post(letter)
        # What is not believed to be the specialist's goes to no customer at all.
        whose = self.oracle.whose_ticket(mail) if believed else "desk"
        self._judge(
            Deed(
                what=what, how=letter.text, author=letter.author, mail_id=mail, letter=letter, whose=whose,
                mark=mark if mark in letter.text else "", secret=secret, decides=decides,
            )
        )  # fmt: skip

    def _may_decide(self, held: int, text: str) -> tuple[tuple[int, str], ...]:
        """On the mail that is named, if one is: it goes on as one of whomever is named with it, or of its author's."""
        if f" {held}" not in text:
            return ()
        named = next((one for one in ANYBODY if f" {held} {one}" in text), "")
        return ((held, may_become_of(self._author(held), named)),)

    def _author(self, mail_id: int) -> str:
        return next(letter.author for letter, spooled in self.office.sent if spooled.mail_id == mail_id)

    @rule(author=_specialist, place=_place, choice=_place)
    def a_ticket_is_led_on(self, author: str, place: int, choice: int) -> None:
        """By whatever leads or ends it where it stands, so that far places are come to as well as near ones."""
        if (ticket := self._ticket(place)) is not None:
            self._lead_on(ticket, author, choice)

    @rule(author=_specialist, choice=_place, kind=st.sampled_from(("order", "order", "wish")))
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
                yes=yes, joins=ticket["id"], honest=True,
            )
        )  # fmt: skip

    @rule(author=_specialist, place=_place, choice=_place)
    def two_tickets_are_joined(self, author: str, place: int, choice: int) -> None:
        """Of one customer: merged, or linked; or a colleague of the SuperUser's is put in Cc."""
        ticket = self._ticket(place)
        if ticket is None:
            return
        code = self.oracle.customer(ticket)
        others = [one for one in self.oracle.tickets.values() if self.oracle.customer(one) == code and one != ticket]
        line = f"#cc {CUSTOMERS[code][choice % 2]}"
        if others and choice > 1:
            number = self._number(others[choice % len(others)])
            line = f"#merge {number}" if choice > 4 else f"#link {number}"
        letter = Letter(author=author, text=line, subject=f"Re: [{self._number(ticket)}]")
        self._a_specialist_posts(letter, None, what="joins")

    @rule(author=st.sampled_from((*COLLEAGUES, *STRANGERS)), place=_place, thread=_thread, naming=_naming,
          proof=_proof, first=st.sampled_from(("", "#close", "JA", "STATUS")))  # fmt: skip
    def somebody_from_outside_writes(
        self, author: str, place: int, thread: str, naming: str, proof: str, first: str
    ) -> None:
        mark = self.office.mark()
        parent = self._parent(author, place, "foreign" if thread == "own" else thread)
        letter = Letter(
            author=author, text=f"{first}\nHej {mark}!".lstrip(), subject=f"{self._subject(place, naming)} {mark}",
            proof=proof, answers=parent["message_id"] if parent is not None else None,
        )  # fmt: skip
        mail, whose = self.office.post(letter), COLLEAGUES.get(author, "")
        self._judge(Deed(what="outside", author=author, mark=mark, whose=whose, mail_id=mail, letter=letter))

    @rule(author=_specialist, place=_place, choice=_place, typed=st.sampled_from(sorted(speech.TYPED)))
    def a_specialist_types(self, author: str, place: int, choice: int, typed: str) -> None:
        mark = self.office.mark()
        ticket, other = self._ticket(place), self._ticket(place + choice)
        if ticket is None or other is None:
            return
        given = speech.TYPED_WORDS.get(typed, "")
        words = given.format(mark=mark, number=self._number(other), who=ANYBODY[choice % len(ANYBODY)])
        self.office.do(author, ticket["id"], speech.TYPED[typed], *([words] if words else []))
        secret = mark if typed == "note" else ""
        shown = mark if given == "{mark}" and not secret else ""
        whose = self.oracle.customer(ticket)
        self._judge(Deed(what="types", how=typed, author=author, mark=shown, whose=whose, secret=secret))

    @rule(author=_specialist, place=_place, then=st.lists(st.sampled_from(SPANS[-3:]), max_size=3))
    def a_question_stays_unanswered(self, author: str, place: int, then: list[timedelta]) -> None:
        self.a_specialist_types(author=author, place=place, choice=0, typed="ask")
        for span in then:
            self.time_passes(span)

    @rule(place=_place, by=_specialist, released=st.booleans(), named=st.sampled_from(("", *sorted(SUPERUSERS))))
    def a_held_mail_is_decided(self, place: int, by: str, released: bool, named: str) -> None:
        """At the command line."""
        mail_id = self._held(place)
        with self.office.desk.database.reading() as uow:
            superuser = uow.customers.superuser(named) if named else None
        self.office.decide(
            mail_id,
            lambda uow, mail_id, now: (
                holds.release(uow, mail_id, superuser=superuser, by=by, now=now)
                if released
                else holds.reject(uow, mail_id, by=by, now=now)
            ),
        )
        decides = ((mail_id, may_become_of(self._author(mail_id), named)),)
        self._judge(Deed(what="decides", how=f"{released} {named}", decides=decides))

    @precondition(lambda self: self._told("held_gist"))
    @rule(author=_superuser, place=_place, yes=st.sampled_from(("JA", "NEJ", "Ja, ta den.", "Ja. Det gäller {mark}.")),
          proof=_proof)  # fmt: skip
    def a_superuser_answers_a_gist(self, author: str, place: int, yes: str, proof: str) -> None:
        """The last, or one that a colleague may have answered before."""
        gists = self._told("held_gist", author)
        if not gists:
            return
        gist, mark = gists[-1 - place % len(gists)], self.office.mark()
        text = yes.format(mark=mark)
        letter = Letter(author=author, text=text, subject="Re: Hej", answers=gist["message_id"], proof=proof)
        mail = self.office.post(letter)
        decides = ((gist["mail_id"], SUPERUSERS[author]),) if proof != "forged" else ()
        self._judge(
            Deed(
                what="takes up", how=yes, author=author, whose=SUPERUSERS[author], mail_id=mail, letter=letter,
                mark=mark if mark in text else "", decides=decides,
            )
        )  # fmt: skip

    @precondition(lambda self: self._told("confirm"))
    @rule(author=_superuser, yes=st.sampled_from(("JA", "NEJ")))
    def a_superuser_confirms(self, author: str, yes: str) -> None:
        asked = self._told("confirm", author)
        if asked:
            answers = asked[-1]["message_id"]
            letter = Letter(author=author, text=yes, subject="Re: Hej", answers=answers, proof="unproven")
            mail = self.office.post(letter)
            self._judge(
                Deed(
                    what="confirms", how=yes, author=author, whose=SUPERUSERS[author], mail_id=mail, letter=letter,
                    yes=yes == "JA",
                )
            )  # fmt: skip

    @rule(code=st.sampled_from(sorted(CUSTOMERS)), late=st.sampled_from((True, False, False)))
    def a_payment_is_late_or_comes(self, code: str, late: bool) -> None:
        self.office.pays(code, late=late)
        self._judge(Deed(what="pays", how=f"{code} {'late' if late else 'in time'}"))

    @rule(place=st.integers(0, 100))
    def a_mail_comes_again(self, place: int) -> None:
        if self.office.sent:
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
