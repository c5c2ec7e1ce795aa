"""What the clock brings: warnings, breaches, status mails, reminders and closing; each once, whatever stood still.

A row of the calendar is marked as done in the transaction of the mail that it brings. What fell due while nobody ran is
told once, at the next open moment: nothing that is late goes out at night. Several for one person are one mail.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from mailgate.desk.clocks import next_status, set_clocks
from mailgate.desk.house import House
from mailgate.desk.lines import ticket_line
from mailgate.desk.tell import superusers_of, team_recipients, tell, tell_about_ticket, to_person
from mailgate.domain.moves import Move
from mailgate.domain.news import (
    AlarmClock,
    AlarmContent,
    AlarmLine,
    ClosedUnansweredContent,
    ReminderContent,
    StatusContent,
)
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.outgoing import Notice, Recipient
from mailgate.domain.status_mails import CLOSE_AFTER, working_days_later
from mailgate.domain.ticket import Status, Ticket, TicketId
from mailgate.store.dues import Due, DueKind
from mailgate.store.unit_of_work import UnitOfWork

_AT_ONCE = 500
_ON_TIME = timedelta(minutes=10)

_CLOCK = {
    DueKind.HANDLING_WARNING: AlarmClock.HANDLING,
    DueKind.HANDLING_BREACH: AlarmClock.HANDLING,
    DueKind.SOLUTION_WARNING: AlarmClock.SOLUTION,
    DueKind.SOLUTION_BREACH: AlarmClock.SOLUTION,
}
_BREACHES = frozenset({DueKind.HANDLING_BREACH, DueKind.SOLUTION_BREACH})


def due_now(uow: UnitOfWork, hours: OpeningHours, *, now: datetime) -> list[Due]:
    """What is to be told at this moment: while the desk is open all that is due, otherwise only what is on time."""
    since = None if hours.open_at_or_after(now) == now else now - _ON_TIME
    return uow.dues.due(until=now, since=since, limit=_AT_ONCE)


def tell_what_is_due(uow: UnitOfWork, house: House, *, now: datetime) -> int:
    """Tell it, and mark it as told; how many rows of the calendar that were."""
    dues = due_now(uow, house.hours, now=now)
    tickets = {due.ticket_id: ticket for due in dues if (ticket := uow.tickets.ticket(due.ticket_id)) is not None}
    by_kind: dict[Callable[..., None], list[Due]] = defaultdict(list)
    for due in dues:
        by_kind[_TELLERS[due.kind]].append(due)
    uow.dues.done([due.due_id for due in dues])
    for teller, same in by_kind.items():
        teller(uow, house, same, tickets, now)
    return len(dues)


def _alarm(
    uow: UnitOfWork, house: House, dues: Sequence[Due], tickets: Mapping[TicketId, Ticket], now: datetime
) -> None:
    """To the team; a breach also to the head of service. One mail for each person."""
    for_whom: dict[str, tuple[Recipient, list[Due]]] = {}
    for due in dues:
        for to in _alarmed(uow, house, tickets[due.ticket_id], breach=due.kind in _BREACHES):
            for_whom.setdefault(to.address, (to, []))[1].append(due)
    for to, theirs in for_whom.values():
        lines = [(due, _alarm_line(uow, due, tickets[due.ticket_id])) for due in theirs]
        content = AlarmContent(
            breached=tuple(line for due, line in lines if due.kind in _BREACHES),
            warned=tuple(line for due, line in lines if due.kind not in _BREACHES),
        )
        key = f"alarm:{to.address}:{'-'.join(str(due.due_id) for due in theirs)}"
        tell(uow, house, Notice(key=key, to=to, content=content), now=now)


def _alarmed(uow: UnitOfWork, house: House, ticket: Ticket, *, breach: bool) -> list[Recipient]:
    heads = [to_person(one) for one in uow.customers.specialists() if one.head] if breach else []
    return list({to.address: to for to in [*team_recipients(uow, house, ticket.team), *heads]}.values())


def _alarm_line(uow: UnitOfWork, due: Due, ticket: Ticket) -> AlarmLine:
    line, clock = ticket_line(uow, ticket), _CLOCK[due.kind]
    due_at = line.handling_due if clock is AlarmClock.HANDLING else line.solution_due
    return AlarmLine(ticket=line, clock=clock, due_at=due_at or due.due_at)


def _status(
    uow: UnitOfWork, house: House, dues: Sequence[Due], tickets: Mapping[TicketId, Ticket], now: datetime
) -> None:
    """To the SuperUsers; and the next one is planned, from now on: what was missed is not made up for."""
    for_whom: dict[str, tuple[Recipient, list[Due]]] = {}
    next_at: dict[TicketId, datetime] = {}
    for due in dues:
        ticket = tickets[due.ticket_id]
        next_at[due.ticket_id] = next_status(house, ticket, after=now)
        uow.dues.add(due.ticket_id, DueKind.STATUS, next_at[due.ticket_id])
        for superuser in superusers_of(uow, ticket):
            for_whom.setdefault(superuser.address, (to_person(superuser), []))[1].append(due)
    for to, theirs in for_whom.values():
        content = StatusContent(
            tickets=tuple(ticket_line(uow, tickets[due.ticket_id]) for due in theirs),
            next_at=min(next_at[due.ticket_id] for due in theirs),
        )
        key = f"status:{to.address}:{'-'.join(str(due.due_id) for due in theirs)}"
        tell(uow, house, Notice(key=key, to=to, content=content), now=now)


def _remind(
    uow: UnitOfWork, house: House, dues: Sequence[Due], tickets: Mapping[TicketId, Ticket], now: datetime
) -> None:
    for due in dues:
        ticket = tickets[due.ticket_id]
        asked_at, question = _question(uow, ticket, now)
        closes = working_days_later(asked_at, CLOSE_AFTER, house.hours)
        content = ReminderContent(
            number=str(ticket.number),
            subject=ticket.subject,
            asked_at=asked_at,
            question=question,
            closes_on=house.hours.local_day(closes),
        )
        tell_about_ticket(uow, house, ticket, content, key=f"reminder:due-{due.due_id}", now=now)


def _close(
    uow: UnitOfWork, house: House, dues: Sequence[Due], tickets: Mapping[TicketId, Ticket], now: datetime
) -> None:
    for due in dues:
        ticket = tickets[due.ticket_id]
        asked_at, _ = _question(uow, ticket, now)
        closed = uow.tickets.change(ticket.ticket_id, status=Status.CLOSED, resolved_at=now)
        detail = {"type": closed.type, "level": closed.level, "team": closed.team, "status": closed.status}
        uow.tickets.record(ticket.ticket_id, at=now, kind=Move.CLOSE, actor="clock", detail=detail)
        set_clocks(uow, house, closed, now=now)
        content = ClosedUnansweredContent(number=str(ticket.number), subject=ticket.subject, asked_at=asked_at)
        tell_about_ticket(uow, house, closed, content, key=f"closed_unanswered:due-{due.due_id}", now=now)


def _question(uow: UnitOfWork, ticket: Ticket, now: datetime) -> tuple[datetime, str]:
    """When the customer was last asked, and what."""
    asked = [event for event in uow.tickets.events(ticket.ticket_id) if event.kind == Move.ASK]
    return (asked[-1].at, str(asked[-1].detail.get("text", ""))) if asked else (now, "")


_TELLERS: Mapping[DueKind, Callable[..., None]] = {
    **dict.fromkeys(_CLOCK, _alarm),
    DueKind.STATUS: _status,
    DueKind.REMINDER: _remind,
    DueKind.CLOSING: _close,
}
