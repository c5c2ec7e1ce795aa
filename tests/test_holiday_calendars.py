"""Holidays come from the country, an iCalendar file, or both, and what cannot be looked up is said at the start."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailgate.config import Config
from mailgate.config_time import HolidaysConfig
from mailgate.domain.day_plan import Holiday
from mailgate.holiday_calendars import CalendarError, holidays_of, opening_hours

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Test//EN\r
{events}END:VCALENDAR\r
"""


def a_file(folder: Path, *events: Mapping[str, str]) -> Path:
    """An iCalendar file."""
    lines = ""
    for number, event in enumerate(events):
        properties = "".join(f"{name}:{value}\r\n" for name, value in event.items())
        lines += f"BEGIN:VEVENT\r\nUID:{number}@test\r\nDTSTAMP:20260101T000000Z\r\n{properties}END:VEVENT\r\n"
    path = folder / "holidays.ics"
    path.write_text(CALENDAR.format(events=lines), encoding="utf-8", newline="")
    return path


def an_event(start: str, name: str = "Ledig dag", **more: str) -> dict[str, str]:
    return {"DTSTART;VALUE=DATE": start, "SUMMARY": name, **more}


def days_off(config: HolidaysConfig, folder: Path, year: int) -> dict[date, Holiday]:
    holidays = holidays_of(config, folder)
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    return {day: found for day in days if (found := holidays(day)) is not None}


def of_file(folder: Path, year: int, *events: Mapping[str, str]) -> dict[date, str]:
    a_file(folder, *events)
    found = days_off(HolidaysConfig(country="", calendar_file="holidays.ics"), folder, year)
    assert all(holiday.official for holiday in found.values())
    return {day: holiday.name for day, holiday in found.items()}


def test_sweden_has_its_red_days_and_three_closed_eves(tmp_path: Path) -> None:
    found = days_off(HolidaysConfig(), tmp_path, 2026)
    assert len(found) == 16
    assert {holiday.name for holiday in found.values() if not holiday.official} == {
        "Midsommarafton", "Julafton", "Nyårsafton",
    }  # fmt: skip


def test_any_day_that_the_country_knows_may_be_an_eve(tmp_path: Path) -> None:
    found = days_off(HolidaysConfig(closed_eves=("Påskafton", "Klämdag")), tmp_path, 2026)
    assert found[date(2026, 5, 15)] == Holiday(name="Klämdag", official=False)
    assert date(2026, 12, 24) not in found


def test_a_day_in_both_categories_is_red(tmp_path: Path) -> None:
    config = HolidaysConfig(categories=("public", "de_facto"))
    assert days_off(config, tmp_path, 2026)[date(2026, 12, 24)] == Holiday(name="Julafton")


def test_no_red_days_at_all_leave_the_eves(tmp_path: Path) -> None:
    assert len(days_off(HolidaysConfig(categories=()), tmp_path, 2026)) == 3


def test_other_countries_and_their_parts(tmp_path: Path) -> None:
    bavaria = HolidaysConfig(country="DE", subdivision="BY", closed_eves=(), language="de")
    assert days_off(bavaria, tmp_path, 2026)[date(2026, 1, 6)].name == "Heilige Drei Könige"
    finland = HolidaysConfig(country="FI", closed_eves=(), language="fi")
    assert days_off(finland, tmp_path, 2026)[date(2026, 12, 6)].name == "Itsenäisyyspäivä"


def test_one_may_work_on_a_holiday(tmp_path: Path) -> None:
    found = days_off(HolidaysConfig(working_days=("trettondedag jul",)), tmp_path, 2026)
    assert date(2026, 1, 6) not in found


def test_a_desk_may_know_no_holidays(tmp_path: Path) -> None:
    assert days_off(HolidaysConfig(country=""), tmp_path, 2026) == {}


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"country": "XX"}, "nothing is known of XX"),
        ({"subdivision": "ZZ"}, "nothing is known of SE ZZ"),
        ({"categories": ("publik",)}, "categories: 'publik' is not known there; known are bank"),
        ({"closed_eves": ("Julaften",)}, "closed_eves: 'Julaften' is not known there; known are"),
        ({"language": "zz"}, "language: 'zz' is not known there; known are en_US"),
    ],
)
def test_what_the_library_would_pass_over_is_said(wrong: dict[str, Any], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=complaint):
        holidays_of(HolidaysConfig(**wrong), tmp_path)


