"""The SMTP door's own process: the listener, and in place of the spool a line to the daemon, who keeps the mails.

SIGTERM closes the door as ``smtp_listener`` promises; the end of the line, as when the daemon is killed, ends the
process at once, so that no client hears of a mail that nobody keeps.
"""

import errno
import json
import os
import queue
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO, NoReturn

import structlog

from mailgate.config import Config
from mailgate.domain.fingerprint import identity_of
from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.domain.ports import Clock
from mailgate.heap import give_back_large_blocks, look_for_garbage_seldom
from mailgate.ingest.door_line import Answer, Kept, MayWrite, Question, Trouble, read_answers, write_questions
from mailgate.ingest.frames import read_message, write_message
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener

log = structlog.get_logger()

_AT_ONCE = 100
_OCTETS_AT_ONCE = 16 * 1024 * 1024
# The daemon before this one may have ended a moment ago, and its door is about to.
_TRIES_TO_BIND = 10
_BETWEEN_TRIES_SECONDS = 0.1


class SpoolTroubleError(Exception):
    """The daemon could not keep a mail, or look up an address. ``kind``: the name of its error."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def open_door(config: Config, line: socket.socket, *, clock: Clock) -> NoReturn:
    """Be the door, until SIGTERM or the end of the line; the process ends here."""
    code = 1
    try:
        for number in (signal.SIGINT, signal.SIGHUP):  # sent to the whole group; the daemon tells us what follows
            signal.signal(number, signal.SIG_IGN)
        leave = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: leave.set())
        give_back_large_blocks()
        _serve(config, line, clock, leave)
        code = 0
    except BaseException as error:
        log.error("smtp_door_broken", error=type(error).__name__)  # noqa: TRY400 - its text may be a mail's
        log.debug("smtp_door_broken_details", exc_info=error)
    finally:
        os._exit(code)


def _serve(config: Config, line: socket.socket, clock: Clock, leave: threading.Event) -> None:
    threading.Thread(target=_end_with, args=(line,), name="smtp-line-end", daemon=True).start()
    source, sink = line.makefile("rb"), line.makefile("wb")
    begin = read_message(source)
    if begin is None:
        return
    spool = LineToSpool(source, sink)
    recipients = recipients_of(config.addresses, reply_addresses=config.identity.reply_addresses == "plus")
    welcomes = spool.may_write if json.loads(begin[0])["asks"] else None
    listener = SmtpListener(config, recipients=recipients, spool=spool, clock=clock, welcomes=welcomes)
    try:
        _start(listener)
    except OSError as error:
        write_message(sink, [json.dumps({"error": [error.errno, error.strerror or str(error)]}).encode()])
        return
    write_message(sink, [json.dumps({"listening": listener.addresses}).encode()])
    spool.start()
    look_for_garbage_seldom()
    # Not for ever: Python handles a signal in this thread, and the kernel may have woken another one for it.
    while not leave.wait(1.0):
        pass
    listener.drain(config.smtp.drain_seconds)


def _end_with(line: socket.socket) -> NoReturn:
    end = select.poll()
    # The end of a pair is told without being asked for; Linux can be asked for the end of its half, too.
    end.register(line, getattr(select, "POLLRDHUP", 0))
    end.poll()
    _leave_at_once()


def _leave_at_once() -> NoReturn:
    """There is no daemon any more, and nobody may hear another word."""
    os._exit(0)


def _start(listener: SmtpListener) -> None:
    for left in reversed(range(_TRIES_TO_BIND)):
        try:
            return listener.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not left:
                raise
        time.sleep(_BETWEEN_TRIES_SECONDS)
    raise AssertionError("the last try returns or raises")


class LineToSpool:
    """``domain.ports.Spool`` for the listener. What waits while the daemon answers goes over together, in its order."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, *, over: Callable[[], object] = _leave_at_once) -> None:
        """``over``: called where the line has ended."""
        self._source = source
        self._sink = sink
        self._over = over
        self._waiting: queue.SimpleQueue[_Asked] = queue.SimpleQueue()

    def start(self) -> None:
        """From now on questions go over."""
        threading.Thread(target=self._run, name="smtp-line", daemon=True).start()

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        """See ``domain.ports.Spool``. Raises ``SpoolTroubleError``."""
        answer = self._ask(Kept(envelope=envelope, identity=identity_of(envelope)))
        assert isinstance(answer, Accepted), "a mail's answer is that it is kept"  # noqa: S101
        return answer

    def refuse(self, envelope: Envelope, position: ImapPosition, reason: str) -> None:
        """For IMAP's door alone."""
        raise NotImplementedError

    def last_uid(self, mailbox: str, folder: str, uidvalidity: int) -> int:
        """For IMAP's door alone."""
        raise NotImplementedError

    def may_write(self, reverse_path: str) -> bool:
        """Whether somebody with this address may write at all. Raises ``SpoolTroubleError``."""
        return self._ask(MayWrite(reverse_path)) is True

    def _ask(self, question: Question) -> Answer:
        mine = _Asked(question)
        self._waiting.put(mine)
        answer = mine.answer()
        if isinstance(answer, Trouble):
            raise SpoolTroubleError(answer.kind)
        return answer

    def _run(self) -> None:
        try:
            while self._has_answered(self._next()):
                pass
        finally:
            self._over()

    def _has_answered(self, asked: "Sequence[_Asked]") -> bool:
        """One message and its answer, of which nothing is left here: the next may be long in coming."""
        write_questions(self._sink, [each.question for each in asked])
        answers = read_answers(self._source)
        for each, answer in zip(asked, answers or (), strict=answers is not None):
            each.answered(answer)
        return answers is not None

    def _next(self) -> "Sequence[_Asked]":
        asked = [self._waiting.get()]
        octets = asked[0].octets
        while len(asked) < _AT_ONCE and octets < _OCTETS_AT_ONCE:
            try:
                asked.append(self._waiting.get_nowait())
            except queue.Empty:
                break
            octets += asked[-1].octets
        return asked


class _Asked:
    """A question that waits for its answer; who asked sleeps by itself."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._asleep = threading.Lock()
        self._asleep.acquire()
        self._answer: Answer = False

    @property
    def octets(self) -> int:
        return len(self.question.envelope.content) if isinstance(self.question, Kept) else 0

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        self._asleep.release()

    def answer(self) -> Answer:
        self._asleep.acquire()
        return self._answer
