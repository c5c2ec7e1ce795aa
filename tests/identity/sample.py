"""One mail of the identity suite, and how it is put together."""

from dataclasses import dataclass
from itertools import count

EVA = "eva@kund.example"
"""The SuperUser whom all want to be."""

_NUMBER = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``behind_border``: it comes through a server of ours, which has written what it found on top."""

    name: str
    content: bytes
    mail_from: str = "x@evil.example"
    author: str = EVA
    behind_border: bool = False


def a_letter(
    from_lines: bytes, *, to: bytes = b"support@example.com", above: bytes = b"", body: bytes = b"Hej!\r\n"
) -> bytes:
    """A mail whose From lines are just these; no two are the same."""
    number = str(next(_NUMBER)).encode()
    return b"".join(
        [
            above,
            b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n",
            from_lines,
            b"To: ", to, b"\r\nSubject: =?utf-8?q?L=C3=B6nen?= ", number, b"\r\n",
            b"Message-ID: <", number, b"@identity.example>\r\nMIME-Version: 1.0\r\n",
            b"Content-Type: text/plain; charset=utf-8\r\n\r\n",
            body,
        ]
    )  # fmt: skip
