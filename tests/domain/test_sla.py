"""Deadlines: a table reckoned by hand from the guide, and a slow clock that ticks through thirty years."""

import os
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.domain.day_plan import SpecialDay
from mailgate.domain.sla import Deadlines, Pause, SlaClock, deadlines, merged
from mailgate.domain.terms import Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel
from tests.domain.sla_oracle import Oracle, swedish_red_days
from tests.support.hours import hours_from, local, some_hours, the_guides_hours, the_guides_terms

LONG = bool(os.environ.get("MAILGATE_LONG_TESTS"))
YEARS = range(2005, 2035) if LONG else range(2022, 2034)
CASES = tomllib.loads((Path(__file__).parent / "sla_cases.toml").read_text(encoding="utf-8"))["reckoned"]
ORACLE = Oracle()
FIRST = datetime(2005, 1, 3, tzinfo=UTC)
moments = st.integers(0, 30 * 365 * 360).map(lambda n: FIRST + timedelta(minutes=4 * n))


def reckoned(level: int, received_at: datetime, *pauses: Pause, now: datetime | None = None) -> Deadlines:
    clock = SlaClock(received_at=received_at, level=ServiceLevel(level), terms=the_guides_terms(), pauses=tuple(pauses))
    return deadlines(clock, the_guides_hours(), now=now)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['level']} {case['received']}" for case in CASES])
def test_deadlines_are_those_reckoned_by_hand(case: dict[str, Any]) -> None:
    pauses = [Pause(*map(local, wait)) for wait in case.get("waits", [])]
    now = local(case["now"]) if "now" in case else None
    due = reckoned(case["level"], local(case["received"]), *pauses, now=now)
    assert due.handling_due == local(case["handling"]), case["because"]
    assert due.solution_due == local(case["solution"]), case["because"]


def test_the_table_is_long_and_each_line_of_it_says_why() -> None:
    assert len(CASES) >= 60
    assert all(case["because"] for case in CASES)
    assert {case["level"] for case in CASES} == {1, 2, 3, 4, 5}


def test_warnings_come_when_three_quarters_of_the_open_time_are_used() -> None:
    due = reckoned(1, local("2026-11-23 08:00"))
    assert (due.handling_warning, due.solution_warning) == (local("2026-11-23 09:30"), local("2026-11-23 14:15"))
    due = reckoned(2, local("2026-11-23 08:00"))
    assert (due.handling_warning, due.solution_warning) == (local("2026-11-23 11:00"), local("2026-11-26 14:15"))


def test_a_pause_moves_the_warnings_that_had_not_come_yet() -> None:
    due = reckoned(1, local("2026-11-23 08:00"), Pause(local("2026-11-23 09:30"), local("2026-11-23 10:30")))
    assert due.handling_warning == local("2026-11-23 09:30")
    assert due.handling_due == local("2026-11-23 11:00")
    assert due.solution_warning == local("2026-11-23 15:15")


def test_a_pause_before_the_clock_starts_costs_nothing() -> None:
    received = local("2026-11-21 10:00")
    paused = reckoned(2, received, Pause(local("2026-11-21 11:00"), local("2026-11-22 12:00")))
    assert paused == reckoned(2, received)


def test_a_pause_that_began_before_the_clock_counts_from_its_start() -> None:
    paused = reckoned(1, local("2026-11-23 09:00"), Pause(local("2026-11-20 09:00"), local("2026-11-23 10:00")))
    assert paused.handling_due == local("2026-11-23 12:00")


def test_a_pause_that_goes_on_needs_a_moment() -> None:
    with pytest.raises(ValueError, match="as of a moment"):
        reckoned(1, local("2026-11-23 08:00"), Pause(local("2026-11-23 09:00")))


