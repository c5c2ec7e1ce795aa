"""How long one SMTP connection is waited for: in all, and for the text of a mail that trickles in."""

import asyncio
from collections.abc import Callable

WINDOW_SECONDS = 30.0
"""The pace of a mail is looked at over so long: a network may pause for a moment."""


class Patience:
    """Calls ``too_slow`` once if the text comes in more slowly than ``pace`` octets a second."""

    def __init__(self, *, pace: int, arrived: Callable[[], int], too_slow: Callable[[], None]) -> None:
        self._pace = pace
        self._arrived = arrived
        self._too_slow = too_slow
        self._before = 0
        self._timers: list[asyncio.TimerHandle] = []
        self._watch: asyncio.TimerHandle | None = None

    def bound(self, seconds: float, over: Callable[[], None]) -> None:
        """Call ``over`` after that time, unless the connection has ended."""
        self._timers.append(asyncio.get_running_loop().call_later(seconds, over))

    def begin_text(self) -> None:
        """From here on the client sends, and we read."""
        if self._pace:
            self._before = self._arrived()
            self._watch = asyncio.get_running_loop().call_later(WINDOW_SECONDS, self._look)

    def end_text(self) -> None:
        """It is our turn."""
        if self._watch is not None:
            self._watch.cancel()

    def end(self) -> None:
        """The connection is closed."""
        self.end_text()
        for timer in self._timers:
            timer.cancel()

    def _look(self) -> None:
        before, self._before = self._before, self._arrived()
        if self._before - before < self._pace * WINDOW_SECONDS:
            self._too_slow()
        else:
            self._watch = asyncio.get_running_loop().call_later(WINDOW_SECONDS, self._look)
