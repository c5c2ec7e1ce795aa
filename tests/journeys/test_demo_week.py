"""The week as a stranger sees it: told and checked to its end, its pages written; and what goes wrong is noticed."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.demo.mails import Letter
from mailgate.demo.week import run_week
from mailgate.demo.week.stage import WeekStage
from mailgate.domain.mail import MailId
from mailgate.schedule import Schedule

pytestmark = pytest.mark.journey

_PATIENCE = 240.0
_DAYS = ["Monday 25 March", "Thursday 28 March", "Friday 29 March", "Monday 1 April", "Tuesday 2 April"]


def perform(folder: Path, *options: str) -> tuple[int, str]:
    """The whole week, in a folder of its own: its exit code, and what it printed."""
    kept = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")}
    week = subprocess.run(
        [sys.executable, "-m", "mailgate", "demo", "--week", *options],
        cwd=folder,
        env={**kept, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_PATIENCE,
        check=False,
        text=True,
        encoding="utf-8",
    )
    return week.returncode, week.stdout


def test_the_week_is_told_to_its_end_and_leaves_nothing_but_the_pages_that_were_asked_for(tmp_path: Path) -> None:
    code, output = perform(tmp_path, "--pages", "pages")
    assert code == 0, output
    flat = " ".join(output.split())
    told = [output.index(f"\n{day}: ") for day in _DAYS]
    assert told == sorted(told)
    for line in ("stands still, we wait for the customer", "Påskdagen, clocks go +1 h", "start by 10:30, TOO LATE"):
        assert line in flat
    assert "12 mails in, 9 tickets of all four types" in flat
    assert "\x1b" not in output, "a log gets no colours"
    assert [one.name for one in tmp_path.iterdir()] == ["pages"]
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "pages").iterdir()}
    assert set(pages) == {"digest", "overview", "alarm", "status", "report"}
    assert "Tuesday 2 April" in pages["digest"]
    assert "Harbour Hotel AB" in pages["overview"]
    assert "Tickets in March 2024" in pages["report"]
    assert all(page.lstrip().startswith("<!DOCTYPE html>") for page in pages.values())


def test_the_week_notices_an_alarm_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(Schedule, "make_rounds", lambda _schedule: 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_week() == 1
    output = capsys.readouterr().out
    assert "THE DEMO FAILED: what the clock brought until Tue 12 Mar 08:00: expected ['07:00 digest to" in output
    assert "found []" in output
    assert list(tmp_path.iterdir()) == []


def test_the_week_notices_a_mail_that_nobody_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    honest = WeekStage.receive

    def twice(stage: WeekStage, letter: Letter) -> MailId:
        honest(stage, letter)
        return honest(stage, replace(letter, content=letter.content.replace(b"\r\n\r\n", b"\r\n\r\nOch: ", 1)))

    monkeypatch.setattr(WeekStage, "receive", twice)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_week(keep=True) == 1
    assert "THE DEMO FAILED: mails at 11:00" in capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    assert (folder / "data" / "mailgate.db").is_file()
