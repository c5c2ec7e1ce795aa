"""Resident memory and processor time of a process and all its children, read from ``/proc``."""

import contextlib
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY_SECONDS = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """The process and its children, theirs too."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


def resident(pid: int) -> int:
    """Octets; 0 for a process that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


class Sampler:
    """Looks at the memory of a family of processes all the time; ``peak`` in MiB since the last ``restart``."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.peak = 0.0

    def now(self) -> float:
        """MiB."""
        return sum(map(resident, family(self._pid))) / 2**20

    def by_process(self) -> dict[int, float]:
        """MiB of each."""
        return {pid: round(resident(pid) / 2**20, 1) for pid in family(self._pid)}

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
