"""``mailgate sla deadline`` reckons as the guide does, shows how, and says plainly what it was wrongly asked."""

import pytest

from mailgate.config_time import GUIDE_TERMS
from tests.cli.conftest import CommandLine

FRIDAY = ("sla", "deadline", "--level", 2, "--received", "2026-11-27T15:30+01:00")


def test_both_deadlines_are_shown_on_the_desks_clock(fresh: CommandLine) -> None:
    out = fresh.done(*FRIDAY).out.splitlines()
    assert out == [
        "level             2: handling starts within 4:00 open hours, target same week",
        "terms             in force from 2026-01-01 (published 2025-12-01)",
        "received          Fri 2026-11-27 15:30 CET",
        "clock starts      Fri 2026-11-27 15:30 CET",
        "handling warning  Mon 2026-11-30 10:30 CET (75 % of the open time used)",
        "handling due      Mon 2026-11-30 11:30 CET",
        "solution warning  Thu 2026-12-03 14:07:30 CET (75 % of the open time used)",
        "solution due      Fri 2026-12-04 16:00 CET",
    ]


def test_programs_get_times_with_their_offset(fresh: CommandLine) -> None:
    found = fresh.done(*FRIDAY, "--json").json
    assert found == {
        "level": 2,
        "received_at": "2026-11-27T15:30:00.000+01:00",
        "clock_starts": "2026-11-27T15:30:00.000+01:00",
        "handling_warning": "2026-11-30T10:30:00.000+01:00",
        "handling_due": "2026-11-30T11:30:00.000+01:00",
        "solution_warning": "2026-12-03T14:07:30.000+01:00",
        "solution_due": "2026-12-04T16:00:00.000+01:00",
        "terms": {
            "published_on": "2025-12-01", "effective_on": "2026-01-01", "handling_hours": 4.0, "target": "same week",
        },
    }  # fmt: skip


@pytest.mark.parametrize("received", ["2026-11-27T15:30", "2026-11-27 15:30:00", "2026-11-27T14:30Z"])
def test_a_time_without_a_zone_is_the_desks(received: str, fresh: CommandLine) -> None:
    found = fresh.done("sla", "deadline", "--level", 1, "--received", received, "--json").json
    assert found["received_at"] == "2026-11-27T15:30:00.000+01:00"
    assert found["handling_due"] == "2026-11-30T09:30:00.000+01:00"


def test_each_interval_is_explained(fresh: CommandLine) -> None:
    out = fresh.done("sla", "deadline", "--level", 1, "--received", "2026-03-27T15:30:20", "--explain").out
    rows = [" ".join(line.split()) for line in out.partition("How that was reckoned\n")[2].splitlines()]
    assert rows == [
        "FROM TO OPEN TIME SUM WHY",
        "Fri 2026-03-27 15:30:20 CET Fri 2026-03-27 16:00 CET 0:29:40 0:29:40 open",
        "Fri 2026-03-27 16:00 CET Sat 2026-03-28 00:00 CET - 0:29:40 night",
        "Sat 2026-03-28 00:00 CET Mon 2026-03-30 00:00 CEST - 0:29:40 weekend; clocks put forward 1:00 h",
        "Mon 2026-03-30 00:00 CEST Mon 2026-03-30 08:00 CEST - 0:29:40 night",
        "Mon 2026-03-30 08:00 CEST Mon 2026-03-30 09:30:20 CEST 1:30:20 2:00 open; handling due",
        "Mon 2026-03-30 09:30:20 CEST Mon 2026-03-30 12:00 CEST 2:29:40 4:29:40 open",
        "Mon 2026-03-30 12:00 CEST Mon 2026-03-30 13:00 CEST - 4:29:40 lunch",
        "Mon 2026-03-30 13:00 CEST Mon 2026-03-30 16:00 CEST 3:00 7:29:40 open; solution due",
    ]


def test_closed_days_are_explained_by_name(fresh: CommandLine) -> None:
    out = fresh.done("sla", "deadline", "--level", 1, "--received", "2026-01-05T11:00", "--explain").out
    assert "before holiday: Trettondedag jul" in out
    assert " holiday: Trettondedag jul" in out
    autumn = fresh.done("sla", "deadline", "--level", 1, "--received", "2026-10-23T15:30", "--explain").out
    assert "clocks put back 1:00 h" in autumn


