"""What the demo expects, and how it says that something else happened."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.03


class UnexpectedError(Exception):
    """Something in the story did not happen; the text is a line for people."""


def expect(what: str, *, wanted: object, found: object) -> None:
    """Go on only if the running system shows what the story tells. Raises ``UnexpectedError``."""
    if found != wanted:
        raise UnexpectedError(f"{what}: expected {wanted}, found {found}")


def wait_for(what: str, look: Callable[[], T | None], *, seconds: float = PATIENCE_SECONDS) -> T:
    """Look until there is something to see. Raises ``UnexpectedError`` when the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise UnexpectedError(f"waited {seconds:g} seconds for {what}, and it did not come")
        time.sleep(_LOOK_EVERY_SECONDS)
    return found
