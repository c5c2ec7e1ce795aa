"""What was known at a moment that has passed, and mails by the day."""

from datetime import timedelta

import pytest

from mailgate.domain.mail import MailId
from mailgate.domain.ticket import Stage, Status, Ticket, TicketType
from mailgate.domain.verdict import HoldCause, Outcome, Reason
from mailgate.store.database import Database
from mailgate.store.holds import HELD, RELEASED
from mailgate.store.kept_mails import batches, kept
from mailgate.store.past import Births, Moment, Past, past
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.desk import Desk
from tests.support.envelopes import MONDAY, a_mail_text, an_envelope

HOUR = timedelta(hours=1)


def a_moment(hours: float, *, mail_id: int = 99, said_before: int = 0, stranger_answered: bool = False) -> Moment:
    return Moment(
        mail_id=MailId(mail_id),
        at=MONDAY + hours * HOUR,
        said_before=said_before,
        stranger_answered=stranger_answered,
    )


@pytest.fixture
def ticket(database: Database) -> Ticket:
    """Opened an hour after Monday began, by mail 7."""
    desk = Desk(database)
    eva = desk.a_superuser(of=desk.a_customer())
    with database.transaction() as uow:
        ticket = uow.tickets.add(
            number=uow.tickets.next_number(prefix="MG", first=100001),
            customer_id=eva.customer_id,
            superuser_id=eva.superuser_id,
            subject="Lönen",
            type=TicketType.QUESTION,
            level=None,
            module=None,
            team="Handel",
            stage=Stage("service_desk"),
            status=Status.OPEN,
            untrained=False,
            opened_at=MONDAY,
        )
        detail = {"mail": 7, "type": "question", "level": None}
        uow.tickets.record(ticket.ticket_id, at=MONDAY + HOUR, kind="opened", actor="superuser:1", detail=detail)
        uow.tickets.add_thread_ids(ticket.ticket_id, ["<1@kund.example>"])
    return ticket


def view(uow: UnitOfWork, moment: Moment) -> Past:
    return past(uow, moment=moment, births=Births())


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (a_moment(0.5), False),
        (a_moment(2), True),
        (a_moment(2, mail_id=7), False),  # the mail that opened it found none
        (a_moment(1, mail_id=8), True),  # the next of the same transaction
        (a_moment(1, mail_id=6), False),
    ],
)
def test_a_ticket_is_there_from_the_mail_on_that_opened_it(
    database: Database, ticket: Ticket, moment: Moment, there: bool
) -> None:
    with database.reading() as uow:
        then = view(uow, moment)
        assert (then.tickets.by_number(ticket.number) is not None) == there
        assert (then.tickets.ticket(ticket.ticket_id) is not None) == there
        assert bool(then.tickets.in_thread(["<1@kund.example>"])) == there
        assert uow.tickets.by_number(ticket.number) is not None, "it is there now"


def test_a_mail_is_held_until_somebody_decided(database: Database) -> None:
    with database.transaction() as uow:
        mail_id = uow.spool.put(an_envelope()).mail_id
        uow.holds.hold(mail_id, cause=HoldCause.STRANGER, customer_id=None, now=MONDAY + HOUR)
        uow.holds.decide(mail_id, state=RELEASED, by="Karin", now=MONDAY + 3 * HOUR)
    with database.reading() as uow:
        states = [
            held.state if held else None for held in (view(uow, a_moment(h)).holds.get(mail_id) for h in (0, 2, 4))
        ]
    assert states == [None, HELD, RELEASED]


def test_what_was_said_and_answered_is_as_it_is_remembered(database: Database) -> None:
    with database.reading() as uow:
        then = view(uow, a_moment(1, said_before=3, stranger_answered=True))
        assert then.tallies.said("said:x", since=MONDAY) == 3
        assert then.holds.answered_since("x@y.example", kind="stranger", since=MONDAY)
        assert then.customers is uow.customers, "people are as they are now"


def test_mails_come_in_batches_in_the_order_of_their_coming_with_their_bytes(database: Database) -> None:
    with database.transaction() as uow:
        for number in range(40):
            content = a_mail_text(message_id=f"<{number}@kund.example>")
            mail_id = uow.spool.put(an_envelope(content, received_at=MONDAY + number * HOUR)).mail_id
            if number != 5:  # one waits to be worked on
                uow.spool.settle(mail_id, outcome=Outcome.STORED, reason=Reason(rule="x"), now=MONDAY + 50 * HOUR)
    found = list(batches(database, start=MONDAY + 2 * HOUR, end=MONDAY + 38 * HOUR))
    assert [mail_id for batch in found for mail_id in batch] == [3, 4, 5, *range(7, 39)]
    assert max(map(len, found)) <= 16
    with database.reading() as uow:
        (one, two, *_) = kept(uow, found[0])
    assert (one.summary.mail_id, two.summary.mail_id) == (3, 4)
    assert b"<2@kund.example>" in one.spooled.envelope.content
    assert list(batches(database, start=MONDAY + 60 * HOUR, end=MONDAY + 70 * HOUR)) == []
