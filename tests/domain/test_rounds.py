"""When rounds of mails to many are made."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from mailgate.config import Config
from mailgate.domain.rounds import RoundKind, RoundTimes, first_working_day, round_day, working_day_before
from mailgate.holiday_calendars import opening_hours

HOURS = opening_hours(Config())
TIMES = RoundTimes()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23T06:59", None),
        ("2026-11-23T07:00", date(2026, 11, 23)),
        ("2026-11-23T15:59", date(2026, 11, 23)),
        ("2026-11-23T16:00", None),
        ("2026-11-22T10:00", None),
        ("2026-12-24T10:00", None),
        ("2026-12-30T11:59", date(2026, 12, 30)),
        ("2026-10-30T11:59", date(2026, 10, 30)),  # the day before All Saints' closes early
        ("2026-10-30T12:00", None),
    ],
)
def test_digests_have_their_time_on_working_days_until_the_desk_closes(now: str, day: date | None) -> None:
    assert round_day(RoundKind.DIGEST, now=at(now), times=TIMES, hours=HOURS) == day


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23T07:59", None),
        ("2026-11-23T08:00", date(2026, 11, 23)),
        ("2026-11-25T09:00", date(2026, 11, 23)),
        ("2026-11-28T09:00", None),
        ("2026-04-07T08:00", date(2026, 4, 7)),  # after Easter Monday
        ("2026-04-09T08:00", date(2026, 4, 7)),
    ],
)
def test_overviews_are_of_the_weeks_first_working_day_even_if_they_are_late(now: str, day: date | None) -> None:
    assert round_day(RoundKind.OVERVIEW, now=at(now), times=TIMES, hours=HOURS) == day


def test_the_working_day_before_is_before_weekends_and_holidays() -> None:
    assert working_day_before(date(2026, 11, 23), HOURS) == date(2026, 11, 20)
    assert working_day_before(date(2026, 4, 7), HOURS) == date(2026, 4, 2)
    assert working_day_before(date(2027, 1, 4), HOURS) == date(2026, 12, 30)
    assert first_working_day(date(2026, 4, 9), HOURS) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("time_of_day", "goes_out"),
    [
        (time(6, 30), "2026-11-23T08:00"),  # before opening: at opening
        (time(9), "2026-11-23T09:00"),
        (time(12, 15), "2026-11-23T13:00"),  # lunch
        (time(16), "2026-11-23T08:00"),  # after closing: at the day's opening, for it is that day's
    ],
)
def test_overviews_go_out_while_it_is_open_whatever_their_time_says(time_of_day: time, goes_out: str) -> None:
    times = RoundTimes(overview=time_of_day)
    assert times.start(RoundKind.OVERVIEW, date(2026, 11, 23), HOURS) == at(goes_out)


def test_the_start_of_a_day_on_which_nobody_works_is_its_time() -> None:
    assert TIMES.start(RoundKind.OVERVIEW, date(2026, 12, 25), HOURS) == at("2026-12-25T08:00")
