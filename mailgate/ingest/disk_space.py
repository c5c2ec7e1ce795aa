"""Whether the disk has room for another mail. Looks at most once a second, and says once when that changes."""

import shutil
import time
from pathlib import Path

from mailgate.ingest.alarm import Alarm

GOOD_FOR_SECONDS = 1.0
# A mail goes into the write-ahead log first, and then into the database.
_COPIES = 2


class DiskSpace:
    """``floor``: octets that stay free in the file system of ``folder``."""

    def __init__(self, folder: Path, *, floor: int) -> None:
        self._folder = folder
        self._floor = floor
        self._free = 0
        self._looked_at: float | None = None
        self._alarm = Alarm("disk_nearly_full", "disk_has_room_again")

    def has_room_for(self, octets: int) -> bool:
        """Whether a mail of that size can be taken without going below the floor."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at > GOOD_FOR_SECONDS:
            self._look(now)
        return self._free >= self._floor + _COPIES * octets

    def _look(self, now: float) -> None:
        self._looked_at = now
        self._free = free_octets(self._folder)
        self._alarm.set(self._free < self._floor, free_mib=self._free >> 20, floor_mib=self._floor >> 20)


def free_octets(folder: Path) -> int:
    """What is left for us in its file system; very much where that cannot be told: storing a mail will show."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 1 << 62
