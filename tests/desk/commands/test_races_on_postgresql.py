"""Several nodes on one PostgreSQL: mails that were read before the first of them was settled, one after the other.

Here nothing is left to chance: the tickets are held until every mail waits for them, so that each was decided on how
things stood before any of the others.
"""

import threading
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from mailgate.desk.hand_on import hand_on
from mailgate.desk.linked import linked_with
from mailgate.desk.orders import estimate
from mailgate.domain.customer import Specialist
from mailgate.domain.mail import Address, ParsedMail
from mailgate.domain.money import Offer
from mailgate.domain.moves import Move
from mailgate.domain.orders import EstimateState
from mailgate.domain.ticket import Status, Ticket, TicketId
from tests.support.desk import from_eva
from tests.support.hall import OFFER
from tests.support.table import Table

pytestmark = [
    pytest.mark.servers,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]

SVEN, NINA, EVA, EINAR = "sven@desk.example", "nina@desk.example", "eva@kund.example", "einar@kund.example"
_BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


@pytest.fixture
def nina(table: Table) -> Specialist:
    return table.a_specialist(NINA, "Nina Ny")


@pytest.fixture
def two(table: Table, nina: Specialist) -> tuple[Ticket, Ticket]:
    """Eva's, the older one first."""
    table.desk.a_superuser(EINAR, of=table.customer)
    return table.opened("Lönen stannar."), table.opened("Lönen stannar igen.")


def a_reply(table: Table, by: str, words: str, *, about: Ticket, serial: int = 1) -> ParsedMail:
    """To the last mail that they got about the ticket."""
    found = [one for one in table.desk.told() if (one.recipient, one.ticket_id) == (by, about.ticket_id)]
    return ParsedMail(
        author=Address(spec=by, name=by),
        subject=f"Re: [{about.number}]",
        text=words,
        new_text=words,
        message_id=f"<{serial}.{by}>",
        in_reply_to=(found[-1].message_id,) if found else (),
        date=table.desk.now,
    )


def settled_together(table: Table, mails: list[ParsedMail], *, held: list[TicketId]) -> None:
    """Each by a thread that waits for these tickets, in this order; then all are let go."""
    failures: list[BaseException] = []

    def work(mail: ParsedMail) -> None:
        try:
            assert table.desk.take(mail, spooled=waiting[mail.message_id]) is not None
        except BaseException as failure:  # noqa: BLE001 - told by the test
            failures.append(failure)

    waiting = {mail.message_id: table.desk.spool(mail) for mail in mails}
    threads = [threading.Thread(target=work, args=(mail,)) for mail in mails]
    with table.desk.database.transaction() as uow:
        for ticket_id in held:
            uow.sights.hold_still(ticket_id)
        for count, one in enumerate(threads, start=1):
            one.start()
            _wait_until_blocked(table, count)
    for one in threads:
        one.join(30)
    assert failures == []


def _wait_until_blocked(table: Table, count: int) -> None:
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        with table.desk.database.engine.connect() as connection, suppress(AssertionError):
            assert connection.execute(_BLOCKED).scalar_one() == count
            return
        time.sleep(0.01)
    raise AssertionError(f"{count} transactions should wait by now")


def status(table: Table, ticket: Ticket) -> Status:
    return table.status_of(ticket)


def kinds(table: Table, ticket: Ticket) -> list[str]:
    with table.desk.database.reading() as uow:
        return [one.kind for one in uow.tickets.events(ticket.ticket_id)]


def answer_to(table: Table, address: str) -> str:
    return table.text([one for one in table.mails("commands_answered") if one.recipient == address][-1])


