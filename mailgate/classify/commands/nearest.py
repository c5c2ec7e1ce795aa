"""Which command a word names, or may have been meant to name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from mailgate.classify.words import fold
from mailgate.domain.commands import Command

_ALIKE = 0.6
_LONGEST = 40


def key_of(written: str) -> str:
    """As spellings are compared: ``NIVÅ``, ``nivå`` and ``niva`` are one."""
    return " ".join(fold(written).replace("-", " ").split())


def by_spelling(commands: Iterable[Command]) -> Mapping[str, Command]:
    """Each spelling, in whatever language, and its command."""
    return {key_of(spelling): one for one in commands for spelling in one.everywhere}


def nearest(written: str, known: Mapping[str, Command], *, alike: float = _ALIKE) -> Command | None:
    """What may have been meant; None where nothing is like it."""
    found = get_close_matches(key_of(written)[:_LONGEST], known, n=1, cutoff=alike)
    return known[found[0]] if found else None
