"""What the clock brings: warnings, breaches, status mails, reminders and closing; each once, whatever stood still.

A row of the calendar is marked as done in the transaction of the mail that it brings. What fell due while nobody ran is
told once, at the next open moment: nothing that is late goes out at night. Several for one person are one mail.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.desk.clocks import next_status, set_clocks
from mailgate.desk.history import last_question
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
from mailgate.domain.ticket import AT_WORK, Status, Ticket
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


@dataclass(frozen=True, slots=True)
class _Falling:
    """Something that is due, and its ticket as it is by now."""

    due: Due
    ticket: Ticket

    @property
    def kind(self) -> DueKind:
        return self.due.kind


def due_now(uow: UnitOfWork, hours: OpeningHours, *, now: datetime) -> list[Due]:
    """What is to be told at this moment: while the desk is open all that is due, otherwise only what is on time."""
    since = None if hours.open_at_or_after(now) == now else now - _ON_TIME
    return uow.dues.due(until=now, since=since, limit=_AT_ONCE)


def tell_what_is_due(uow: UnitOfWork, house: House, *, now: datetime) -> int:
    """Tell it, and mark it as told; how many rows of the calendar that were."""
    dues = due_now(uow, house.hours, now=now)
    uow.dues.done([due.due_id for due in dues])
    # What is closed first needs no reminder, no alarm and no status mail any more.
    for kinds, teller in _TELLERS:
        same = [_Falling(due, ticket) for due in dues if due.kind in kinds and (ticket := _at_work(uow, due))]
        teller(uow, house, same, now)
    return len(dues)


def _at_work(uow: UnitOfWork, due: Due) -> Ticket | None:
    ticket = uow.tickets.ticket(due.ticket_id)
    return ticket if ticket is not None and ticket.status in AT_WORK else None


def _alarm(uow: UnitOfWork, house: House, falling: Sequence[_Falling], now: datetime) -> None:
    """To the team; a breach also to the head of service. One mail for each person."""
    # What stood still tells late: that it soon runs out is no news once it has.
    telling = [one for one in falling if one.kind in _BREACHES or _alarm_line(uow, one).due_at > now]
    for to, theirs in _for_each(telling, lambda one: _alarmed(uow, house, one)):
        content = AlarmContent(
            breached=tuple(_alarm_line(uow, one) for one in theirs if one.kind in _BREACHES),
            warned=tuple(_alarm_line(uow, one) for one in theirs if one.kind not in _BREACHES),
        )
        tell(uow, house, Notice(key=_key("alarm", to, theirs), to=to, content=content), now=now)


def _alarmed(uow: UnitOfWork, house: House, one: _Falling) -> list[Recipient]:
    heads = [to_person(person) for person in uow.customers.specialists() if person.head]
    return [*team_recipients(uow, house, one.ticket.team), *(heads if one.kind in _BREACHES else [])]


def _alarm_line(uow: UnitOfWork, one: _Falling) -> AlarmLine:
    line, clock = ticket_line(uow, one.ticket), _CLOCK[one.kind]
    due_at = line.handling_due if clock is AlarmClock.HANDLING else line.solution_due
    return AlarmLine(ticket=line, clock=clock, due_at=due_at or one.due.due_at)


def _status(uow: UnitOfWork, house: House, falling: Sequence[_Falling], now: datetime) -> None:
    """To the SuperUsers; and the next one is planned, from now on: what was missed is not made up for."""
    next_at = {one.ticket.ticket_id: next_status(house, one.ticket, after=now) for one in falling}
    for ticket_id, at in next_at.items():
        uow.dues.add(ticket_id, DueKind.STATUS, at)
    for to, theirs in _for_each(falling, lambda one: list(map(to_person, superusers_of(uow, one.ticket)))):
        content = StatusContent(
            tickets=tuple(ticket_line(uow, one.ticket) for one in theirs),
            next_at=min(next_at[one.ticket.ticket_id] for one in theirs),
        )
        tell(uow, house, Notice(key=_key("status", to, theirs), to=to, content=content), now=now)


def _for_each(
    falling: Iterable[_Falling], whom: Callable[[_Falling], Iterable[Recipient]]
) -> list[tuple[Recipient, list[_Falling]]]:
    """What each person is to be told, once for each person."""
    for_whom: dict[str, tuple[Recipient, list[_Falling]]] = {}
    for one in falling:
        for to in {each.address: each for each in whom(one)}.values():
            for_whom.setdefault(to.address, (to, []))[1].append(one)
    return list(for_whom.values())


def _key(what: str, to: Recipient, theirs: Iterable[_Falling]) -> str:
    return f"{what}:{to.address}:{'-'.join(str(one.due.due_id) for one in theirs)}"


def _remind(uow: UnitOfWork, house: House, falling: Sequence[_Falling], now: datetime) -> None:
    for one in falling:
        ticket = one.ticket
        asked_at, question = _question(uow, ticket, now)
        closes = working_days_later(asked_at, CLOSE_AFTER, house.hours)
        content = ReminderContent(
            number=str(ticket.number),
            subject=ticket.subject,
            asked_at=asked_at,
            question=question,
            closes_on=house.hours.local_day(closes),
        )
        tell_about_ticket(uow, house, ticket, content, key=f"reminder:due-{one.due.due_id}", now=now)


def _close(uow: UnitOfWork, house: House, falling: Sequence[_Falling], now: datetime) -> None:
    for one in falling:
        ticket = one.ticket
        asked_at, _ = _question(uow, ticket, now)
        closed = uow.tickets.change(ticket.ticket_id, status=Status.CLOSED, resolved_at=now)
        detail = {"type": closed.type, "level": closed.level, "team": closed.team, "status": closed.status}
        uow.tickets.record(ticket.ticket_id, at=now, kind=Move.CLOSE, actor="clock", detail=detail)
        set_clocks(uow, house, closed, now=now)
        content = ClosedUnansweredContent(number=str(ticket.number), subject=ticket.subject, asked_at=asked_at)
        tell_about_ticket(uow, house, closed, content, key=f"closed_unanswered:due-{one.due.due_id}", now=now)


def _question(uow: UnitOfWork, ticket: Ticket, now: datetime) -> tuple[datetime, str]:
    """When the customer was last asked, and what."""
    asked = last_question(uow.tickets.events(ticket.ticket_id))
    return (asked.at, str(asked.detail.get("text", ""))) if asked is not None else (now, "")


_TELLERS: Sequence[tuple[frozenset[DueKind], Callable[..., None]]] = (
    (frozenset({DueKind.CLOSING}), _close),
    (frozenset({DueKind.REMINDER}), _remind),
    (frozenset(_CLOCK), _alarm),
    (frozenset({DueKind.STATUS}), _status),
)
