"""Domains that look like another to a reader's eye: kund.examp1e, kurnd.example, kund.example with a Cyrillic letter.

For a warning only. Nobody is ever taken for the one they look like.
"""

import unicodedata

_LETTERS = str.maketrans("авеіјкмнорсѕтухһԁԛԝαεικνορτυıłøđ", "abeijkmhopcstyxhdqwaeikvoptuilod")
_FIGURES = str.maketrans("0135", "oles")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def looks_like(domain: str) -> tuple[str, ...]:
    """The domains that this one could be mistaken for, the likeliest first; ``domain`` in A-labels, lower case."""
    letters = _without_marks(".".join(_shown(label) for label in domain.split("."))).translate(_LETTERS)
    figures = letters.translate(_FIGURES)
    pairs = figures
    for two, one in _PAIRS:
        pairs = pairs.replace(two, one)
    found = (form for form in (letters, figures, pairs) if form != domain and form.isascii())
    return tuple(dict.fromkeys(found))


def _shown(label: str) -> str:
    """As programs show it that decode A-labels."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _without_marks(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
