"""What a disk holds at a moment if power fails there: of each file only what a finished fsync covers.

A write that no fsync was asked for after it may be on the disk, or not: here it is not. Files' names are taken to be as
safe as their contents (so it is with the journals of ext4 and XFS).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from judge.trace import Call

_WRITES = frozenset({"pwrite64", "ftruncate"})
_SYNCS = frozenset({"fsync", "fdatasync"})


class Disk:
    """The folder ``data`` as it would be found after a power cut; ``calls`` in the order in which they began."""

    def __init__(self, folder: Path, calls: Sequence[Call]) -> None:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.endswith("-shm")]
        self._folder = str(folder)
        self._durable = {path.name: bytearray(path.read_bytes()) for path in files}
        self._unsynced: defaultdict[str, list[Call]] = defaultdict(list)
        self._calls = [call for call in calls if call.of.startswith(self._folder) and call.name in _WRITES | _SYNCS]
        self._syncs: list[Call] = []
        self._next = 0

    def advance(self, until: float) -> None:
        """Let time pass: everything that had ended by then."""
        while self._next < len(self._calls) and self._calls[self._next].begun < until:
            call = self._calls[self._next]
            self._next += 1
            if call.name in _WRITES:
                self._unsynced[self._file(call)].append(call)
            else:
                self._syncs.append(call)
        ended = [call for call in self._syncs if call.ended <= until]
        self._syncs = [call for call in self._syncs if call.ended > until]
        for sync in ended:
            self._settle(sync)

    def _settle(self, sync: Call) -> None:
        name = self._file(sync)
        covered = [write for write in self._unsynced[name] if write.ended <= sync.begun]
        self._unsynced[name] = [write for write in self._unsynced[name] if write.ended > sync.begun]
        content = self._durable.setdefault(name, bytearray())
        for write in covered:
            if write.name == "ftruncate":
                del content[write.last_number :]
            else:
                content.extend(bytes(max(0, write.last_number - len(content))))
                content[write.last_number : write.last_number + len(write.data)] = write.data

    def _file(self, call: Call) -> str:
        return call.of.removeprefix(self._folder).lstrip("/")

    @contextmanager
    def database(self, name: str = "mailgate.db") -> Iterator[sqlite3.Connection]:
        """What SQLite makes of it."""
        with TemporaryDirectory(prefix="judge-disk-") as folder:
            for file, content in self._durable.items():
                if file.startswith(name):
                    (Path(folder) / file).write_bytes(content)
            connection = sqlite3.connect(Path(folder) / name)
            connection.row_factory = sqlite3.Row
            try:
                yield connection
            finally:
                connection.close()
