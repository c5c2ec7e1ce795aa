"""Rounds of mails to many: when the specialists' digests and the SuperUsers' overviews are to go out.

Pure: a round belongs to a day, has its time from a moment of that day until the desk closes, and is never made up for
on another day; but the week's overviews, late, are those of their week.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.status_mails import AT as STATUS_AT
from mailgate.domain.wall_clock import moment

_DAY = timedelta(days=1)


class RoundKind(StrEnum):
    """Which mails."""

    DIGEST = "digest"
    OVERVIEW = "overview"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTimes:
    """At what time of their day the rounds begin, and status mails of levels 2 to 5 go out.

    Digests come before opening; what goes to customers does so while it is open, whatever the time says.
    """

    digest: time = time(7)
    overview: time = time(8)
    status: time = STATUS_AT

    def start(self, kind: RoundKind, day: date, hours: OpeningHours) -> datetime:
        """The moment from which a day's round is to be made."""
        if kind is RoundKind.OVERVIEW:
            return hours.open_on(day, self.overview)
        return moment(datetime.combine(day, self.digest), hours.zone)


def round_day(kind: RoundKind, *, now: datetime, times: RoundTimes, hours: OpeningHours) -> date | None:
    """The day whose round is to be made at this moment, unless it was; None where there is none."""
    today = hours.local_day(now)
    closing = hours.closing_time(today)
    if closing is None or not times.start(kind, today, hours) <= now < closing:
        return None
    return today if kind is RoundKind.DIGEST else first_working_day(today, hours)


def first_working_day(day: date, hours: OpeningHours) -> date:
    """The first working day of a working day's week."""
    week = (day - _DAY * back for back in range(day.weekday(), -1, -1))
    return next(each for each in week if hours.is_working_day(each))


def working_day_before(day: date, hours: OpeningHours) -> date:
    """The last working day before this one."""
    return hours.local_day(hours.closing_time_by(day - _DAY) - timedelta(microseconds=1))
