"""Puts the finished mail together, and reads it once more as a whole, as whoever gets it will.

What a part's text, a file or a name could have done to the structure shows here: other fields than were meant, another
part, half a line end. Such a mail is never sent. Each header in it was written by ``headers``.
"""

import re
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from mailgate.notify.headers import HeaderBlockError, HeaderValue, unread_block
from mailgate.notify.mime import Body

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_PARSER = BytesParser(policy=compat32)
# Lines of a body that begin with "--" may end a part; of all others it only matters whether there are any. So of what
# follows an empty line the first two lines stay, and of the rest those that are no text: the parser is asked about
# these alone, for it takes a long time to go over lines that say nothing to it.
_TEXT = re.compile(rb"(?<=\r\n\r\n)((?!--)[^\r\n]*\r\n(?!--)[^\r\n]*\r\n)(?:(?!--)[^\r\n]*\r\n)+")


def whole_mail(fields: Sequence[tuple[str, HeaderValue]], body: Body) -> bytes:
    """These fields, and the body below them. Raises ``HeaderBlockError`` where it reads back as anything else."""
    content = unread_block(fields) + body.content
    meant = [tuple(name for name, _ in fields), *body.parts]
    _check(_PARSER.parsebytes(_TEXT.sub(rb"\1", content)), meant)
    if content.count(b"\r") != content.count(b"\r\n") or content.count(b"\n") != content.count(b"\r\n"):
        raise HeaderBlockError("a line of the mail ends in half a line end")
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise HeaderBlockError("a line of the mail is too long")
    return content


def _check(mail: "Message[str, str]", meant: Sequence[tuple[str, ...]]) -> None:
    parts = list(mail.walk())
    if [tuple(part.keys()) for part in parts] != list(meant):
        raise HeaderBlockError("the mail reads back with other fields or parts")
    if any(part.defects or part.preamble or part.epilogue for part in parts):
        raise HeaderBlockError("the mail reads back with defects")
