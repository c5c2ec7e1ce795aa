"""The stories as a stranger sees them: told and checked to the end; a mail that does not come is noticed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailgate.demo import stage
from mailgate.demo.whole import run_story

pytestmark = pytest.mark.journey

_PATIENCE = 240.0


def test_each_ticket_is_told_from_its_first_mail_to_its_closing(tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")}
    story = subprocess.run(
        [sys.executable, "-m", "mailgate", "demo", "--story"],
        cwd=tmp_path,
        env={**kept, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_PATIENCE,
        check=False,
        text=True,
        encoding="utf-8",
    )
    output = story.stdout
    assert story.returncode == 0, output
    titles = re.findall(r"^\d\. (.*?) ─+$", output, re.MULTILINE)
    assert titles == ["A question", "A program error", "A wish", "An order"]
    shown_in, shown_out = output.count("─  mail in, by SMTP  ─"), output.count("─  mail out: ")
    assert f"✓ {shown_in} mails in, {shown_out} mails out; four tickets of four types, all closed" in output
    assert "\x1b" not in output, "a log gets no colours"
    assert list(tmp_path.iterdir()) == []


def test_a_mail_that_does_not_go_out_ends_the_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shipped = stage.shipped_config
    monkeypatch.setattr(stage, "shipped_config", lambda: shipped().replace("tell_joined = true", "tell_joined = false"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_story() == 1
    output = capsys.readouterr().out
    assert "FAILED: what was told about MG-100001-5" in output
    assert "\n2. " not in output
    assert list(tmp_path.iterdir()) == []
