"""How the daemon and its parser children talk: messages of frames over a pipe, and what a frame's first byte means.

A question is a frame for each mail. An answer is one that says whether the child is tired, and a frame for each mail
that it got to.
"""

from collections.abc import Sequence
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


def write_message(sink: BinaryIO, frames: Sequence[bytes]) -> None:
    """Send, all of it."""
    sink.write(_number(len(frames)))
    for body in frames:
        sink.write(_number(len(body)))
        sink.write(body)
    sink.flush()


def read_message(source: BinaryIO, *, octets: int = 1 << 40, frames: int = 1 << 20) -> list[bytes] | None:
    """The next message; None at the end of the stream, where it breaks off, and where it would be larger than that."""
    count = _read_number(source)
    if count is None or count > frames:
        return None
    bodies: list[bytes] = []
    for _ in range(count):
        length = _read_number(source)
        if length is None or length > octets:
            return None
        octets -= length
        body = source.read(length)
        if len(body) < length:
            return None
        bodies.append(body)
    return bodies


def _number(value: int) -> bytes:
    return value.to_bytes(_LENGTH_BYTES, "big")


def _read_number(source: BinaryIO) -> int | None:
    octets = source.read(_LENGTH_BYTES)
    return int.from_bytes(octets, "big") if len(octets) == _LENGTH_BYTES else None
