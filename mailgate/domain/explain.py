"""The reckoning behind a deadline: each interval from receipt on, whether it counted, and if not, why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from mailgate.domain.day_plan import WhyClosed
from mailgate.domain.opening_hours import OpeningHours, Period
from mailgate.domain.sla import Pause, merged
from mailgate.domain.wall_clock import in_utc


class Skipped(StrEnum):
    """Reasons for open time that does not count."""

    WAITING_FOR_CUSTOMER = "waiting_for_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An interval that counted (``why`` is None), or was skipped.

    ``clock_shift``: by how much the desk's clocks were put forward (or, negative, back) within it.
    """

    start: datetime
    end: datetime
    why: WhyClosed | Skipped | None
    clock_shift: timedelta

    @property
    def counted(self) -> timedelta:
        """The open time that it used up."""
        return self.end - self.start if self.why is None else timedelta()


def explain(
    hours: OpeningHours, start: datetime, end: datetime, *, pauses: Iterable[Pause] = (), now: datetime | None = None
) -> tuple[Step, ...]:
    """What counted and what did not, from one moment to another, without gaps."""
    waits = merged(pauses, now=now)
    return tuple(
        Step(start=first, end=last, why=why, clock_shift=_shift(hours, first, last))
        for period in hours.periods(in_utc(start), in_utc(end))
        for first, last, why in _with_waits(period, waits)
    )


def _with_waits(
    period: Period, waits: tuple[tuple[datetime, datetime], ...]
) -> Iterator[tuple[datetime, datetime, WhyClosed | Skipped | None]]:
    """Open time, cut where waiting for the customer begins and ends; a closure is one, waiting or not."""
    if period.why is not None:
        yield period.start, period.end, period.why
        return
    cuts = {at for wait in waits for at in wait if period.start < at < period.end}
    for first, last in pairwise(sorted({period.start, period.end, *cuts})):
        waiting = any(start <= first and last <= end for start, end in waits)
        yield first, last, Skipped.WAITING_FOR_CUSTOMER if waiting else None


def _shift(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    walls = [at.astimezone(hours.zone).utcoffset() or timedelta() for at in (start, end)]
    return walls[1] - walls[0]
