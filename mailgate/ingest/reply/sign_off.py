"""The end of what a person wrote: closing phrase, name, signature, a telephone's line, small print.

It begins at a line that opens such an end, and takes everything below it, if everything below it may belong to one.
A sentence, a question, a stated field or a list down there is the person's text: then nothing is cut but up to a P.S.
"""

from collections.abc import Iterator, Sequence

from mailgate.ingest.reply.line import BLANK, MOST_READ, Line, Mark, spoken
from mailgate.ingest.reply.sign_off_lines import (
    closes,
    closing_name,
    is_delimiter,
    is_footer_rule,
    is_postscript,
    sent_by_device,
    signs_with_name,
)
from mailgate.ingest.reply.signature import may_be_contact, may_be_signature, may_follow_delimiter, tells_of_firm
from mailgate.ingest.reply.small_print import is_small_print, may_be_small_print

_MOST_LINES = 60
_MOST_SPOKEN = 40
_MOST_BELOW = 12
_MOST_NAMED = 4


def without_sign_off(lines: Sequence[Line], *, author: str = "") -> list[Line]:
    """The lines without the end of the mail; ``author``: the sender's display name, where it is known."""
    start = _start(lines, author=author)
    if start < len(lines):
        return list(lines[:start])
    postscript = _postscript(lines)
    if postscript is None:
        return list(lines)
    start = _start(lines[:postscript], author=author)
    gap = [BLANK] if 0 < start < postscript else []
    return [*lines[:start], *gap, *lines[postscript:]]


def closing_lines(below: Sequence[Line], *, author: str) -> list[Line]:
    """Of what was cut off, the closing phrase and the author's name: what stands below them is nobody else's."""
    name = author.casefold().split()
    end = 0
    for number, line in enumerate(below):
        words = line.bare.strip("/-–—*_ .,").casefold().split()
        if not (line.blank or closes(line.bare) or (name and words in (name, name[:1]))):
            break
        end = end if line.blank else number + 1
    return list(below[:end])


def _start(lines: Sequence[Line], *, author: str) -> int:
    """Where the end begins; the number of lines if there is none to be cut."""
    first = max(0, len(lines) - _MOST_LINES)
    best = _delimiter(lines, first)
    if best < len(lines):
        return _with_rule(lines, best)
    told = 0
    certain, perhaps = _small_print(lines, first)
    for number in range(len(lines) - 1, first - 1, -1):
        line = lines[number]
        if line.depth or told > _MOST_SPOKEN:
            break
        told += not line.blank
        if number in certain or _opens(lines, number, author=author):
            best = number
        elif not (number in perhaps or not spoken(line) or may_be_signature(line)):
            break
    # Another closing phrase further up: the mail is about how letters end.
    about = any(closes(line.bare) for line in lines[first:best] if not line.depth)
    return _with_rule(lines, best) if _is_plausible(lines[best:]) and not about else len(lines)


def _is_plausible(block: Sequence[Line]) -> bool:
    """A name and a line or two are a sign-off; more than that only where some of it tells of a firm or a program."""
    if len(block) <= 1 or any(tells_of_firm(line) or sent_by_device(line.bare) for line in block):
        return True
    paragraphs = list(_paragraphs(block, 0))
    if any(may_be_small_print(block[start:end]) for start, end in paragraphs):
        return True
    named = paragraphs[0][1] - paragraphs[0][0] > 1 or bool(closing_name(block[0].bare))
    told = sum(not line.blank for line in block)
    return len(paragraphs) <= (1 if named else 2) and told <= _MOST_NAMED


def _small_print(lines: Sequence[Line], first: int) -> tuple[set[int], set[int]]:
    """Where small print begins for certain, and which lines may be of such."""
    certain, perhaps = set[int](), set[int]()
    for start, end in _paragraphs(lines, first):
        paragraph = lines[start:end]
        sure = is_small_print(paragraph)
        if sure:
            certain.add(start)
        if sure or may_be_small_print(paragraph):
            perhaps.update(range(start, end))
    return certain, perhaps


def _paragraphs(lines: Sequence[Line], first: int) -> Iterator[tuple[int, int]]:
    start = first
    for number in range(first, len(lines) + 1):
        if number == len(lines) or lines[number].blank:
            if number > start:
                yield start, number
            start = number + 1


def _delimiter(lines: Sequence[Line], first: int) -> int:
    """Where a program set a signature off from the text; the number of lines if nowhere."""
    below: list[Line] = []
    for number in range(len(lines) - 1, first - 1, -1):
        line = lines[number]
        if line.depth or len(below) > _MOST_BELOW:
            break
        if _delimits(lines, number) and (below or line.mark is Mark.SIGNATURE) and _below_delimiter(line, below):
            return number
        if spoken(line):
            below.append(line)
    return len(lines)


def _opens(lines: Sequence[Line], number: int, *, author: str) -> bool:
    line = lines[number]
    if not line.bare or len(line.bare) > MOST_READ:
        return False
    if closes(line.bare) or sent_by_device(line.bare):
        return True
    above = next((upper.bare for upper in reversed(lines[max(0, number - 4) : number]) if spoken(upper)), "")
    return bool(above) and signs_with_name(line.bare, author=author, above=above, alone=lines[number - 1].blank)


def _delimits(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    if line.mark is Mark.SIGNATURE and not line.blank:
        above = next((upper for upper in reversed(lines[max(0, number - 5) : number]) if not upper.blank), None)
        return above is None or above.mark is not Mark.SIGNATURE
    return is_delimiter(line.raw) or is_footer_rule(line.bare)


def _below_delimiter(line: Line, below: Sequence[Line]) -> bool:
    if line.mark is not Mark.SIGNATURE and line.raw == "-- ":  # RFC 3676 §4.3
        return not any(is_postscript(lower.bare) or lower.bare.endswith("?") for lower in below)
    if is_footer_rule(line.bare):
        return any(may_be_contact(lower.bare) for lower in below) and all(may_be_signature(lower) for lower in below)
    if line.mark is Mark.SIGNATURE:
        return all(may_follow_delimiter(lower.bare, marked=lower.mark is line.mark) for lower in (line, *below))
    return all(may_follow_delimiter(lower.bare, marked=False) for lower in below)


def _postscript(lines: Sequence[Line]) -> int | None:
    first = max(0, len(lines) - _MOST_LINES)
    return next((at for at in range(first, len(lines)) if is_postscript(lines[at].bare) and not lines[at].depth), None)


def _with_rule(lines: Sequence[Line], start: int) -> int:
    """A rule of dashes above the signature goes with it."""
    above = start - 1
    while above >= 0 and start - above < 4 and lines[above].blank:
        above -= 1
    return above if 0 <= above < len(lines) - 1 and start < len(lines) and not spoken(lines[above]) else start
