"""Outlook's "Från: … Skickat: … Till: … Ämne: …" above the mail that is answered or passed on.

A person's own list of the same labels is not taken for one: a program writes them in its own order, with the minute of
sending, and nobody announces them with a colon.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.ingest.reply.line import MOST_READ, Line, Mark
from mailgate.ingest.reply.words import LABELS

_LABEL = re.compile(r"[*_|\s]{0,6}([^\W\d_][\w-]{0,15}(?:\s[\w-]{2,10})?)[*_\s]{0,3}:[*_]{0,2}(.{0,300})")
_INNER_LABEL = re.compile(r"(?:^|\s)\*?([^\W\d_]{2,14})\*?:\*?(?=\s)")
_DATED = re.compile(r"[*_\s]{0,4}(?:datum|date|dato|päivämäärä|päiväys|pvm|data|fecha)\W", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_MOST_LINES = 40
_MOST_CONTINUED = 12


@dataclass(frozen=True, slots=True)
class _Block:
    """The kinds of its labels in their order, the values, how many lines it takes, and whether one says date."""

    kinds: tuple[str, ...]
    values: dict[str, str]
    length: int
    dated: bool


def header_block_at(lines: Sequence[Line], start: int) -> int:
    """How many lines from here on are a header block that stands for itself; 0 if it is none."""
    kind = _label(lines[start])
    if kind is None or (kind[0] not in {"from", "sent"} and lines[start].mark is not Mark.HEADERS):
        return 0
    if _in_one_line(lines[start].bare):
        return 1
    block = _read(lines, start)
    drawn = any(_is_rule(line) for line in lines[max(0, start - 2) : start])
    return block.length if _is_programs(block, lines[start], drawn=drawn) else 0


def headers_below(lines: Sequence[Line], start: int) -> int:
    """Behind a separator any labels are a header: where the text begins that follows them, and the space below."""
    at = start
    while at < len(lines) and lines[at].blank and at - start < 3:
        at += 1
    if at == len(lines) or _label(lines[at]) is None:
        return start
    return at + _read(lines, at).length


def _label(line: Line) -> tuple[str, str] | None:
    match = _LABEL.match(line.bare) if ":" in line.bare and len(line.bare) <= 10 * MOST_READ else None
    kind = LABELS.get(match[1].casefold()) if match else None
    return (kind, match[2]) if match and kind else None


def _read(lines: Sequence[Line], start: int) -> _Block:
    kinds: list[str] = []
    values: dict[str, str] = {}
    end = start
    for number in range(start, min(start + _MOST_LINES, len(lines))):
        line = lines[number]
        if line.depth != lines[start].depth or (line.blank and not _goes_on(lines, number, values)):
            break
        if line.blank:
            continue
        labelled = _label(line)
        if labelled and labelled[0] in values:  # a program says everything once
            break
        if labelled:
            kinds.append(labelled[0])
            values.setdefault(*labelled)
        elif number - end > _MOST_CONTINUED:
            break
        # A folded line belongs to the block for certain where another label follows it; else it must look folded.
        if labelled or line.raw[:1].isspace() or ("@" in line.bare and kinds[-1] in {"from", "to", "cc", "bcc"}):
            end = number + 1
    dated = any(_DATED.match(line.bare) for line in lines[start:end])
    return _Block(tuple(kinds), values, end - start, dated)


def _goes_on(lines: Sequence[Line], blank: int, values: dict[str, str]) -> bool:
    """Whether a blank line is only the space between two paragraphs of a block."""
    below = _label(lines[blank + 1]) if blank + 1 < len(lines) else None
    return below is not None and below[0] not in values


def _in_one_line(text: str) -> bool:
    """HTML that lost its breaks: "Från: … Skickat: … Till: … Ämne: …"."""
    if len(text) > 2 * MOST_READ or _TIME.search(text) is None:
        return False
    kinds = [LABELS.get(label.casefold(), "other") for label in _INNER_LABEL.findall(text)]
    return [kind for kind in kinds if kind not in {"other", "cc", "bcc"}] == ["from", "sent", "to", "subject"]


def _is_rule(line: Line) -> bool:
    return len(line.bare) >= 5 and not line.bare.strip("_-")


def _is_programs(block: _Block, first: Line, *, drawn: bool) -> bool:
    """Whether it is a program's block: its order, and a time to the minute, or a rule ``drawn`` above it."""
    if first.mark is Mark.HEADERS:
        return len(block.kinds) >= 3
    kinds = [kind for kind in block.kinds if kind not in {"reply_to", "other", "cc", "bcc"}]
    if kinds == ["from", "sent", "to", "subject"] and (drawn or first.bare.startswith(("*", "_"))):
        return True
    if _TIME.search(block.values.get("sent", "")) is None:
        return False
    if kinds[:2] == ["from", "sent"]:
        # A journey has a from, a date and a to, as well.
        addressed = "@" in block.values["from"] or "@" in block.values.get("to", "") or not block.dated
        return {"subject", "to"} <= set(kinds) or (addressed and bool({"subject", "to"} & set(kinds)))
    return kinds[:4] == ["sent", "subject", "from", "to"] and "@" in block.values["from"]
