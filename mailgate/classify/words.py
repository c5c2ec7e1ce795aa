"""Words as keywords see them: without case and accents, cut at whatever is no letter or digit.

Promises that text and pattern are folded alike, in linear time. What words mean is for ``lexicon`` and ``language``.
"""

import re
import unicodedata

BREAK = ""
"""Stands between words where a clause ends, so that no phrase and no negation reaches across."""
FULL_STOP = "."
"""The same where a sentence ends, and ``ASKED`` where a question does; only ``marked_words_of`` tells them apart."""
ASKED = "?"


class _Base(dict[int, int | None]):
    """For ``str.translate``: marks and signs without width go, all else stays; each sign is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in ("Mn", "Cf") else code
        if len(self) < _SIGNS_KEPT:
            self[code] = kept
        return kept


_SIGNS_KEPT = 5000
_BASE = _Base()
# Those of our languages that are letters with a mark, too: where there are no others, nothing need be taken apart.
_LETTERS = (
    ("å", "a"), ("ä", "a"), ("ö", "o"), ("é", "e"), ("ü", "u"),
    ("ø", "o"), ("æ", "a"), ("ð", "d"), ("’", "'"), ("´", "'"), ("`", "'"),
)  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u036f]+")  # of these all are marks, and nearly every mark that comes is one of these
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.,;:!?]|\n[^\S\n]*\n")
_ASCII_TOKEN = re.compile(r"[a-zA-Z0-9]+(?:'[a-zA-Z0-9]+)*|[.,;:!?]|\n[^\S\n]*\n")  # the same, by a third quicker

_MARKS = {",": BREAK, ":": BREAK, ";": BREAK, "?": ASKED}


def fold(text: str) -> str:
    """``Löneartens FEL`` → ``loneartens fel``; line ends stay where they are."""
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text)].casefold()  # one sign may become eighteen
    for letter, base in _LETTERS:  # quicker than ``translate``, which looks at each sign
        plain = plain.replace(letter, base)
    if plain.isascii():
        return plain
    apart = _ACCENTS.sub("", unicodedata.normalize("NFD", plain))
    return apart if apart.isascii() else apart.translate(_BASE)


def _tokens(text: str) -> list[str]:
    folded = fold(text)
    tokens: list[str] = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return tokens


def words_of(text: str) -> tuple[str, ...]:
    """The folded words in their order, with a ``BREAK`` between clauses; ``don't`` is one word, ``dont``."""
    # Nearly all are plain words, which is the quickest to ask.
    return tuple(
        [
            token if token.isalnum() else token.replace("'", "") if token[0].isalnum() else BREAK
            for token in _tokens(text)
        ]
    )


def marked_words_of(text: str) -> tuple[str, ...]:
    """The same, with ``BREAK``, ``FULL_STOP`` and ``ASKED`` between clauses, sentences, and behind questions."""
    return tuple([token if token.isalnum() else _marked(token) for token in _tokens(text)])


def _marked(token: str) -> str:
    return token.replace("'", "") if token[0].isalnum() else _MARKS.get(token, FULL_STOP)
