"""The daemon's side of reading mail: a few child processes, each with a memory and a time limit.

A hostile mail can kill its child, and no more: it is tried again in fresh children, and reported after the third.
Other mails flow meanwhile. Starting a child is not on any mail's time. Light: the parsers are loaded in the children.
"""

import contextlib
import io
import pickle
import queue
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import structlog

from mailgate.domain.mail import ParsedMail
from mailgate.ingest.frames import Answer
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parser_process import ChildDied, ParserProcess, ParserUnavailable

__all__ = ["ParserPool", "ParserUnavailable", "Unparsable"]

log = structlog.get_logger()

CHILD = (sys.executable, "-m", "mailgate.ingest.parser_child")
_DEATHS_ALLOWED = 3
# A child that hostile mail has taken over may send anything: these values, and nothing that runs.
_ALLOWED = {
    "mailgate.domain.mail": {"ParsedMail", "Address", "Attachment"},
    "mailgate.domain.report": {"Delivery", "DeliveryAction", "Meeting", "Sealed"},
    "datetime": {"datetime", "timedelta", "timezone"},
}


class ParserPool:
    """Thread-safe. Children are started at once, without waiting for them, and again when one has died."""

    def __init__(self, *, children: int, memory_mib: int, seconds: float, command: Sequence[str] = CHILD) -> None:
        self._seconds = seconds
        self._closed = False
        self._command = (*command, str(memory_mib), str(seconds))
        self._children = [ParserProcess(self._command) for _ in range(children)]
        # The last that worked is the first to work again: its pages are warm.
        self._free: queue.LifoQueue[ParserProcess | None] = queue.LifoQueue()
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
                    return _read_answer(child.ask([raw], self._seconds)[0])
                except ChildDied as died:
                    log.warning("parser_child_died", cause=str(died), death=death)
                    if death == _DEATHS_ALLOWED:
                        raise Unparsable(str(died)) from died
            raise AssertionError("every death but the last is followed by another try")

    def parse_all(self, raws: Sequence[bytes]) -> list[ParsedMail | Unparsable]:
        """Read some mails: each as it was read, or why it cannot be.

        One child reads them together, within the time of one, which saves it and us from waking each other for each;
        where that goes wrong each is read on its own, so that none suffers for another.
        Raises ``ParserUnavailable``.
        """
        together = self._read_together(raws) if len(raws) > 1 else None
        return together if together is not None else [self._read_alone(raw) for raw in raws]

    def _read_together(self, raws: Sequence[bytes]) -> list[ParsedMail | Unparsable] | None:
        with self._free_child() as child:
            try:
                answers = child.ask(raws, self._seconds)
            except (Unparsable, ChildDied) as trouble:
                log.info("parser_batch_broken", cause=str(trouble), mails=len(raws))
                return None
        return [_reading(answer) for answer in answers] if len(answers) == len(raws) else None

    def _read_alone(self, raw: bytes) -> ParsedMail | Unparsable:
        try:
            return self.parse(raw)
        except Unparsable as unparsable:
            return unparsable

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
    def _free_child(self) -> Iterator[ParserProcess]:
        child = self._free.get()
        if child is None or self._closed:
            self._free.put(None)  # for the next who waits
            raise ParserUnavailable("the parser pool is closed")
        try:
            yield child
        finally:
            self._free.put(child)


def _reading(answer: bytes) -> ParsedMail | Unparsable:
    try:
        return _read_answer(answer)
    except Unparsable as unparsable:
        return unparsable


def _read_answer(answer: bytes) -> ParsedMail:
    kind, body = answer[0], memoryview(answer)[1:]
    if kind == Answer.UNPARSABLE:
        raise Unparsable(bytes(body).decode("utf-8", "replace")[:200])
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
