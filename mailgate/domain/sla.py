"""When work on a program error shall start, and when it shall be solved (guide, "Servicenivåer - tidsramar").

Pure: what counts from receipt is worked out anew from terms, level and pauses, whenever it is asked for. What happened
to a ticket, and how its clocks stand, is for ``sla_history``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.terms import ServiceTerms, Target
from mailgate.domain.ticket import ServiceLevel
from mailgate.domain.wall_clock import in_utc

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """From asking the customer to the customer's reply; ``ended_at`` is None while we wait."""

    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The moments of both clocks. Warnings are due when most of the open time until a deadline is used."""

    clock_starts: datetime
    handling_warning: datetime
    handling_due: datetime
    solution_warning: datetime
    solution_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaClock:
    """All that a program error's deadlines follow from. ``terms``: those in force when it was received."""

    received_at: datetime
    level: ServiceLevel
    terms: ServiceTerms
    pauses: tuple[Pause, ...] = ()


def deadlines(clock: SlaClock, hours: OpeningHours, *, now: datetime | None = None) -> Deadlines:
    """Both deadlines and their warnings. ``now``: how far an open pause has come; it is needed only for one."""
    promise = clock.terms.promises[clock.level]
    starts = hours.open_at_or_after(clock.received_at)
    handling = hours.add_open_time(starts, promise.handling_within)
    solution = target_moment(promise.target, clock.received_at, handling_due=handling, hours=hours)
    budget = hours.open_time_between(starts, solution)
    pauses, share = merged(clock.pauses, now=now), clock.terms.warn_at_percent

    def used_up(open_time: timedelta) -> datetime:
        return _used_up(hours, starts, open_time, pauses)

    return Deadlines(
        clock_starts=starts,
        handling_warning=used_up(promise.handling_within * share // 100),
        handling_due=used_up(promise.handling_within),
        solution_warning=used_up(budget * share // 100),
        solution_due=used_up(budget),
    )


def target_moment(target: Target, received_at: datetime, *, handling_due: datetime, hours: OpeningHours) -> datetime:
    """When an error shall be solved if nothing pauses its clock.

    Never before the day is over on which handling shall start (ours): a month in which the desk is closed would
    otherwise end a target of 4 weeks before its clock has started.
    """
    # A deadline at midnight is the end of the day that was worked on.
    handling_on = hours.local_day(handling_due - _INSTANT)
    day = target.day(received_on=hours.local_day(received_at), handling_on=handling_on)
    return hours.closing_time_by(max(day, handling_on))


def merged(pauses: Iterable[Pause], *, now: datetime | None = None) -> tuple[tuple[datetime, datetime], ...]:
    """Pauses in order, what overlaps as one. An open one lasts until ``now``; without it that is a ``ValueError``."""
    spans = sorted((in_utc(pause.started_at), _end(pause, now)) for pause in pauses)
    joined: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)


def _end(pause: Pause, now: datetime | None) -> datetime:
    end = pause.ended_at if pause.ended_at is not None else now
    if end is None:
        raise ValueError("a pause that goes on has deadlines as of a moment only")
    return in_utc(end)


def _used_up(
    hours: OpeningHours, starts: datetime, open_time: timedelta, pauses: tuple[tuple[datetime, datetime], ...]
) -> datetime:
    """The moment at which a clock that stands still in pauses has counted so much open time."""
    due = hours.add_open_time(starts, open_time)
    for start, end in pauses:
        if start >= due:
            break  # the clock had run out by then: a later pause gives nothing back
        due = hours.add_open_time(due, max(hours.open_time_between(max(start, starts), end), timedelta()))
    return due
