"""A month of the desk in figures: values, and how single tickets add up to them.

Pure. Where they come from is for ``desk.figures``; how people and programs read them is for ``cli`` and ``notify``.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from mailgate.domain.news import AlarmClock
from mailgate.domain.terms import Promise
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import HoldCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A clock that ran out. ``late_by``: open time from the deadline until it was done, or until now."""

    clock: AlarmClock
    due: datetime
    done_at: datetime | None
    late_by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRun:
    """One clock of a ticket in a month. ``took``: open time without pauses, if it was done in the month.

    ``kept``: whether the terms were kept, if that was decided in the month; None if not, or if there are no terms.
    """

    took: timedelta | None = None
    kept: bool | None = None
    late: Late | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMonth:
    """What a month saw of one ticket. ``reopened``: how often. ``at_work``, ``overdue``: at the month's end.

    ``received_on``, ``solved_on``: if that was in the month; solved is what still counted as solved at its end.
    """

    number: str
    subject: str
    customer_code: str
    customer_name: str
    team: str
    type: TicketType
    level: ServiceLevel | None
    received_on: date | None
    solved_on: date | None
    reopened: int
    at_work: bool
    overdue: bool
    handling: ClockRun
    solution: ClockRun

    @property
    def worst(self) -> Late | None:
        """The clock that was missed by more."""
        late = [one for one in (self.handling.late, self.solution.late) if one is not None]
        return max(late, key=lambda one: one.late_by, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took. ``p90``: nine in ten took no longer."""

    count: int
    median: timedelta
    p90: timedelta
    worst: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTally:
    """One clock of many tickets: how long it ran, and how many kept the terms of those decided."""

    spread: Spread | None
    met: int
    missed: int

    @property
    def share(self) -> float | None:
        """The part that kept the terms, 0 to 1; None if nothing was decided."""
        decided = self.met + self.missed
        return self.met / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Many tickets in a month. ``at_work`` and ``overdue`` count what is left at its end."""

    received: int
    solved: int
    reopened: int
    at_work: int
    overdue: int
    handling: ClockTally
    solution: ClockTally

    @property
    def share(self) -> float | None:
        """The part of all decided clocks that kept the terms."""
        met, missed = self.handling.met + self.solution.met, self.handling.missed + self.solution.missed
        return met / (met + missed) if met + missed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tickets that have something in common. ``key`` is for programs, ``name`` for people; they may be the same."""

    key: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFigure:
    """Mails held in a month for one cause, and what had become of them by its end."""

    cause: HoldCause
    held: int
    released: int
    rejected: int

    @property
    def waiting(self) -> int:
        return self.held - self.released - self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A day of the desk's calendar. ``working``: whether it has open time."""

    day: date
    received: int
    solved: int
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """All figures of a month. ``as_of``: its end, or now if it is not over: later events never change them."""

    first: date
    as_of: datetime
    over: bool
    total: Tally
    by_type: Sequence[Group]
    by_level: Sequence[Group]
    by_team: Sequence[Group]
    by_customer: Sequence[Group]
    days: Sequence[DayCount]
    worst: Sequence[TicketMonth]
    held: Sequence[HeldFigure]
    promises: Mapping[ServiceLevel, Promise]


def tally(tickets: Iterable[TicketMonth]) -> Tally:
    """Add tickets up."""
    counted = list(tickets)
    return Tally(
        received=sum(one.received_on is not None for one in counted),
        solved=sum(one.solved_on is not None for one in counted),
        reopened=sum(one.reopened for one in counted),
        at_work=sum(one.at_work for one in counted),
        overdue=sum(one.overdue for one in counted),
        handling=_clock_tally([one.handling for one in counted]),
        solution=_clock_tally([one.solution for one in counted]),
    )


def percent(share: float) -> int:
    """As people say it; not all as long as one is missing, not none as long as there is one."""
    return min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)


def spread(times: Iterable[timedelta]) -> Spread | None:
    """Median, nine in ten (by nearest rank), and the longest; None of nothing."""
    ordered = sorted(times)
    if not ordered:
        return None
    return Spread(
        count=len(ordered),
        median=median(ordered),  # type: ignore[type-var]  # a timedelta can be halved
        p90=ordered[math.ceil(0.9 * len(ordered)) - 1],
        worst=ordered[-1],
    )


def _clock_tally(runs: Sequence[ClockRun]) -> ClockTally:
    return ClockTally(
        spread=spread(run.took for run in runs if run.took is not None),
        met=sum(run.kept is True for run in runs),
        missed=sum(run.kept is False for run in runs),
    )
