"""Words as keywords see them: without case and accents, cut at whatever is no letter or digit.

Promises that text and pattern are folded alike, in linear time. What words mean is for ``lexicon`` and ``language``.
"""

import re
import unicodedata

BREAK = ""
"""Stands between words where a clause ends, so that no phrase and no negation reaches across."""


class _Base(dict[int, int | None]):
    """For ``str.translate``: marks and signs without width go, all else stays; each sign is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in ("Mn", "Cf") else code
        if len(self) < _SIGNS_KEPT:
            self[code] = kept
        return kept


_SIGNS_KEPT = 5000
_BASE = _Base()
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ð": "d", "’": "'", "´": "'", "`": "'"})
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,;:!?]|\n[^\S\n]*\n")


def fold(text: str) -> str:
    """``Löneartens FEL`` → ``loneartens fel``; line ends stay where they are."""
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text)].casefold()  # one sign may become eighteen
    plain = plain.translate(_LETTERS)
    apart = unicodedata.normalize("NFD", plain)
    return apart if apart.isascii() else apart.translate(_BASE)


def words_of(text: str) -> tuple[str, ...]:
    """The folded words in their order, with a ``BREAK`` between clauses; ``don't`` is one word, ``dont``."""
    tokens = (match[0] for match in _TOKEN.finditer(fold(text)))
    return tuple(token.replace("'", "") if token[0].isalnum() else BREAK for token in tokens)
