"""Domains in the one form in which they are stored and compared: A-labels, ``xn--bcher-kva.example`` (RFC 5890 §2.3).

Strict: a label counts as it is written, in lower case and composed. Nothing is mapped to something else (a full-width
letter to a plain one, ß to ss), for that would make one domain out of two.
"""

import unicodedata

_LONGEST = 63  # RFC 1035 §2.3.4
_LETTERS = ("L", "M", "Nd")


def in_a_labels(address: str) -> str:
    """An address, or a domain, with its domain in A-labels; as it is where that is not sound: then it is no address."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    labels = [_a_label(label) for label in domain.split(".")]
    return address if None in labels else f"{local}{at}{'.'.join(filter(None, labels))}"


def _a_label(label: str) -> str | None:
    if label.isascii():
        return label or None
    lower = "".join(sign.lower() if sign.isascii() else sign for sign in label)
    if not _is_sound(lower):
        return None
    written = f"xn--{lower.encode('punycode').decode('ascii')}"
    return written if len(written) <= _LONGEST else None


def _is_sound(label: str) -> bool:
    """Of letters, marks, digits and inner hyphens, each in the form that other forms are mapped to."""
    if label != unicodedata.normalize("NFKC", label) or label != label.casefold():
        return False
    if label.startswith("-") or label.endswith("-") or label[2:4] == "--" or unicodedata.category(label[0])[0] == "M":
        return False
    return all(sign == "-" or unicodedata.category(sign).startswith(_LETTERS) for sign in label)
