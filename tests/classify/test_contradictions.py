"""Whatever token, thread, number and sender say together, one row of the table says what follows, and only one."""

from itertools import product

import pytest

from mailgate.classify.contradictions import TABLE, Follows, Row, meant, row_for
from mailgate.classify.signs import Number, Sender, Signs, Thread, Token
from mailgate.domain.looked_up import TokenFound
from mailgate.domain.reply_token import TokenState
from mailgate.domain.ticket import TicketRef
from mailgate.domain.verdict import Facts
from tests.classify.contradictions_page import DOCUMENT, page, written
from tests.support.mails import a_specialist, a_superuser, a_ticket_ref

ALL = [
    Signs(token=token, thread=thread, number=number, sender=sender)
    for token, thread, number, sender in product(Token, Thread, Number, Sender)
]
THIS, OTHER, FOREIGN = a_ticket_ref(100042), a_ticket_ref(100043), a_ticket_ref(100044, customer_id=8)


def test_all_combinations_are_looked_at() -> None:
    assert len(ALL) == len(set(ALL)) == 8 * 3 * 5 * 4


@pytest.mark.parametrize("sender", Sender)
def test_exactly_one_row_fits_each_combination(sender: Sender) -> None:
    for signs in (each for each in ALL if each.sender is sender):
        assert len([row for row in TABLE if row.fits(signs)]) == 1, signs


def _name(row: Row) -> str:
    return f"{row.reason}-{len(row.numbers)}-{len(row.senders)}"


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_each_row_is_there_for_something_and_has_a_name(row: Row) -> None:
    assert any(row.fits(signs) for signs in ALL)
    assert row.reason


def test_a_stranger_never_gets_to_a_ticket() -> None:
    assert {row_for(signs).follows for signs in ALL if signs.sender is Sender.STRANGER} == {Follows.NO_TICKET}


def test_a_superuser_never_gets_to_another_customers_ticket_and_is_never_proven_by_its_token() -> None:
    found = {(row.follows, row.proof) for row in map(row_for, ALL) if row.senders == {Sender.OTHER_SUPERUSER}}
    assert found == {(Follows.OPENS, False)}


def test_only_a_valid_token_is_proof_and_only_where_it_belongs() -> None:
    for signs in ALL:
        row = row_for(signs)
        if row.proof:
            assert signs.token in {Token.THIS, Token.NO_TICKET}, signs
            assert (signs.token is Token.THIS) == (row.follows is Follows.JOINS), signs


def test_a_mail_joins_only_what_it_names() -> None:
    for signs in ALL:
        names = Token.THIS is signs.token or Thread.THIS is signs.thread or Number.THIS is signs.number
        if row_for(signs).follows is Follows.JOINS:
            assert names, signs
        elif signs.sender in {Sender.SUPERUSER, Sender.SPECIALIST}:
            assert not names, signs


def test_a_number_of_another_customer_and_one_of_nobody_have_the_same_outcome() -> None:
    for signs in (each for each in ALL if each.number is Number.OTHER and each.sender is not Sender.OTHER_SUPERUSER):
        unknown = Signs(token=signs.token, thread=signs.thread, number=Number.UNKNOWN, sender=signs.sender)
        assert row_for(signs) is row_for(unknown), signs


def a_token(
    state: TokenState = TokenState.VALID, *, ticket: TicketRef | None = THIS, of_ticket: bool = True
) -> TokenFound:
    return TokenFound(state=state, told="of 2026-11-23", ticket=ticket, of_ticket=of_ticket)


def annas(
    *,
    numbered: tuple[TicketRef, ...] = (),
    threaded: TicketRef | None = None,
    tokens: tuple[TokenFound, ...] = (),
    unknown_number: bool = False,
    broken_number: bool = False,
) -> Facts:
    return Facts(
        superuser=a_superuser(),
        numbered=numbered,
        threaded=threaded,
        tokens=tokens,
        unknown_number=unknown_number,
        broken_number=broken_number,
    )


