"""``[keywords]`` of ``config.toml``: patterns and their weights, families of words, and signs.

A family is a list of words with a name; ``{name}`` in a pattern stands for any of them. What patterns mean is for
``classify.patterns``; here families are put in and the tables of a ``Policy`` made.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from mailgate.config_section import Section
from mailgate.domain.classification import Leanings
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.domain.verdict import Keyword
from mailgate.shipped import leanings_file

Weights = dict[Annotated[str, Field(pattern="^-?[0-9]{1,2}$")], tuple[str, ...]]
"""Weight (TOML's keys are text) → the patterns that weigh so much."""
Signs = dict[str, tuple[str, ...]]
"""Kind of sign → the patterns that are one."""
Level = Annotated[str, Field(pattern="^[1-5]$")]
FamilyName = Annotated[str, Field(pattern="^[a-z_]+$")]
FamilyWord = Annotated[str, Field(pattern=r"^[^\s{}|?^]+$")]

_FAMILY = re.compile(r"\{([^{}]*)\}")


class LearntConfig(Section):
    """Keywords that `mailgate classify report --apply` has written: they count beside the others."""

    types: dict[TicketType, Weights] = Field(default_factory=dict)


class KeywordsConfig(Section):
    """Words and their weights: for each type, for each service level (``"1"`` to ``"5"``), for each module.

    The signs are what a type or a level needs beside its weight: one of each kind.
    """

    leanings: bool = True
    families: dict[FamilyName, tuple[FamilyWord, ...]] = Field(default_factory=dict)
    types: dict[TicketType, Weights] = Field(default_factory=dict)
    levels: dict[Level, Weights] = Field(default_factory=dict)
    modules: dict[str, Weights] = Field(default_factory=dict)
    type_signs: dict[TicketType, Signs] = Field(default_factory=dict)
    level_signs: dict[Level, Signs] = Field(default_factory=dict)
    learnt: LearntConfig = LearntConfig()

    @model_validator(mode="after")
    def _every_family_is_known(self) -> Self:
        for pattern in self._patterns():
            for name in _FAMILY.findall(pattern):
                if not self.families.get(name):
                    raise ValueError(
                        f"the pattern {pattern!r} names a family that is not in [keywords.families]: {name}"
                    )
        return self

    def of_types(self) -> dict[TicketType, tuple[Keyword, ...]]:
        """Those of the shipped table, and behind them those that were learnt."""
        learnt = self.learnt.types
        return {
            kind: (*self._keywords(self.types.get(kind, {})), *self._keywords(learnt.get(kind, {})))
            for kind in TicketType
            if kind in self.types or kind in learnt
        }

    def of_levels(self) -> dict[ServiceLevel, tuple[Keyword, ...]]:
        return {ServiceLevel(int(no)): self._keywords(words) for no, words in self.levels.items()}

    def of_modules(self) -> dict[str, tuple[Keyword, ...]]:
        return {name: self._keywords(words) for name, words in self.modules.items()}

    def how_words_lean(self) -> Leanings:
        """The shipped leanings, if they count."""
        return _shipped_leanings() if self.leanings else {}

    def signs_of_types(self) -> dict[TicketType, dict[str, tuple[Keyword, ...]]]:
        return {kind: self._signs(signs) for kind, signs in self.type_signs.items()}

    def signs_of_levels(self) -> dict[ServiceLevel, dict[str, tuple[Keyword, ...]]]:
        return {ServiceLevel(int(no)): self._signs(signs) for no, signs in self.level_signs.items()}

    def _keywords(self, words: Weights) -> tuple[Keyword, ...]:
        return tuple(self._keyword(one, int(weight)) for weight, patterns in words.items() for one in patterns)

    def _signs(self, signs: Signs) -> dict[str, tuple[Keyword, ...]]:
        return {sign: tuple(self._keyword(one, 1) for one in patterns) for sign, patterns in signs.items()}

    def _keyword(self, pattern: str, weight: int) -> Keyword:
        whole = _FAMILY.sub(lambda family: "|".join(self.families[family[1]]), pattern)
        return Keyword(pattern=whole, weight=weight, shown=pattern)

    def _patterns(self) -> Iterator[str]:
        weights: Iterable[Weights] = (
            *self.types.values(), *self.levels.values(), *self.modules.values(), *self.learnt.types.values()
        )  # fmt: skip
        for table in (*weights, *self.type_signs.values(), *self.level_signs.values()):
            for patterns in table.values():
                yield from patterns


@lru_cache(maxsize=1)
def _shipped_leanings() -> Leanings:
    signs = tomllib.loads(leanings_file().read_text(encoding="utf-8"))
    return {sign: tuple(points) for sign, points in signs.items()}
