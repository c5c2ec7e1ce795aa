"""Opening hours and deadlines the slow way: a clock that ticks minute by minute. It shares no code with what it judges.

Swedish holidays are reckoned from Gauss's Easter and the law (1989:253), valid from 2005 on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
Pauses = Iterable[tuple[datetime, datetime]]


def easter(year: int) -> date:
    """Anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _first(weekday: int, start: date) -> date:
    return next(day for day in (start + DAY * n for n in range(7)) if day.weekday() == weekday)


@cache
def swedish_red_days(year: int) -> set[date]:
    sunday = easter(year)
    moving = {sunday + DAY * n for n in (-2, 0, 1, 39, 49)}
    fixed = {date(year, *md) for md in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))}
    return moving | fixed | {_first(5, date(year, 6, 20)), _first(5, date(year, 10, 31))}


@cache
def swedish_eves(year: int) -> set[date]:
    return {_first(4, date(year, 6, 19)), date(year, 12, 24), date(year, 12, 31)}


def is_red(day: date) -> bool:
    return day in swedish_red_days(day.year)


def is_eve(day: date) -> bool:
    return day in swedish_eves(day.year)


def never(_day: date) -> bool:
    return False


@dataclass
class Oracle:
    """A desk; times of day are minutes since midnight."""

    zone: ZoneInfo = STOCKHOLM
    week: tuple[tuple[tuple[int, int], ...], ...] = (((480, 960),),) * 5 + ((),) * 2
    lunch: tuple[int, int] = (720, 780)
    early: int = 780
    red: Callable[[date], bool] = is_red
    eve: Callable[[date], bool] = is_eve
    _days: dict[date, list[tuple[bool, date]]] = field(default_factory=dict)

    def _rule(self, wall: datetime) -> bool:
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        if self.red(day) or self.eve(day) or self.lunch[0] <= minute < self.lunch[1]:
            return False
        if self.red(day + DAY) and minute >= self.early:
            return False
        return any(first <= minute < last for first, last in self.week[day.weekday()])

    def _ticks(self, utc_day: date) -> list[tuple[bool, date]]:
        """For each minute of a UTC day: open, and which local day. What the clock shows again is not lived again."""
        if utc_day not in self._days:
            at = datetime.combine(utc_day, time.min, UTC) - MINUTE * 180
            ticks, seen = [], at.replace(tzinfo=None) - DAY
            for _ in range(180 + 1440):
                seen = max(seen, at.astimezone(self.zone).replace(tzinfo=None, fold=0))
                if at.date() == utc_day:
                    ticks.append((self._rule(seen), seen.date()))
                at += MINUTE
            self._days[utc_day] = ticks
        return self._days[utc_day]

    def _tick(self, at: datetime) -> tuple[bool, date]:
        at = at.astimezone(UTC)
        return self._ticks(at.date())[at.hour * 60 + at.minute]

    def is_open(self, at: datetime) -> bool:
        return self._tick(at)[0]

    def first_open(self, at: datetime) -> datetime:
        while not self.is_open(at):
            at += MINUTE
        return at

    def add(self, at: datetime, minutes: int, pauses: Pauses = ()) -> datetime:
        """Let the clock run until so many open minutes were counted; not in pauses."""
        at, pauses = at.astimezone(UTC), list(pauses)
        while minutes > 0:
            if self.is_open(at) and not any(start <= at < end for start, end in pauses):
                minutes -= 1
            at += MINUTE
        return at

    def subtract(self, at: datetime, minutes: int) -> datetime:
        at = at.astimezone(UTC)
        while minutes > 0:
            at -= MINUTE
            minutes -= self.is_open(at)
        return at

    def between(self, start: datetime, end: datetime) -> int:
        start, end, count = start.astimezone(UTC), end.astimezone(UTC), 0
        while start < end:
            count += self.is_open(start)
            start += MINUTE
        return count

    def closing_by(self, day: date) -> datetime:
        """Tick back from far behind the day to the last open minute of it, or before it."""
        at = datetime.combine(day, time.min, UTC) + 2 * DAY
        while not (self.is_open(at) and self._tick(at)[1] <= day):
            at -= MINUTE
        return at + MINUTE

    def target_day(self, level: int, received: datetime, handling: datetime) -> date:
        handling_day = self._tick(handling - MINUTE)[1]
        received_day = received.astimezone(self.zone).date()
        if level == 1:
            return handling_day
        if level == 2:
            return next(day for day in (handling_day + DAY * n for n in range(7)) if day.weekday() == 6)
        if level == 3:
            return received_day + 28 * DAY
        year, month = received_day.year + (level == 5), received_day.month
        if level == 4:
            year, month = (year, month + 6) if month <= 6 else (year + 1, month - 6)
        for day in range(received_day.day, 0, -1):
            try:
                return date(year, month, day)
            except ValueError:
                continue
        raise AssertionError("every month has a first")

    def deadlines(self, level: int, received: datetime, pauses: Pauses = ()) -> tuple[datetime, datetime, datetime]:
        """Start of the clock, handling and solution due."""
        pauses = list(pauses)
        start, within = self.first_open(received.astimezone(UTC)), {1: 2, 2: 4, 3: 12, 4: 48, 5: 48}[level] * 60
        target = self.closing_by(self.target_day(level, received, self.add(start, within)))
        return start, self.add(start, within, pauses), self.add(start, self.between(start, target), pauses)
