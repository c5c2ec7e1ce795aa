"""Whether two received mails are the same mail.

A resend, a copy in another folder, and the same mail by SMTP and IMAP differ in their trace fields only (RFC 5322
§3.6.7 and what servers add on the way), and in line endings. What the author wrote does not differ: that is hashed.
A Message-ID alone would not do: its author chooses it, and may use it twice for different mails.
"""

import hashlib
import re

from mailgate.domain.mail import Envelope

# Fields that the author's side writes once and that nobody on the way may change.
_AUTHORED = frozenset(
    (
        b"date", b"from", b"sender", b"reply-to", b"to", b"cc", b"message-id", b"in-reply-to", b"references",
        b"subject", b"mime-version", b"content-type", b"content-transfer-encoding", b"content-disposition",
        b"auto-submitted",
    )
)  # fmt: skip
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE)
_HEADER_LIMIT = 256 * 1024
_CHUNK = 1 << 20


def dedupe_key(envelope: Envelope) -> str:
    """A key that the same mail has each time it comes, and no other mail.

    A mail with neither Message-ID nor Date says nothing of its own identity (a device that reports the same thing
    again): there the envelope and the day count, too, so that next week's report is a mail of its own.
    """
    content = envelope.content
    end = _END_OF_HEADER.search(content, 0, _HEADER_LIMIT)
    header_end, body_start = (end.start(), end.end()) if end else (min(len(content), _HEADER_LIMIT),) * 2
    digest = hashlib.sha256()
    names = set()
    for match in _FIELD.finditer(content, 0, header_end):
        name = match[1].lower()
        if name in _AUTHORED:
            names.add(name)
            digest.update(name + b":" + b" ".join(match[2].split()) + b"\n")
    digest.update(b"\n")
    _add_body(digest, memoryview(content)[body_start:])
    if not names & {b"message-id", b"date"}:
        about = (envelope.mail_from or "", *sorted(envelope.rcpt_to), envelope.received_at.date().isoformat())
        digest.update("\0".join(about).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


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
