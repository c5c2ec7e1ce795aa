"""Time that counts: opening hours as moments, and arithmetic with open time (guide, "Öppettider").

Every moment that comes in or goes out is aware; those that go out are in UTC. The open intervals of a year are worked
out once and then searched, so that a year's distance costs no more than an hour's.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from mailgate.domain.day_plan import END_OF_DAY, WeekPlan, WhyClosed
from mailgate.domain.wall_clock import in_utc, moment

Interval = tuple[datetime, datetime]
_NONE = timedelta()
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Between two moments open, or closed for one reason."""

    start: datetime
    end: datetime
    why: WhyClosed | None


@dataclass(frozen=True, slots=True)
class _Year:
    """The open intervals of a local year; ``before[i]`` is the open time of those before the i-th."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    total: timedelta
    working_days: frozenset[date]

    def elapsed(self, at: datetime) -> timedelta:
        """The open time of the year until a moment."""
        last = bisect_right(self.starts, at) - 1
        return self.before[last] + min(at, self.ends[last]) - self.starts[last] if last >= 0 else _NONE

    def first_with(self, elapsed: timedelta) -> datetime:
        """The first moment at which so much is elapsed."""
        found = bisect_left(self.before, elapsed) - 1
        return self.starts[found] + (elapsed - self.before[found])

    def last_with(self, elapsed: timedelta) -> datetime:
        """The last moment at which no more is elapsed."""
        found = bisect_right(self.before, elapsed) - 1
        return self.starts[found] + (elapsed - self.before[found])


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class OpeningHours:
    """A plan of the week in a time zone."""

    plan: WeekPlan
    zone: ZoneInfo
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    def work_out(self, years: Iterable[int]) -> None:
        """Do now for these years what else the first question about their days would wait for."""
        for number in years:
            self._year(number)

    def local_day(self, at: datetime) -> date:
        """The day on the desk's calendar."""
        return at.astimezone(self.zone).date()

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        """The open intervals of a day."""
        open_parts = [part for part in self.plan.day(day) if part.why is None]
        if not open_parts:
            return ()
        at = self._moments_of(day)
        intervals = ((at(part.start), at(part.end)) for part in open_parts)
        # What the clocks leap over takes no time.
        return tuple((start, end) for start, end in intervals if start < end)

    def open_on(self, day: date, at: time) -> datetime:
        """That time of a day; where it is closed then, the day's next open moment, or else its first.

        On a day without any: that time.
        """
        wanted, intervals = moment(datetime.combine(day, at), self.zone), self.intervals_on(day)
        later = [max(start, wanted) for start, end in intervals if wanted < end]
        return next(iter(later), intervals[0][0] if intervals else wanted)

    def is_working_day(self, day: date) -> bool:
        """Whether there is any open time on a day."""
        return day in self._year(day.year).working_days

    def closing_time(self, day: date) -> datetime | None:
        """The end of a day's last open time; None if it has none."""
        intervals = self.intervals_on(day)
        return intervals[-1][1] if intervals else None

    def closing_time_by(self, day: date) -> datetime:
        """Closing time of that day, or of the last working day before it."""
        end_of_day = moment(datetime.combine(day, time.min) + END_OF_DAY, self.zone)
        number = day.year
        while (found := bisect_left(self._year(number).starts, end_of_day)) == 0:
            number -= 1
        return self._year(number).ends[found - 1]

    def open_at_or_after(self, at: datetime) -> datetime:
        """The first open moment that is not before this one."""
        at = in_utc(at)
        number = self.local_day(at).year
        # At the end of an interval it is closed: the next one counts.
        while (found := bisect_right(self._year(number).ends, at)) == len(self._year(number).ends):
            number += 1
        return max(at, self._year(number).starts[found])

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between is open; negative if ``end`` comes first."""
        start, end = in_utc(start), in_utc(end)
        first, last = self.local_day(start).year, self.local_day(end).year
        if first > last:
            return -self.open_time_between(end, start)
        whole = sum((self._year(number).total for number in range(first, last)), _NONE)
        return whole + self._year(last).elapsed(end) - self._year(first).elapsed(start)

    def add_open_time(self, at: datetime, span: timedelta) -> datetime:
        """The first moment by which so much open time has passed; with a negative span back, to the last such one."""
        at = in_utc(at)
        if span == _NONE:
            return at
        number = self.local_day(at).year
        sought = self._year(number).elapsed(at) + span
        if span < _NONE:
            while sought < _NONE:
                number -= 1
                sought += self._year(number).total
            return self._year(number).last_with(sought)
        while sought > self._year(number).total:
            sought -= self._year(number).total
            number += 1
        return self._year(number).first_with(sought)

    def why_closed(self, at: datetime) -> WhyClosed | None:
        """Why nobody is there; None if it is open."""
        at = in_utc(at)
        return next(self.periods(at, at + _INSTANT)).why

    def periods(self, start: datetime, end: datetime) -> Iterator[Period]:
        """What lies between two moments, open or closed, without gaps; a closure that goes on overnight is one."""
        start, end = in_utc(start), in_utc(end)
        pending: Period | None = None
        day = self.local_day(start)
        while pending is None or pending.end < end:
            for part in self._periods_on(day):
                if pending is not None and pending.why == part.why:
                    pending = Period(pending.start, part.end, part.why)
                    continue
                yield from _cut(pending, start, end)
                pending = part
            day += END_OF_DAY
        yield from _cut(pending, start, end)

    def _periods_on(self, day: date) -> tuple[Period, ...]:
        at = self._moments_of(day)
        parts = (Period(at(part.start), at(part.end), part.why) for part in self.plan.day(day))
        return tuple(part for part in parts if part.start < part.end)

    def _moments_of(self, day: date) -> Callable[[timedelta], datetime]:
        """Tells the moment of a time of that day; only where the clocks are put forward or back is that laborious."""
        midnight, zone = datetime.combine(day, time.min), self.zone
        first = moment(midnight, zone)
        if moment(midnight + END_OF_DAY, zone) - first == END_OF_DAY:
            return lambda span: first + span
        return lambda span: moment(midnight + span, zone)

    def _year(self, number: int) -> _Year:
        # Threads that come at once work out the same year; whichever is kept is right.
        if number not in self._years:
            self._years[number] = self._worked_out(number)
        return self._years[number]

    def _worked_out(self, number: int) -> _Year:
        first, days = date(number, 1, 1), (date(number, 12, 31) - date(number, 1, 1)).days + 1
        by_day = {day: self.intervals_on(day) for day in (first + timedelta(days=offset) for offset in range(days))}
        intervals = [pair for pairs in by_day.values() for pair in pairs]
        *before, total = accumulate((end - start for start, end in intervals), initial=_NONE)
        return _Year(
            starts=tuple(start for start, _ in intervals),
            ends=tuple(end for _, end in intervals),
            before=tuple(before),
            total=total,
            working_days=frozenset(day for day, pairs in by_day.items() if pairs),
        )


def _cut(period: Period | None, start: datetime, end: datetime) -> Iterator[Period]:
    """What of a period lies between two moments."""
    if period is not None and max(period.start, start) < min(period.end, end):
        yield Period(max(period.start, start), min(period.end, end), period.why)
