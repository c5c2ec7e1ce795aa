"""What a keyword's pattern says, and whether it stands at a place among words (docs/configuration.md, "Keywords").

``*`` at either end of a word: any letters; ``~`` at its end: any ending; ``a|b``: one of these; ``..``: up to five
words between; ``^`` before all: at the beginning of a clause; ``?`` behind all: in a sentence that is a question.
``?`` alone: a question anywhere; ``!?`` alone: no question anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from mailgate.classify.inflection import stems_of, variants_of
from mailgate.classify.words import ASKED, FULL_STOP, fold

_GAP = 5
_WORDS_KEPT = 500
_LONGEST_KEPT = 40
_NO_QUESTION = "!?"
_SENTENCE_ENDS = frozenset({FULL_STOP, ASKED})
_WORD = r"\*?[^\W_]+(?:'[^\W_]+)*[*~]?"
_PART = re.compile(rf"\.\.|{_WORD}(?:\|{_WORD})*")
_NEGATION_WORDS = (
    "inget ingen inga inte ej icke aldrig utan varken "
    "no not never without isnt arent wasnt doesnt dont didnt cannot cant wont havent hasnt "
    "ei eivat emme en et ette eika emmeka ilman"
)
NEGATIONS = frozenset(_NEGATION_WORDS.split()) - {"en", "et"}  # Swedish and Finnish share those two
_FILLER_WORDS = (
    "ett en nagot nagon nagra langre haft ser far alls ha vara vill att tanker direkt precis nan nat egentligen "
    "a an any the have see seen been be want wants like need to really wish looking "
    "ole ollut mitaan yhtaan mikaan enaa halua haluamme ollenkaan"
)
FILLERS = frozenset(_FILLER_WORDS.split())
"""What may stand between a negation and what it negates: "inte ett fel", "ei ole virhe", "vill inte alls ha"."""


class Shape(Enum):
    """Which ends of a pattern's word are open."""

    WHOLE = auto()
    START = auto()
    END = auto()
    INSIDE = auto()
    INFLECTED = auto()
    END_INFLECTED = auto()


@dataclass(frozen=True, slots=True)
class PatternWord:
    """One word of a pattern, as it is compared with a folded word."""

    stem: str
    shape: Shape

    def matches(self, word: str) -> bool:
        match self.shape:
            case Shape.WHOLE:
                return word == self.stem
            case Shape.START:
                return word.startswith(self.stem)
            case Shape.END:
                return word.endswith(self.stem)
            case Shape.INSIDE:
                return self.stem in word
            case Shape.INFLECTED:
                return any(stem == self.stem for stem in stems_of(word))
            case Shape.END_INFLECTED:
                return any(stem.endswith(self.stem) for stem in stems_of(word))


class _Open(dict[str, bool]):
    """Whether a word is one of these open ones. A family has many, so what was asked of a word is kept."""

    def __init__(self, words: tuple[PatternWord, ...]) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, word: str) -> bool:
        found = any(one.matches(word) for one in self.words)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _WORDS_KEPT:
                self.clear()
            self[word] = found
        return found


@lru_cache(maxsize=2000)
def _open(words: tuple[PatternWord, ...]) -> _Open | None:
    """The same for the same words: families stand in many patterns."""
    return _Open(words) if words else None


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A further word of a pattern: one of these, right behind the one before or a few words later.

    ``whole`` are those that are compared as they are, which is what most are, and quick.
    """

    whole: frozenset[str]
    open: _Open | None
    reach: int

    def ends_at(self, words: tuple[str, ...], at: int) -> int:
        """The place behind it, or -1."""
        whole, others = self.whole, self.open
        near = words[at : at + self.reach]
        if others is None and whole.isdisjoint(near):
            return -1  # as nearly always
        for place, word in enumerate(near, start=at + 1):
            if word in whole:
                return place
            if others is not None and word and others[word]:
                return place
            if word in _SENTENCE_ENDS:
                break
        return -1


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern of which ``heads`` are the choices for its first word. No heads: any question at all, or none.

    ``needs``: sets of words of which it needs one each; a glance at them, the smallest first, spares most patterns the
    search.
    """

    key: tuple[int, int]
    heads: tuple[PatternWord, ...]
    steps: tuple[_Step, ...]
    needs: tuple[frozenset[str], ...]
    at_start: bool
    asked: bool
    negation: bool

    def ends_at(self, words: tuple[str, ...], at: int) -> int:
        """The place behind the pattern, whose first word stands at ``at``; -1 where the rest does not follow."""
        if self.at_start and at and words[at - 1].isalnum():
            return -1
        end = at + 1
        for step in self.steps:
            end = step.ends_at(words, end)
            if end < 0:
                return -1
        return end if not self.asked or _asked(words, end) else -1

    def negated(self, words: tuple[str, ...], at: int, end: int) -> bool:
        """Whether a negation stands before it, with fillers between at most, or in one of its gaps."""
        if self.negation:
            return False
        if end - at > 1 and not NEGATIONS.isdisjoint(words[at:end]):
            return True
        for before in range(at - 1, max(-1, at - 4), -1):
            if words[before] in NEGATIONS:
                return True
            if words[before] not in FILLERS:
                return False
        return False


def pattern_of(text: str, key: tuple[int, int]) -> Pattern | None:
    """What a pattern in the configuration says; None for one without words that asks nothing either."""
    folded = fold(text).strip()
    parts = tuple(_parts(folded))
    asked = folded.endswith("?") and folded != _NO_QUESTION
    if not parts and not folded.endswith("?"):
        return None
    heads = parts[0][0] if parts else ()
    every = [word.stem for words, _ in parts for word in words]
    steps = tuple(_step(words, after_gap=after_gap) for words, after_gap in parts[1:])
    needs = [step.whole for step in steps if step.open is None] + ([frozenset({ASKED})] if asked else [])
    return Pattern(
        key=key,
        heads=heads,
        steps=steps,
        needs=tuple(sorted(needs, key=len)),
        at_start=folded.startswith("^"),
        asked=asked,
        negation=any(stem in NEGATIONS for stem in every),
    )


def _step(words: tuple[PatternWord, ...], *, after_gap: bool) -> _Step:
    return _Step(
        whole=frozenset(word.stem for word in words if word.shape is Shape.WHOLE),
        open=_open(tuple(word for word in words if word.shape is not Shape.WHOLE)),
        reach=1 + (_GAP if after_gap else 0),
    )


def _parts(folded: str) -> Iterator[tuple[tuple[PatternWord, ...], bool]]:
    after_gap = False
    for part in _PART.findall(folded):
        if part == "..":
            after_gap = True
            continue
        yield tuple(word for one in part.split("|") for word in _pattern_words(one)), after_gap
        after_gap = False


def _pattern_words(text: str) -> Iterator[PatternWord]:
    stem = text.strip("*~").replace("'", "")
    open_start = text.startswith("*")
    if text.endswith("~"):
        shape = Shape.END_INFLECTED if open_start else Shape.INFLECTED
        yield from (PatternWord(variant, shape) for variant in sorted(variants_of(stem)))
    elif text.endswith("*"):
        yield PatternWord(stem, Shape.INSIDE if open_start else Shape.START)
    else:
        yield PatternWord(stem, Shape.END if open_start else Shape.WHOLE)


def _asked(words: tuple[str, ...], at: int) -> bool:
    """Whether the sentence around this place ends with a question mark. Commas do not end it."""
    for word in words[at : at + _LONGEST_SENTENCE]:
        if word == ASKED:
            return True
        if word == FULL_STOP:
            return False
    return False


_LONGEST_SENTENCE = 60
