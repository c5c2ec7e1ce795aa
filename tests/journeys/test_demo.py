"""The demo as a stranger runs it: it tells its story, checks it, notices what does not happen, and leaves nothing."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailgate.demo import run_demo
from mailgate.demo.cast import NILS
from mailgate.demo.expect import UnexpectedError, expect, wait_for
from mailgate.demo.imap_stage import ImapStage
from mailgate.demo.mails import Letter, Post
from mailgate.demo.process import DaemonProcess

pytestmark = pytest.mark.journey

_PATIENCE = 240.0


def start(
    folder: Path, *options: str, program: tuple[str, ...] = ("-m", "mailgate", "demo"), **environment: str
) -> "subprocess.Popen[str]":
    """The demo, in a folder of its own, where its temporary folder is made, too."""
    kept = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "COLUMNS")}
    return subprocess.Popen(
        [sys.executable, *program, *options],
        cwd=folder,
        env={**kept, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def perform(folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    """The whole demo: its exit code, and what it printed."""
    with start(folder, *options, **environment) as demo:
        output, _ = demo.communicate(timeout=_PATIENCE)
    return demo.returncode, output


def processes_in(folder: Path) -> list[str]:
    """What still runs there: daemons, parsers and commands have the demo's folder, or this one, as theirs."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = (process / "cwd").readlink()
        except OSError:  # it has just ended
            continue
        # The kernel marks a folder that was removed meanwhile with a word behind its name.
        if str(place).startswith(str(folder)):
            found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def wait_until_nothing_runs_in(folder: Path) -> None:
    """Parsers end when their pipe does, a moment after the daemon."""
    wait_for("all processes of the demo to end", lambda: not processes_in(folder))


def test_the_demo_tells_its_whole_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    code, output = perform(tmp_path)
    assert code == 0, output
    titles = re.findall(r"^(\d+)\. .* ─+$", output, re.MULTILINE)
    assert titles == [str(number) for number in range(1, 12)]
    assert "12 mails in: 7 tickets, 1 joined, 1 stored, 1 quarantined, 2 copies known as such; none lost" in " ".join(
        output.split()
    )
    assert "\x1b" not in output, "a log gets no colours"
    assert list(tmp_path.iterdir()) == []
    wait_until_nothing_runs_in(tmp_path)


_THE_FIRST_SCENE_ONLY = """
from mailgate.cli import main
from mailgate.demo import story
def beginning(play):
    story._begin(play)
    story.program_error(play)
story.perform = beginning
main()
"""


def test_keep_leaves_the_folder_and_a_log_that_knows_only_ascii_is_no_trouble(tmp_path: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "NO_COLOR": "1"}
    with start(tmp_path, program=("-c", _THE_FIRST_SCENE_ONLY, "demo", "--keep"), **ascii_only) as demo:
        output, _ = demo.communicate(timeout=_PATIENCE)
    assert demo.returncode == 0, output
    assert output.isascii()
    assert re.search(r"^\s*ok \w", output, re.MULTILINE)
    (folder,) = tmp_path.iterdir()
    assert str(folder) in output.replace("\n", "")
    assert (folder / "data" / "mailgate.db").is_file()
    assert list((folder / "data" / "outgoing" / "new").iterdir())
    wait_until_nothing_runs_in(tmp_path)


def test_sigterm_in_the_middle_ends_everything(tmp_path: Path) -> None:
    with start(tmp_path, PYTHONUNBUFFERED="1") as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if line.startswith("2. "):
                break
        demo.terminate()
        demo.stdout.read()
    assert demo.returncode == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    wait_until_nothing_runs_in(tmp_path)


def test_the_demo_notices_when_a_mail_ends_in_another_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    honest = Post.program_error

    def from_nobody_registered(post: Post) -> Letter:
        letter = honest(post)
        content = letter.content.replace(b"anna.bjork@", b"nobody@")
        return Letter(mail_from=NILS, rcpt_to=letter.rcpt_to, content=content)

    monkeypatch.setattr(Post, "program_error", from_nobody_registered)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_demo() == 1
    output = capsys.readouterr().out
    assert "FAILED: what became of mail 1: expected ticket by new-ticket, found held by stranger" in output
    assert "\n2. " not in output
    assert list(tmp_path.iterdir()) == []


def test_the_demo_notices_when_the_daemon_dies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    honest = DaemonProcess.start

    def and_die(daemon: DaemonProcess) -> int:
        port = honest(daemon)
        daemon.kill()
        return port

    monkeypatch.setattr(DaemonProcess, "start", and_die)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_demo() == 1
    assert "THE DEMO FAILED: the daemon did not take a mail" in capsys.readouterr().out


def test_an_outcome_that_does_not_come_is_waited_for_and_then_named() -> None:
    began = time.monotonic()
    with pytest.raises(UnexpectedError, match=r"waited 0\.2 seconds for the receipt, and it did not come"):
        wait_for("the receipt", lambda: None, seconds=0.2)
    assert time.monotonic() >= began + 0.2
    with pytest.raises(UnexpectedError, match="the level: expected 2, found 5"):
        expect("the level", wanted=2, found=5)


def test_the_mailbox_opens_to_its_password_only() -> None:
    with ImapStage(user="support@example.com", password="right") as stage:
        client = IMAPClient("127.0.0.1", stage.port, ssl=False)
        with pytest.raises(LoginError):
            client.login("support@example.com", "wrong")
        client.shutdown()
