"""What a tree of processes costs: CPU seconds so far, and the peak of its memory."""

import threading
from collections.abc import Callable, Iterator

import psutil


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree, those of its children included that have ended."""
    return sum(_each(pid, lambda process: sum(process.cpu_times()[:4])))


def rss_bytes(pid: int) -> int:
    """Resident memory of the tree; what processes share counts for each."""
    return sum(_each(pid, lambda process: process.memory_info().rss))


class PeakWatch:
    """Looks at a tree's memory ten times a second, between ``with`` and its end."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "PeakWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, rss_bytes(self._pid))


def _each(pid: int, ask: Callable[[psutil.Process], float]) -> Iterator[float]:
    try:
        first = psutil.Process(pid)
        family = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            yield ask(process)
        except psutil.NoSuchProcess:
            continue
