"""The forms that templates give to text: line ends in HTML; in plain text paragraphs and facts, in narrow lines."""

import re
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

# RFC 5322 §2.1.1 wants no more than 78; programs that quote put two signs before a line.
_TEXT_WIDTH = 76
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def _lines(text: str) -> Markup:
    """For HTML: the text as it stands, with its line ends. Outlook does not know ``white-space: pre-wrap``."""
    return Markup("<br>").join(escape(text).split("\n"))


def _para(text: str, hanging: int = 0) -> str:
    """For plain text: a paragraph that keeps within the width of a line, however long what was put into it."""
    return _wrap(text, hanging) + "\n"


def _wrap(text: str, hanging: int = 0, lead: str = "") -> str:
    """``lead``: what the first line begins with; ``hanging``: by how many blanks the others are moved in.

    A word that is longer than a line keeps a line of its own.
    """
    lines: list[str] = []
    left, begin = _BLANKS.sub(" ", text).strip(" "), lead  # what holds together stays so: 4 800 kr
    while len(begin) + len(left) > _TEXT_WIDTH:
        # Where the last word that fits ends; else where the first word does.
        cut = left.rfind(" ", 0, _TEXT_WIDTH - len(begin) + 1)
        cut = cut if cut > 0 else left.find(" ")
        if cut < 0:
            break
        lines.append(begin + left[:cut])
        left, begin = left[cut + 1 :], " " * hanging
    return "\n".join([*lines, begin + left])


def _facts(rows: Iterable[tuple[str, object]]) -> str:
    """For plain text: a line for each name and value, and a blank one below; nothing of what is empty."""
    known = [_wrap(f"* {name}: {value}", 2) for name, value in rows if value]
    return "\n".join([*known, "", ""]) if known else ""


FORMS_OF_TEXT: Mapping[str, Callable[..., str]] = {"lines": _lines, "para": _para, "wrap": _wrap, "facts": _facts}
"""Filters of every template, by the name that it uses."""
