"""Runs the real command line: ``mailgate serve`` as a process of its own, and single commands as anybody would.

Promises: no process outlives this object. What the daemon logs is kept, to be shown when something goes wrong.
"""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import mailgate
from mailgate.demo.expect import UnexpectedError, wait_for

MAILGATE = (sys.executable, "-m", "mailgate")
_STOP_SECONDS = 20.0
_LOG_LINES_SHOWN = 8


class DaemonProcess:
    """``mailgate serve``. It listens on a port that the system picks, and says in its log which one that is."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._log = config.with_name("daemon.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> int:
        """Start it, and wait until its door is open; the port."""
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
                (*MAILGATE, "serve"),
                cwd=self._config.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
            )
        return wait_for("the daemon to open its door", self._port)

    def check_alive(self) -> None:
        """Raises ``UnexpectedError`` if it has ended."""
        if (code := self._running().poll()) is not None:
            raise UnexpectedError(f"the daemon ended by itself, with exit code {code}")

    def kill(self) -> None:
        """End it as a power cut would: no signal handler, no clean-up."""
        process = self._running()
        process.send_signal(signal.SIGKILL)
        if (code := process.wait(_STOP_SECONDS)) != -signal.SIGKILL:
            raise UnexpectedError(f"the daemon was to die of SIGKILL, and ended with {code}")

    def stop(self) -> int:
        """Let it drain, and end; the exit code."""
        process = self._running()
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise UnexpectedError(f"the daemon did not end within {_STOP_SECONDS:g} seconds of SIGTERM") from None

    def end(self) -> None:
        """Whatever happened: it runs no more."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> list[str]:
        """The end of its log."""
        if not self._log.exists():
            return []
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise UnexpectedError("the daemon was never started")
        return self._process

    def _port(self) -> int | None:
        self.check_alive()
        for event in self._events():
            if event.get("event") == "serving":
                return int(str(event["smtp"][0]).rpartition(":")[2])
        return None

    def _events(self) -> Iterator[dict[str, Any]]:
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            for line in log:
                if line.startswith(b"{") and line.endswith(b"}\n"):
                    yield json.loads(line)


def run_command(config: Path, arguments: Sequence[str], *, columns: int | None, code: int = 0) -> str:
    """Run one ``mailgate`` command; what it printed, as it would at a terminal that wide, or, without, into a file.

    Raises ``UnexpectedError`` if it does not end with this exit code.
    """
    command = (*MAILGATE, *arguments)
    run = _into_a_pipe if columns is None else partial(_at_a_terminal, columns=columns)
    ended, output = run(command, config.parent)
    if ended != code:
        raise UnexpectedError(f"mailgate {' '.join(arguments)} ended with {ended}: {' '.join(output.split())}")
    return output


def _into_a_pipe(command: Sequence[str], folder: Path) -> tuple[int, str]:
    with _started(command, folder, subprocess.PIPE) as process, _no_longer_than(process):
        output = process.communicate()[0]
    return process.returncode, output.decode("utf-8", "replace")


def _at_a_terminal(command: Sequence[str], folder: Path, *, columns: int) -> tuple[int, str]:
    ours, theirs = os.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        with _started(command, folder, theirs) as process, _no_longer_than(process):
            os.close(theirs)
            output = b"".join(iter(partial(_read, ours), b""))
    finally:
        os.close(ours)
    return process.returncode, output.decode("utf-8", "replace").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # EIO: the other side has been closed
        return b""


def _started(command: Sequence[str], folder: Path, output: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own command line, no shell
        command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
    )


@contextmanager
def _no_longer_than(process: "subprocess.Popen[bytes]", seconds: float = 60.0) -> Iterator[None]:
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _environment() -> dict[str, str]:
    """Ours, in UTF-8, and with nothing that would point the commands elsewhere or shape their output.

    The package's own place leads the path: the commands run in another folder than the demo was started in.
    """
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAILGATE_", "FORCE_COLOR", "COLUMNS"))
    }
    path = os.pathsep.join(filter(None, (str(Path(mailgate.__file__).parent.parent), os.environ.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
