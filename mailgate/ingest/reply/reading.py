"""The ways in: a bare body, text or HTML; or the lines of a whole mail's parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.ingest.limits import MAX_TEXT
from mailgate.ingest.reply.cut import Around, reply_lines, unquoted_lines
from mailgate.ingest.reply.flowed import unflowed
from mailgate.ingest.reply.line import Line, plain_lines, shown
from mailgate.ingest.reply.markup import html_lines
from mailgate.ingest.reply.sign_off import closing_lines, without_sign_off

_GAP = re.compile(r"\n{3,}")
_NOTHING = Around()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``body_text``: all that the body says. ``reply_text``: what of it is new; never empty where the body is not."""

    body_text: str
    reply_text: str


def read_text(body: str, *, flowed: bool = False, delsp: bool = False, around: Around = _NOTHING) -> Reading:
    """Read a plain-text body; of more than ``MAX_TEXT`` characters, the first. ``flowed``, ``delsp``: RFC 3676."""
    text = body.replace("\r\n", "\n").replace("\r", "\n")[:MAX_TEXT]
    return read_lines(plain_lines(unflowed(text, delsp=delsp) if flowed else text), around)


def read_html(markup: str, *, around: Around = _NOTHING) -> Reading:
    """Read an HTML body."""
    return read_lines(html_lines(markup), around)


def read_lines(lines: Sequence[Line], around: Around) -> Reading:
    """Read what the doors above made."""
    return Reading(body_text=shown(lines).strip("\n"), reply_text=_text(reply_lines(lines, around)))


def own_words(text: str) -> str:
    """Of a mail's whole text what its author newly wrote, sign-off and all, without any quoted line; be it none."""
    return _text(unquoted_lines(plain_lines(text)))


def signed_words(text: str, *, author: str) -> str:
    """The same without the signature, but for the closing phrase and the name: telephone and all that go."""
    own = unquoted_lines(plain_lines(text))
    kept = without_sign_off(own, author=author)
    if own[: len(kept)] != kept:
        return _text(kept)
    return _text([*kept, *closing_lines(own[len(kept) :], author=author)])


def _text(lines: Sequence[Line]) -> str:
    return _GAP.sub("\n\n", "\n".join(line.raw for line in lines)).strip("\n")
