"""Says in the log when something begins and when it is over, and nothing in between: not once for each mail."""

import structlog

log = structlog.get_logger()


class Alarm:
    """``begins`` and ``ends`` are event names."""

    def __init__(self, begins: str, ends: str) -> None:
        self._begins = begins
        self._ends = ends
        self._on = False

    def set(self, on: bool, **fields: object) -> None:  # reads as what it is: alarm.set(full)
        """What is so now; ``fields`` say more."""
        if on == self._on:
            return
        self._on = on
        if on:
            log.error(self._begins, **fields)
        else:
            log.info(self._ends, **fields)
