"""What the daemon asks again and again is answered out of indexes, however many tickets there ever were."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mailgate.domain.customer import CustomerId, SuperUserId
from mailgate.domain.outgoing import OutboxId
from mailgate.domain.rounds import RoundKind
from mailgate.domain.sending import DoubtPolicy
from mailgate.domain.ticket import TicketId
from mailgate.store.database import Database
from mailgate.store.dues import DueKind
from mailgate.store.ticket_lists import Morning
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.query_plans import asked_of
from tests.support.ticket_rows import DAWN

HOUR, TODAY = timedelta(hours=1), date(2026, 11, 23)
MORNING = Morning(now=DAWN, closing=DAWN + 9 * HOUR, since=DAWN - 72 * HOUR)
TICKET = TicketId(1)
CLAIM: dict[str, Any] = {"owner": "me", "now": DAWN, "lease": HOUR, "limit": 10}

ASKED: dict[str, Callable[[UnitOfWork], object]] = {
    # each minute, and whenever something wakes
    "what is due while it is open": lambda uow: uow.dues.due(until=DAWN),
    "alarms of what is solved": lambda uow: uow.ticket_history.alarmed_and_solved(DAWN),
    "what was set aside": lambda uow: uow.dues.aside(),
    "what is tried again": lambda uow: uow.dues.to_try_again(DAWN),
    "what is tried again at a start": lambda uow: uow.dues.try_all_again(now=DAWN),
    "what is due on time": lambda uow: uow.dues.due(until=DAWN, since=DAWN - HOUR),
    "a round that was made": lambda uow: uow.dues.round_made(RoundKind.DIGEST, TODAY),
    "the round before": lambda uow: uow.dues.last_round(RoundKind.DIGEST, before=TODAY),
    "a hold that was paid": lambda uow: uow.holds.any_paid(),
    "the mail that waits longest": lambda uow: uow.spool.oldest_waiting(),
    "whether mail waits": lambda uow: uow.spool.has_waiting(DAWN),
    "mail to work on": lambda uow: uow.spool.claim(**CLAIM),
    "whether a mail is to be sent": lambda uow: uow.sending.has_due(DAWN),
    "whether a sender was lost": lambda uow: uow.sending.has_lapsed(DAWN),
    "mails to send": lambda uow: uow.sending.claim_due(**CLAIM),
    "a mail whose dot goes out": lambda uow: uow.sending.mark(OutboxId(1), owner="me", now=DAWN),
    "doubts to tell of": lambda uow: (uow.outbox.untold_doubts(), uow.outbox.doubts_last_told()),
    "mails in doubt": lambda uow: uow.outbox.entries(doubted=True),
    "how much automatic mail went out": lambda uow: uow.tallies.used(["instance", "customer:1"], now=DAWN),
    "how often it was said": lambda uow: uow.tallies.said("said:x", since=DAWN),
    "what was withheld": lambda uow: uow.tallies.untold(told_before=DAWN),
    "counts that are long over": lambda uow: uow.tallies.forget(before=DAWN),
    "parked mails": lambda uow: uow.outbox.entries(states=["parked"]),
    # at the start
    "mails that were being worked on": lambda uow: uow.spool.end_leases(),
    "mails that were being sent": lambda uow: uow.sending.take_over_all(DoubtPolicy(), now=DAWN),
    # each morning
    "sizes of piles": lambda uow: uow.ticket_lists.sizes(MORNING),
    "piles": lambda uow: uow.ticket_lists.piles(MORNING, most=40),
    "opened since": lambda uow: uow.ticket_lists.opened_since(DAWN),
    "solved since": lambda uow: uow.ticket_lists.solved_since(DAWN),
    "customers' tickets at work": lambda uow: uow.ticket_lists.at_work_of_customers(most=40),
    "customers' solved tickets": lambda uow: uow.ticket_lists.solved_of_customers(DAWN, most=40),
    "readers of overviews": lambda uow: uow.ticket_lists.overview_readers(),
    # for each ticket that is opened
    "the customer's newest": lambda uow: uow.ticket_lists.newest_subjects(CustomerId(1), most=30),
    # for each mail that falls due
    "a ticket": lambda uow: uow.tickets.ticket(TICKET),
    "some tickets": lambda uow: uow.ticket_lists.tickets_of([TICKET, TicketId(2)]),
    "their lines": lambda uow: uow.ticket_lists.lines_of([TICKET, TicketId(2)]),
    "its events": lambda uow: uow.tickets.events(TICKET),
    "those in Cc": lambda uow: uow.tickets.participants(TICKET),
    "a SuperUser's own mails in it": lambda uow: uow.tickets.mails_of_superuser(TICKET, SuperUserId(1)),
    "what falls due for it": lambda uow: uow.dues.of_ticket(TICKET),
    "what was told last": lambda uow: uow.dues.last_done(TICKET, DueKind.STATUS),
    "who was told of it": lambda uow: uow.dues.told_already([1]),
    "its last event": lambda uow: uow.ticket_history.last_event_ids([TICKET]),
    "as a line": lambda uow: uow.ticket_lists.lines_of([TICKET]),
    "what is planned anew": lambda uow: uow.dues.plan(TICKET, []),
    "which of many were told": lambda uow: uow.outbox.known(["status:1", "status:2"]),
    "whether it was told": lambda uow: uow.outbox.knows("status:1"),
    "all tickets at work": lambda uow: uow.tickets.at_work(),
}


@pytest.mark.parametrize("question", ASKED)
def test_no_table_that_grows_is_read_from_end_to_end(question: str, database: Database) -> None:
    with asked_of(database) as asked, database.transaction() as uow:
        ASKED[question](uow)
    assert asked.statements
    assert asked.scans == []


def test_a_scan_would_be_seen(database: Database) -> None:
    with asked_of(database) as asked, database.engine.begin() as connection:
        connection.execute(text("SELECT count(*) FROM ticket WHERE subject = 'Hej'"))
    assert [scan.partition(":")[0] for scan in asked.scans] == ["ticket"]
