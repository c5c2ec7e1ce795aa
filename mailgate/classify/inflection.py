"""Inflected words: ``licens~`` stands for ``licensen``, ``licenserna``, ``tilaus~`` for ``tilauksen``.

Endings of nouns, verbs and adjectives in Swedish, English and Finnish, and how a Finnish stem changes before them. No
dictionary: an ending that is none in the word's own language does no harm, for it makes no word that anybody writes.
"""

from collections.abc import Iterator
from functools import lru_cache

_LONGEST_ENDING = 6
# Folded: a stands for å and ä, o for ö.
_SWEDISH = (
    "a ar arna arnas ars as e en ena ens er erna ernas ers es et ets n na nas ns or orna ornas ors s t ts "
    "r rna rnas d de des dd ade ades ande at ats it its te tes"
)
_ENGLISH = "ed ing ly"
_FINNISH = (
    "aa ia ja ta tta ssa sta lla lta lle ksi na in an on un yn iin seen ien jen den iden tten issa ista illa ilta ille "
    "iksi ina ita mme nne ni nsa si ko kin"
)
_ENDINGS = frozenset(["", *_SWEDISH.split(), *_ENGLISH.split(), *_FINNISH.split()])
# Finnish consonant gradation before an ending that closes the syllable, the longer first.
_WEAKENED = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"),
    ("ht", "hd"), ("k", ""), ("p", "v"), ("t", "d"),
)  # fmt: skip
_VOWELS = "aeiouy"
_SHORTEST_STEM = 3


@lru_cache(maxsize=1_000)  # the keywords of types, levels and modules ask for the same words
def stems_of(word: str) -> tuple[str, ...]:
    """What may be left of a word without its ending, the word itself first."""
    length = len(word)
    shortest = max(_SHORTEST_STEM, length - _LONGEST_ENDING)
    return tuple([word[:end] for end in range(length, shortest - 1, -1) if word[end:] in _ENDINGS])


def is_ending(rest: str) -> bool:
    """Whether this may stand behind a stem."""
    return rest in _ENDINGS


def variants_of(stem: str) -> frozenset[str]:
    """The stem as it stands before endings, too: for ``tilaus`` ``tilaukse``, for ``lisenssi`` ``lisensse``."""
    found = {stem, *_weak(stem)}
    if stem.endswith("nen"):
        found |= {stem[:-3] + "se", stem[:-3] + "s"}
    elif stem.endswith(("us", "ys", "os", "es", "is")):
        found |= {stem[:-1] + "kse", stem[:-1] + "ks", stem[:-1] + "de"}
    elif stem.endswith(("i", "a", "e")):
        found |= {one[:-1] + vowel for one in tuple(found) for vowel in ("o", "e", "i", "")}
    return frozenset(one for one in found if len(one) >= _SHORTEST_STEM)


def _weak(stem: str) -> Iterator[str]:
    body = stem.rstrip(_VOWELS)
    if body == stem:
        return
    for strong, weak in _WEAKENED:
        if body.endswith(strong):
            yield body[: -len(strong)] + weak + stem[len(body) :]
            return
