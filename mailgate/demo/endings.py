"""How demos end early, and what they tell to type next."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


def program(*, absolute: bool = False) -> str:
    """What to type for this very program: it may well not be on anybody's PATH."""
    started_as = Path(sys.argv[0])
    if started_as.name != "mailgate":
        return f"{sys.executable} -m mailgate"
    path = started_as.resolve()
    near = not absolute and path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd())) if near else str(path)


@contextmanager
def sigterm_ends_it() -> Iterator[None]:
    """SIGTERM ends the demo the ordinary way: the daemon is ended, and the folder removed."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