def test_a_calendar_file_stands_beside_the_country(tmp_path: Path) -> None:
    a_file(tmp_path, an_event("20261123", "Firmafest"), an_event("20260106", "Vår trettondag"))
    found = days_off(HolidaysConfig(calendar_file="holidays.ics"), tmp_path, 2026)
    assert found[date(2026, 11, 23)] == Holiday(name="Firmafest")
    assert found[date(2026, 1, 6)].name == "Vår trettondag"
    assert found[date(2026, 12, 25)].name == "Juldagen"


def test_an_event_of_several_days_ends_before_its_end(tmp_path: Path) -> None:
    event = an_event("20261230", **{"DTEND;VALUE=DATE": "20270102"})
    assert sorted(of_file(tmp_path, 2026, event)) == [date(2026, 12, 30), date(2026, 12, 31)]
    assert sorted(of_file(tmp_path, 2027, event)) == [date(2027, 1, 1)]


def test_an_event_may_last_a_duration(tmp_path: Path) -> None:
    assert sorted(of_file(tmp_path, 2026, an_event("20261123", DURATION="P2D"))) == [
        date(2026, 11, 23), date(2026, 11, 24),
    ]  # fmt: skip


def test_a_yearly_event_comes_every_year_until_it_ends(tmp_path: Path) -> None:
    ever = an_event("20200501", "Första maj", RRULE="FREQ=YEARLY")
    ended = an_event("20200606", RRULE="FREQ=YEARLY;UNTIL=20240606T000000Z")
    assert of_file(tmp_path, 2035, ever, ended) == {date(2035, 5, 1): "Första maj"}
    assert len(of_file(tmp_path, 2024, ever, ended)) == 2
    assert of_file(tmp_path, 2019, ever, ended) == {}


def test_rules_by_weekday_exceptions_and_extra_dates(tmp_path: Path) -> None:
    event = {
        **an_event("20201126", RRULE="FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        "EXDATE;VALUE=DATE": "20261126",
        "RDATE;VALUE=DATE": "20261203,20261204",
    }
    assert sorted(of_file(tmp_path, 2026, event)) == [date(2026, 12, 3), date(2026, 12, 4)]
    assert sorted(of_file(tmp_path, 2027, event)) == [date(2027, 11, 25)]


def test_appointments_and_cancelled_days_are_no_holidays(tmp_path: Path) -> None:
    meeting = {"DTSTART": "20261123T090000Z", "SUMMARY": "Möte"}
    cancelled = an_event("20261124", STATUS="CANCELLED")
    assert of_file(tmp_path, 2026, meeting, cancelled, an_event("20261125")) == {date(2026, 11, 25): "Ledig dag"}


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    config = HolidaysConfig(calendar_file="holidays.ics")
    with pytest.raises(CalendarError, match=r"holidays\.ics: No such file"):
        holidays_of(config, tmp_path)
    a_file(tmp_path, {"DTSTART": "20261123T090000Z", "SUMMARY": "Möte"})
    with pytest.raises(CalendarError, match="no all-day events"):
        holidays_of(config, tmp_path)
    for broken in ({"SUMMARY": "utan dag"}, an_event("20261123", RRULE="FREQ=EVERY"), an_event("2026-11-23")):
        a_file(tmp_path, broken)
        with pytest.raises(CalendarError, match="no sound iCalendar file"):
            holidays_of(config, tmp_path)
    (tmp_path / "holidays.ics").write_bytes(b"\xff\xfe not a calendar")
    with pytest.raises(CalendarError, match="no sound iCalendar file"):
        holidays_of(config, tmp_path)


def test_the_desks_hours_know_its_holidays(tmp_path: Path) -> None:
    a_file(tmp_path, an_event("20261124", "Firmafest"))
    hours = opening_hours(Config(home=tmp_path, holidays=HolidaysConfig(calendar_file="holidays.ics")))
    assert not hours.is_working_day(date(2026, 11, 24))
    assert len(hours.intervals_on(date(2026, 11, 23))) == 1, "the day before is short"
