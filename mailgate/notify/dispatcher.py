"""The loop that sends: claim, send, record. It decides nothing; when to try again is the outbox's word.

Promises: a mail that was sent is recorded as such, however long the outbox is in trouble, and is not sent again
meanwhile; a mail that was claimed and not tried is given back; before a final dot goes out the outbox knows of it, so
that a crash leaves a mail that is known to be in doubt.
"""

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, QueuedMail, Uncertain
from mailgate.domain.ports import Clock, Outbox, Transport

log = structlog.get_logger()

_BATCH = 20
_IDLE_SECONDS = 1.0
_LONGEST_REST = 30.0
# What was claimed longer ago is given back, before its lease ends and another process sends it too.
CLAIM_LASTS = timedelta(seconds=60)


class Dispatcher:
    """Works through the outbox in the thread that calls ``run``. ``wake`` is set by whoever has queued a mail."""

    def __init__(self, outbox: Outbox, transport: Transport, *, clock: Clock, wake: threading.Event) -> None:
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._wake = wake
        self._troubles = 0

    def run(self, stop: threading.Event) -> None:
        """Send until ``stop`` is set; the mail that is being sent then is finished and recorded."""
        while not stop.is_set():
            self._wake.clear()
            try:
                claimed = self._outbox.claim_due(self._clock(), _BATCH)
            except Exception as error:  # noqa: BLE001  the outbox comes back, or the operator sees the log
                self._rest_after(error, stop)
                continue
            self._troubles = 0
            if claimed:
                crash_point("outbox.claimed")
                self._work_through(claimed, stop)
            else:
                self._wake.wait(_IDLE_SECONDS)
        self._transport.close()

    def _work_through(self, claimed: Sequence[QueuedMail], stop: threading.Event) -> None:
        until = time.monotonic() + CLAIM_LASTS.total_seconds()
        for done, queued in enumerate(claimed):
            if stop.is_set() or time.monotonic() > until:
                self._give_back(claimed[done:], stop)
                return
            outcome = self._send(queued)
            crash_point("outbox.answered")
            self._record(queued, outcome, stop)
            crash_point("outbox.recorded")

    def _send(self, queued: QueuedMail) -> DeliveryOutcome:
        marked = False

        def mark() -> bool:
            nonlocal marked
            marked = True
            return self._outbox.mark(queued, self._clock())

        try:
            return self._transport.send(queued, mark)
        except Exception as error:  # a transport never raises; if one does, one mail waits and the others go
            log.exception("transport_broken", outbox=queued.outbox_id)
            outcome = Uncertain if marked else Deferred
            return outcome(diagnostic=f"unexpected: {type(error).__name__}")

    def _record(self, queued: QueuedMail, outcome: DeliveryOutcome, stop: threading.Event) -> None:
        """Until it is recorded nothing else is sent: what is not on record would be sent again."""
        while True:
            try:
                self._outbox.record(queued, outcome, self._clock())
            except Exception as error:
                if self._rest_after(error, stop):
                    log.exception("outbox_unrecorded", outbox=queued.outbox_id, kind=queued.kind.value)
                    return
            else:
                self._troubles = 0
                _tell(queued, outcome)
                return

    def _give_back(self, queued: Sequence[QueuedMail], stop: threading.Event) -> None:
        try:
            self._outbox.give_back(queued)
        except Exception as error:  # noqa: BLE001  then their lease frees them
            self._rest_after(error, stop)

    def _rest_after(self, error: Exception, stop: threading.Event) -> bool:
        """Wait a little longer after each trouble; True if it is time to stop."""
        self._troubles += 1
        log.error("outbox_trouble", error=type(error).__name__, troubles=self._troubles)
        return stop.wait(min(_LONGEST_REST, 0.1 * 2 ** min(self._troubles, 10)))


def _tell(queued: QueuedMail, outcome: DeliveryOutcome) -> None:
    about = log.bind(outbox=queued.outbox_id, kind=queued.kind.value, attempts=queued.attempts)
    match outcome:
        case Delivered():
            about.info("outbox_sent")
        case Deferred(diagnostic=text):
            about.warning("outbox_deferred", code=_code(text))
        case Failed(diagnostic=text):
            about.error("outbox_failed", code=_code(text))
        case Uncertain():
            about.error("outbox_uncertain")


def _code(diagnostic: str) -> str:
    """The reply code that a diagnostic begins with; the rest may hold an address."""
    return diagnostic[:3] if diagnostic[:3].isdigit() else ""
