"""The loop that sends: claims mails, hands them to senders, and sees to it that what came of them is recorded.

It decides nothing; when to try again is the outbox's word. Promises: a mail that was sent is recorded as such, however
long the outbox is in trouble, and is not sent again meanwhile; a mail that was claimed and not tried is given back;
before a final dot goes out the outbox knows of it; a mail that takes long holds up nobody but its own domain.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.outgoing import Untried
from mailgate.domain.ports import Clock, Outbox, Transport
from mailgate.notify.in_hand import InHand
from mailgate.notify.ledger import PATIENCE, Ledger
from mailgate.notify.sender import Sender

log = structlog.get_logger()

_BATCH = 100
_IDLE_SECONDS = 1.0
_LONGEST_REST = 30.0
# So many senders at most for each connection that was asked for: the others stand in for those whose mail is slow.
_STAND_INS = 4
_HELD_UP = Untried(diagnostic="another mail to this domain takes long", wait=timedelta(minutes=1))
_FEWER_SECONDS = 60.0


class Dispatcher:
    """Works through the outbox in the thread that calls ``run``, with senders in threads of their own.

    ``connect`` makes a sender's way out, of which ``connections`` are used at once. ``wake`` is set by whoever has
    queued a mail.
    """

    def __init__(
        self,
        outbox: Outbox,
        connect: Callable[[], Transport],
        *,
        clock: Clock,
        wake: threading.Event,
        connections: int = 1,
    ) -> None:
        self._outbox = outbox
        self._connect = connect
        self._clock = clock
        self._wake = wake
        self._connections = connections
        self._ledger = Ledger(outbox, clock=clock)
        self._in_hand = InHand()
        self._senders: list[Sender] = []
        self._troubles = 0
        self._look_at = 0.0
        self._fewer = (0, 0.0)  # how many connections the server lets us have, and until when we believe it

    def run(self, stop: threading.Event) -> None:
        """Send until ``stop`` is set; the mails that are being sent then are finished and recorded."""
        while not stop.is_set():
            try:
                self._ledger.flush()
                self._claim()
            except Exception as error:  # noqa: BLE001  the outbox comes back, or the operator sees the log
                self._in_hand.pause()
                self._rest_after(error, stop)
                continue
            self._troubles = 0
            if self._ledger.is_empty():
                self._in_hand.resume()
            self._see_to_senders()
            if self._is_idle():
                self._wake.wait(_IDLE_SECONDS)
            else:  # not woken: mails that come meanwhile are claimed together
                stop.wait(PATIENCE)
        self._end()

    def _is_idle(self) -> bool:
        return not (self._in_hand.waiting or self._in_hand.under_way) and self._ledger.is_empty()

    def _claim(self) -> None:
        """Take what there is room for, if somebody has queued a mail or it is time to look."""
        room = _BATCH - self._in_hand.waiting
        # Half a hand at a time, lest each mail that leaves it is a claim of its own.
        if room < _BATCH // 2 or not (self._wake.is_set() or time.monotonic() >= self._look_at):
            return
        self._wake.clear()
        claimed = self._outbox.claim_due(self._clock(), room)
        self._look_at = 0.0 if len(claimed) == room else time.monotonic() + _IDLE_SECONDS
        if claimed:
            crash_point("outbox.claimed")
            self._in_hand.add(claimed)

    def _see_to_senders(self) -> None:
        """As many as there is work for; what a slow domain holds up is given back."""
        for queued in self._in_hand.take_held_up():
            self._ledger.put(queued, _HELD_UP)
        self._senders = [sender for sender in self._senders if sender.is_alive()]
        work = self._in_hand.waiting + self._in_hand.under_way
        for _ in range(len(self._senders), min(work, self._allowed())):
            sender = Sender(
                self._connect(),
                in_hand=self._in_hand,
                ledger=self._ledger,
                is_surplus=lambda: len(self._senders) > self._allowed(),
                has_better=self._has_better,
            )
            self._senders.append(sender)
            sender.start()

    def _allowed(self) -> int:
        few, until = self._fewer
        connections = few if time.monotonic() < until else self._connections
        return min(connections + self._in_hand.count_slow(), self._connections * _STAND_INS)

    def _has_better(self, sender: Sender) -> bool:
        """Whether there are others where this one did not get through: the server lets us have only so many.

        Where it lets us have none, the last one finds out: what it tries then is an attempt.
        """
        others = sum(other.is_alive() and not other.gave_up for other in self._senders if other is not sender)
        if others:
            self._fewer = (others, time.monotonic() + _FEWER_SECONDS)
            log.warning("fewer_connections", connections=others)
        return others > 0

    def _end(self) -> None:
        """Give back what has not begun, and record what has, once it has ended."""
        for queued in self._in_hand.close():
            self._ledger.put(queued, Untried())
        for sender in self._senders:
            while sender.is_alive():
                self._flush_at_the_end(PATIENCE)
                sender.join(PATIENCE)
        self._flush_at_the_end(0)
        for queued, _ in self._ledger.waiting():
            log.error("outbox_unrecorded", outbox=queued.outbox_id, kind=queued.kind.value)

    def _flush_at_the_end(self, patience: float) -> None:
        try:
            self._ledger.flush(patience=patience)
        except Exception as error:  # noqa: BLE001  what is not recorded is found by the next start
            log.error("outbox_trouble", error=type(error).__name__)  # noqa: TRY400

    def _rest_after(self, error: Exception, stop: threading.Event) -> None:
        """A little longer after each trouble."""
        self._troubles += 1
        log.error("outbox_trouble", error=type(error).__name__, troubles=self._troubles)
        stop.wait(min(_LONGEST_REST, 0.1 * 2 ** min(self._troubles, 10)))
