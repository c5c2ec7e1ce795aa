"""When a SuperUser next hears how their program error stands (domain.md 5, ours), and when an unanswered question ends.

Level 1 every 2 open hours, 2 daily, 3 weekly on the week's first working day, 4 and 5 on the month's first; the last
three at 09:00. Pure: the moments lie on a grid that does not move, so that a missed one is not made up for by many.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.ticket import ServiceLevel
from mailgate.domain.wall_clock import moment

EVERY = timedelta(hours=2)
AT = time(9)
REMIND_AFTER = 5
CLOSE_AFTER = 10
"""Working days after which a question to the customer is asked again, and given up (ours)."""


def next_status_mail(
    level: ServiceLevel, *, opened_at: datetime, after: datetime, hours: OpeningHours, at: time = AT
) -> datetime:
    """The first moment later than ``after`` at which the SuperUser is told. ``at``: of levels 2 to 5."""
    if level is ServiceLevel.STANDSTILL:
        start = hours.open_at_or_after(opened_at)
        rounds = hours.open_time_between(start, max(after, start)) // EVERY + 1
        return hours.add_open_time(start, rounds * EVERY)
    since = max(after, opened_at)
    return next(each for each in _mornings(level, hours.local_day(since), hours, at) if each > since)


def _mornings(level: ServiceLevel, day: date, hours: OpeningHours, at: time) -> Iterator[datetime]:
    """The mornings from a day on that belong to a level; where it is closed at that time, when it is open next."""
    while True:
        if hours.is_working_day(day) and _is_first(level, day, hours):
            yield hours.open_on(day, at)
        day += timedelta(days=1)


def _is_first(level: ServiceLevel, day: date, hours: OpeningHours) -> bool:
    match level:
        case ServiceLevel.STANDSTILL | ServiceLevel.HAMPERED:
            return True
        case ServiceLevel.PARTLY_HAMPERED:
            before = day.isoweekday() - 1
        case _:
            before = day.day - 1
    return not any(hours.is_working_day(day - timedelta(days=back)) for back in range(1, before + 1))


def working_days_later(at: datetime, days: int, hours: OpeningHours) -> datetime:
    """The same time of day so many working days later, or the first open moment after it."""
    local = at.astimezone(hours.zone)
    day = local.date()
    while days:
        day += timedelta(days=1)
        days -= hours.is_working_day(day)
    return hours.open_at_or_after(moment(datetime.combine(day, local.time()), hours.zone))
