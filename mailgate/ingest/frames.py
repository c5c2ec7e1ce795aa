"""How the daemon and its parser children talk: frames over a pipe, and what the first byte of an answer means."""

from enum import IntEnum
from typing import BinaryIO

READY = b"ready"
MAX_ANSWER = 64 * 1024 * 1024
_LENGTH_BYTES = 8


class Answer(IntEnum):
    """What a child's answer holds."""

    MAIL = 0
    """A pickled ``ParsedMail``."""
    UNPARSABLE = 1
    """The reason, as text."""
    MEMORY = 2
    """Nothing: it ran into its memory limit, and ends."""


def write_frame(sink: BinaryIO, body: bytes) -> None:
    """Send, all of it."""
    sink.write(len(body).to_bytes(_LENGTH_BYTES, "big"))
    sink.write(body)
    sink.flush()


def read_frame(source: BinaryIO, limit: int = 1 << 40) -> bytes | None:
    """The next frame; None at the end of the stream, where it breaks off, and where it would be larger than that."""
    head = source.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    if length > limit:
        return None
    body = source.read(length)
    return body if len(body) == length else None
