"""A parser child as the pool holds it: a process that is asked, watched, and replaced when it has died or is tired."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from mailgate.ingest.frames import MAX_ANSWER, READY, read_message, write_message
from mailgate.ingest.limits import Unparsable

_START_SECONDS = 30.0
_EXIT_SECONDS = 2.0


class ParserUnavailable(RuntimeError):  # noqa: N818  # reads as what it says
    """No child can be started: the surroundings are broken, and no mail is to blame."""


class ChildDied(Exception):  # noqa: N818  # never leaves the pool
    """In the words of a quarantine reason."""


class ParserProcess:
    """One child process at a time, replaced when it dies or is tired. Used by one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopped = False
        self._ready = False
        self._process = self._started()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, raws: Sequence[bytes], seconds: float) -> list[bytes]:
        """Its answers, up to the first mail that it had no memory for.

        Raises ``ChildDied``, or ``Unparsable`` where the time ran out.
        """
        self._wait_until_ready()
        process = self._process
        out_of_time = threading.Event()

        def end() -> None:
            out_of_time.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _exchange(process, raws)
        finally:
            timer.cancel()
            timer.join()
        return self._judged(answer, seconds, late=out_of_time.is_set())

    def stop(self) -> None:
        """End the process: by the end of its input, or by force."""
        self._stopped = True
        _ended(self._process)

    def _judged(self, answer: list[bytes] | None, seconds: float, *, late: bool) -> list[bytes]:
        if answer is not None and len(answer) > 1 and all(answer):
            tired, *answers = answer
            if late or tired != b"\0":
                self._replace()
            return answers
        code = self._replace()
        if late:
            raise Unparsable(f"time-out after {seconds:g} s")
        if code == -signal.SIGXCPU:
            raise Unparsable("time-out: processor time")
        raise ChildDied(f"killed: signal {-code}" if code < 0 else f"exited: code {code}")

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # our own command line, no shell
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _replace(self) -> int:
        """Begin a new life; how the last one ended."""
        code = _ended(self._process)
        self._process = self._started()
        self._ready = False
        if self._stopped:  # while the last one was ending
            _ended(self._process)
            raise ParserUnavailable("the parser pool is closed")
        return code

    def _wait_until_ready(self) -> None:
        if self._ready and self._process.poll() is None:
            return
        if self._ready:
            self._replace()  # it died between two mails; neither is to blame
        timer = threading.Timer(_START_SECONDS, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            answer = read_message(_pipe(self._process.stdout), octets=MAX_ANSWER, frames=1)
        finally:
            timer.cancel()
        if answer != [READY]:
            code = self._replace()
            raise ParserUnavailable(f"a parser child did not start: it ended with {code}")
        self._ready = True


def _exchange(process: subprocess.Popen[bytes], raws: Sequence[bytes]) -> list[bytes] | None:
    try:
        write_message(_pipe(process.stdin), raws)
        return read_message(_pipe(process.stdout), octets=MAX_ANSWER, frames=len(raws) + 1)
    except OSError:  # a broken pipe: it died while we wrote
        return None


def _pipe(stream: Any) -> Any:
    if stream is None:
        raise ParserUnavailable("a parser child without its pipes")
    return stream


def _ended(process: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(OSError):  # what was not written yet cannot be
        _pipe(process.stdin).close()
    try:
        process.wait(_EXIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _pipe(process.stdout).close()
    return process.returncode
