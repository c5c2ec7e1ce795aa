"""The SMTP door as the daemon holds it: a process of its own, which talks to clients while the daemon works on mails.

Promises: no 250 before the commit, for the commit is done here and the door says 250 when it hears of it; the process
ends with the daemon, however that ends. The door's own side is ``smtp_door_process``; it has no database.
"""

import contextlib
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO

import structlog

from mailgate.config import Config
from mailgate.crash_points import crash_point
from mailgate.domain.fingerprint import Identity
from mailgate.domain.mail import Accepted, Envelope
from mailgate.domain.ports import Clock, SharingSpool
from mailgate.ingest.door_line import Answer, Kept, MayWrite, Question, Trouble, read_questions, write_answers
from mailgate.ingest.frames import read_message, write_message
from mailgate.ingest.mail_transactions import Welcomes

log = structlog.get_logger()

_LAST_WORDS_SECONDS = 1.0


class SmtpDoor:
    """Where the configuration says no place to listen, there is no process, and nothing to do.

    Forks: to be made before anything that a second process must not have, as threads and databases. ``clock`` is the
    door's.
    """

    def __init__(self, config: Config, *, clock: Clock) -> None:
        self.addresses: tuple[tuple[str, int], ...] = ()
        self._pid = 0
        if not (config.smtp.listen or config.smtp.listen_tls):
            return
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if not self._pid:
            from mailgate.ingest.smtp_door_process import open_door  # noqa: PLC0415  what only the door needs

            ours.close()
            open_door(config, theirs, clock=clock)
        theirs.close()
        self._line = ours
        self._source: BinaryIO = ours.makefile("rb")
        self._sink: BinaryIO = ours.makefile("wb")
        self._thread = threading.Thread(target=self._answer_all, name="smtp-door", daemon=True)
        self._leaving = False

    def start(self, *, spool: SharingSpool, welcomes: Welcomes | None, gone: Callable[[], None]) -> None:
        """Listen. Raises ``OSError`` if a place cannot be bound or a certificate not be used.

        ``welcomes``: see ``mail_transactions``. ``gone`` is called where the process has ended without being asked to.
        """
        if not self._pid:
            return
        self._spool, self._welcomes, self._gone = spool, welcomes, gone
        write_message(self._sink, [json.dumps({"asks": welcomes is not None}).encode()])
        answer = read_message(self._source)
        if answer is None:
            raise ChildProcessError("the SMTP door's process has ended")
        said = json.loads(answer[0])
        if "error" in said:
            raise OSError(*said["error"])
        self.addresses = tuple((host, port) for host, port in said["listening"])
        self._thread.start()

    def drain(self, seconds: float) -> None:
        """Stop listening, let mails under way finish, close; returns at the latest two seconds after ``seconds``."""
        if not self._pid:
            return
        self._leaving = True
        os.kill(self._pid, signal.SIGTERM)
        if self._thread.ident is not None:
            self._thread.join(seconds + _LAST_WORDS_SECONDS)
        self.close()

    def close(self) -> None:
        """End the process, if it is still there."""
        if not self._pid:
            return
        self._leaving = True
        # Whatever it still does is mail that it has not said 250 to. One that has ended is still ours to wait for.
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._pid = 0
        for each in (self._source, self._sink, self._line):
            with contextlib.suppress(OSError):  # what it was not told any more
                each.close()

    def _answer_all(self) -> None:
        try:
            while self._has_answered(read_questions(self._source)):
                pass
        except OSError:  # it ended while we wrote
            pass
        finally:
            if not self._leaving:
                log.error("smtp_door_died")
                self._gone()

    def _has_answered(self, questions: Sequence[Question] | None) -> bool:
        """One message and its answer, of which nothing is left here: the next may be long in coming."""
        if questions is None:
            return False
        write_answers(self._sink, self._answers(questions))
        return True

    def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        mails = [(each.envelope, each.identity) for each in questions if isinstance(each, Kept)]
        kept = iter(self._kept(mails) if mails else ())
        return [self._may(each) if isinstance(each, MayWrite) else _told(next(kept)) for each in questions]

    def _kept(self, mails: Sequence[tuple[Envelope, Identity]]) -> Sequence[Accepted | Exception]:
        crash_point("smtp.before_commit")
        results = self._spool.put_all(mails)
        crash_point("smtp.after_commit")
        return results

    def _may(self, question: MayWrite) -> Answer:
        try:
            return self._welcomes is None or self._welcomes(question.reverse_path)
        except Exception as error:  # noqa: BLE001 - the door tells it, as it tells its own
            return _trouble(error)


def _told(result: Accepted | Exception) -> Answer:
    return result if isinstance(result, Accepted) else _trouble(result)


def _trouble(error: Exception) -> Trouble:
    log.debug("smtp_trouble_details", exc_info=error)
    return Trouble(type(error).__name__)
