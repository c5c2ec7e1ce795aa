"""The mails that are claimed and not sent yet, shared by all senders, and which of them may go next.

Promises: mails to one person go one after the other, in the order they were claimed; where a mail takes long, no other
mail to its domain is begun, so that what is slow holds up itself alone.
"""

import threading
import time
from collections.abc import Sequence

from mailgate.domain.outgoing import QueuedMail

SLOW_AFTER = 15.0
"""Seconds after which a mail, and its domain, count as slow."""


class InHand:
    """Safe for threads."""

    def __init__(self) -> None:
        self._stirred = threading.Condition()
        self._waiting: list[QueuedMail] = []
        self._begun: dict[str, float] = {}  # to whom a mail is under way, and since when
        self._paused = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many have not begun."""
        return len(self._waiting)

    @property
    def under_way(self) -> int:
        """How many have begun and not ended."""
        return len(self._begun)

    def add(self, claimed: Sequence[QueuedMail]) -> None:
        """Behind all others."""
        with self._stirred:
            self._waiting.extend(claimed)
            self._stirred.notify(len(claimed))

    def put_back(self, queued: QueuedMail) -> None:
        """One that has begun waits again, before all others."""
        with self._stirred:
            self._begun.pop(_to(queued), None)
            self._waiting.insert(0, queued)
            self._stirred.notify()

    def take(self, seconds: float) -> QueuedMail | None:
        """Begin the first that may begin; None if none may within so many seconds, or no more at all."""
        with self._stirred:
            self._stirred.wait_for(lambda: self._closed or self._next() is not None, seconds)
            place = self._next()
            if place is None or self._closed:
                return None
            queued = self._waiting.pop(place)
            self._begun[_to(queued)] = time.monotonic()
            return queued

    def _next(self) -> int | None:
        if self._paused:
            return None
        return next((place for place, queued in enumerate(self._waiting) if _to(queued) not in self._begun), None)

    def end(self, queued: QueuedMail) -> None:
        """It is not under way any more. Who ends one takes the next, so nobody else is woken."""
        with self._stirred:
            self._begun.pop(_to(queued), None)

    def pause(self) -> None:
        """Begin nothing until ``resume``."""
        self._paused = True

    def resume(self) -> None:
        """Go on, if it was paused."""
        if self._paused:
            with self._stirred:
                self._paused = False
                self._stirred.notify_all()

    def close(self) -> list[QueuedMail]:
        """Begin nothing any more; what has not begun."""
        with self._stirred:
            self._closed = True
            self._stirred.notify_all()
            waiting, self._waiting = self._waiting, []
            return waiting

    def count_slow(self) -> int:
        """How many have been under way for too long."""
        with self._stirred:
            return len(self._slow())

    def take_held_up(self) -> list[QueuedMail]:
        """All that wait to a domain that is slow: they are better not begun for now."""
        with self._stirred:
            domains = {_domain(to) for to in self._slow()}
            if not domains:
                return []
            held_up = [queued for queued in self._waiting if _domain(_to(queued)) in domains]
            self._waiting = [queued for queued in self._waiting if _domain(_to(queued)) not in domains]
            return held_up

    def _slow(self) -> list[str]:
        limit = time.monotonic() - SLOW_AFTER
        return [to for to, since in self._begun.items() if since <= limit]


def _to(queued: QueuedMail) -> str:
    return queued.mail.rcpt_to.lower()


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
