"""Weighted keywords against words: which patterns are there, in one pass, whatever the length of the lists.

A keyword counts once, twice its weight in the subject, half of it (rounded down) where a word of it is misspelt. "Inget
fel" is no fault: a negated keyword is not seen, unless it is a negation itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mailgate.classify.inflection import is_ending, stems_of
from mailgate.classify.patterns import NEGATIONS, Pattern, Shape, pattern_of
from mailgate.classify.spelling import SHORTEST, Spelling
from mailgate.classify.words import ASKED
from mailgate.domain.verdict import Keyword

Outcome = TypeVar("Outcome")

_WORDS_KEPT = 20_000
_LONGEST_KEPT = 40
Key = tuple[int, int]
_Candidates = tuple[tuple[Pattern, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A keyword that is there, and what it counts."""

    keyword: Keyword
    in_subject: bool
    misspelt: bool
    points: int

    def __str__(self) -> str:
        place = "keyword in subject" if self.in_subject else "keyword"
        slip = ", misspelt" if self.misspelt else ""
        return f"{place}: {self.keyword.shown or self.keyword.pattern} ({self.points}{slip})"


def weigh(
    table: Mapping[Outcome, tuple[Keyword, ...]], *, subject: tuple[str, ...], body: tuple[str, ...], negatable: bool
) -> dict[Outcome, tuple[Seen, ...]]:
    """What speaks for each outcome that anything speaks for, the weightiest first."""
    lexicon = _lexicon_of(table)
    in_subject = lexicon.seen(subject, negatable=negatable)
    seen = lexicon.seen(body, negatable=negatable) | lexicon.unasked(subject, body) | in_subject
    outcomes = tuple(table)
    found: dict[Outcome, list[Seen]] = {}
    for key in sorted(seen):
        one = lexicon.shown[key, key in in_subject, seen[key]]
        found.setdefault(outcomes[key[0]], []).append(one)
    return {
        outcome: tuple(sorted(there, key=lambda one: abs(one.points), reverse=True)) for outcome, there in found.items()
    }


