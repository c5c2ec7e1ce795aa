"""A sender: one way out, and the thread that sends over it, mail after mail.

Promises: each mail it takes ends in the ledger, whatever the transport does. It ends by itself when there is nothing to
do for a while, and says goodbye to the server then.
"""

import threading
from collections.abc import Callable

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, QueuedMail, Uncertain, Untried
from mailgate.domain.ports import Transport
from mailgate.notify.in_hand import InHand
from mailgate.notify.ledger import Ledger

log = structlog.get_logger()

# Servers end connections that lie idle (RFC 5321 §4.5.3.2.7: after five minutes); many do so much sooner.
_IDLE_SECONDS = 20.0


class Sender(threading.Thread):
    """``is_surplus``: asked after each mail, whether there are enough others.

    ``has_better``: asked when it finds no way out, whether others may; then it leaves the mail to them, and ends.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        in_hand: InHand,
        ledger: Ledger,
        is_surplus: Callable[[], bool],
        has_better: "Callable[[Sender], bool]",
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self._transport = transport
        self._in_hand = in_hand
        self._ledger = ledger
        self._is_surplus = is_surplus
        self._has_better = has_better
        self.gave_up = False
        self._marked = False

    def run(self) -> None:
        """Until there is nothing to do."""
        try:
            while (queued := self._in_hand.take(_IDLE_SECONDS)) is not None:
                if not self._send(queued) or self._is_surplus():
                    break
        finally:
            self._transport.close()

    def _send(self, queued: QueuedMail) -> bool:
        """Try once; False if this sender had better end."""
        outcome = self._outcome(queued)
        crash_point("outbox.answered")
        if isinstance(outcome, Untried) and not self._marked:
            if self._has_better(self):
                self._give_up(queued)
                return False
            outcome = Deferred(diagnostic=outcome.diagnostic)
        self._ledger.put(queued, outcome)
        self._in_hand.end(queued)
        return True

    def _give_up(self, queued: QueuedMail) -> None:
        self.gave_up = True
        self._in_hand.put_back(queued)

    def _outcome(self, queued: QueuedMail) -> DeliveryOutcome:
        self._marked = False

        def mark() -> bool:
            self._marked = True
            try:
                return self._ledger.mark(queued)
            except Exception:
                self._in_hand.pause()  # until the outbox can be written to
                raise

        try:
            return self._transport.send(queued, mark)
        except Exception as error:  # a transport never raises; if one does, one mail waits and the others go
            log.exception("transport_broken", outbox=queued.outbox_id)
            outcome = Uncertain if self._marked else Deferred
            return outcome(diagnostic=f"unexpected: {type(error).__name__}")
