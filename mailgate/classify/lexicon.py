"""Weighted keywords against words: which patterns are there, in one pass, whatever the length of the lists.

A pattern is one or more words in a row; ``*`` at either end of a word stands for any letters. A keyword counts once,
twice its weight in the subject. "Inget fel" is no fault: a negated keyword is not seen, unless it is a negation itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from mailgate.classify.words import fold
from mailgate.domain.verdict import Keyword

Outcome = TypeVar("Outcome")

_WORDS_KEPT = 20_000
_LONGEST_KEPT = 40


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PATTERN_WORD = re.compile(r"\*?[^\W_]+(?:'[^\W_]+)*\*?")
_NEGATIONS = _set_of(
    "inget ingen inga inte ej icke aldrig utan "
    "no not never without isnt arent wasnt doesnt dont didnt cannot cant wont "
    "ei eivat emme eika ilman"
)
# What may stand between a negation and what it negates: "inte ett fel", "ei ole virhe".
_FILLERS = _set_of(
    "ett nagot nagon nagra langre haft ser far a an any the have see seen ole ollut mitaan yhtaan mikaan"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A keyword that is there."""

    keyword: Keyword
    in_subject: bool

    @property
    def points(self) -> int:
        return self.keyword.weight * (2 if self.in_subject else 1)

    def __str__(self) -> str:
        place = "keyword in subject" if self.in_subject else "keyword"
        return f"{place}: {self.keyword.pattern} ({self.points})"


def weigh(
    table: Mapping[Outcome, tuple[Keyword, ...]], *, subject: tuple[str, ...], body: tuple[str, ...], negatable: bool
) -> dict[Outcome, tuple[Seen, ...]]:
    """What speaks for each outcome that anything speaks for, the weightiest first."""
    lexicon = _lexicon_of(table)
    in_subject = lexicon.seen(subject, negatable=negatable)
    seen = in_subject | lexicon.seen(body, negatable=negatable)
    groups = tuple(table.items())
    found: dict[Outcome, list[Seen]] = {}
    for group, at in sorted(seen):
        outcome, keywords = groups[group]
        one = Seen(keyword=keywords[at], in_subject=(group, at) in in_subject)
        found.setdefault(outcome, []).append(one)
    return {outcome: tuple(sorted(there, key=lambda one: -abs(one.points))) for outcome, there in found.items()}


@dataclass(frozen=True, slots=True)
class _PatternWord:
    stem: str
    open_start: bool
    open_end: bool

    @property
    def shape(self) -> tuple[bool, bool]:
        return self.open_start, self.open_end

    def matches(self, word: str) -> bool:
        match self.shape:
            case (False, False):
                return word == self.stem
            case (False, True):
                return word.startswith(self.stem)
            case (True, False):
                return word.endswith(self.stem)
            case _:
                return self.stem in word


@dataclass(frozen=True, slots=True)
class _Pattern:
    """``second``: what its second word must be, if it has one and that has no ``*``."""

    key: tuple[int, int]
    words: tuple[_PatternWord, ...]
    negation: bool
    second: str

    def stands_at(self, words: tuple[str, ...], at: int) -> bool:
        if len(self.words) == 1:
            return True
        rest = words[at + 1 : at + len(self.words)]
        return len(rest) == len(self.words) - 1 and all(map(_PatternWord.matches, self.words[1:], rest))


class _Known(dict[str, tuple[_Pattern, ...]]):
    """The patterns that a word may begin. People use the same words again and again, so they are kept."""

    def __init__(self, find: Callable[[str], Iterator[_Pattern]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> tuple[_Pattern, ...]:
        patterns = tuple(self._find(word))
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _WORDS_KEPT:  # most of them somebody's inventions: the others come again
                self.clear()
            self[word] = patterns
        return patterns


class _Lexicon:
    """Patterns by the stem of their first word, so that a word is looked up and not compared with each."""

    def __init__(self, groups: tuple[tuple[Keyword, ...], ...]) -> None:
        self._by_stem: dict[tuple[bool, bool], dict[str, list[_Pattern]]] = {}
        for group, keywords in enumerate(groups):
            for at, keyword in enumerate(keywords):
                self._add(_pattern_words(keyword.pattern), (group, at))
        self._lengths = {shape: sorted({len(stem) for stem in stems}) for shape, stems in self._by_stem.items()}
        self._starting_with = _Known(self._starting)

    def _add(self, words: tuple[_PatternWord, ...], key: tuple[int, int]) -> None:
        if words:
            second = words[1].stem if len(words) > 1 and words[1].shape == (False, False) else ""
            pattern = _Pattern(key, words, any(word.stem in _NEGATIONS for word in words), second)
            self._by_stem.setdefault(words[0].shape, {}).setdefault(words[0].stem, []).append(pattern)

    def seen(self, words: tuple[str, ...], *, negatable: bool) -> set[tuple[int, int]]:
        """The keys of all patterns that stand somewhere among the words."""
        starting_with = self._starting_with
        begun = [(at, patterns) for at, word in enumerate(words) if (patterns := starting_with[word])]
        return {
            pattern.key
            for at, patterns in begun
            for pattern in patterns
            # Most phrases end here: many begin with the same small words.
            if not pattern.second or words[at + 1 : at + 2] == (pattern.second,)
            if pattern.stands_at(words, at) and not (negatable and not pattern.negation and _negated(words, at))
        }

    def _starting(self, word: str) -> Iterator[_Pattern]:
        for shape, stems in self._by_stem.items():
            if shape == (True, True):
                yield from (pattern for stem, patterns in stems.items() if stem in word for pattern in patterns)
                continue
            for stem in self._ends(word, shape):
                yield from stems.get(stem, ())

    def _ends(self, word: str, shape: tuple[bool, bool]) -> Iterator[str]:
        open_start, open_end = shape
        if not (open_start or open_end):
            yield word
            return
        for length in self._lengths[shape]:
            if length <= len(word):
                yield word[-length:] if open_start else word[:length]


def _pattern_words(pattern: str) -> tuple[_PatternWord, ...]:
    parts = _PATTERN_WORD.findall(fold(pattern))
    return tuple(
        _PatternWord(part.strip("*").replace("'", ""), part.startswith("*"), part.endswith("*")) for part in parts
    )


def _negated(words: tuple[str, ...], at: int) -> bool:
    before = words[max(0, at - 2) : at]
    if before and before[-1] in _NEGATIONS:
        return True
    return len(before) == 2 and before[0] in _NEGATIONS and before[1] in _FILLERS


def _lexicon_of(table: Mapping[Any, tuple[Keyword, ...]]) -> _Lexicon:
    """Built once for a table. A policy has three, and they do not change."""
    # Known by its place in memory, which is its own as long as it is kept here: to compare hundreds of keywords for
    # each mail would take longer than to find them in it.
    known = _LEXICONS.get(id(table))
    if known is None or known[0] is not table:
        if len(_LEXICONS) >= _LEXICONS_KEPT:
            _LEXICONS.clear()
        known = _LEXICONS[id(table)] = (table, _Lexicon(tuple(table.values())))
    return known[1]


_LEXICONS_KEPT = 16
_LEXICONS: dict[int, tuple[Mapping[Any, tuple[Keyword, ...]], _Lexicon]] = {}
