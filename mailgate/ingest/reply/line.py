"""A line of a mail's body as the cutter sees it: how deeply it is quoted, and what its program said it is.

Both doors, plain text and HTML, end in these lines, so that every rule is written once.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

_QUOTED = re.compile(r"(?: ?>){1,200}")
_ADDRESS_END = re.compile(r">\s?(?:wrote|skrev|kirjoitti|schrieb|a écrit|ha scritto|escribió|schreef)?\s?:\s*")
# Marks of reading direction (Windows Mail strews them into dates) and of nothing at all; and spaces that are none.
_UNSEEN = {
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xAD, 0xFEFF]),
    0xA0: " ",
    0x202F: " ",
}
MOST_READ = 300
"""Signs: no attribution, label or closing phrase is longer; a longer line is somebody's text."""


class Mark(Enum):
    """What a program's markup says of a line; plain text says nothing."""

    NONE = auto()
    ATTRIBUTION = auto()
    HEADERS = auto()
    HISTORY = auto()
    SIGNATURE = auto()


class Line(NamedTuple):
    """``raw``: as it is shown. ``depth``: how often it is quoted. ``bare``: without quote marks, for the rules.

    A tuple, for a mail may have a hundred thousand of them.
    """

    raw: str
    depth: int = 0
    mark: Mark = Mark.NONE
    bare: str = ""

    @property
    def blank(self) -> bool:
        return not self.bare


BLANK = Line("")


def plain_lines(text: str) -> list[Line]:
    """The lines of plain text, quoted by ``>`` at their beginning."""
    return [_plain_line(raw) if raw else BLANK for raw in text.split("\n")]


def _plain_line(raw: str) -> Line:
    match = _QUOTED.match(raw) if raw[0] in " >" else None
    # An mbox on the way puts ">" before a "From " at the beginning of a line; nobody quoted it. And Gmail may break an
    # attribution before the bracket that ends its address.
    if match is None or raw.startswith(">From ") or _ADDRESS_END.fullmatch(raw):
        return Line(raw, 0, Mark.NONE, seen(raw))
    return Line(raw, match[0].count(">"), Mark.NONE, seen(raw[match.end() :]))


def marked_line(text: str, depth: int, mark: Mark) -> Line:
    """A line out of HTML; a quoted one is shown with ``>`` like one of plain text."""
    prefix = ">" * depth + " " if depth else ""
    return Line(f"{prefix}{text}".rstrip(), depth, mark, seen(text))


def seen(text: str) -> str:
    """What of a line a reader sees, without the space around it."""
    return text.strip() if text.isascii() else text.translate(_UNSEEN).strip()


def shown(lines: Iterable[Line]) -> str:
    """The lines as text."""
    return "\n".join(line.raw for line in lines)


def spoken(line: Line) -> bool:
    """Whether a line says something: a rule of dashes, stars or nothing at all does not."""
    return bool(line.bare.strip("-_=*#~+.·ᐧ –—|"))
