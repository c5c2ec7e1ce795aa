"""What SuperUsers do, and others who write: colleagues of theirs, and strangers."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from mailgate.domain.commands import Role
from tests.machine import speech
from tests.machine.at_the_office import AtTheOffice, namings, places, proofs, superusers, threads
from tests.machine.office import COLLEAGUES, CUSTOMERS, STRANGERS, SUPERUSERS, Deed, Letter

_MOST_TICKETS = 8
_ANYBODY = (*SUPERUSERS, *COLLEAGUES, *STRANGERS)
_order = st.builds(
    partial(speech.spelled, role=Role.SUPERUSER), st.sampled_from(speech.FIRST_ORDERS), st.integers(0, 11)
)
_firsts = st.sampled_from(speech.PLAIN) | _order | st.sampled_from(speech.FIRST_SLIPS)


class MovesOfCustomers(AtTheOffice):
    """See the module."""

    @precondition(lambda self: len(self.oracle.tickets) < _MOST_TICKETS)
    @rule(author=superusers, kind=st.sampled_from(speech.KINDS), proof=proofs, cc=st.sampled_from(("", *_ANYBODY)))
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

    @rule(author=superusers, place=places, first=_firsts, proof=proofs, thread=threads, naming=namings)
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
        says_yes, proven = first in speech.YES + speech.SPANS_OF_ACCESS, proof == "proven" or token
        mail = self.office.post(letter)
        self._judge(
            Deed(
                what="replies", how=first, author=author, mark="" if bare else mark, whose=SUPERUSERS[author],
                mail_id=mail, letter=letter, yes=says_yes and proven, proven=proven, joins=joins, honest=plain,
            )
        )  # fmt: skip

    @rule(author=st.sampled_from((*COLLEAGUES, *STRANGERS)), place=places, thread=threads, naming=namings,
          proof=proofs, first=st.sampled_from(("", "#close", "JA", "STATUS")))  # fmt: skip
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

    @precondition(lambda self: self._told("held_gist"))
    @rule(author=superusers, place=places, yes=st.sampled_from(("JA", "NEJ", "Ja, ta den.", "Ja. Det gäller {mark}.")),
          proof=proofs)  # fmt: skip
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
    @rule(author=superusers, yes=st.sampled_from(("JA", "NEJ")))
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
                    proven=True,
                )
            )  # fmt: skip

    @rule(code=st.sampled_from(sorted(CUSTOMERS)), late=st.sampled_from((True, False, False)))
    def a_payment_is_late_or_comes(self, code: str, late: bool) -> None:
        self.office.pays(code, late=late)
        self._judge(Deed(what="pays", how=f"{code} {'late' if late else 'in time'}"))
