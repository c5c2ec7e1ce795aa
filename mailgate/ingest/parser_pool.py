"""The daemon's side of reading mail: a few child processes, each with a memory and a time limit.

A hostile mail can kill its child, and no more: it is tried again in fresh children, and reported after the third.
Other mails flow meanwhile. Starting a child is not on any mail's time. Light: the parsers are loaded in the children.
"""

import contextlib
import io
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import structlog

from mailgate.domain.mail import ParsedMail
from mailgate.ingest.frames import MAX_ANSWER, READY, Answer, read_frame, write_frame
from mailgate.ingest.limits import Unparsable

__all__ = ["ParserPool", "ParserUnavailable", "Unparsable"]

log = structlog.get_logger()

CHILD = (sys.executable, "-m", "mailgate.ingest.parser_child")
_DEATHS_ALLOWED = 3
_START_SECONDS = 30.0
_EXIT_SECONDS = 2.0
# A child that hostile mail has taken over may send anything: these values, and nothing that runs.
_ALLOWED = {
    "mailgate.domain.mail": {"ParsedMail", "Address", "Attachment"},
    "mailgate.domain.report": {"Delivery", "DeliveryAction", "Meeting", "Sealed"},
    "datetime": {"datetime", "timedelta", "timezone"},
}


class ParserUnavailable(RuntimeError):  # noqa: N818  # reads as what it says
    """No child can be started: the surroundings are broken, and no mail is to blame."""


class ParserPool:
    """Thread-safe. Children are started at once, without waiting for them, and again when one has died."""

    def __init__(self, *, children: int, memory_mib: int, seconds: float, command: Sequence[str] = CHILD) -> None:
        self._seconds = seconds
        self._closed = False
        self._command = (*command, str(memory_mib), str(seconds))
        self._children = [_Child(self._command) for _ in range(children)]
        # The last that worked is the first to work again: its pages are warm.
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the children, for whoever watches over them."""
        return tuple(child.pid for child in self._children)

    def parse(self, raw: bytes) -> ParsedMail:
        """Read a mail in a free child, waiting for one if need be.

        Raises ``Unparsable`` for a mail that cannot be read, ``ParserUnavailable`` where it is not the mail's fault.
        """
        with self._free_child() as child:
            for death in range(1, _DEATHS_ALLOWED + 1):
                try:
                    return _read_answer(child.ask(raw, self._seconds))
                except _ChildDied as died:
                    log.warning("parser_child_died", cause=str(died), death=death)
                    if death == _DEATHS_ALLOWED:
                        raise Unparsable(str(died)) from died
            raise AssertionError("every death but the last is followed by another try")

    def close(self) -> None:
        """End all children; a mail that is being read is let through, or killed after its time."""
        if self._closed:
            return
        self._closed = True
        for _ in self._children:
            with contextlib.suppress(queue.Empty):
                self._free.get(timeout=self._seconds)
        for child in self._children:
            child.stop()
        self._free.put(None)

    @contextlib.contextmanager
    def _free_child(self) -> Iterator["_Child"]:
        child = self._free.get()
        if child is None or self._closed:
            self._free.put(None)  # for the next who waits
            raise ParserUnavailable("the parser pool is closed")
        try:
            yield child
        finally:
            self._free.put(child)


class _ChildDied(Exception):  # noqa: N818  # never leaves this file
    """In the words of a quarantine reason."""


class _Child:
    """One child process at a time, replaced when it dies or is tired. Used by one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopped = False
        self._ready = False
        self._process = self._started()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, raw: bytes, seconds: float) -> bytes:
        """The child's answer. Raises ``_ChildDied``, or ``Unparsable`` where the time ran out."""
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
            answer = _exchange(process, raw)
        finally:
            timer.cancel()
            timer.join()
        return self._judged(answer, seconds, late=out_of_time.is_set())

    def stop(self) -> None:
        """End the process: by the end of its input, or by force."""
        self._stopped = True
        _ended(self._process)

    def _judged(self, answer: bytes | None, seconds: float, *, late: bool) -> bytes:
        if answer is not None and len(answer) >= 2:
            if late or answer[1]:
                self._replace()
            return answer
        code = self._replace()
        if late:
            raise Unparsable(f"time-out after {seconds:g} s")
        if code == -signal.SIGXCPU:
            raise Unparsable("time-out: processor time")
        raise _ChildDied(f"killed: signal {-code}" if code < 0 else f"exited: code {code}")

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
            answer = read_frame(_pipe(self._process.stdout), MAX_ANSWER)
        finally:
            timer.cancel()
        if answer != READY:
            code = self._replace()
            raise ParserUnavailable(f"a parser child did not start: it ended with {code}")
        self._ready = True


def _exchange(process: subprocess.Popen[bytes], raw: bytes) -> bytes | None:
    try:
        write_frame(_pipe(process.stdin), raw)
        return read_frame(_pipe(process.stdout), MAX_ANSWER)
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


def _read_answer(answer: bytes) -> ParsedMail:
    kind, body = answer[0], answer[2:]
    if kind == Answer.UNPARSABLE:
        raise Unparsable(body.decode("utf-8", "replace")[:200])
    if kind == Answer.MEMORY:
        raise Unparsable("memory")
    try:
        mail = _Unpickler(io.BytesIO(body)).load()
    except Exception as error:  # what broken pickles raise has no end
        raise Unparsable("error: the child's answer is no mail") from error
    if not isinstance(mail, ParsedMail):
        raise Unparsable("error: the child's answer is no mail")
    return mail


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in _ALLOWED.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)
