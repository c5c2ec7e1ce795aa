"""What came of mails on its way into the outbox: it goes along with the mark of the next mail, in one commit.

Promises: nothing that is known gets lost while the process lives, however long the outbox is in trouble; what no mark
takes along within a moment is committed by itself, so that a crash finds little of it.
"""

import threading
import time
from collections.abc import Sequence

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, QueuedMail, Uncertain, Untried
from mailgate.domain.ports import Clock, Ended, Outbox

log = structlog.get_logger()

PATIENCE = 0.02
"""Seconds that an outcome waits for a mark to go along with."""


class Ledger:
    """Used by all senders at once."""

    def __init__(self, outbox: Outbox, *, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._lock = threading.Lock()
        self._ended: list[Ended] = []
        self._oldest = 0.0

    def put(self, queued: QueuedMail, outcome: DeliveryOutcome) -> None:
        """Keep it until it is recorded."""
        self._keep([(queued, outcome)])

    def mark(self, queued: QueuedMail) -> bool:
        """See ``domain.ports.Mark``; records what waits."""
        ended = self._take()
        try:
            marked = self._outbox.mark(queued, self._clock(), ended=ended)
        except BaseException:
            self._keep(ended)
            raise
        _tell(ended)
        return marked

    def flush(self, *, patience: float = PATIENCE) -> None:
        """Record what has waited for longer than that. Raises what the outbox raises, and keeps it then."""
        with self._lock:
            ripe = bool(self._ended) and time.monotonic() - self._oldest >= patience
        if not ripe:
            return
        ended = self._take()
        try:
            self._outbox.record(ended, self._clock())
        except BaseException:
            self._keep(ended)
            raise
        _tell(ended)

    def is_empty(self) -> bool:
        """Whether all is recorded."""
        return not self._ended

    def waiting(self) -> list[Ended]:
        """What is not recorded."""
        with self._lock:
            return list(self._ended)

    def _take(self) -> list[Ended]:
        with self._lock:
            ended, self._ended = self._ended, []
        return ended

    def _keep(self, ended: Sequence[Ended]) -> None:
        with self._lock:
            if not self._ended:
                self._oldest = time.monotonic()
            self._ended.extend(ended)


def _tell(ended: Sequence[Ended]) -> None:
    for queued, outcome in ended:
        crash_point("outbox.recorded")
        about = {"outbox": queued.outbox_id, "kind": queued.kind.value, "attempts": queued.attempts}
        match outcome:
            case Delivered():
                log.info("outbox_sent", **about)
            case Deferred(diagnostic=text):
                log.warning("outbox_deferred", **about, code=_code(text))
            case Failed(diagnostic=text):
                log.error("outbox_failed", **about, code=_code(text))
            case Uncertain():
                log.error("outbox_uncertain", **about)
            case Untried():
                log.debug("outbox_given_back", **about)


def _code(diagnostic: str) -> str:
    """The reply code that a diagnostic begins with; the rest may hold an address."""
    return diagnostic[:3] if diagnostic[:3].isdigit() else ""
