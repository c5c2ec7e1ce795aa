"""One daemon at a time works on a storage folder: whoever holds the lock of a file in it."""

import fcntl
from pathlib import Path

LOCK_FILE = "mailgate.lock"


class AlreadyRunningError(Exception):
    """Another daemon works on this storage folder."""


class OnlyOne:
    """Holds the lock of a storage folder. Entering raises ``AlreadyRunningError``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise AlreadyRunningError(f"another mailgate serves from {self._path.parent}") from None

    def __exit__(self, *_: object) -> None:
        self._file.close()
