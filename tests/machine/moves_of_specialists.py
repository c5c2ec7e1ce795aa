"""What specialists do, by mail and at the command line."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from mailgate.desk import holds
from tests.machine import speech
from tests.machine.aftermath import Row
from tests.machine.at_the_office import AtTheOffice, namings, places, proofs, specialists, threads
from tests.machine.judge_mails_in import may_become_of
from tests.machine.office import COLLEAGUES, CUSTOMERS, STRANGERS, SUPERUSERS, Deed, Letter

_ANYBODY = (*SUPERUSERS, *COLLEAGUES, *STRANGERS)
_order = st.builds(speech.spelled, st.sampled_from(speech.ORDERS), st.integers(0, 11))
_orders = st.lists(_order | st.sampled_from(speech.SLIPS), max_size=3, unique_by=lambda line: line.split()[0])


class MovesOfSpecialists(AtTheOffice):
    """See the module."""

    @rule(author=specialists, place=places, lines=_orders, says=st.booleans(), notes=st.booleans(),
          attaches=st.booleans(), proof=proofs, thread=threads, naming=namings)  # fmt: skip
    def a_specialist_replies(
        self,
        *,
        author: str,
        place: int,
        lines: list[str],
        says: bool,
        notes: bool,
        attaches: bool,
        proof: str,
        thread: str,
        naming: str,
    ) -> None:
        ticket, other = self._ticket(place), self._ticket(place + 1 + len(lines))
        if ticket is None or other is None:
            return
        mark, secret = self.office.mark(), self.office.mark()
        parent, held, who = self._parent(author, place, thread), self._held(place), _ANYBODY[place % len(_ANYBODY)]
        text = "\n".join(line.format(mark=mark, number=self._number(other), who=who, mail=held) for line in lines)
        text += f"\n\nHej {mark}, så här är det." if says else ""
        text += f"\n#note Säg inget om {secret}.\nInte heller {secret} här." if notes else ""
        letter = Letter(
            author=author, text=text.strip() or "#note", subject=self._subject(place, naming), proof=proof,
            answers=parent["message_id"] if parent is not None else None,
            # Files go with what is said, and stay where any of it is noted.
            attached=f"Fil {mark if says and not notes else secret}." if attaches and (notes or not lines) else "",
        )  # fmt: skip
        self._a_specialist_posts(letter, parent, what="commands", mark=mark, secret=secret, held=held)

    @rule(author=specialists, place=places, released=st.booleans(), named=st.booleans(), proof=proofs,
          thread=st.sampled_from(("own", "none")))  # fmt: skip
    def a_specialist_decides_by_mail(
        self, *, author: str, place: int, released: bool, named: bool, proof: str, thread: str
    ) -> None:
        """In a mail that is about no ticket; perhaps in reply to a digest."""
        held, who = self._held(place), _ANYBODY[place % len(_ANYBODY)]
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
        named = next((one for one in _ANYBODY if f" {held} {one}" in text), "")
        return ((held, may_become_of(self._author(held), named)),)

    def _author(self, mail_id: int) -> str:
        return next(letter.author for letter, spooled in self.office.sent if spooled.mail_id == mail_id)

    @rule(author=specialists, place=places, choice=places)
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

    @rule(author=specialists, place=places, choice=places, typed=st.sampled_from(sorted(speech.TYPED)))
    def a_specialist_types(self, author: str, place: int, choice: int, typed: str) -> None:
        mark = self.office.mark()
        ticket, other = self._ticket(place), self._ticket(place + choice)
        if ticket is None or other is None:
            return
        given = speech.TYPED_WORDS.get(typed, "")
        words = given.format(mark=mark, number=self._number(other), who=_ANYBODY[choice % len(_ANYBODY)])
        self.office.do(author, ticket["id"], speech.TYPED[typed], *([words] if words else []))
        secret = mark if typed == "note" else ""
        shown = mark if given == "{mark}" and not secret else ""
        whose = self.oracle.customer(ticket)
        self._judge(Deed(what="types", how=typed, author=author, mark=shown, whose=whose, secret=secret))

    @rule(place=places, by=specialists, released=st.booleans(), named=st.sampled_from(("", *sorted(SUPERUSERS))))
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
