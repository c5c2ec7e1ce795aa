"""SMTP dialogues as text, so that a test of the door reads like the examples of RFC 5321.

``c: EHLO client.example`` is sent with CR LF; ``raw:`` with Python escapes and nothing added. ``s: 250*SIZE*`` is a
whole reply, lines joined by a blank, with ``*`` for anything; ``s: closed`` is the end of the connection. ``kept: 1``
says how many mails were kept so far. ``#`` begins a comment.
"""

import socket
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO


def play(script: Path, address: tuple[str, int], *, kept: Callable[[], int]) -> None:
    """Hold the dialogue of ``script``; raises ``AssertionError`` with the line that was answered otherwise."""
    with socket.create_connection(address, timeout=20) as peer, peer.makefile("rb") as replies:
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), start=1):
            verb, _, rest = line.partition(":")
            text = rest[1:]
            match verb:
                case "c":
                    peer.sendall(text.encode("utf-8") + b"\r\n")
                case "raw":
                    peer.sendall(text.encode("latin-1").decode("unicode_escape").encode("latin-1"))
                case "s":
                    reply = read_reply(replies)
                    assert fnmatchcase(reply, text), f"{script.name}:{number}: wanted {text!r}, was told {reply!r}"
                case "kept":
                    assert kept() == int(text), f"{script.name}:{number}: {kept()} mails were kept"
                case _:
                    assert not line or line.startswith("#"), f"{script.name}:{number}: not understood: {line!r}"


def read_reply(replies: BinaryIO) -> str:
    """One reply, its lines joined (RFC 5321 §4.2.1); ``closed`` at the end of the connection."""
    lines: list[str] = []
    while True:
        line = replies.readline().decode("ascii").rstrip("\r\n")
        if not line:
            return "closed"
        lines.append(line)
        if line[3:4] != "-":
            return " ".join(lines)
