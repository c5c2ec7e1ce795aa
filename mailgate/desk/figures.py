"""A month's figures out of its tickets' histories. Nothing is kept and nothing is changed.

A month is told as of its end, so that its figures are the same whenever they are asked for; one that is not over is
told as of now. Each clock counts against the terms once: in the month in which it was met, or was missed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from mailgate.desk.history import sla_events
from mailgate.domain.figures import (
    ClockRun,
    DayCount,
    Group,
    HeldFigure,
    Late,
    MonthFigures,
    TicketMonth,
    tally,
)
from mailgate.domain.moves import Move
from mailgate.domain.news import AlarmClock
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla import Deadlines, Pause, merged
from mailgate.domain.sla_history import Reclassified, Reopened, SlaEvent, SlaState, replay
from mailgate.domain.terms import ServiceTerms, months_later, terms_in_force
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import HoldCause
from mailgate.domain.wall_clock import moment
from mailgate.store.holds import REJECTED, RELEASED
from mailgate.store.ticket_history import PastHold, PastTicket
from mailgate.store.tickets import TicketEvent
from mailgate.store.unit_of_work import UnitOfWork

LONGEST_LIST = 10
"""Of the worst."""

_NONE, _DAY = timedelta(), timedelta(days=1)
_TYPES = list(TicketType)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """A month of the desk's calendar as moments, and what counts. ``as_of``: its end, or now if that is before."""

    first: date
    start: datetime
    end: datetime
    as_of: datetime
    terms: Sequence[ServiceTerms]
    hours: OpeningHours

    def has(self, at: datetime) -> bool:
        return self.start <= at < self.as_of

    def day_of(self, at: datetime | None) -> date | None:
        """The day, if it is one of this month's that are over or have begun."""
        return self.hours.local_day(at) if at is not None and self.has(at) else None


def month_figures(
    uow: UnitOfWork, first: date, *, terms: Sequence[ServiceTerms], hours: OpeningHours, now: datetime
) -> tuple[MonthFigures, MonthFigures]:
    """The month that begins on this day, and the one before it, to compare with."""
    days = [months_later(first, -1), first, months_later(first, 1)]
    edges = [moment(datetime.combine(day, time.min), hours.zone) for day in days]
    past = uow.ticket_history.alive(edges[0], edges[2])
    held = uow.ticket_history.held(edges[0], edges[2])
    before, asked = (
        _figures(
            _Month(first=day, start=start, end=end, as_of=min(now, end), terms=terms, hours=hours), past=past, held=held
        )
        for day, (start, end) in zip(days, pairwise(edges), strict=False)
    )
    return asked, before


def _figures(month: _Month, *, past: Sequence[PastTicket], held: Sequence[PastHold]) -> MonthFigures:
    seen = [_ticket_month(one, month) for one in past if one.ticket.opened_at < month.as_of]
    tickets = [one for one in seen if one is not None]
    errors = [one for one in tickets if one.type is TicketType.PROGRAM_ERROR]
    last_day = month.hours.local_day(month.as_of - _DAY)
    return MonthFigures(
        first=month.first,
        as_of=month.as_of,
        over=month.as_of == month.end,
        total=tally(tickets),
        by_type=sorted(
            _groups((one.type.value, one.type.value, one) for one in tickets),
            key=lambda group: _TYPES.index(TicketType(group.key)),
        ),
        by_level=_groups((level := str(int(one.level or ServiceLevel.STANDARD)), level, one) for one in errors),
        by_team=_groups((one.team, one.team, one) for one in tickets),
        by_customer=_groups((one.customer_code, one.customer_name, one) for one in tickets),
        days=_days(tickets, month),
        worst=_worst(tickets),
        held=_held(held, month),
        promises=dict(terms_in_force(month.terms, last_day).promises),
    )


def _ticket_month(past: PastTicket, month: _Month) -> TicketMonth | None:
    """What the month saw of a ticket; None if it was over before."""
    events = tuple(sla_events(past.ticket, _until(past, month.as_of)))
    state = replay(events, month.terms, month.hours)
    due = state.deadlines(month.hours, now=month.as_of)
    reopened = sum(isinstance(event, Reopened) and month.has(event.at) for event in events)
    done = state.resolved_at
    if done is not None and done < month.start and not reopened:
        return None
    merged_away = any(event.kind == Move.MERGE and event.at == done for event in past.events)
    handling = _run(AlarmClock.HANDLING, state, due, events, month)
    # What goes on in another ticket is solved there, or is not.
    solution = _run(AlarmClock.SOLUTION, state, due, events, month) if not merged_away else ClockRun()
    return TicketMonth(
        number=str(past.ticket.number),
        subject=past.ticket.subject,
        customer_code=past.customer_code,
        customer_name=past.customer_name,
        team=_team(past, month.as_of),
        type=state.type,
        level=state.level,
        received_on=month.day_of(past.ticket.opened_at),
        solved_on=month.day_of(done) if not merged_away else None,
        reopened=reopened,
        at_work=done is None,
        overdue=done is None and any(run.late is not None and run.late.done_at is None for run in (handling, solution)),
        handling=handling,
        solution=solution,
    )