@pytest.mark.parametrize("first", [SVEN, NINA])
def test_two_tickets_merged_crosswise_end_as_one(table: Table, two: tuple[Ticket, Ticket], first: str) -> None:
    older, younger = two
    into_older = a_reply(table, SVEN, f"#merge {older.number}", about=younger)
    into_younger = a_reply(table, NINA, f"#merge {younger.number}", about=older)
    mails = [into_older, into_younger] if first == SVEN else [into_younger, into_older]
    settled_together(table, mails, held=[older.ticket_id])
    gone, stays = (younger, older) if first == SVEN else (older, younger)
    assert (status(table, gone), status(table, stays)) == (Status.CLOSED, Status.OPEN)
    winner, second = ("Sven Sund", NINA) if first == SVEN else ("Nina Ny", SVEN)
    assert f"{winner} har slagit ihop det med ett annat ärende" in " ".join(answer_to(table, second).split())


@pytest.mark.parametrize("first", [SVEN, NINA])
def test_two_tickets_linked_crosswise_are_linked_once(table: Table, two: tuple[Ticket, Ticket], first: str) -> None:
    older, younger = two
    mails = [
        a_reply(table, SVEN, f"#link {older.number}", about=younger),
        a_reply(table, NINA, f"#link {younger.number}", about=older),
    ]
    settled_together(table, mails if first == SVEN else mails[::-1], held=[older.ticket_id])
    with table.desk.database.reading() as uow:
        assert list(linked_with(uow, older.ticket_id)) == [(str(younger.number), "related")]
    winner, second = ("Sven Sund", NINA) if first == SVEN else ("Nina Ny", SVEN)
    assert f"{winner} har ändrat det" in answer_to(table, second)


def test_what_two_superusers_close_in_contrary_order_is_closed_once(table: Table, two: tuple[Ticket, Ticket]) -> None:
    older, younger = two
    house = table.desk.house  # which takes unchecked mails at their word: a token proves one ticket only
    table.desk.house = replace(house, policy=replace(house.policy, confirm_unchecked=False))
    mails = [
        replace(a_reply(table, who, f"CLOSE {first.number}\nCLOSE {then.number}", about=first), in_reply_to=())
        for who, first, then in ((EVA, younger, older), (EINAR, older, younger))
    ]
    settled_together(table, mails, held=[older.ticket_id])
    assert [kinds(table, ticket).count("close") for ticket in two] == [1, 1]
    (told,) = [table.text(one) for one in table.mails("request_answered") if one.recipient == EINAR]
    assert told.count("det går inte när ärendet är stängt") == 2


def test_of_two_who_take_it_one_has_it_and_the_other_is_told(table: Table, nina: Specialist) -> None:
    ticket = table.opened()
    mails = [a_reply(table, who, "#take", about=ticket) for who in (NINA, SVEN)]
    settled_together(table, mails, held=[ticket.ticket_id])
    assert kinds(table, ticket).count("take") == 1
    assert table.ticket.specialist_id == nina.specialist_id
    assert "Nina Ny har tagit ärendet" in answer_to(table, SVEN)


def test_of_two_yeses_to_one_price_one_counts(table: Table) -> None:
    ticket = table.opened("Ärendekategori: Beställning\nVi vill ha en rapport.")
    table.moved(hand_on, Move.CONSULTANT)
    assert isinstance(OFFER, Offer)
    table.moved(estimate, OFFER)
    mails = [a_reply(table, EVA, "JA", about=ticket, serial=serial) for serial in (1, 2)]
    settled_together(table, mails, held=[ticket.ticket_id])
    with table.desk.database.reading() as uow:
        (kept,) = uow.estimates.of_ticket(ticket.ticket_id)
    assert kept.state is EstimateState.APPROVED
    assert kinds(table, ticket).count("approve") == 1
    told = [table.text(one) for one in table.mails("order_answered")]
    assert len(told) == 2
    assert "redan" in told[1]


def test_a_reply_that_waited_for_the_closing_opens_it_again(table: Table) -> None:
    ticket = table.opened()
    mails = [
        a_reply(table, SVEN, "#close", about=ticket),
        from_eva(f"Re: [{ticket.number}]", "Det är inte klart!", message_id="<not-yet@kund.example>"),
    ]
    settled_together(table, mails, held=[ticket.ticket_id])
    assert table.ticket.status is Status.OPEN
    assert [one for one in kinds(table, ticket) if one in ("close", "reopened")] == ["close", "reopened"]
