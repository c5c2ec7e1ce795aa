"""What a process and all its children cost: processor time so far, and memory now and at its peak."""

import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import psutil

_EVERY_SECONDS = 0.05


def cpu_seconds(pid: int) -> float:
    """User and system time of the family, those of its members included that have ended."""
    return sum(seconds for _, seconds in _each(pid, lambda process: sum(process.cpu_times()[:4])))


class Sampler:
    """Looks at the memory of a family of processes all the time; ``peak`` in MiB since the last ``restart``.

    What processes share counts for each.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.peak = 0.0

    def now(self) -> float:
        """MiB."""
        return sum(self.by_process().values())

    def by_process(self) -> dict[int, float]:
        """MiB of each."""
        return dict(_each(self._pid, lambda process: process.memory_info().rss / 2**20))

    def restart(self) -> None:
        """Forget the peak."""
        self.peak = 0.0

    def _run(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self.peak = max(self.peak, self.now())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()


def _each(pid: int, ask: Callable[[psutil.Process], float]) -> Iterator[tuple[int, float]]:
    try:
        first = psutil.Process(pid)
        family = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            yield process.pid, ask(process)
        except psutil.NoSuchProcess:
            continue
