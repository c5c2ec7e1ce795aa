"""Wakes one of those who wait for work, where an event would wake all of them for the work of one."""

import threading


class Bell:
    """Rung by whoever brings work; any number of threads may wait. A ring that nobody waits for is kept, once."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = False

    def ring(self) -> None:
        """Wake one who waits, or the next who will."""
        with self._condition:
            self._rung = True
            self._condition.notify()

    def wait(self, seconds: float) -> bool:
        """Until it rings, for so long at most; whether it did."""
        with self._condition:
            rung = self._condition.wait_for(lambda: self._rung, seconds)
            self._rung = False
            return rung
