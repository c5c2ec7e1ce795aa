"""``mailgate serve`` beside the other commands: what it says when it cannot start, and who is quicker."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailgate.app import open_database
from mailgate.config_file import load_config
from tests.cli.conftest import CommandLine
from tests.support.servers import free_ports

RELEASED = "mail 2 is released: MG-100002-8, for Anna Lind (anna.lind@norrby-el.example)\n"


def listen_on(line: CommandLine, port: int) -> None:
    text = line.config.read_text(encoding="utf-8")
    line.config.write_text(text.replace("127.0.0.1:2525", f"127.0.0.1:{port}"), encoding="utf-8")


def serve(line: CommandLine) -> subprocess.CompletedProcess[str]:
    """A daemon that is expected not to start."""
    command = [sys.executable, "-m", "mailgate", "--config", str(line.config), "serve"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def a_daemon(line: CommandLine) -> Iterator[None]:
    """Runs until the block is left."""
    listen_on(line, free_ports(1)[0])
    command = [sys.executable, "-m", "mailgate", "--config", str(line.config), "serve"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for said in process.stderr:
                if json.loads(said)["event"] == "serving":
                    break
            yield
            process.send_signal(signal.SIGINT)
            process.stderr.read()
            assert process.wait(30) == 0, "Ctrl-C drains, and is no failure"
        finally:
            process.kill()


def test_a_second_daemon_is_refused_in_one_line(used: CommandLine) -> None:
    with a_daemon(used):
        second = serve(used)
    assert (second.returncode, second.stderr) == (
        1,
        f"mailgate: another mailgate serves from {used.folder}/data\n",
    )


def test_a_release_beside_a_running_daemon_names_the_ticket(used: CommandLine) -> None:
    with a_daemon(used):
        assert used.done("held", "release", 2).out == RELEASED
        assert len(used.done("ticket", "list", "--json").json) == 2


def test_a_release_waits_for_the_daemon_that_was_quicker(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the daemon always won: this process never gets the mail.
    monkeypatch.setattr("mailgate.pipeline.Pipeline.work_on", lambda *_: False)
    with a_daemon(used):
        assert used.done("held", "release", 2).out == RELEASED


def test_a_release_that_nobody_works_on_says_so(used: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.pipeline.Pipeline.work_on", lambda *_: False)
    monkeypatch.setattr("mailgate.cli.held._PATIENCE_SECONDS", 0.0)
    assert used.done("held", "release", 2).out.startswith("mail 2 is released; it will be a ticket shortly")


def test_a_port_that_is_taken_is_one_line(fresh: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        listen_on(fresh, port)
        result = serve(fresh)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("mailgate: ")
    assert str(port) in line
    assert "address already in use" in line.lower()


def test_a_newer_database_is_left_alone(fresh: CommandLine) -> None:
    open_database(load_config(fresh.config)).close()
    connection = sqlite3.connect(fresh.folder / "data/mailgate.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (("serve",), ("mail", "list")):
        result = fresh(*command)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("mailgate: the database is of a newer Mailgate (schema 9999")


def test_a_missing_password_stops_the_start(fresh: CommandLine) -> None:
    more = '[outgoing]\nhost = "mx.example"\nuser = "desk"\npassword_env = "MAILGATE_NO_SUCH"\n'
    fresh.config.write_text(more, encoding="utf-8")
    result = serve(fresh)
    assert result.returncode == 2
    assert result.stderr == "mailgate: the environment variable MAILGATE_NO_SUCH is not set\n"


def test_an_interrupted_command_ends_with_130(fresh: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_config: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mailgate.app.open_database", interrupted)
    result = fresh("mail", "list")
    assert (result.code, result.out, result.err.strip()) == (130, "", "")


def test_the_demo_ends_with_its_own_code(fresh: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgate.demo.run_demo", lambda **_: 7)
    assert fresh("demo").code == 7


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, fresh: CommandLine) -> None:
    (tmp_path / "file").write_text("")
    result = fresh("init", tmp_path / "file")
    assert (result.code, result.err) == (1, f"mailgate: {tmp_path}/file: File exists\n")
