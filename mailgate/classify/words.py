"""Words as keywords see them: without case and accents, cut at whatever is no letter or digit.

Promises that text and pattern are folded alike, in linear time. What words mean is for ``lexicon`` and ``language``.
"""

import re
import unicodedata

BREAK = ""
"""Stands between words where a clause ends, so that no phrase and no negation reaches across."""

_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ð": "d", "’": "'", "´": "'", "`": "'"})
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,;:!?]|\n[^\S\n]*\n")


def fold(text: str) -> str:
    """``Löneartens FEL`` → ``loneartens fel``; line ends stay where they are."""
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text)].casefold()  # one sign may become eighteen
    plain = plain.translate(_LETTERS)
    apart = unicodedata.normalize("NFD", plain)
    return "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words in their order, with a ``BREAK`` between clauses; ``don't`` is one word, ``dont``."""
    tokens = (match[0] for match in _TOKEN.finditer(fold(text)))
    return tuple(token.replace("'", "") if token[0].isalnum() else BREAK for token in tokens)
