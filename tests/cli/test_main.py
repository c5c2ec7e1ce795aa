"""The command line as a whole: exit codes, one line for each mistake, and nothing loaded that is not needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailgate import __version__


def mailgate(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mailgate", *arguments],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    result = mailgate("--help", cwd=tmp_path, TERMINAL_WIDTH="120")
    assert result.returncode == 0
    for noun in ("serve", "demo", "init", "config", "register", "ticket", "held", "mail", "quarantine", "outbox"):
        assert f" {noun} " in result.stdout


def test_help_waits_for_no_database() -> None:
    code = (
        "import sys; from mailgate.cli import run; run(['--help']); run(['ticket', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('sqlmodel', 'mailgate.app', 'aiosmtpd')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_version_is_told(tmp_path: Path) -> None:
    assert mailgate("--version", cwd=tmp_path).stdout == f"mailgate {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("serv",), "mailgate: No such command 'serv'. Did you mean 'serve'? (see mailgate --help)"),
        (("ticket", "list", "--limt", "3"), "mailgate: No such option: --limt (Possible options: --limit)"),
        (("mail", "show", "four"), "mailgate: Invalid value for 'ID': a whole number is wanted (see"),
        (
            ("mail", "list", "--outcome", "lost"),
            "mailgate: Invalid value for '--outcome': 'lost' is not one of 'ticket', 'joined', 'held', 'stored', "
            "'quarantined' (see mailgate mail list --help)",
        ),
        (("mail", "list"), "mailgate: config.toml: there is no such file; `mailgate init` writes one"),
        (("serve",), "mailgate: config.toml: there is no such file; `mailgate init` writes one"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    result = mailgate(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_the_configuration_may_be_named_by_the_environment(tmp_path: Path) -> None:
    result = mailgate("mail", "list", cwd=tmp_path, MAILGATE_CONFIG="elsewhere.toml")
    assert result.stderr.startswith("mailgate: elsewhere.toml: there is no such file")


def test_a_reader_who_has_enough_hears_no_complaint(tmp_path: Path) -> None:
    assert mailgate("init", cwd=tmp_path).returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "mailgate", "config", "check"], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_a_database_that_is_none_is_said_plainly(tmp_path: Path) -> None:
    assert mailgate("init", cwd=tmp_path).returncode == 0
    (tmp_path / "data").mkdir()
    (tmp_path / "data/mailgate.db").write_bytes(b"no database at all " * 100)
    result = mailgate("mail", "list", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr == "mailgate: the database cannot be used: file is not a database\n"


def test_a_storage_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    assert mailgate("init", cwd=tmp_path).returncode == 0
    (tmp_path / "data").write_text("a file")
    result = mailgate("mail", "list", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (1, f"mailgate: {tmp_path}/data: File exists\n")