def test_pauses_join_and_empty_ones_vanish() -> None:
    nine, ten, eleven = (local(f"2026-11-23 {hour}:00") for hour in ("09", "10", "11"))
    assert merged([Pause(ten, eleven), Pause(nine, ten)]) == ((nine, eleven),)
    assert merged([Pause(nine, eleven), Pause(ten, ten)]) == ((nine, eleven),)
    assert merged([Pause(ten, nine)]) == ()


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        reckoned(1, datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001 - the point


def test_a_target_never_ends_before_the_day_on_which_handling_starts() -> None:
    closed = {date(2026, 11, 24) + timedelta(days=n): SpecialDay(why="Ombyggnad") for n in range(40)}
    hours = some_hours(special=closed)
    clock = SlaClock(
        received_at=local("2026-11-23 16:30"), level=ServiceLevel.PARTLY_HAMPERED, terms=the_guides_terms()
    )
    due = deadlines(clock, hours)
    assert due.handling_due == local("2027-01-04 00:00") + timedelta(days=1, hours=14)
    assert due.solution_due == local("2027-01-05 16:00")


def test_a_desk_that_never_closes_ends_its_days_at_midnight() -> None:
    hours = some_hours(week=((hours_from(0, 24),),) * 7, lunch=None)
    clock = SlaClock(received_at=local("2026-11-23 22:00"), level=ServiceLevel.STANDSTILL, terms=the_guides_terms())
    due = deadlines(clock, hours)
    assert due.handling_due == due.solution_due == local("2026-11-24 00:00")


def test_weeks_and_months_run_by_the_calendar() -> None:
    target = Target(TargetUnit.WEEKS, 1)
    assert target.day(received_on=date(2026, 12, 30), handling_on=date(2026, 12, 30)) == date(2027, 1, 6)


def _agrees(level: int, received: datetime, pauses: list[tuple[datetime, datetime]]) -> None:
    due = reckoned(level, received, *(Pause(*pause) for pause in pauses))
    start, handling, solution = ORACLE.deadlines(level, received, pauses)
    assert (due.clock_starts, due.handling_due, due.solution_due) == (start, handling, solution)
    within = {1: 2, 2: 4, 3: 12, 4: 48, 5: 48}[level] * 60
    assert due.handling_warning == ORACLE.add(start, within * 3 // 4, pauses)
    budget = ORACLE.between(start, ORACLE.closing_by(ORACLE.target_day(level, received, ORACLE.add(start, within))))
    assert due.solution_warning == ORACLE.add(start, budget * 3 // 4, pauses)


@st.composite
def pauses_after(draw: st.DrawFn, received: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        start = received + timedelta(minutes=4 * draw(st.integers(-60, 1500)))
        found.append((start, start + timedelta(minutes=4 * draw(st.integers(0, 1500)))))
    return found


@settings(max_examples=2000 if LONG else 60, deadline=None)
@given(data=st.data(), level=st.integers(1, 3), received=moments)
def test_deadlines_agree_with_a_clock_that_ticks(data: st.DataObject, level: int, received: datetime) -> None:
    _agrees(level, received, data.draw(pauses_after(received)))


@settings(max_examples=300 if LONG else 3, deadline=None)
@given(data=st.data(), level=st.integers(4, 5), received=moments)
def test_far_deadlines_agree_with_a_clock_that_ticks(data: st.DataObject, level: int, received: datetime) -> None:
    _agrees(level, received, data.draw(pauses_after(received)))


@pytest.mark.parametrize("year", YEARS)
def test_every_holiday_and_every_change_of_clocks_agrees_with_a_clock_that_ticks(year: int) -> None:
    zone = the_guides_hours().zone
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    offsets = {day: datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days}
    changes = {day for day in days[1:] if offsets[day] != offsets[day - timedelta(days=1)]}
    assert len(changes) == 2
    for day in sorted(swedish_red_days(year) | changes):
        for level, before in ((1, 0), (1, 1), (2, 1), (2, 3)) if LONG else ((1, 1),):
            received = datetime(day.year, day.month, day.day, 10, 40, tzinfo=zone) - timedelta(days=before)
            due = reckoned(level, received)
            assert (due.clock_starts, due.handling_due, due.solution_due) == ORACLE.deadlines(level, received), received
