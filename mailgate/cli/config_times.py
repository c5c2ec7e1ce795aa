"""What ``config check`` says of the times at which mails to people go out, held against the week's opening hours."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.domain.opening_hours import OpeningHours

_WEEK = [date(2024, 1, 8) + timedelta(days=day) for day in range(7)]
"""A week like any other."""


def time_faults(config: "Config") -> Iterator[str]:
    """Digests that would never go out, because the desk has closed by then."""
    hours, at = _plain_week(config), _time(config, "at")
    for day in _WEEK:
        closing = hours.closing_time(day)
        if closing is not None and closing <= _moment(day, at):
            yield f"digest.at: on a {day:%A} the desk has closed by {at:%H:%M}: nothing would go out"
            return


def time_notes(config: "Config") -> Iterator[str]:
    """Times that are not kept to, or have another effect than their writer may think."""
    hours = _plain_week(config)
    working = [day for day in _WEEK if hours.is_working_day(day)]
    for name in ("overview_at", "status_at"):
        at = _time(config, name)
        moved = ((day, hours.open_on(day, at)) for day in working)
        for day, goes_out in moved:
            if goes_out != _moment(day, at):
                yield f"digest.{name}: on a {day:%A} it is closed at {at:%H:%M}; mails go out at {goes_out:%H:%M}"
                break
    at = _time(config, "at")
    for day in working:
        opening = hours.open_on(day, time())
        if _moment(day, at) > opening:
            yield f"digest.at: on a {day:%A} the desk opens at {opening:%H:%M}, before the digests go out"
            break


def _plain_week(config: "Config") -> "OpeningHours":
    """Without holidays and special days, and where clocks are never changed."""
    from mailgate.config_time import week_plan
    from mailgate.domain.opening_hours import OpeningHours

    return OpeningHours(plan=week_plan(config.hours, (), holidays=lambda _: None), zone=ZoneInfo("UTC"))


def _time(config: "Config", name: str) -> time:
    return time.fromisoformat(getattr(config.digest, name))


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo("UTC"))
