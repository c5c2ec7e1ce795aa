"""Blocks of quoted lines: the one at the end is history, the ones with answers between them stay with those answers."""

from collections.abc import Sequence

from mailgate.ingest.reply.attribution import attribution_at, names_a_writer
from mailgate.ingest.reply.line import Line, Mark, spoken

_GAP = 3
_ATTRIBUTION = 6
_FEW = 3


def trailing_quote(lines: Sequence[Line]) -> int:
    """Where the quote begins with which the lines end, with who said it; the number of lines if they end otherwise."""
    start = len(lines)
    while start and (lines[start - 1].depth or not spoken(lines[start - 1])):
        start -= 1
    while start < len(lines) and not lines[start].depth:
        start += 1
    if start == len(lines) or _is_own(lines, start):
        return len(lines)
    return start - attribution_above(lines, start)


def attribution_above(lines: Sequence[Line], start: int) -> int:
    """How many lines above a quote say whose it is, with the space between."""
    at = start
    while at and start - at < _GAP and lines[at - 1].blank:
        at -= 1
    for first in range(max(0, at - _ATTRIBUTION), at):
        if not lines[first].depth and first + attribution_at(lines, first) == at:
            return start - first
    if at and not lines[at - 1].depth and names_a_writer(lines[at - 1].bare):
        return start - at + 1
    marked = at
    while marked and lines[marked - 1].mark is Mark.ATTRIBUTION and not lines[marked - 1].depth:
        marked -= 1
    return start - marked if marked < at else 0


def with_what_is_answered(lines: Sequence[Line]) -> list[Line]:
    """Own lines and the quotes between them. A single quote above all of it is what the whole answers: it goes."""
    drop: set[int] = set()
    blocks = _blocks(lines)
    speaks = next((number for number, line in enumerate(lines) if spoken(line)), len(lines))
    for start, end in blocks:
        length = attribution_above(lines, start)
        drop.update(range(start - length, start))
        if length and len(blocks) == 1 and speaks >= start - length:
            drop.update(range(start, end))
    return [line for number, line in enumerate(lines) if number not in drop]


def without_quotes(lines: Sequence[Line]) -> list[Line]:
    """Own lines only, not even who is quoted."""
    drop: set[int] = set()
    for start, end in _blocks(lines):
        drop.update(range(start - attribution_above(lines, start), end))
    return [line for number, line in enumerate(lines) if number not in drop]


def _blocks(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """From and to of each run of quoted lines; blank lines do not part them."""
    blocks: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if not line.depth:
            continue
        if blocks and all(between.blank for between in lines[blocks[-1][1] : number]):
            blocks[-1] = (blocks[-1][0], number + 1)
        else:
            blocks.append((number, number + 1))
    return blocks


def _is_own(lines: Sequence[Line], start: int) -> bool:
    """Quoted by the person: Python's prompt, a line or two that begin with ``>``, and what a colon announces."""
    if start == 0 or attribution_above(lines, start) or attribution_at(lines, start):
        return False
    above = next((line.bare for line in reversed(lines[max(0, start - _GAP) : start]) if not line.blank), "")
    short = sum(spoken(line) for line in lines[start:]) < _FEW and not any(line.depth for line in lines[:start])
    return short or above.endswith(":") or lines[start].raw.startswith(">>> ")
