"""When a SuperUser hears next how it stands, against one who looks at every minute."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.config import Config
from mailgate.config_time import HoursConfig
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.status_mails import next_status_mail, working_days_later
from mailgate.domain.ticket import ServiceLevel
from mailgate.holiday_calendars import opening_hours

ZONE = ZoneInfo("Europe/Stockholm")
HOURS = opening_hours(Config())
EARLIEST = datetime(2026, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
LATEST = datetime(2027, 12, 31)  # noqa: DTZ001
moments = st.datetimes(EARLIEST, LATEST, timezones=st.just(ZONE), allow_imaginary=False).map(
    lambda at: at.replace(microsecond=0)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def next_one(level: int, *, opened: str, after: str, hours: OpeningHours = HOURS) -> str:
    at = next_status_mail(ServiceLevel(level), opened_at=local(opened), after=local(after), hours=hours)
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


@cache
def is_working(day: date) -> bool:
    return any(HOURS.why_closed(datetime.combine(day, time(hour), ZONE)) is None for hour in range(24))


def slowly(level: ServiceLevel, opened_at: datetime, after: datetime) -> datetime:
    """Day by day from before both, asking of each day whether it is the one."""
    day = min(opened_at, after).date()
    while True:
        morning = datetime.combine(day, time(9), ZONE)
        if (
            is_working(day)
            and _is_the_day(level, day)
            and morning.timestamp() > max(opened_at.timestamp(), after.timestamp())
        ):
            return morning
        day += timedelta(days=1)


def _is_the_day(level: ServiceLevel, day: date) -> bool:
    same = {ServiceLevel.HAMPERED: lambda other: other == day,
            ServiceLevel.PARTLY_HAMPERED: lambda other: other.isocalendar()[:2] == day.isocalendar()[:2]}.get(
        level, lambda other: (other.year, other.month) == (day.year, day.month)
    )  # fmt: skip
    around = [day + timedelta(days=offset) for offset in range(-31, 32)]
    return day == min(other for other in around if same(other) and is_working(other))


@settings(deadline=None)
@given(level=st.sampled_from(list(ServiceLevel)[1:]), opened_at=moments, wait=st.timedeltas(
    timedelta(days=-3), timedelta(days=70)))  # fmt: skip
def test_mornings_are_those_of_who_looks_at_each_day(level: ServiceLevel, opened_at: datetime, wait: timedelta) -> None:
    after = (opened_at.astimezone(ZoneInfo("UTC")) + wait).astimezone(ZONE)
    assert next_status_mail(level, opened_at=opened_at, after=after, hours=HOURS) == slowly(level, opened_at, after)


@settings(deadline=None)
@given(opened_at=moments, wait=st.timedeltas(timedelta(days=-3), timedelta(days=20)))
def test_a_standstill_is_told_of_every_two_open_hours(opened_at: datetime, wait: timedelta) -> None:
    after = opened_at.astimezone(ZoneInfo("UTC")) + wait
    at = next_status_mail(ServiceLevel.STANDSTILL, opened_at=opened_at, after=after, hours=HOURS)
    since_receipt = HOURS.open_time_between(opened_at, at)
    assert at > after
    assert since_receipt >= timedelta(hours=2)
    assert since_receipt % timedelta(hours=2) == timedelta()
    assert HOURS.open_time_between(max(after, opened_at), at) <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("level", "opened", "after", "told"),
    [
        (1, "2026-11-23T10:00", "2026-11-23T10:00", "2026-11-23 12:00"),
        (1, "2026-11-23T10:00", "2026-11-23T12:00", "2026-11-23 15:00"),  # the lunch hour does not count
        (1, "2026-11-23T10:00", "2026-11-23T15:00", "2026-11-24 09:00"),
        (1, "2026-11-20T17:00", "2026-11-20T17:00", "2026-11-23 10:00"),
        (1, "2026-11-23T10:00", "2026-11-26T04:00", "2026-11-26 09:00"),  # three nights off: one, on the same grid
        (2, "2026-11-23T10:00", "2026-11-23T10:00", "2026-11-24 09:00"),
        (2, "2026-11-27T10:00", "2026-11-27T10:00", "2026-11-30 09:00"),
        (2, "2026-12-23T10:00", "2026-12-23T10:00", "2026-12-28 09:00"),  # Christmas
        (3, "2026-11-25T10:00", "2026-11-25T10:00", "2026-11-30 09:00"),
        (3, "2026-04-02T10:00", "2026-04-02T10:00", "2026-04-07 09:00"),  # Easter Monday: the week begins on Tuesday
        (4, "2026-11-25T10:00", "2026-11-25T10:00", "2026-12-01 09:00"),
        (5, "2026-12-25T10:00", "2026-12-25T10:00", "2027-01-04 09:00"),  # New Year's Day, then a weekend
        (5, "2026-12-01T08:59", "2026-12-01T08:59", "2026-12-01 09:00"),
        (5, "2026-12-01T09:00", "2026-12-01T09:00", "2027-01-04 09:00"),
        (2, "2026-10-23T10:00", "2026-10-25T12:00", "2026-10-26 09:00"),  # summer time ended in between
    ],
)
def test_each_level_has_its_days(level: int, opened: str, after: str, told: str) -> None:
    assert next_one(level, opened=opened, after=after) == told


@pytest.mark.parametrize(
    ("at", "days", "later"),
    [
        ("2026-11-23T10:00", 5, "2026-11-30 10:00"),
        ("2026-11-23T10:00", 10, "2026-12-07 10:00"),
        ("2026-11-20T19:30", 5, "2026-11-30 08:00"),  # asked in the evening: the first open moment after it
        ("2026-11-23T12:30", 1, "2026-11-24 13:00"),
        ("2026-11-21T10:00", 5, "2026-11-27 10:00"),  # asked on a Saturday
        ("2026-12-22T10:00", 5, "2027-01-04 10:00"),
        ("2027-01-04T14:00", 1, "2027-01-07 08:00"),  # the 5th closes at 13, and the 6th is Trettondedag jul
        ("2026-11-23T12:30", 0, "2026-11-23 13:00"),
    ],
)
def test_working_days_are_counted_by_the_desks_calendar(at: str, days: int, later: str) -> None:
    assert f"{working_days_later(local(at), days, HOURS).astimezone(ZONE):%Y-%m-%d %H:%M}" == later


@pytest.mark.parametrize(
    ("time_of_day", "told"),
    [
        (time(7), "2026-11-24T08:00"),
        (time(9), "2026-11-24T09:00"),
        (time(12, 30), "2026-11-24T13:00"),
        (time(18), "2026-11-24T08:00"),
    ],
)
def test_a_time_at_which_it_is_closed_becomes_an_open_moment_of_the_day(time_of_day: time, told: str) -> None:
    after = local("2026-11-23T18:30")
    at = next_status_mail(ServiceLevel.HAMPERED, opened_at=after, after=after, hours=HOURS, at=time_of_day)
    assert at == local(told)


def test_a_day_that_is_open_only_early_is_told_while_it_is_open() -> None:
    config = Config(hours=HoursConfig(monday=("06:00-08:30",), lunch=""))
    early = opening_hours(config)
    after = local("2026-11-22T12:00")
    at = next_status_mail(ServiceLevel.PARTLY_HAMPERED, opened_at=after, after=after, hours=early)
    assert at == local("2026-11-23T06:00")
