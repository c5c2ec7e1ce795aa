"""The journey: from the lines of a body to what its author newly wrote. Read this first.

1. History that is not quoted line by line goes, from its first line down (``history``).
2. From the end upwards go, as often as they alternate: rules, sign-offs (``sign_off``), quoted history (``quotes``).
3. What is left is own text, and quotes that it answers.
4. Where that is nothing, or a pointer ("se nedan") to what stood below, the rest comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.ingest.reply.history import History, history_of
from mailgate.ingest.reply.line import Line, spoken
from mailgate.ingest.reply.quotes import trailing_quote, with_what_is_answered, without_quotes
from mailgate.ingest.reply.sign_off import without_sign_off
from mailgate.ingest.reply.words import FORWARD_SUBJECTS, POINTERS

_MOST_LINES = 20_000
_MOST_ROUNDS = 6
_MOST_NESTED = 3
_FEW_WORDS = 6
_POINTING_WORDS = 30
_POINTERS = tuple(POINTERS.split("|"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the header tells: ``author`` is the display name of the sender; either may be empty."""

    subject: str = ""
    author: str = ""

    @property
    def forwarded(self) -> bool:
        return self.subject.strip().casefold().startswith(FORWARD_SUBJECTS)


def unquoted_lines(lines: Sequence[Line]) -> list[Line]:
    """What the author wrote, sign-off and all, without any line that is quoted; be it nothing."""
    history = history_of(lines)
    return _trimmed(without_quotes(lines if history is None else lines[: history.start]))


def reply_lines(lines: Sequence[Line], around: Around) -> list[Line]:
    """What the author wrote, or passed on; all of it where that would be nothing, or too long to be looked at."""
    rest = list(lines)
    for _ in range(_MOST_NESTED if len(rest) <= _MOST_LINES else 0):
        history = history_of(rest)
        own = _own_lines(rest if history is None else rest[: history.start], around)
        if own:
            return rest if _means_what_is_below(own, rest, history, around) else own
        if history is None or not any(spoken(line) for line in rest[history.content :]):
            return rest
        if any(spoken(line) for line in rest[: history.start]) and not (history.forwarded or around.forwarded):
            # Only a signature, or what looked like one: of an answer that is all there is, else both may be meant.
            return _trimmed(rest[: history.start]) if around.subject else rest
        rest = _trimmed(rest[history.content :])  # passed on without a word: then that is the matter
    return rest


def _own_lines(lines: Sequence[Line], around: Around) -> list[Line]:
    """Above the history: what the author wrote, with the quotes that it answers; be it nothing."""
    kept = list(lines)
    for _ in range(_MOST_ROUNDS):
        shorter = without_sign_off(_trimmed(kept), author=around.author)
        shorter = _trimmed(shorter[: trailing_quote(shorter)])
        if len(shorter) == len(kept):
            break
        kept = shorter
    return _trimmed(with_what_is_answered(kept))


def _means_what_is_below(own: list[Line], lines: list[Line], history: History | None, around: Around) -> bool:
    """Whether the own words are few and about the earlier mail, so that they are nothing without it."""
    if len(own) == len(lines) or any(line.depth for line in own):
        return False
    said = " ".join(" ".join(line.bare for line in own).casefold().split())
    count = len(said.split())
    if count <= _POINTING_WORDS and any(pointer in said for pointer in _POINTERS):
        return history is not None or any(line.depth for line in lines)
    forwarded = history is not None and (history.forwarded or around.forwarded)
    return forwarded and (count <= _FEW_WORDS or (count <= _POINTING_WORDS and "?" in said))


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without what says nothing at either end."""
    start, end = 0, len(lines)
    while end and not lines[end - 1].depth and not spoken(lines[end - 1]):
        end -= 1
    while start < end and lines[start].blank:
        start += 1
    return lines[start:end]
