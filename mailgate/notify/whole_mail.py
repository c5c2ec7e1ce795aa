"""Puts the finished mail together, and reads it once more as a whole, as whoever gets it will.

What a part's text, a file or a name could have done to the structure shows here: other fields than were meant, another
part, half a line end. Such a mail is never sent. Each header in it was written by ``headers``.
"""

import re
from collections.abc import Sequence
from email.parser import BytesParser
from email.policy import compat32
from functools import lru_cache

from mailgate.notify.headers import HeaderBlockError, HeaderValue, unread_block
from mailgate.notify.mime import Body

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_PARSER = BytesParser(policy=compat32)
# A field of the mail with its value, which may go on in further lines; but none that says what follows (RFC 2045 §3).
_VALUE = re.compile(rb"^(?!Content-)([!-9;-~]+:)[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)


def whole_mail(fields: Sequence[tuple[str, HeaderValue]], body: Body) -> bytes:
    """These fields, and the body below them. Raises ``HeaderBlockError`` where it reads back as anything else."""
    content = unread_block(fields) + body.content
    lines = content.splitlines()
    if len(lines) != content.count(b"\r\n"):
        raise HeaderBlockError("a line of the mail ends in half a line end, or in none")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise HeaderBlockError("a line of the mail is too long")
    if _read_back(_bones(content)) != (tuple(name for name, _ in fields), *body.parts):
        raise HeaderBlockError("the mail reads back with other fields or parts, or with defects")
    return content


def _bones(content: bytes) -> bytes:
    """The mail without what says nothing to a parser; its lines end in CRLF, and nowhere is half of one.

    Lines that begin with "--" may end a part. Of what follows an empty line up to the next of these it only matters
    whether there is anything, and of the values of the mail's fields nothing does. Without them nearly all mails of a
    kind are the same, and reading the whole takes a long time.
    """
    sections = content.split(b"\r\n--")
    sections[0] = _without_values(sections[0])
    return b"\r\n--".join(map(_without_text, sections))


def _without_values(section: bytes) -> bytes:
    head, end, below = section.partition(b"\r\n\r\n")
    return _VALUE.sub(rb"\1", head) + end + below


def _without_text(section: bytes) -> bytes:
    head, end, text = section.partition(b"\r\n\r\n")
    return head + end + (b"x" if text.strip() else text)


@lru_cache(maxsize=64)
def _read_back(bones: bytes) -> tuple[tuple[str, ...], ...] | None:
    """The names of the fields of each part; None for a mail with defects.

    A part that is a mail itself would have fields in what was taken for text, so it counts as a defect: we send none.
    """
    parts = list(_PARSER.parsebytes(bones).walk())
    if any(part.defects or part.preamble or part.epilogue for part in parts):
        return None
    if any(part.get_content_maintype() == "message" for part in parts):
        return None
    return tuple(tuple(part.keys()) for part in parts)
