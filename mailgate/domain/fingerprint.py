"""Whether two received mails are the same mail.

A resend, a copy in another folder, and the same mail by SMTP and IMAP differ in their trace fields only (RFC 5322
§3.6.7 and what servers add on the way), and in line endings. What the author wrote does not differ: that is hashed.
A Message-ID alone would not do: its author chooses it, and may use it twice for different mails.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.domain.mail import Envelope, Origin

# Fields that the author's side writes once and that nobody on the way may change.
_AUTHORED = frozenset(
    (
        b"date", b"from", b"sender", b"reply-to", b"to", b"cc", b"message-id", b"in-reply-to", b"references",
        b"subject", b"mime-version", b"content-type", b"content-transfer-encoding", b"content-disposition",
        b"auto-submitted",
    )
)  # fmt: skip
# Lines and fields as ``ingest.header_scan`` knows them, in broken mail, too: where text is taken for a field here, two
# mails that differ in it would be one, and the second would be lost.
_ABOVE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")
_LINE = re.compile(rb"([^\r\n]*)(\r{0,3}\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~\x80-\xff]{1,200})[ \t]*:(.*)", re.DOTALL)
_MBOX = (b"From ", b">From ")
_HEADER_LIMIT = 256 * 1024
_CHUNK = 1 << 20
_ROLES = frozenset(("postmaster", "abuse"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a mail is known by: the same mail has the same key, the same bytes have the same hash."""

    dedupe_key: str
    sha256: str


def identity_of(envelope: Envelope) -> Identity:
    """Takes its time with large mails: best before a transaction, which keeps others waiting."""
    return Identity(dedupe_key=dedupe_key(envelope), sha256=hashlib.sha256(envelope.content).hexdigest())


def dedupe_key(envelope: Envelope) -> str:
    """A key that the same mail has each time it comes, and no other mail.

    A mail with neither Message-ID nor Date says nothing of its own identity (a device that reports the same thing
    again): there the envelope and the day count, too, so that next week's report is a mail of its own.
    """
    lines, line_ends, body_start = _header(envelope.content)
    digest = hashlib.sha256()
    names = set()
    for name, words in _fields(lines):
        names.add(name)
        if name in _AUTHORED or not (name and name.isascii()):
            digest.update(name + b":" + b" ".join(words) + b"\n")
    # Before the body, so that no body can end as if this stood behind it.
    digest.update(
        "\0".join(("", *_circumstances(envelope, names, line_ends))).encode("utf-8", "surrogateescape") + b"\n\n"
    )
    _add_body(digest, memoryview(envelope.content)[body_start:])
    return digest.hexdigest()


def _header(content: bytes) -> tuple[list[bytes], set[bytes], int]:
    """The lines up to the first blank one, how they end, and where the body begins."""
    above = _ABOVE.match(content)
    start = above.end() if above else 0
    lines: list[bytes] = []
    line_ends = set[bytes]()
    for match in _LINE.finditer(content, start, start + _HEADER_LIMIT):
        if not match[1]:
            return lines, line_ends, match.end()
        if match.start() > start or not match[1].startswith(_MBOX) or _FIELD.match(match[1]):
            lines.append(match[1])
            line_ends.add(match[2])
    raise AssertionError("a line without signs stands at every end")


def _fields(lines: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Names in lower case, and the words of the values; a line that is no field has no name, and is taken as it is."""
    name, words = b"", list[bytes]()
    for line in lines:
        if name and line.startswith((b" ", b"\t")):
            words += line.split()
            continue
        if name:
            yield name, words
        match = _FIELD.match(line)
        name, words = (match[1].lower(), match[2].split()) if match else (b"", [])
        if match is None:
            yield b"", [line]
    if name:
        yield name, words


def _circumstances(envelope: Envelope, names: set[bytes], line_ends: set[bytes]) -> Iterator[str]:
    """What makes two deliveries of the same words two mails."""
    # Such copies are never answered (RFC 3834 §2), and one with mixed line ends has no author whom all programs agree
    # on: they must not take the place of the one that a person sent to us.
    if len(line_ends - {b""}) > 1:
        yield "mixed line ends"
    if envelope.origin is Origin.SMTP and envelope.mail_from is None:
        yield "null reverse-path"
    if {address.partition("@")[0] for address in envelope.rcpt_to} <= _ROLES:
        yield "role address"
    if any(name.startswith(b"list-") for name in names):
        yield "list"
    if not names & {b"message-id", b"date"}:
        yield from (envelope.mail_from or "", *sorted(envelope.rcpt_to), envelope.received_at.date().isoformat())


def _add_body(digest: "hashlib._Hash", body: memoryview) -> None:
    """Hash the body as if its lines ended in LF and nothing but text stood at its end."""
    pending = b""
    for start in range(0, len(body), _CHUNK):
        piece = pending + bytes(body[start : start + _CHUNK])
        piece, pending = (piece[:-1], b"\r") if piece.endswith(b"\r") else (piece, b"")
        piece = piece.replace(b"\r\n", b"\n")
        kept = piece.rstrip(b"\n")
        pending = piece[len(kept) :] + pending
        digest.update(kept)