def test_programs_get_the_explanation_too(fresh: CommandLine) -> None:
    found = fresh.done("sla", "deadline", "--level", 1, "--received", "2026-01-05T12:30", "--json", "--explain").json
    assert found["steps"][:2] == [
        {
            "start": "2026-01-05T12:30:00.000+01:00", "end": "2026-01-05T13:00:00.000+01:00", "counted_seconds": 0.0,
            "why": "lunch", "name": None, "clock_shift_seconds": 0.0,
        },
        {
            "start": "2026-01-05T13:00:00.000+01:00", "end": "2026-01-05T16:00:00.000+01:00", "counted_seconds": 0.0,
            "why": "before_holiday", "name": "Trettondedag jul", "clock_shift_seconds": 0.0,
        },
    ]  # fmt: skip
    assert sum(step["counted_seconds"] for step in found["steps"]) == 7 * 3600


def test_terms_may_be_those_of_another_day(fresh: CommandLine) -> None:
    text = fresh.config.read_text(encoding="utf-8")
    newer = """
[[terms]]
published = 2027-02-10
handling_hours = [1, 1, 1, 1, 1]
targets = ["same day", "same day", "1 week", "1 month", "2 months"]
"""
    fresh.config.write_text(text.replace("\n[[terms]]\n", f"{newer}\n[[terms]]\n"), encoding="utf-8")
    assert fresh.done(*FRIDAY, "--json").json["terms"]["published_on"] == str(GUIDE_TERMS.published)
    then = fresh.done(*FRIDAY, "--json", "--terms-on", "2027-03-01").json
    assert then["terms"]["effective_on"] == "2027-03-01"
    assert then["handling_due"] == "2026-11-30T08:30:00.000+01:00"
    assert fresh.done(*FRIDAY, "--json", "--terms-on", "2027-02-28").json["terms"]["published_on"] == "2025-12-01"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--level", 2, "--received", "soon"), "--received: 'soon' is no time; write it like 2026-11-27T15:30"),
        (("--level", 2, "--received", "2026-11-27"), "--received: '2026-11-27' is no time"),
        (("--level", 2, "--received", "1626-11-27T15:30"), "'1626-11-27T15:30' is not between 1990 and 2089"),
        (("--level", 2, "--received", "2026-03-29T02:30"), "clocks of Europe/Stockholm never show 2026-03-29 02:30"),
        (("--level", 2, "--received", "2026-11-27T15:30", "--terms-on", "x"), "--terms-on: 'x' is no day"),
        (("--level", 6, "--received", "2026-11-27T15:30"), "--level"),
        (("--level", 0, "--received", "2026-11-27T15:30"), "--level"),
        (("--level", "hög", "--received", "2026-11-27T15:30"), "--level"),
        (("--level", 2), "--received"),
    ],
)  # fmt: skip
def test_what_was_wrongly_asked_is_one_line(arguments: tuple[object, ...], complaint: str, fresh: CommandLine) -> None:
    result = fresh("sla", "deadline", *arguments)
    assert result.code == 2
    assert complaint in result.err
    assert len(result.err.splitlines()) == 1
    assert result.out == ""


def test_holidays_that_cannot_be_looked_up_are_a_fault_of_the_configuration(fresh: CommandLine) -> None:
    text = fresh.config.read_text(encoding="utf-8")
    fresh.config.write_text(text.replace('country = "SE"', 'country = "XX"'), encoding="utf-8")
    complaint = "holidays: nothing is known of XX; countries are written like SE"
    asked = fresh(*FRIDAY)
    assert (asked.code, asked.err) == (2, f"mailgate: {complaint}\n")
    checked = fresh("config", "check")
    assert (checked.code, checked.err) == (2, f"mailgate: {fresh.config}: {complaint}\n")


def test_a_calendar_file_that_is_not_there_is_told_once(fresh: CommandLine) -> None:
    text = fresh.config.read_text(encoding="utf-8")
    fresh.config.write_text(text.replace('calendar_file = ""', 'calendar_file = "none.ics"'), encoding="utf-8")
    checked = fresh("config", "check")
    assert checked.code == 2
    assert checked.err.count("none.ics") == 1
