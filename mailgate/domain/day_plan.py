"""One day by the wall clock: when it is open, and why it is not (guide, "Öppettider").

Times of day are spans since midnight, so that 24:00 is one. What moments they are is for ``wall_clock``; adding up
open time over many days is for ``opening_hours``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

MIDNIGHT = timedelta()
END_OF_DAY = timedelta(days=1)


class Closure(StrEnum):
    """Why nobody is there. ``WEEKEND``: a weekday without hours. ``EXTRA``: hours set for that one day."""

    NIGHT = "night"
    LUNCH = "lunch"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    EVE = "eve"
    BEFORE_HOLIDAY = "before_holiday"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyClosed:
    """A closure, and the name of the day that is to blame: "Trettondedag jul"."""

    closure: Closure
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day off. Official ones (red days) shorten the day before them; the others are eves that we keep closed."""

    name: str
    official: bool = True


Holidays = Callable[[date], Holiday | None]
"""The calendar of days off."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another. Raises ``ValueError`` if that is no part of a day."""

    opens: timedelta
    closes: timedelta

    def __post_init__(self) -> None:
        if not MIDNIGHT <= self.opens < self.closes <= END_OF_DAY:
            raise ValueError("hours run from an earlier to a later time of the same day")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """Hours of one day, whatever weekday or holiday it is; none: closed."""

    hours: tuple[Hours, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a day that is open (``why`` is None) or closed throughout."""

    start: timedelta
    end: timedelta
    why: WhyClosed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """The hours of each weekday from Monday on, and what changes them. Raises ``ValueError`` if it is never open.

    ``closes_before_holiday``: when a working day ends whose next calendar day is a red day.
    ``special``: goes before everything else, the short days included.
    """

    week: tuple[tuple[Hours, ...], ...]
    holidays: Holidays
    lunch: Hours | None = None
    closes_before_holiday: timedelta | None = None
    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        week = [part for hours in self.week for part in self._ordinary(hours)]
        if all(part.why is not None for part in week):
            raise ValueError("there is no weekday with open time")
        if self.closes_before_holiday is not None and not MIDNIGHT < self.closes_before_holiday < END_OF_DAY:
            raise ValueError("a short day closes at a time between midnight and midnight")
        for special in self.special.values():
            list(_day(special.hours, otherwise=WhyClosed(closure=Closure.EXTRA)))  # raises if they overlap

    def day(self, day: date) -> tuple[Segment, ...]:
        """The whole of a day, from midnight to midnight."""
        special, holiday = self.special.get(day), self.holidays(day)
        if special is not None:
            why = WhyClosed(closure=Closure.EXTRA, name=special.why)
            return tuple(_day(special.hours, otherwise=why))
        if holiday is not None:
            closure = Closure.HOLIDAY if holiday.official else Closure.EVE
            return (Segment(MIDNIGHT, END_OF_DAY, WhyClosed(closure=closure, name=holiday.name)),)
        return tuple(self._shortened(self._ordinary(self.week[day.weekday()]), day))

    def _ordinary(self, hours: tuple[Hours, ...]) -> tuple[Segment, ...]:
        return _ordinary_day(hours, self.lunch)

    def _shortened(self, segments: Iterable[Segment], day: date) -> Iterable[Segment]:
        # guide: "Dag före röd dag stänger vi kl 13". A plain Sunday or a closed eve is no red day (ours).
        if self.closes_before_holiday is None or day == date.max:
            return segments
        tomorrow = self.holidays(day + END_OF_DAY)
        if tomorrow is None or not tomorrow.official:
            return segments
        why = WhyClosed(closure=Closure.BEFORE_HOLIDAY, name=tomorrow.name)
        return _without(segments, Hours(self.closes_before_holiday, END_OF_DAY), why)


@lru_cache(maxsize=64)
def _ordinary_day(hours: tuple[Hours, ...], lunch: Hours | None) -> tuple[Segment, ...]:
    """The same for all Mondays."""
    segments = _day(hours, otherwise=WhyClosed(closure=Closure.NIGHT if hours else Closure.WEEKEND))
    return tuple(_without(segments, lunch, WhyClosed(closure=Closure.LUNCH)) if lunch else segments)


def _day(hours: tuple[Hours, ...], *, otherwise: WhyClosed) -> Iterator[Segment]:
    """The hours in their order, and what is closed before, between and after them."""
    reached = MIDNIGHT
    for one in sorted(hours, key=lambda one: one.opens):
        if one.opens < reached:
            raise ValueError("hours of a day overlap")
        if reached < one.opens:
            yield Segment(reached, one.opens, otherwise)
        yield Segment(one.opens, one.closes, None)
        reached = one.closes
    if reached < END_OF_DAY:
        yield Segment(reached, END_OF_DAY, otherwise)


def _without(segments: Iterable[Segment], closed: Hours, why: WhyClosed) -> Iterator[Segment]:
    """The same with less open time."""
    for part in segments:
        if part.why is not None:
            yield part
            continue
        first, last = max(part.start, closed.opens), min(part.end, closed.closes)
        if first >= last:
            yield part
            continue
        if part.start < first:
            yield Segment(part.start, first, None)
        yield Segment(first, last, why)
        if last < part.end:
            yield Segment(last, part.end, None)
