"""The tables about time: what makes sense becomes the domain's values, and what does not is named with its line."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.config import Config
from mailgate.config_file import ConfigError, load_config
from mailgate.config_time import GUIDE_TERMS, SpecialDayConfig, service_terms
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.terms import Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel
from mailgate.holiday_calendars import opening_hours
from mailgate.shipped import sample_config
from tests.support.hours import local

TERMS = """published = 2026-03-15
handling_hours = [1, 2, 3, 4.5, 5]
targets = ["same day", "same week", "1 week", "2 months", "1 month"]
"""
TWICE_HOURS = 'hours = ["08:00-10:00", "09:00-11:00"]'
NEW_YEAR = "[[special_days]]\nday = 2026-01-01\n"


def configured(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_the_shipped_terms_are_the_guides() -> None:
    shipped = tomllib.loads(sample_config().read_text(encoding="utf-8"))["terms"]
    assert shipped == [{**GUIDE_TERMS.model_dump(mode="json"), "published": GUIDE_TERMS.published}]
    terms = service_terms(Config().terms)[0]
    assert terms.effective_on == date(2026, 1, 1)
    promised = [
        (terms.promises[level].handling_within // timedelta(hours=1), str(terms.promises[level].target))
        for level in ServiceLevel
    ]
    assert promised == [(2, "same day"), (4, "same week"), (12, "4 weeks"), (48, "6 months"), (48, "12 months")]


def test_the_example_of_a_special_day_names_every_key() -> None:
    text = sample_config().read_text(encoding="utf-8")
    for key in SpecialDayConfig.model_fields:
        assert f"\n# {key} = " in text


def test_terms_are_read_from_the_file(tmp_path: Path) -> None:
    old = TERMS.replace("2026-03-15", "2025-01-10")
    versions = service_terms(configured(tmp_path, f"[[terms]]\n{TERMS}[[terms]]\n{old}warn_at_percent = 50\n").terms)
    assert [one.effective_on for one in versions] == [date(2026, 4, 1), date(2025, 2, 1)]
    assert [one.warn_at_percent for one in versions] == [75, 50]
    assert versions[0].promises[ServiceLevel(4)].handling_within == timedelta(hours=4.5)
    assert versions[0].promises[ServiceLevel(3)].target == Target(TargetUnit.WEEKS, 1)


def test_hours_are_read_from_the_file(tmp_path: Path) -> None:
    text = """
[desk]
time_zone = "Europe/Helsinki"
[hours]
saturday = ["10:00-14:00", "20:00 – 24:00"]
lunch = ""
closes_before_holiday = ""
[[special_days]]
day = 2026-01-06
hours = ["9:30-10:00"]
why = "Jour"
"""
    hours = opening_hours(configured(tmp_path, text))
    assert hours.open_time_between(*_day(hours, "2026-11-28")) == timedelta(hours=8)
    assert hours.open_time_between(*_day(hours, "2026-01-05")) == timedelta(hours=8)
    assert hours.open_time_between(*_day(hours, "2026-01-06")) == timedelta(minutes=30)
    assert hours.zone.key == "Europe/Helsinki"


def _day(hours: OpeningHours, text: str) -> tuple[datetime, datetime]:
    start = local(f"{text} 00:00", hours.zone)
    return start, start + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[hours]\nmonday = ["8-16"]', "line 2, hours.monday.0: '8-16' are no hours of a day; write them"),
        ('[hours]\nmonday = ["16:00-08:00"]', "are no hours of a day"),
        ('[hours]\nmonday = ["08:00-24:30"]', "are no hours of a day"),
        ('[hours]\nmonday = ["08:00-12:00", "11:00-16:00"]', "hours: hours of a day overlap"),
        ('[hours]\nlunch = "noon"', "line 2, hours.lunch: 'noon' are no hours"),
        ('[hours]\ncloses_before_holiday = "25:00"', "line 2, hours.closes_before_holiday: '25:00' is no time"),
        ('[hours]\ncloses_before_holiday = "00:00"', "is no time at which a day can end early"),
        ("[hours]\nmonday = []\ntuesday = []\nwednesday = []\nthursday = []\nfriday = []", "no weekday with open time"),
        ("[hours]\nmonda = []", "line 2, hours.monda: unknown key; did you mean monday?"),
        ('[holidays]\ncountry = "Sverige"', "line 2, holidays.country"),
        ('[[special_days]]\nday = "i morgon"', "line 2, special_days.0.day"),
        (NEW_YEAR + TWICE_HOURS, "special_days.0: hours of a day overlap"),
        (NEW_YEAR + NEW_YEAR, "special_days: 2026-01-01 stands twice"),
        ("terms = []", "line 1, terms: there are no terms"),
        (f"[[terms]]\n{TERMS}[[terms]]\n{TERMS}", "terms: 2026-03-15 stands twice"),
        ("[[terms]]\n" + TERMS.replace("2026-03-15", '"snart"'), "line 2, terms.0.published"),
        ("[[terms]]\n" + TERMS.replace("4.5, 5", "4.5"), "line 3, terms.0.handling_hours: there are 4 here"),
        ("[[terms]]\n" + TERMS.replace("[1,", "[0,"), "line 3, terms.0.handling_hours.0"),
        ("[[terms]]\n" + TERMS.replace("1 week", "soon"), "line 4, terms.0.targets.2: 'soon' is no target; write"),
        (f"[[terms]]\n{TERMS}warn_at_percent = 0", "line 5, terms.0.warn_at_percent"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_its_line(text: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        configured(tmp_path, text)
    assert complaint in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
