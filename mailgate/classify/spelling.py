"""Slips of the pen in long words: one letter too many, too few, another, or two that changed places.

Which known stem a word was meant to be, in time that grows with the word and not with the number of stems: stem and
word must agree in their first four letters or in the four that follow.
"""

from collections.abc import Iterable

SHORTEST = 8
"""In shorter words one letter makes another word too often."""
_QUARTER = SHORTEST // 2
_LONGEST = 40


class Spelling:
    """Known stems by the letters that a slip leaves alone."""

    def __init__(self, stems: Iterable[str]) -> None:
        self._by_head: dict[str, list[str]] = {}
        self._by_middle: dict[str, list[str]] = {}
        for stem in sorted(stems):
            if len(stem) >= SHORTEST:
                self._by_head.setdefault(stem[:_QUARTER], []).append(stem)
                self._by_middle.setdefault(stem[_QUARTER:SHORTEST], []).append(stem)

    def meant(self, word: str) -> tuple[tuple[str, str], ...]:
        """The stems that a word begins with but for one slip, each with what stands behind it."""
        if not SHORTEST - 1 <= len(word) <= _LONGEST:
            return ()
        near = [*self._by_head.get(word[:_QUARTER], ())]
        for at in (_QUARTER - 1, _QUARTER, _QUARTER + 1):
            near += self._by_middle.get(word[at : at + _QUARTER], ())
        if not near:
            return ()
        return tuple((stem, rest) for stem in sorted({*near}) for rest in _rests(stem, word))


def _rests(stem: str, word: str) -> tuple[str, ...]:
    """What is left of the word behind the stem, for each single slip that explains the difference."""
    at = next((at for at, (one, other) in enumerate(zip(stem, word, strict=False)) if one != other), len(word))
    if not 0 < at < len(stem) - 1:
        return ()  # no slip at all; or in the first letter, or in the last, which is an ending more often
    missing, added, other = stem[at + 1 :], stem[at:], stem[at + 1 :]
    found = []
    for wanted, start in ((missing, at), (added, at + 1), (other, at + 1)):
        if word.startswith(wanted, start):
            found.append(word[start + len(wanted) :])
    swapped = stem[at + 1 : at + 2] + stem[at] + stem[at + 2 :]
    if word.startswith(swapped, at):
        found.append(word[at + len(swapped) :])
    return tuple(dict.fromkeys(found))