class _Known(dict[str, _Candidates]):
    """The patterns that a word may begin. People use the same words again and again, so they are kept."""

    def __init__(self, find: Callable[[str], _Candidates]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> _Candidates:
        patterns = self._find(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _WORDS_KEPT:  # most of them somebody's inventions: the others come again
                self.clear()
            self[word] = patterns
        return patterns


class _Shown(dict[tuple[Key, bool, bool], Seen]):
    """Keywords as they were seen: by key, whether in the subject, whether misspelt. Each is made once."""

    def __init__(self, groups: tuple[tuple[Keyword, ...], ...]) -> None:
        super().__init__()
        self._groups = groups

    def __missing__(self, how: tuple[Key, bool, bool]) -> Seen:
        (group, at), in_subject, misspelt = how
        keyword = self._groups[group][at]
        points = keyword.weight * (2 if in_subject else 1)
        points = points // 2 if misspelt and points > 0 else points
        self[how] = Seen(keyword=keyword, in_subject=in_subject, misspelt=misspelt, points=points)
        return self[how]


class _Lexicon:
    """Patterns by the stem of their first word, so that a word is looked up and not compared with each."""

    def __init__(self, groups: tuple[tuple[Keyword, ...], ...]) -> None:
        self._by_stem: dict[Shape, dict[str, list[Pattern]]] = {shape: {} for shape in Shape}
        self._any_question: list[Pattern] = []
        self.shown = _Shown(groups)
        for group, keywords in enumerate(groups):
            for at, keyword in enumerate(keywords):
                self._add(pattern_of(keyword.pattern, (group, at)))
        self._start = _Ends(self._by_stem[Shape.START], at_start=True)
        self._end = _Ends(self._by_stem[Shape.END], at_start=False)
        self._end_inflected = _Ends(self._by_stem[Shape.END_INFLECTED], at_start=False)
        self._whole, self._inflected = self._by_stem[Shape.WHOLE], self._by_stem[Shape.INFLECTED]
        self._inside = tuple(self._by_stem[Shape.INSIDE].items())
        self._spelling = Spelling({*self._whole, *self._inflected, *self._by_stem[Shape.START]})
        self._starting_with = _Known(self._candidates)

    def _add(self, pattern: Pattern | None) -> None:
        if pattern is None:
            return
        if not pattern.heads:
            self._any_question.append(pattern)
        for head in pattern.heads:
            self._by_stem[head.shape].setdefault(head.stem, []).append(pattern)

    def seen(self, words: tuple[str, ...], *, negatable: bool) -> dict[Key, bool]:
        """The keys of all patterns that stand somewhere among the words, and whether they are there misspelt only."""
        present = frozenset(words)
        found: dict[Key, bool] = {one.key: False for one in self._any_question if one.asked and ASKED in present}
        may_be_negated = negatable and not NEGATIONS.isdisjoint(present)
        starting = self._starting_with
        begun_by = {word: may for word in present if (known := starting[word]) and (may := _may(known, present))}
        for at, begun in enumerate(map(begun_by.get, words)):
            for pattern, misspelt in begun or ():
                if not found.get(pattern.key, True):
                    continue  # it is there as it should be spelt: no other place says more
                end = pattern.ends_at(words, at)
                if end >= 0 and not (may_be_negated and pattern.negated(words, at, end)):
                    found[pattern.key] = misspelt
        return found

    def unasked(self, subject: tuple[str, ...], body: tuple[str, ...]) -> dict[Key, bool]:
        """The patterns that ask for a mail without any question, if it is one."""
        if not self._any_question or not body or ASKED in subject or ASKED in body:
            return {}
        return {one.key: False for one in self._any_question if not one.asked}

    def _candidates(self, word: str) -> _Candidates:
        """The patterns that a word may begin."""
        found = self._starting(word)
        if not found and ("oe" in word or "ae" in word or "aa" in word):
            found = self._starting(word.replace("oe", "o").replace("ae", "a").replace("aa", "a"))
        if found:
            return tuple((pattern, False) for pattern in dict.fromkeys(found))
        if len(word) < SHORTEST - 1:
            return ()
        return tuple((pattern, True) for pattern in dict.fromkeys(self._meant(word)))

    def _starting(self, word: str) -> list[Pattern]:
        found = [*self._whole.get(word, ()), *self._start.of(word), *self._end.of(word)]
        for stem, patterns in self._inside:
            if stem in word:
                found += patterns
        if len(word) <= _LONGEST_KEPT:
            for stem in stems_of(word):
                found += self._inflected.get(stem, ())
                found += self._end_inflected.of(stem)
        return found

    def _meant(self, word: str) -> Iterator[Pattern]:
        for stem, rest in self._spelling.meant(word):
            yield from self._by_stem[Shape.START].get(stem, ())
            yield from self._whole.get(stem, ()) if not rest else ()
            yield from self._inflected.get(stem, ()) if is_ending(rest) else ()


class _Ends:
    """Stems that words begin with, or end with: looked up by length, where a glance at three letters gives hope."""

    def __init__(self, by_stem: dict[str, list[Pattern]], *, at_start: bool) -> None:
        self._by_stem = by_stem
        self._at_start = at_start
        self._lengths = sorted({len(stem) for stem in by_stem})
        self._glance = min([3, *self._lengths])
        self._glances = {stem[: self._glance] if at_start else stem[-self._glance :] for stem in by_stem}

    def of(self, word: str) -> Sequence[Pattern]:
        if (word[: self._glance] if self._at_start else word[-self._glance :]) not in self._glances:
            return ()
        found: list[Pattern] = []
        for length in self._lengths:
            if length > len(word):
                break
            found += self._by_stem.get(word[:length] if self._at_start else word[-length:], ())
        return found


def _may(candidates: _Candidates, present: frozenset[str]) -> list[tuple[Pattern, bool]]:
    """Those that a word may begin where all else that they need is there, too."""
    may = []
    for one in candidates:  # hundreds for each mail: so no calls
        for needed in one[0].needs:
            if needed.isdisjoint(present):
                break
        else:
            may.append(one)
    return may


def _lexicon_of(table: Mapping[Any, tuple[Keyword, ...]]) -> _Lexicon:
    """Built once for a table. A policy has a few, and they do not change."""
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
