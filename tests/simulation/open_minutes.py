"""Open time as a list of minutes, counted once: quick enough to judge thousands of tickets.

Which minutes are open says the ticking clock of ``tests.domain.sla_oracle``; nothing here is shared with the product.
A moment is the number of minutes since the first one that is known.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from tests.domain.sla_oracle import DAY, MINUTE, STOCKHOLM, Oracle

HANDLING_HOURS = {1: 2, 2: 4, 3: 12, 4: 48, 5: 48}
Pauses = Iterable[tuple[int, int]]


class OpenMinutes:
    """Opening hours between two days."""

    def __init__(self, first: date, last: date) -> None:
        self._desk = Oracle()
        self._zero = datetime.combine(first, time.min, UTC)
        minutes = (last - first) // MINUTE
        self._open = array("l", (at for at in range(minutes) if self._desk.is_open(self.moment(at))))
        self._known = set(self._open)
        self._working = {self.day(at) for at in self._open[::60]} | {self.day(at) for at in self._open[30::60]}

    def minute(self, at: datetime) -> int:
        """The minute of a moment; one that is begun counts as the next."""
        return -((self._zero - at) // MINUTE)

    def moment(self, minute: int) -> datetime:
        return self._zero + minute * MINUTE

    def day(self, minute: int) -> date:
        return self.moment(minute).astimezone(STOCKHOLM).date()

    def at_wall(self, day: date, wall: time) -> int:
        return self.minute(datetime.combine(day, wall, STOCKHOLM))

    def is_open(self, minute: int) -> bool:
        return minute in self._known

    def is_working(self, day: date) -> bool:
        return day in self._working

    def first_open(self, minute: int) -> int:
        return self._open[bisect_left(self._open, minute)]

    def count(self, start: int, end: int) -> int:
        return max(bisect_left(self._open, end) - bisect_left(self._open, start), 0)

    def add(self, start: int, minutes: int, pauses: Pauses = ()) -> int:
        """The end of the open minute with this number, when those in pauses are not counted."""
        for begins, ends in sorted(pauses):
            before = self.count(start, begins)
            if before >= minutes:
                break
            minutes -= before
            start = max(start, ends)
        return self._open[bisect_left(self._open, start) + minutes - 1] + 1

    def working_days_later(self, minute: int, days: int) -> int:
        wall = self.moment(minute).astimezone(STOCKHOLM)
        day = wall.date()
        while days:
            day += DAY
            days -= self.is_working(day)
        return self.first_open(self.at_wall(day, wall.time()))

    def closing_by(self, day: date) -> int:
        return self._open[bisect_left(self._open, self.at_wall(day + DAY, time())) - 1] + 1

    def deadlines(self, level: int, received: int, pauses: Pauses) -> dict[str, tuple[int, int]]:
        """For each clock: when it warns, when it has run out."""
        pauses, starts = list(pauses), self.first_open(received)
        within = HANDLING_HOURS[level] * 60
        handling = self.moment(self.add(starts, within))
        target = self._desk.target_day(level, self.moment(received), handling)
        budgets = {"handling": within, "solution": self.count(starts, self.closing_by(target))}
        return {
            clock: (self.add(starts, -(-budget * 3 // 4), pauses), self.add(starts, budget, pauses))
            for clock, budget in budgets.items()
        }

    def next_status(self, level: int, opened: int, after: int) -> int:
        """The first status mail later than a moment, by the table of mails (ours)."""
        if level == 1:
            starts, number = self.first_open(opened), 1
            number = max(self.count(starts, after) // 120, 1)
            while (at := self.add(starts, 120 * number)) <= after:
                number += 1
            return at
        day = self.day(max(after, opened))
        while not self._has_status(level, day) or self.at_wall(day, time(9)) <= max(after, opened):
            day += DAY
        return self.at_wall(day, time(9))

    def _has_status(self, level: int, day: date) -> bool:
        back = {2: 0, 3: day.weekday()}.get(level, day.day - 1)
        return self.is_working(day) and not any(self.is_working(day - timedelta(n)) for n in range(1, back + 1))


@cache
def open_minutes(first: date, last: date) -> OpenMinutes:
    """Worked out once for all simulations of the same time."""
    return OpenMinutes(first, last)
