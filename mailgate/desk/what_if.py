"""Past program errors under other terms or opening hours: who would have been late, and who would not any more.

What happened stays as it happened; only what was promised is another. Nothing is kept and nothing is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailgate.desk.history import sla_events
from mailgate.domain.news import AlarmClock
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla_history import SlaEvent, SlaState, Standing, replay
from mailgate.domain.terms import ServiceTerms
from mailgate.domain.ticket import ServiceLevel
from mailgate.store.ticket_history import PastTicket
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What deadlines follow from."""

    terms: Sequence[ServiceTerms]
    hours: OpeningHours


class Change(StrEnum):
    """What other rules make of a clock."""

    LATE_NOW = "would be late"
    LATE_NO_MORE = "late no more"
    STILL_LATE = "late in both"
    STILL_IN_TIME = "in time in both"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCompared:
    """One clock under both rules. ``done_at``: when handling started, or the error was solved."""

    clock: AlarmClock
    done_at: datetime | None
    old_due: datetime
    new_due: datetime
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCompared:
    """A program error under both rules."""

    number: str
    subject: str
    customer_code: str
    team: str
    level: ServiceLevel
    received_at: datetime
    handling: ClockCompared
    solution: ClockCompared

    @property
    def clocks(self) -> tuple[ClockCompared, ClockCompared]:
        return self.handling, self.solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """One clock of many tickets."""

    clock: AlarmClock
    tickets: int
    late_old: int
    late_new: int
    changes: dict[Change, int]


def simulate(
    uow: UnitOfWork, *, start: datetime, end: datetime, old: Rules, new: Rules, now: datetime
) -> list[TicketCompared]:
    """What was received in a span and is a program error, by receipt."""
    past = uow.ticket_history.received(start, end)
    compared = (_compared(one, old=old, new=new, now=now) for one in past)
    return sorted((one for one in compared if one is not None), key=lambda one: one.received_at)


def sums(tickets: Sequence[TicketCompared]) -> list[Sums]:
    """What it comes to, for each clock."""
    return [
        _sums(clock, [one for ticket in tickets for one in ticket.clocks if one.clock is clock]) for clock in AlarmClock
    ]


def _sums(clock: AlarmClock, runs: Sequence[ClockCompared]) -> Sums:
    changes = {change: sum(run.change is change for run in runs) for change in Change}
    return Sums(
        clock=clock,
        tickets=len(runs),
        late_old=changes[Change.LATE_NO_MORE] + changes[Change.STILL_LATE],
        late_new=changes[Change.LATE_NOW] + changes[Change.STILL_LATE],
        changes=changes,
    )


def _compared(past: PastTicket, *, old: Rules, new: Rules, now: datetime) -> TicketCompared | None:
    events = tuple(sla_events(past.ticket, past.events))
    before, after = _Run.of(events, old, now), _Run.of(events, new, now)
    if before is None or after is None:
        return None
    return TicketCompared(
        number=str(past.ticket.number),
        subject=past.ticket.subject,
        customer_code=past.customer_code,
        team=past.ticket.team,
        level=before.state.level or ServiceLevel.STANDARD,
        received_at=before.state.received_at,
        handling=_clock(AlarmClock.HANDLING, before.state.handling_started_at, before.handling, after.handling),
        solution=_clock(AlarmClock.SOLUTION, before.state.resolved_at, before.solution, after.solution),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A ticket under one set of rules: each clock's deadline, and whether it was missed."""

    state: SlaState
    handling: tuple[datetime, bool]
    solution: tuple[datetime, bool]

    @classmethod
    def of(cls, events: Sequence[SlaEvent], rules: Rules, now: datetime) -> "_Run | None":
        """None if it is no program error."""
        state = replay(events, rules.terms, rules.hours)
        due = state.deadlines(rules.hours, now=now)
        if due is None:
            return None
        return cls(
            state=state,
            handling=(due.handling_due, _is_late(state.handling_standing(due, now=now))),
            solution=(due.solution_due, _is_late(state.solution_standing(due, now=now))),
        )


def _is_late(standing: Standing) -> bool:
    return standing in (Standing.MISSED, Standing.BREACHED)


def _clock(
    clock: AlarmClock, done_at: datetime | None, old: tuple[datetime, bool], new: tuple[datetime, bool]
) -> ClockCompared:
    (old_due, was_late), (new_due, is_late) = old, new
    change = (
        (Change.STILL_LATE if is_late else Change.LATE_NO_MORE)
        if was_late
        else (Change.LATE_NOW if is_late else Change.STILL_IN_TIME)
    )
    return ClockCompared(clock=clock, done_at=done_at, old_due=old_due, new_due=new_due, change=change)
