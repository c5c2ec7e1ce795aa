"""The real daemon, started, killed and stopped: forked from ``launch``, or as ``python -m mailgate serve`` itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE = 30.0


class NeverCameError(Exception):
    """What was waited for did not come about; says what it was."""


class Daemon:
    """One daemon at a time on one folder. ``bugs``: names of ``planted``, for those that ``launch`` starts."""

    def __init__(self, config: Path, port: int, *, log: Path, bugs: Sequence[str] = ()) -> None:
        self.config = config
        self.port = port
        self.log = log
        self.pid = 0
        self._bugs = tuple(bugs)
        self._launcher: subprocess.Popen[str] | None = None
        self._cold: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        """Start it, without waiting for anything."""
        launcher = self._launcher or self._new_launcher()
        self.pid = int(self._ask(launcher, f"start {json.dumps(environment)}"))

    def start_cold(self, *before: str, **environment: str) -> None:
        """Start it by its own command line; ``before`` stands before that (strace)."""
        program = ("judge.planted", *self._bugs) if self._bugs else ("mailgate",)
        with self.log.open("ab") as log:
            self._cold = subprocess.Popen(
                [*before, sys.executable, "-m", *program, "--config", str(self.config), "serve"],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pid = self._cold.pid

    def _new_launcher(self) -> "subprocess.Popen[str]":
        with self.log.open("ab") as log:
            self._launcher = subprocess.Popen(
                [sys.executable, "-m", "judge.launch", str(self.config), *self._bugs],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self._launcher

    def _ask(self, launcher: "subprocess.Popen[str]", line: str) -> str:
        assert launcher.stdin is not None
        assert launcher.stdout is not None
        launcher.stdin.write(line + "\n")
        launcher.stdin.flush()
        answer = launcher.stdout.readline()
        if not answer:
            raise NeverCameError(f"the launcher has died: {self.log.read_text(errors='replace')[-2000:]}")
        return answer

    @property
    def runs(self) -> bool:
        """Whether it was started and not yet waited for."""
        return self.pid != 0

    def kill(self) -> int:
        """SIGKILL; how it ended, which may have been before and otherwise."""
        if not self.runs:
            return 0
        self._signal(signal.SIGKILL)
        return self.wait()

    def _signal(self, number: signal.Signals) -> None:
        """To one that may have ended by itself; the number of one that was not waited for is nobody else's."""
        if self._cold is not None:
            self._cold.send_signal(number)
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def stop(self) -> int:
        """SIGTERM, and wait; the exit code. Where it does not end in time: SIGKILL's."""
        if self.runs:
            self._signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self.runs and not self.is_dead() and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.kill()

    def wait(self) -> int:
        """Until it has ended: minus the signal's number, or the exit code."""
        if self._cold is not None:
            code = self._cold.wait(PATIENCE)
            self._cold = None
        else:
            assert self._launcher is not None
            code = int(self._ask(self._launcher, "wait"))
        self.pid = 0
        return code

    def is_dead(self) -> bool:
        """Whether it has ended, waited for or not."""
        if self._cold is not None:
            return self._cold.poll() is not None
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        return state == "Z"

    def wait_for_greeting(self) -> None:
        """Until its door greets, or it has died. A place to connect to may be that of the one before, which ends."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_dead():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as probe:
                if probe.recv(3) == b"220":
                    return
            if time.monotonic() > deadline:
                raise NeverCameError(f"no greeting: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.01)

    def wait_for_silence(self) -> None:
        """Until the door of the one before is closed: it ends a moment after its daemon."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            if time.monotonic() > deadline:
                raise NeverCameError("the door of a dead daemon is open")
            time.sleep(0.01)

    def close(self) -> None:
        """End it and its launcher."""
        self.kill()
        if self._launcher is not None:
            assert self._launcher.stdin is not None
            assert self._launcher.stdout is not None
            self._launcher.stdin.close()
            self._launcher.stdout.close()
            self._launcher.wait(PATIENCE)
            self._launcher = None
