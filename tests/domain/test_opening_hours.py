"""Opening hours: each reason to be closed, and arithmetic that a ticking clock agrees with, in any zone."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.domain.day_plan import Closure, Holiday, Hours, SpecialDay, WeekPlan
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.wall_clock import exists, moment
from tests.domain.sla_oracle import Oracle, is_eve, is_red, never
from tests.support.hours import EIGHT_TO_FOUR, LUNCH, OFFICE_WEEK, hours_from, local, some_hours, the_guides_hours

LONG = bool(os.environ.get("MAILGATE_LONG_TESTS"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST = datetime(2005, 1, 3, tzinfo=UTC)
GUIDE = the_guides_hours()


def closed(text: str, hours: OpeningHours = GUIDE) -> tuple[str, str] | None:
    why = hours.why_closed(local(text, hours.zone))
    return (why.closure.value, why.name) if why is not None else None


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-23 07:59", ("night", "")),
        ("2026-11-23 08:00", None),
        ("2026-11-23 11:59", None),
        ("2026-11-23 12:00", ("lunch", "")),
        ("2026-11-23 13:00", None),
        ("2026-11-23 16:00", ("night", "")),
        ("2026-11-28 10:00", ("weekend", "")),
        ("2026-01-06 10:00", ("holiday", "Trettondedag jul")),
        ("2026-06-06 10:00", ("holiday", "Nationaldagen")),
        ("2026-12-24 10:00", ("eve", "Julafton")),
        ("2026-06-19 10:00", ("eve", "Midsommarafton")),
        ("2026-12-31 10:00", ("eve", "Nyårsafton")),
        ("2026-01-05 11:00", None),
        ("2026-01-05 12:30", ("lunch", "")),
        ("2026-01-05 13:00", ("before_holiday", "Trettondedag jul")),
        ("2026-01-05 16:00", ("night", "")),
        ("2008-05-01 10:00", ("holiday", "Första maj, Kristi himmelsfärdsdag")),
    ],
)
def test_every_closed_moment_has_its_reason(at: str, why: tuple[str, str] | None) -> None:
    assert closed(at) == why


def test_swedish_holidays_are_those_of_the_law_for_thirty_years() -> None:
    for number in range(30 * 366):
        day = date(2005, 1, 1) + number * DAY
        holiday = GUIDE.plan.holidays(day)
        expected = True if is_red(day) else False if is_eve(day) else None
        assert (holiday.official if holiday is not None else None) is expected, day


@pytest.mark.parametrize(
    ("day", "intervals", "closing"),
    [
        ("2026-11-23", [("08:00", "12:00"), ("13:00", "16:00")], "16:00"),
        ("2026-04-02", [("08:00", "12:00")], "12:00"),
        ("2026-10-30", [("08:00", "12:00")], "12:00"),
        ("2026-12-23", [("08:00", "12:00"), ("13:00", "16:00")], "16:00"),
        ("2027-06-04", [("08:00", "12:00"), ("13:00", "16:00")], "16:00"),
        ("2026-12-24", [], None),
        ("2026-11-28", [], None),
    ],
)
def test_days_have_their_hours(day: str, intervals: list[tuple[str, str]], closing: str | None) -> None:
    on = date.fromisoformat(day)
    expected = tuple((local(f"{day} {first}"), local(f"{day} {last}")) for first, last in intervals)
    assert GUIDE.intervals_on(on) == expected
    assert GUIDE.is_working_day(on) is bool(intervals)
    assert GUIDE.closing_time(on) == (local(f"{day} {closing}") if closing else None)


def test_closing_time_by_a_day_looks_back_over_closed_days_and_years() -> None:
    assert GUIDE.closing_time_by(date(2026, 11, 29)) == local("2026-11-27 16:00")
    assert GUIDE.closing_time_by(date(2027, 1, 3)) == local("2026-12-30 16:00")


def test_the_first_open_moment_may_be_next_year() -> None:
    assert GUIDE.open_at_or_after(local("2026-12-30 16:00")) == local("2027-01-04 08:00")


def test_a_special_day_goes_before_weekend_holiday_and_short_day() -> None:
    hours = some_hours(
        holidays={date(2026, 1, 6): Holiday(name="Trettondedag jul")},
        special={
            date(2026, 1, 5): SpecialDay(hours=(hours_from(9, 15),), why="Inventering"),
            date(2026, 1, 6): SpecialDay(hours=(hours_from(10, 11), hours_from(12, 14)), why="Jour"),
            date(2026, 1, 8): SpecialDay(why="Personaldag"),
            date(2026, 1, 10): SpecialDay(hours=(hours_from(10, 12),), why="Extraöppet"),
        },
    )
    assert hours.closing_time(date(2026, 1, 5)) == local("2026-01-05 15:00"), "no lunch but what its hours say"
    assert closed("2026-01-06 11:30", hours) == ("extra", "Jour")
    assert closed("2026-01-06 13:00", hours) is None
    assert closed("2026-01-08 10:00", hours) == ("extra", "Personaldag")
    assert hours.is_working_day(date(2026, 1, 10))
    assert closed("2026-01-10 13:00", hours) == ("extra", "Extraöppet")


def test_neither_an_extra_closed_day_nor_an_eve_shortens_the_day_before() -> None:
    hours = some_hours(
        holidays={date(2026, 11, 25): Holiday(name="Afton", official=False)},
        special={date(2026, 11, 27): SpecialDay(why="Personaldag")},
    )
    assert hours.closing_time(date(2026, 11, 24)) == local("2026-11-24 16:00")
    assert hours.closing_time(date(2026, 11, 26)) == local("2026-11-26 16:00")


def test_a_desk_may_have_no_short_days_and_no_lunch() -> None:
    red = {date(2026, 11, 25): Holiday(name="Röd dag")}
    hours = some_hours(holidays=red, closes_before_holiday=None, lunch=None)
    assert hours.intervals_on(date(2026, 11, 24)) == ((local("2026-11-24 08:00"), local("2026-11-24 16:00")),)


def test_a_lunch_outside_the_hours_takes_nothing() -> None:
    hours = some_hours(week=((hours_from(13, 16), hours_from(8, 10)), *OFFICE_WEEK[1:]), lunch=hours_from(11, 12))
    assert len(hours.intervals_on(date(2026, 11, 23))) == 2
    assert closed("2026-11-23 10:30", hours) == ("night", "")


def test_a_short_day_that_closes_early_enough_has_no_open_time() -> None:
    hours = some_hours(holidays={date(2026, 11, 25): Holiday(name="Röd dag")}, closes_before_holiday=7)
    assert not hours.is_working_day(date(2026, 11, 24))
    assert closed("2026-11-24 10:00", hours) == ("before_holiday", "Röd dag")


@pytest.mark.parametrize(
    ("plan", "complaint"),
    [
        (lambda: some_hours(week=((),) * 7), "no weekday with open time"),
        (lambda: some_hours(week=((hours_from(12, 13),),) * 7), "no weekday with open time"),
        (lambda: some_hours(week=((),) * 6), "seven days"),
        (lambda: some_hours(week=(EIGHT_TO_FOUR, (*EIGHT_TO_FOUR, hours_from(15, 17)), *OFFICE_WEEK[2:])), "overlap"),
        (lambda: some_hours(special={date(2026, 1, 1): SpecialDay(hours=(LUNCH, LUNCH))}), "overlap"),
        (lambda: some_hours(closes_before_holiday=24), "short day"),
        (lambda: hours_from(16, 8), "earlier to a later"),
        (lambda: hours_from(8, 25), "earlier to a later"),
    ],
)
def test_hours_that_make_no_sense_are_refused(plan: Callable[[], object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        plan()


def test_the_last_day_of_all_has_no_tomorrow() -> None:
    plan = WeekPlan(week=OFFICE_WEEK, holidays={}.get, closes_before_holiday=13 * HOUR)
    assert any(part.why is None for part in plan.day(date.max))


def test_times_of_the_desks_own_zone_are_not_compared_by_the_wall() -> None:
    zone = GUIDE.zone
    hours = some_hours(week=((hours_from(0, 24),),) * 7, lunch=None)
    first, second = (datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=zone) for fold in (0, 1))
    assert hours.open_time_between(first, second) == HOUR
    assert hours.add_open_time(first, HOUR) == second.astimezone(UTC)


def test_walls_that_come_twice_or_never() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    assert moment(datetime(2026, 3, 29, 2, 30), zone) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # noqa: DTZ001
    assert moment(datetime(2026, 10, 25, 2, 30), zone) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001
    assert not exists(datetime(2026, 3, 29, 2, 30), zone)  # noqa: DTZ001
    assert exists(datetime(2026, 10, 25, 2, 30), zone)  # noqa: DTZ001


def test_a_day_that_a_country_leaps_over_has_no_hours() -> None:
    hours = some_hours(week=((hours_from(0, 24),),) * 7, lunch=None, zone="Pacific/Apia")
    assert not hours.is_working_day(date(2011, 12, 30))
    start, end = (local(f"2011-12-{day} 12:00", hours.zone) for day in (29, 31))
    assert hours.open_time_between(start, end) == 24 * HOUR


def test_a_closure_goes_on_until_another_reason_or_open_time() -> None:
    periods = list(GUIDE.periods(local("2026-11-27 15:00"), local("2026-11-30 09:00")))
    assert [(part.why.closure if part.why else None, part.end - part.start) for part in periods] == [
        (None, HOUR),
        (Closure.NIGHT, 8 * HOUR),
        (Closure.WEEKEND, 48 * HOUR),
        (Closure.NIGHT, 8 * HOUR),
        (None, HOUR),
    ]
    assert list(GUIDE.periods(local("2026-11-27 15:00"), local("2026-11-27 15:00"))) == []


# What a clock that ticks says

ODD_DESKS = {
    "Europe/Stockholm": (((90, 150), (165, 400)),) * 7,  # within and across the hour that is lost or comes twice
    "America/Havana": (((0, 45), (1380, 1440)),) * 7,  # changes at midnight
    "America/Santiago": (((0, 90), (1290, 1440)),) * 7,  # midnight is lost
    "America/St_Johns": (((0, 1440),),) * 7,  # changed at one past midnight, back into yesterday
    "Australia/Lord_Howe": (((105, 125), (600, 700)),) * 7,  # half an hour
    "Asia/Kolkata": (((540, 1080),),) * 5 + ((),) * 2,
}
ORACLE = Oracle()
ODD = {
    name: (
        some_hours(
            week=tuple(tuple(Hours(first * MINUTE, last * MINUTE) for first, last in day) for day in week),
            lunch=None,
            zone=name,
        ),
        Oracle(zone=ZoneInfo(name), week=week, lunch=(0, 0), red=never, eve=never),
    )
    for name, week in ODD_DESKS.items()
}


def _agree(hours: OpeningHours, oracle: Oracle, at: datetime, minutes: int) -> None:
    span = minutes * MINUTE
    after, before = hours.add_open_time(at, span), hours.add_open_time(at, -span)
    assert after == oracle.add(at, minutes)
    assert before == oracle.subtract(at, minutes)
    assert hours.open_at_or_after(at) == oracle.first_open(at)
    assert hours.open_time_between(before, after) == oracle.between(before, after) * MINUTE == 2 * span
    assert (hours.why_closed(at) is None) is oracle.is_open(at)
    assert sum((p.end - p.start for p in hours.periods(before, after) if p.why is None), timedelta()) == 2 * span


@settings(max_examples=3000 if LONG else 60, deadline=None)
@given(at=st.integers(0, 30 * 365 * 1440).map(lambda n: FIRST + n * MINUTE), minutes=st.integers(0, 3500))
def test_the_guides_hours_agree_with_a_clock_that_ticks(at: datetime, minutes: int) -> None:
    _agree(GUIDE, ORACLE, at, minutes)


def changes_of(zone: ZoneInfo, years: range) -> list[datetime]:
    """About when the clocks of a zone were changed."""
    days = [datetime(years[0], 1, 1, tzinfo=UTC) + n * DAY for n in range(366 * len(years))]
    return [at for at in days if at.astimezone(zone).utcoffset() != (at + DAY).astimezone(zone).utcoffset()]


@pytest.mark.parametrize("name", ODD)
def test_every_change_of_clocks_agrees_with_a_clock_that_ticks(name: str) -> None:
    hours, oracle = ODD[name]
    changes = changes_of(hours.zone, range(2005, 2035))
    assert changes or name == "Asia/Kolkata"
    for at in changes if LONG else changes[::5]:
        for offset in range(-180, 1440 + 180, 45):
            _agree(hours, oracle, at + offset * MINUTE, 75)


@settings(max_examples=3000 if LONG else 60, deadline=None)
@given(
    name=st.sampled_from(sorted(ODD)),
    at=st.integers(0, 30 * 365 * 1440).map(lambda n: FIRST + n * MINUTE),
    minutes=st.integers(0, 400),
)
def test_any_zone_agrees_with_a_clock_that_ticks(name: str, at: datetime, minutes: int) -> None:
    _agree(*ODD[name], at, minutes)


spans = st.timedeltas(timedelta(microseconds=1), timedelta(hours=4000))
instants = st.datetimes(datetime(2005, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones


@settings(max_examples=200, deadline=None)
@given(at=instants, span=spans, more=spans)
def test_open_time_adds_up_to_the_microsecond(at: datetime, span: timedelta, more: timedelta) -> None:
    later = GUIDE.add_open_time(at, span)
    assert GUIDE.open_time_between(at, later) == span
    assert GUIDE.open_time_between(later, at) == -span
    assert GUIDE.add_open_time(later, more) == GUIDE.add_open_time(at, span + more)
    assert GUIDE.open_time_between(GUIDE.add_open_time(at, -span), at) == span
    assert GUIDE.add_open_time(at, timedelta()) == at


@settings(max_examples=60, deadline=None)
@given(at=instants, length=st.timedeltas(timedelta(), timedelta(days=40)))
def test_periods_leave_no_gaps_and_never_repeat_a_reason(at: datetime, length: timedelta) -> None:
    parts = list(GUIDE.periods(at, at + length))
    edges = [at, *(part.end for part in parts)]
    assert [part.start for part in parts] == edges[:-1]
    assert edges[-1] == at + length
    assert all(first.why != second.why for first, second in pairwise(parts))


def test_what_was_worked_out_asks_the_calendar_no_more() -> None:
    asked: list[date] = []

    def no_holidays(day: date) -> None:
        asked.append(day)

    plan = WeekPlan(week=OFFICE_WEEK, lunch=LUNCH, holidays=no_holidays, closes_before_holiday=13 * HOUR)
    hours = OpeningHours(plan=plan, zone=ZoneInfo("Europe/Stockholm"))
    hours.work_out(range(2026, 2029))
    assert {day.year for day in asked} >= {2026, 2027, 2028}
    asked.clear()
    start = local("2026-01-01 10:00")
    end = hours.add_open_time(start, 4000 * HOUR)
    assert end.year == 2028
    assert hours.open_time_between(start, end) == 4000 * HOUR
    assert hours.is_working_day(date(2027, 3, 1))
    assert not hours.is_working_day(date(2027, 2, 28))
    assert asked == []
