"""The body of a mail in two forms (RFC 2046 §5.1.4): the same words as plain text, and as HTML; or these and a file.

Quoted-printable (RFC 2045 §6.7) keeps every line within 76 octets of ASCII, so that no server on the way has a reason
to touch it. Headers of parts are written by ``headers`` as all are; what is put together is checked by ``whole_mail``.
"""

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailgate.notify.headers import header_block

_TEXT_FIELDS = ("Content-Type", "Content-Transfer-Encoding")
# ``=_`` cannot occur in quoted-printable, nor in base64, so no text can hold them (RFC 2045 §6.7). The same in all
# mails: a parser compiles an expression for each boundary that is new to it.
_BOUNDARY_OF_WORDS, _BOUNDARY_OF_FILES = "=_mailgate_words", "=_mailgate_files"
_FILE_FIELDS = (*_TEXT_FIELDS, "Content-Disposition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What follows the header block, and the Content-Type that belongs into it.

    ``parts``: the names of each part's header fields, in the order in which one walks through them.
    """

    content_type: str
    content: bytes
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with the words. ``content_type`` and ``name`` are ours, and plain ASCII."""

    content_type: str
    name: str
    content: bytes


def alternative(*, text: str, html: str) -> Body:
    """Both forms, the better one last."""
    boundary = _BOUNDARY_OF_WORDS
    parts = (_text_part("plain", text), _text_part("html", html))
    return Body(
        content_type=f'multipart/alternative; boundary="{boundary}"',
        content=_joined(parts, boundary=boundary),
        parts=(_TEXT_FIELDS, _TEXT_FIELDS),
    )


def mixed(words: Body, attachments: Sequence[Attachment]) -> Body:
    """The words, and files after them (RFC 2046 §5.1.3)."""
    boundary = _BOUNDARY_OF_FILES
    inner = _part_header(("Content-Type",), (words.content_type,)) + words.content
    return Body(
        content_type=f'multipart/mixed; boundary="{boundary}"',
        content=_joined((inner, *map(_file_part, attachments)), boundary=boundary),
        parts=(("Content-Type",), *words.parts, *[_FILE_FIELDS] * len(attachments)),
    )


def _joined(parts: tuple[bytes, ...], *, boundary: str) -> bytes:
    line = b"--" + boundary.encode("ascii")
    return b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    header = _part_header(_TEXT_FIELDS, (f"text/{subtype}; charset=utf-8", "quoted-printable"))
    return header + _quoted_printable(text) + b"\r\n"


@lru_cache(maxsize=64)  # a few kinds of parts are in all mails
def _part_header(names: tuple[str, ...], values: tuple[str, ...]) -> bytes:
    return header_block(list(zip(names, values, strict=True)))


def _file_part(attachment: Attachment) -> bytes:
    """In base64, which keeps the file to the byte."""
    values = (attachment.content_type, "base64", f'attachment; filename="{attachment.name}"')
    header = _part_header(_FILE_FIELDS, values)
    # base64 in lines of 76 (RFC 2045 §6.8) is 57 octets each.
    pieces = range(0, len(attachment.content), 57)
    lines = (binascii.b2a_base64(attachment.content[at : at + 57], newline=False) for at in pieces)
    return header + b"\r\n".join(lines) + b"\r\n"


def _quoted_printable(text: str) -> bytes:
    # b2a_qp ends the lines that it cuts like the first line that it sees: so there must be one, and it must be CRLF.
    canonical = text.rstrip("\n").replace("\n", "\r\n") + "\r\n"
    return binascii.b2a_qp(canonical.encode("utf-8"), istext=True)