def _until(past: PastTicket, end: datetime) -> Iterator[TicketEvent]:
    """What had happened by then. A reply is dated by its receipt, and the opening is the ticket's first event."""
    for number, event in enumerate(past.events):
        if number == 0 or event.at < end:
            yield event


def _team(past: PastTicket, end: datetime) -> str:
    """Whose it was then; in the words of its history, as it may have been handed over since."""
    teams = [event.detail["team"] for event in _until(past, end) if event.detail.get("team")]
    return teams[-1] if teams else past.ticket.team


def _run(
    clock: AlarmClock, state: SlaState, due: Deadlines | None, events: Iterable[SlaEvent], month: _Month
) -> ClockRun:
    handling = clock is AlarmClock.HANDLING
    done_at = state.handling_started_at if handling else state.resolved_at
    took = None
    if done_at is not None and month.has(done_at):
        took = open_time(month.hours, state.received_at, done_at, state.pauses)
    if due is None:
        return ClockRun(took=took)
    due_at = due.handling_due if handling else due.solution_due
    return ClockRun(
        took=took,
        kept=_kept(done_at, due_at, events, month),
        late=_late(clock, done_at, due_at, month),
    )


def open_time(hours: OpeningHours, start: datetime, end: datetime, pauses: Iterable[Pause]) -> timedelta:
    """How much of the time between is open and no pause; none, if the end comes first."""
    waits = (
        hours.open_time_between(max(first, start), min(last, end))
        for first, last in merged(pauses)
        if max(first, start) < min(last, end)
    )
    return max(hours.open_time_between(start, end) - sum(waits, _NONE), _NONE)


def _kept(done_at: datetime | None, due: datetime, events: Iterable[SlaEvent], month: _Month) -> bool | None:
    """Whether the terms were kept, if that was decided in this month."""
    if done_at is not None and done_at <= due:
        return True if month.has(done_at) else None
    # Another level counts from receipt: its deadline may have passed before anybody knew of that level.
    changed = [event.at for event in events if isinstance(event, Reclassified)]
    return False if month.has(max([due, *changed])) else None


def _late(clock: AlarmClock, done_at: datetime | None, due: datetime, month: _Month) -> Late | None:
    """How late it is, if it was late at any time of this month."""
    until = done_at or month.as_of
    if not due < until or until < month.start:
        return None
    return Late(clock=clock, due=due, done_at=done_at, late_by=month.hours.open_time_between(due, until))


def _groups(tickets: Iterable[tuple[str, str, TicketMonth]]) -> Sequence[Group]:
    """Tickets by what they have in common, by key; each group's name is the first one's."""
    members: dict[str, tuple[str, list[TicketMonth]]] = {}
    for key, name, one in tickets:
        members.setdefault(key, (name, []))[1].append(one)
    return tuple(Group(key=key, name=name, tally=tally(mine)) for key, (name, mine) in sorted(members.items()))


def _worst(tickets: Iterable[TicketMonth]) -> Sequence[TicketMonth]:
    late = [(one.worst.late_by, one) for one in tickets if one.worst is not None]
    return tuple(one for _, one in sorted(late, key=lambda pair: pair[0], reverse=True)[:LONGEST_LIST])


def _days(tickets: Sequence[TicketMonth], month: _Month) -> Sequence[DayCount]:
    received, solved = Counter(one.received_on for one in tickets), Counter(one.solved_on for one in tickets)
    count = (months_later(month.first, 1) - month.first).days
    days = (month.first + _DAY * number for number in range(count))
    return tuple(
        DayCount(day=day, received=received[day], solved=solved[day], working=month.hours.is_working_day(day))
        for day in days
    )


def _held(held: Iterable[PastHold], month: _Month) -> Sequence[HeldFigure]:
    ours = [one for one in held if month.has(one.held_at)]
    states = Counter((one.cause, _state(one, month)) for one in ours)
    return tuple(
        HeldFigure(cause=cause, held=count, released=states[cause, RELEASED], rejected=states[cause, REJECTED])
        for cause in HoldCause
        if (count := sum(one.cause is cause for one in ours))
    )


def _state(one: PastHold, month: _Month) -> str:
    """As of the month's end."""
    return one.state if one.decided_at is not None and one.decided_at < month.as_of else ""
