"""A seeded world around a real desk: mail at all hours, people in opening hours, outages, kills, a clock set back.

Time leaps from one moment at which anything can happen to the next. The desk looks what is due at each of those, a
minute before and after, and every half hour; all that happened stands in the chronicle.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random

from tests.domain.sla_oracle import DAY, MINUTE, STOCKHOLM
from tests.simulation.cast import CUSTOMERS, HEAD, REACHED, SPECIALISTS, SUPERUSERS, team_of
from tests.simulation.chronicle import Chronicle, Happening, Ticked
from tests.simulation.desk_under_test import DeskUnderTest, Killed
from tests.simulation.open_minutes import OpenMinutes, open_minutes

HOUR = timedelta(hours=1)
_FORESEEN = timedelta(days=430)
_KILLS = 0.02
_STATEMENTS = 40
_ON_TIME = timedelta(minutes=11)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How much of a world. ``outages`` last from some hours to three days."""

    seed: int
    first: date
    days: int
    tickets: int
    outages: tuple[tuple[datetime, datetime], ...] = ()
    set_back: datetime | None = None
    kills: float = _KILLS


@dataclass(order=True, slots=True)
class Entry:
    """Something that somebody will do. A mail is received even while the desk stands still; ``do`` gets its time."""

    at: datetime
    number: int
    do: Callable[[datetime], None] = field(compare=False)
    mail: bool = field(compare=False)


class Simulation:
    """The world's clock, its agenda, and the desk. What people do is for ``people``."""

    def __init__(self, setting: Setting, folder: Path) -> None:
        self.setting = setting
        self.random = Random(setting.seed)  # noqa: S311 - a world that can be lived again
        self.desk = DeskUnderTest(folder)
        self.chronicle = Chronicle(teams=REACHED, heads=(HEAD,))
        self.minutes = calendar_of(setting)
        self.now = local(setting.first, time())
        self.end = self.now + setting.days * DAY
        self.kills = 0
        self.most_at_once = 0
        self._agenda: list[Entry] = []
        self._numbers = count()
        self._troubles = sorted(setting.outages)
        self._set_back = setting.set_back
        self._look_again: datetime | None = None
        self.desk.hire(SPECIALISTS, head=HEAD)
        for code in (f"K{number}" for number in range(1, CUSTOMERS + 1)):
            self.desk.register(code, team_of(code), [one for one in SUPERUSERS if one.house == code])

    # for those who act

    def plan(self, at: datetime, do: Callable[[datetime], None], *, mail: bool = False) -> None:
        heapq.heappush(self._agenda, Entry(max(at, self.now), next(self._numbers), do, mail))

    def is_open(self, at: datetime) -> bool:
        return self.minutes.is_open(self.minutes.minute(at))

    def working_time(self, minutes: int, *, since: datetime | None = None) -> datetime:
        """So much open time later, while the desk is open."""
        later = self.minutes.add(self.minutes.minute(since or self.now), max(minutes, 1))
        return self.minutes.moment(self.minutes.first_open(later))

    def killed_at(self) -> int | None:
        """Whether this step is cut short, and where."""
        return self.random.randint(1, _STATEMENTS) if self.random.random() < self.setting.kills else None

    def restart(self) -> None:
        self.kills += 1
        self.desk.restart()

    def happened(self, one: Happening) -> None:
        self.chronicle.happenings.append(one)

    # time

    def run(self) -> None:
        """Let the world live until its end."""
        while self.now < self.end:
            self._leap()
            look_first = self.random.random() < 0.5
            if look_first:
                self._look()
            while self._agenda and self._agenda[0].at <= self.now:
                entry = heapq.heappop(self._agenda)
                entry.do(entry.at)
            if not look_first:
                self._look()
        self.desk.close()

    def _leap(self) -> None:
        self.now = min(self._moments())
        if self._set_back is not None and self.now >= self._set_back:
            self.now, self._set_back = self._set_back - HOUR, None
        if self._troubles and self.now >= self._troubles[0][0]:
            self._stand_still(self._troubles.pop(0)[1])

    def _moments(self) -> list[datetime]:
        """When something can happen next."""
        soonest = self.now + MINUTE
        moments = [self.end, self._next_half_hour()]
        moments += [self._set_back] if self._set_back is not None else []
        moments += [max(self._agenda[0].at, soonest)] if self._agenda else []
        moments += [max(self._troubles[0][0], soonest)] if self._troubles else []
        moments += [self._look_again] if self._look_again is not None and self._look_again > self.now else []
        if (due := self.desk.next_due(after=self.now)) is not None:
            due = self.minutes.moment(self.minutes.minute(due))
            moments += [max(due - MINUTE, soonest), max(due, soonest)]
        overdue = self.desk.next_due()
        if overdue is not None and overdue <= self.now and (self.is_open(soonest) or soonest - overdue < _ON_TIME):
            moments.append(soonest)
        return moments

    def _next_half_hour(self) -> datetime:
        return self.now.replace(minute=self.now.minute // 30 * 30) + HOUR / 2

    def _stand_still(self, until: datetime) -> None:
        """Nothing runs; mails wait where they were received, people come back to it afterwards."""
        self.now = until
        self.restart()
        missed, self._agenda = self._agenda, []
        for entry in sorted(missed):
            if entry.mail or entry.at > until:
                heapq.heappush(self._agenda, entry)
            else:
                self.plan(self.working_time(self.random.randint(1, 240)), entry.do)

    def _look(self) -> None:
        """The work of a minute; after a kill it is tried again in the next one."""
        try:
            told = self.desk.tick(now=self.now, killed_at=self.killed_at())
            self.happened(Ticked(at=self.now))
            self.most_at_once = max(self.most_at_once, told)
            told += self.desk.make_rounds(now=self.now, killed_at=self.killed_at())
        except Killed as killed:
            if killed.committed and self._was_killed_after_its_tick():
                self.happened(Ticked(at=self.now))
            self.restart()
            told = 1
        if told:
            self._look_again = self.now + MINUTE

    def _was_killed_after_its_tick(self) -> bool:
        return self.chronicle.happenings[-1:] != [Ticked(at=self.now)]


def local(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, STOCKHOLM).astimezone(UTC)


def calendar_of(setting: Setting) -> OpenMinutes:
    """Open time as far as any deadline of that world can lie."""
    return open_minutes(setting.first - 3 * DAY, setting.first + setting.days * DAY + _FORESEEN)
