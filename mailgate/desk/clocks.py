"""Sets a ticket's clocks after each change: its deadlines, and what falls due for it from now on.

Nothing is added up: all of it is worked out anew from the ticket's history (``desk.history``), so that it cannot drift.
"""

from collections.abc import Iterator
from datetime import datetime

from mailgate.desk.history import last_question, sla_state
from mailgate.desk.house import House
from mailgate.domain.moves import Move
from mailgate.domain.sla import Deadlines
from mailgate.domain.sla_history import SlaState
from mailgate.domain.status_mails import CLOSE_AFTER, REMIND_AFTER, next_status_mail, working_days_later
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Status, Ticket, TicketType
from mailgate.store.dues import DueKind
from mailgate.store.unit_of_work import UnitOfWork


def set_clocks(uow: UnitOfWork, house: House, ticket: Ticket, *, now: datetime, new: bool = False) -> Ticket:
    """Keep its deadlines as they now are, and plan its mails.

    ``new``: it was added in this transaction: nothing was planned for it or told, and that is not looked up.
    """
    events = uow.tickets.events(ticket.ticket_id)
    state = sla_state(ticket, events, terms=house.terms, hours=house.hours)
    due = state.deadlines(house.hours, now=now)
    question = last_question(events)
    planned = [
        *(_waiting(house, ticket, question.at) if ticket.status is Status.WAITING and question is not None else ()),
        *(_alarms(state, due) if ticket.status is Status.OPEN and due is not None else ()),
        *(_status(uow, house, ticket, now=now, new=new) if ticket.status in AT_WORK else ()),
    ]
    uow.dues.plan(ticket.ticket_id, planned, new=new)
    return uow.tickets.change(
        ticket.ticket_id,
        handling_started_at=state.handling_started_at,
        handling_due=due.handling_due if due is not None else None,
        solution_due=due.solution_due if due is not None else None,
    )


def set_all_clocks(uow: UnitOfWork, house: House, *, now: datetime) -> int:
    """The same for every ticket at work, after an upgrade or a change of opening hours; how many there are."""
    tickets = uow.tickets.at_work()
    for ticket in tickets:
        set_clocks(uow, house, ticket, now=now)
    return len(tickets)


def is_given_up(house: House, ticket: Ticket) -> bool:
    """Whether it is closed if its question stays unanswered; work that was approved is to be billed."""
    return Move.CLOSE in house.ways.station(ticket).ends


def _waiting(house: House, ticket: Ticket, asked_at: datetime) -> Iterator[tuple[DueKind, datetime]]:
    yield DueKind.REMINDER, working_days_later(asked_at, REMIND_AFTER, house.hours)
    if is_given_up(house, ticket):
        yield DueKind.CLOSING, working_days_later(asked_at, CLOSE_AFTER, house.hours)


def _alarms(state: SlaState, due: Deadlines) -> Iterator[tuple[DueKind, datetime]]:
    if state.handling_started_at is None:
        yield DueKind.HANDLING_WARNING, due.handling_warning
        yield DueKind.HANDLING_BREACH, due.handling_due
    yield DueKind.SOLUTION_WARNING, due.solution_warning
    yield DueKind.SOLUTION_BREACH, due.solution_due


def _status(
    uow: UnitOfWork, house: House, ticket: Ticket, *, now: datetime, new: bool
) -> Iterator[tuple[DueKind, datetime]]:
    if ticket.type is TicketType.PROGRAM_ERROR:
        yield DueKind.STATUS, next_status(house, ticket, after=now) if new else _next(uow, house, ticket, now=now)


def _next(uow: UnitOfWork, house: House, ticket: Ticket, *, now: datetime) -> datetime:
    # What is due already, and waits for the minute's work or for opening hours, is owed whatever happens meanwhile.
    dues = uow.dues.of_ticket(ticket.ticket_id)
    owed = [due.due_at for due in dues if due.kind is DueKind.STATUS and due.due_at <= now]
    if owed:
        return min(owed)
    told = uow.dues.last_done(ticket.ticket_id, DueKind.STATUS)
    # A clock that was set back comes by the same morning again: that one has been told.
    return next_status(house, ticket, after=max(now, told) if told is not None else now)


def next_status(house: House, ticket: Ticket, *, after: datetime) -> datetime:
    """When the SuperUser of a program error is told next how it stands."""
    level = ticket.level or ServiceLevel.STANDARD
    at = house.rounds.status
    return next_status_mail(level, opened_at=ticket.opened_at, after=after, hours=house.hours, at=at)
