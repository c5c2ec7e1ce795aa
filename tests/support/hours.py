"""The guide's house: its opening hours and terms as shipped, and times on its clock."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from mailgate.config import Config
from mailgate.config_time import service_terms
from mailgate.domain.day_plan import Holiday, Hours, SpecialDay, WeekPlan
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.terms import ServiceTerms
from mailgate.holiday_calendars import opening_hours

STOCKHOLM = ZoneInfo("Europe/Stockholm")
EIGHT_TO_FOUR = (Hours(timedelta(hours=8), timedelta(hours=16)),)
LUNCH = Hours(timedelta(hours=12), timedelta(hours=13))
OFFICE_WEEK = (EIGHT_TO_FOUR,) * 5 + ((),) * 2


@cache
def the_guides_hours() -> OpeningHours:
    """As shipped."""
    return opening_hours(Config())


@cache
def the_guides_terms() -> ServiceTerms:
    """As shipped."""
    return service_terms(Config().terms)[0]


def local(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """A time on the desk's clock, unless it names its offset."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def hours_from(first: float, last: float) -> Hours:
    """From one hour of the day to another."""
    return Hours(timedelta(hours=first), timedelta(hours=last))


def some_hours(
    *,
    week: tuple[tuple[Hours, ...], ...] = OFFICE_WEEK,
    lunch: Hours | None = LUNCH,
    holidays: Mapping[date, Holiday] | None = None,
    closes_before_holiday: float | None = 13,
    special: Mapping[date, SpecialDay] | None = None,
    zone: str = "Europe/Stockholm",
) -> OpeningHours:
    """Hours of a desk with few holidays."""
    early = timedelta(hours=closes_before_holiday) if closes_before_holiday is not None else None
    plan = WeekPlan(
        week=week, lunch=lunch, holidays=(holidays or {}).get, closes_before_holiday=early, special=special or {}
    )
    return OpeningHours(plan=plan, zone=ZoneInfo(zone))
