"""Where a mail's own part ends and earlier mails begin, down to the end: unquoted history.

What is quoted line by line with ``>`` is for ``quotes``; an attribution above such lines begins no history here, for
answers may stand between them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.ingest.reply.attribution import attribution_at
from mailgate.ingest.reply.header_block import header_block_at, headers_below
from mailgate.ingest.reply.line import MOST_READ, Line, Mark, spoken
from mailgate.ingest.reply.words import FORWARD_SEPARATORS, HISTORY_SEPARATORS, REPLY_ABOVE

_HISTORY = frozenset(HISTORY_SEPARATORS.split("|"))
_FORWARD = frozenset(FORWARD_SEPARATORS.split("|"))
_ABOVE = tuple(REPLY_ABOVE.split("|"))
_MAY_BEGIN = re.compile(r"^[-*_=#>]|[:：\d@<]|-$")
_ENDS = re.compile(r"[\s*_=#>-]*-{2,}[\s*_=#>-]*$")


@dataclass(frozen=True, slots=True)
class History:
    """``start``: its first line, a rule drawn above it included. ``content``: where the earlier mail's text begins."""

    start: int
    content: int
    forwarded: bool = False


def history_of(lines: Sequence[Line]) -> History | None:
    """The first place from which on everything is earlier mail."""
    introduced = False
    for number, line in enumerate(lines):
        if line.mark is Mark.HISTORY and not line.depth and not line.blank:
            return History(_with_rule(lines, number), _marked_content(lines, number))
        may = not line.depth and _MAY_BEGIN.search(line.bare) is not None
        found = _begins(lines, number, introduced=introduced) if may else None
        if found is not None:
            return History(_with_rule(lines, number), found.content, found.forwarded)
        if spoken(line):
            introduced = line.bare.endswith(":")
    return None


def _begins(lines: Sequence[Line], number: int, *, introduced: bool) -> History | None:
    line = lines[number]
    if len(line.bare) <= MOST_READ and (words := _separator(line.bare)):
        return History(number, headers_below(lines, number + 1), forwarded=words in _FORWARD)
    # "Det här mejlet kom inte fram:" announces what a person shows.
    if length := 0 if introduced and line.mark is not Mark.HEADERS else header_block_at(lines, number):
        return History(number, number + length)
    length = attribution_at(lines, number)
    if length and not _quoted_next(lines, number + length):
        return History(number, number + length)
    return None


def _marked_content(lines: Sequence[Line], number: int) -> int:
    """Where a program's own container holds a header, its text begins below it."""
    at = number
    while at < len(lines) and not spoken(lines[at]):
        at += 1
    if at == len(lines):
        return number
    return at + attribution_at(lines, at) if attribution_at(lines, at) else headers_below(lines, at)


def _separator(text: str) -> str:
    """The words of a line like "-----Ursprungligt meddelande-----"; empty if it is no such line."""
    if text[0] not in "-_*=#>" and text[-1] not in ":-*":
        return ""
    words = " ".join(text.strip("-_*=#:> \t").casefold().split())
    if words in _HISTORY:
        return words if _ENDS.search(text) or text.startswith(("-", "*", "_", "=")) else ""
    if words in _FORWARD:
        return words if text.endswith((":", "-", "*")) else ""
    return words if len(words) <= 120 and not text[0].isalpha() and any(above in words for above in _ABOVE) else ""


def _quoted_next(lines: Sequence[Line], number: int) -> bool:
    following = (line for line in lines[number : number + 10] if not line.blank)
    return next((line.depth > 0 for line in following), False)


def _with_rule(lines: Sequence[Line], number: int) -> int:
    """Programs draw a rule above the history: it goes with it."""
    above = number - 1
    while above >= 0 and number - above <= 5 and lines[above].blank:
        above -= 1
    drawn = lines[above].bare if above >= 0 else ""
    return above if len(drawn) >= 5 and not drawn.strip("_-") else number
