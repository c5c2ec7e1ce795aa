"""Which moment a wall clock means, also on the days on which it is put forward or back.

Moments are aware and in UTC: two aware times of one zone are compared by their wall clocks, which go back in autumn.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC. Raises ``ValueError`` for a time that does not say its zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} does not say its time zone")
    return at.astimezone(UTC)


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clocks of the zone show this time or a later one.

    A time that they show twice is the first of the two; one that they leap over is the moment of the leap. So a later
    time of day is never an earlier moment, and what adjoins on the wall adjoins in fact.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(first, zone) == wall:
        return first
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        before, after = (before, middle) if _wall(middle, zone) >= wall else (middle, after)
    return after


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of the zone ever show this time."""
    return _wall(wall.replace(tzinfo=zone).astimezone(UTC), zone) == wall.replace(fold=0)
