"""``mailgate sla simulate``: other terms and hours out of a file, over what has happened."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.app import open_database
from mailgate.config_file import load_config
from tests.cli.conftest import CommandLine, Result
from tests.support.ticket_past import a_past

SHORTER = """
[[terms]]
published = 2026-01-01
handling_hours = [1, 2, 3, 4, 5]
targets = ["same day", "same day", "same day", "same week", "1 week"]
"""


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.app.now", lambda: datetime(2026, 12, 15, 12, 0, tzinfo=UTC))


@pytest.fixture
def past(fresh: CommandLine) -> CommandLine:
    """An error of level 3 of 2 November, handled after 4 open hours; one of the 9th, after 12 and a half."""
    database = open_database(load_config(fresh.config))
    with database.transaction() as uow:
        a_past(uow, ("take", "11-02 14:00"), ("resolve", "11-02 15:00"), subject="Snabb")
        a_past(uow, ("take", "11-10 15:30"), ("resolve", "11-10 15:45"), opened="11-09 09:00", subject="Sen")
    database.close()
    return fresh


def a_file(past: CommandLine, text: str) -> Path:
    path = past.folder / "new.toml"
    path.write_text(text, "utf-8")
    return path


def simulated(past: CommandLine, text: str, *more: str) -> Result:
    return past("sla", "simulate", "--terms", a_file(past, text), "--since", "2026-11-01", *more)


def test_shorter_terms_name_who_would_be_late(past: CommandLine) -> None:
    found = simulated(past, SHORTER, "--json").json
    quick, slow = found["tickets"]
    assert quick["handling"] == {
        "done_at": "2026-11-02T14:00:00.000+01:00",
        "old_due": "2026-11-03T15:00:00.000+01:00",
        "new_due": "2026-11-02T12:00:00.000+01:00",
        "change": "late_now",
    }
    assert slow["handling"]["change"] == "still_late"
    assert (quick["solution"]["change"], slow["solution"]["change"]) == ("still_in_time", "late_now")
    sums = found["sums"]["handling"]
    assert (sums["tickets"], sums["late_old"], sums["late_new"], sums["late_now"]) == (2, 1, 2, 1)
    assert found["sections"] == ["terms"]
    assert "by their own days" in found["note"]


def test_the_table_shows_what_changes_and_by_which_terms(past: CommandLine) -> None:
    text = simulated(past, SHORTER).out
    assert "Would be late (2)" in text
    assert "Snabb" in text
    assert "Late in both" not in text
    assert "by their own days" in text
    assert "in force from 2026-02-01" in text
    assert "Late in both (1)" in simulated(past, SHORTER, "--all").out


def test_longer_hours_change_deadlines_and_keep_the_terms(past: CommandLine) -> None:
    shorter_days = '[hours]\nlunch = ""\nmonday = ["10:00-14:00"]\ntuesday = ["10:00-14:00"]\n'
    result = simulated(past, shorter_days)
    assert "Late no more (1)" in result.out
    assert "Sen" in result.out
    assert "the desk's own terms" in result.out


def test_a_section_that_the_file_lacks_is_the_desks_own(past: CommandLine) -> None:
    with past.config.open("a", encoding="utf-8") as config:
        config.write('\n[[special_days]]\nday = 2026-11-02\nwhy = "Flytt"\n')
    with_it = simulated(past, SHORTER, "--json").json["tickets"][0]["handling"]["new_due"]
    assert with_it == "2026-11-03T11:00:00.000+01:00"
    without = simulated(past, SHORTER + "\n[[special_days]]\nday = 2026-12-01\n", "--json").json
    assert without["tickets"][0]["handling"]["new_due"] == "2026-11-02T12:00:00.000+01:00"


def test_days_limit_what_is_looked_at(past: CommandLine) -> None:
    def subjects(*more: str) -> list[str]:
        return [one["subject"] for one in simulated(past, SHORTER, "--json", *more).json["tickets"]]

    assert subjects("--until", "2026-11-02") == ["Snabb"]
    assert subjects("--since", "2026-11-03") == ["Sen"]
    assert subjects("--since", "2026-11-03", "--until", "2026-11-08") == []
    assert "No program error" in simulated(past, SHORTER, "--since", "2026-12-01").out


def test_nothing_is_changed(past: CommandLine) -> None:
    before = past.done("ticket", "list", "--json").json
    assert simulated(past, SHORTER).code == 0
    assert past.done("ticket", "list", "--json").json == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has none of hours, holidays, special_days, terms"),
        ("[hourz]\n", "unknown key; did you mean hours?"),
        ('[hours]\nmonday = ["8-25"]\n', "line 2, hours.monday"),
        ('[holidays]\ncountry = "QQ"\n', "QQ"),
        ("[hours\n", "new.toml"),
    ],
)
def test_a_file_that_says_nothing_or_is_wrong_is_told(past: CommandLine, text: str, says: str) -> None:
    result = simulated(past, text)
    assert (result.code, result.out) == (2, "")
    assert says in result.err


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (["--since", "yesterday"], "--since: 'yesterday' is no day"),
        (["--until", "2026-10-01"], "--until 2026-10-01 is before --since 2026-11-01"),
        (["--since", "0001-01-01"], "is not between"),
    ],
)
def test_days_that_are_none_are_told(past: CommandLine, days: list[str], says: str) -> None:
    result = simulated(past, SHORTER, *days)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert says in result.err


def test_a_file_that_is_not_there_is_told(past: CommandLine) -> None:
    result = past("sla", "simulate", "--terms", past.folder / "nowhere.toml", "--since", "2026-11-01")
    assert result.code == 2
    assert "nowhere.toml" in result.err
