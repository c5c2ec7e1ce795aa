"""Processes that benches talk to: a line when they are ready, a line for each of ours, until ours end."""

import contextlib
import json
import subprocess
import sys
from typing import IO


class Asked:
    """A process that prints a line when it is ready, and ends when its standard input does."""

    def __init__(self, command: list[str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603
        self.first_line = self.read_line()

    @property
    def pid(self) -> int:
        """Of that process."""
        return self._process.pid

    def ask(self) -> str:
        """One more line from it."""
        stdin = _pipe(self._process.stdin)
        stdin.write("\n")
        stdin.flush()
        return self.read_line()

    def read_line(self) -> str:
        """Raises ``RuntimeError`` if it has ended instead."""
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"ended with {self._process.wait()}")
        return line.strip()

    def stop(self) -> None:
        """End its input, and wait."""
        with contextlib.suppress(BrokenPipeError):
            _pipe(self._process.stdin).close()
        self._process.wait(30)


class NextServer(Asked):
    """Where all mails are sent to: ``bench.next_server``, in its process."""

    def __init__(self, *, delay: float = 0) -> None:
        """``delay``: seconds before it answers what came in one packet."""
        super().__init__([sys.executable, "-m", "bench.next_server", "--delay", str(delay)])
        self.port = int(self.first_line)

    def taken(self) -> list[dict[str, str | float]]:
        """What has come since this was asked the last time."""
        return list(json.loads(self.ask()))


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - asked for when it was started
    return stream
