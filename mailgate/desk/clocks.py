"""Sets a ticket's clocks after each change: its deadlines, and what falls due for it from now on.

Nothing is added up: all of it is worked out anew from the ticket's history (``desk.history``), so that it cannot drift.
"""

from collections.abc import Iterator
from datetime import datetime

from mailgate.desk.history import sla_state
from mailgate.desk.house import House
from mailgate.domain.sla import Deadlines
from mailgate.domain.sla_history import SlaState
from mailgate.domain.status_mails import CLOSE_AFTER, REMIND_AFTER, next_status_mail, working_days_later
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from mailgate.store.dues import DueKind
from mailgate.store.unit_of_work import UnitOfWork


def set_clocks(uow: UnitOfWork, house: House, ticket: Ticket, *, now: datetime) -> Ticket:
    """Keep its deadlines as they now are, and plan its mails."""
    state = sla_state(ticket, uow.tickets.events(ticket.ticket_id), terms=house.terms, hours=house.hours)
    due = state.deadlines(house.hours, now=now)
    uow.dues.plan(ticket.ticket_id, _planned(house, ticket, state, due, now=now))
    return uow.tickets.change(
        ticket.ticket_id,
        handling_started_at=state.handling_started_at,
        handling_due=due.handling_due if due is not None else None,
        solution_due=due.solution_due if due is not None else None,
    )


def _planned(
    house: House, ticket: Ticket, state: SlaState, due: Deadlines | None, *, now: datetime
) -> Iterator[tuple[DueKind, datetime]]:
    if ticket.status is Status.WAITING and state.waiting_since is not None:
        asked = state.waiting_since
        yield DueKind.REMINDER, working_days_later(asked, REMIND_AFTER, house.hours)
        yield DueKind.CLOSING, working_days_later(asked, CLOSE_AFTER, house.hours)
    if ticket.status is Status.OPEN and due is not None:
        yield from _alarms(state, due)
    if ticket.status in (Status.OPEN, Status.WAITING) and ticket.type is TicketType.PROGRAM_ERROR:
        yield DueKind.STATUS, next_status(house, ticket, after=now)


def _alarms(state: SlaState, due: Deadlines) -> Iterator[tuple[DueKind, datetime]]:
    if state.handling_started_at is None:
        yield DueKind.HANDLING_WARNING, due.handling_warning
        yield DueKind.HANDLING_BREACH, due.handling_due
    yield DueKind.SOLUTION_WARNING, due.solution_warning
    yield DueKind.SOLUTION_BREACH, due.solution_due


def next_status(house: House, ticket: Ticket, *, after: datetime) -> datetime:
    """When the SuperUser of a program error is told next how it stands."""
    level = ticket.level or ServiceLevel.STANDARD
    return next_status_mail(level, opened_at=ticket.opened_at, after=after, hours=house.hours)
