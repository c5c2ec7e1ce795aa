"""One mail of the identity suite, and how it is put together."""

import re
from dataclasses import dataclass
from itertools import count

EVA = "eva@kund.example"
"""The SuperUser whom all want to be."""

BORDER = b"Authentication-Results: mx.desk.example; "

_NUMBER = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``behind_border``: it comes through a server of ours, which has written what it found on top.

    ``found``: what such a server finds where it has written nothing yet, for the way through a mailbox.
    """

    name: str
    content: bytes
    mail_from: str = "x@evil.example"
    author: str = EVA
    behind_border: bool = False
    found: bytes = b"dkim=none; spf=pass smtp.mailfrom=evil.example; dmarc=none header.from=evil.example"

    @property
    def fetched(self) -> bytes:
        """As it lies in the mailbox."""
        return self.content if self.behind_border else BORDER + self.found + b"\r\n" + self.content

    @property
    def number(self) -> bytes:
        """That no other has."""
        return number_in(self.content)


def number_in(content: bytes) -> bytes:
    """Of the sample that these bytes are, whatever servers made of them."""
    found = re.search(rb"<(\d+)@identity\.example>", content)
    assert found is not None
    return found[1]


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