@pytest.mark.parametrize(
    ("facts", "ticket", "reason", "proof"),
    [
        (annas(), None, "new", False),
        (annas(numbered=(THIS,)), THIS, "number", False),
        (annas(threaded=THIS), THIS, "thread", False),
        (annas(tokens=(a_token(),)), THIS, "token", True),
        (annas(numbered=(THIS,), threaded=THIS, tokens=(a_token(),)), THIS, "token", True),
        (annas(numbered=(THIS,), threaded=OTHER), THIS, "number-over-thread", False),
        (annas(numbered=(OTHER,), threaded=THIS, tokens=(a_token(),)), OTHER, "token-of-another-ticket", False),
        (annas(threaded=OTHER, tokens=(a_token(),)), THIS, "token-over-thread", True),
        (annas(unknown_number=True, tokens=(a_token(),)), THIS, "token-over-number", True),
        (annas(numbered=(FOREIGN,), threaded=THIS), THIS, "thread-over-number", False),
        (annas(broken_number=True, threaded=THIS), THIS, "thread-over-number", False),
        (annas(numbered=(FOREIGN,), tokens=(a_token(),)), THIS, "token-over-number", True),
        (annas(numbered=(FOREIGN,)), None, "not-their-ticket", False),
        (annas(threaded=FOREIGN), None, "not-their-ticket", False),
        (annas(tokens=(a_token(ticket=FOREIGN),)), None, "not-their-ticket", False),
        (annas(unknown_number=True), None, "number-of-nothing", False),
        (annas(broken_number=True), None, "number-of-nothing", False),
        (annas(threaded=THIS, tokens=(a_token(TokenState.EXPIRED),)), THIS, "expired-token", False),
        (annas(threaded=THIS, tokens=(a_token(TokenState.BAD_SIGNATURE),)), THIS, "forged-token", False),
        (annas(threaded=THIS, tokens=(a_token(TokenState.UNKNOWN_KEY),)), THIS, "token-of-unknown-key", False),
        (annas(numbered=(THIS,), tokens=(a_token(TokenState.OTHER_RECIPIENT),)), THIS,
         "token-of-another-recipient", False),
        (annas(tokens=(a_token(TokenState.EXPIRED),)), None, "new", False),
        (annas(tokens=(a_token(of_ticket=False, ticket=None),)), None, "token-without-ticket", True),
        (annas(threaded=THIS, tokens=(a_token(of_ticket=False, ticket=None),)), THIS, "thread", False),
        (annas(threaded=THIS, tokens=(a_token(ticket=None),)), THIS, "token-of-another-ticket", False),
        (annas(tokens=(a_token(TokenState.EXPIRED), a_token())), THIS, "token", True),
        (annas(tokens=(a_token(TokenState.BAD_SIGNATURE), a_token(ticket=OTHER)), numbered=(THIS,)), THIS,
         "token-of-another-ticket", False),
        (Facts(specialist=a_specialist(), numbered=(FOREIGN,), threaded=THIS), FOREIGN, "number-over-thread", False),
        (Facts(specialist=a_specialist(), threaded=FOREIGN, tokens=(a_token(ticket=FOREIGN),)), FOREIGN, "token", True),
        (Facts(specialist=a_specialist(), numbered=(FOREIGN,), tokens=(a_token(),)), FOREIGN,
         "token-of-another-ticket", False),
        (Facts(specialist=a_specialist()), None, "names-no-ticket", False),
        (Facts(specialist=a_specialist(), unknown_number=True), None, "names-no-ticket", False),
        (Facts(numbered=(THIS,), threaded=THIS, tokens=(a_token(),)), None, "stranger", False),
        (Facts(), None, "stranger", False),
    ],
)  # fmt: skip
def test_what_a_mail_means(facts: Facts, ticket: TicketRef | None, reason: str, proof: bool) -> None:
    found = meant(facts)
    assert (found.ticket, found.row.reason, found.row.proof) == (ticket, reason, proof)


def test_every_row_is_met_by_some_mail() -> None:
    """Facts of all kinds: no row is there for the table's sake alone."""
    pointers: list[TicketRef | None] = [None, THIS, OTHER, FOREIGN]
    states = [(), (a_token(of_ticket=False, ticket=None),)]
    states += [(a_token(ticket=each),) for each in (THIS, OTHER, FOREIGN)]
    states += [(a_token(state, ticket=None),) for state in TokenState if state is not TokenState.VALID]
    met = set()
    for number, thread, tokens, (unknown, broken) in product(
        pointers, pointers, states, [(False, False), (True, False), (False, True)]
    ):
        for writer in ({"superuser": a_superuser()}, {"specialist": a_specialist()}, {}):
            found = meant(
                Facts(
                    numbered=(number,) if number else (),
                    threaded=thread,
                    tokens=tokens,  # type: ignore[arg-type]
                    unknown_number=unknown,
                    broken_number=broken,
                    **writer,  # type: ignore[arg-type]
                )
            )
            met.add(TABLE.index(found.row))
    assert [TABLE[place].reason for place in sorted(set(range(len(TABLE))) - met)] == []


def test_the_document_shows_the_table_as_the_code_has_it() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == written(text), "python -m tests.classify.contradictions_page"
    assert page().count("`") == 2 * len(TABLE)
