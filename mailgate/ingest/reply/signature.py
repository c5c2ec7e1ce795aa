"""Which lines may stand below a closing phrase: names, titles, firms, numbers, addresses. Never sentences or data."""

import re

from mailgate.ingest.reply.line import Line
from mailgate.ingest.reply.sign_off_lines import is_postscript
from mailgate.ingest.reply.sign_off_words import CONTACT_LABELS, FIRMS, SENTENCE, STREETS

_PHONE = re.compile(r"(?:\+|\b0|\(0|\b\d{2,4}[\s-])[\d\s()/.–-]{6,20}\d\b")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[:.]\d\d\b")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,80}\.[^\W\d_]{2,}")
_SITE = re.compile(r"https?://|\bwww\.|(?:^|\s)[\w-]{2,40}\.(?:se|fi|no|dk|de|com|nu|org|net|eu|io)\b(?:/|\s|$|>)")
_POSTCODE = re.compile(r"\b(?:SE?-|FI-|N-|NO-|DK-|D-)?\d{3,5}(?:\s\d\d)?,?\s[A-ZÅÄÖÆØ][^\W\d_]+")
_STREET = re.compile(rf"(?:{STREETS})\.?\s?\d|^box \d", re.IGNORECASE)
_IMAGE = re.compile(
    r"\[(?:cid:|image|bild|kuva|bilde|billede|logo)[^\]]{0,200}\]|<(?:https?:|mailto:)[^\s>]{1,500}>", re.I
)
_LABEL = re.compile(r"[•|*\s-]{0,3}([^\W\d_][^\W_.-]{0,20}(?:[.-][^\W_]{1,10})?\.?)\s?:")
_LIST = re.compile(r"(?:[-*•·o]|\d{1,2}[.)])\s")
_FINGERPRINT = re.compile(r"\b[0-9A-F]{4}(?: {1,2}[0-9A-F]{4}){3}")
_MOST_SIGNS = 200
_MOST_WORDS = 9


def may_be_signature(line: Line) -> bool:
    """Whether a line is no person's text for certain, once a closing phrase stands above it."""
    text = _IMAGE.sub(" ", line.bare[: 4 * _MOST_SIGNS]).strip() if len(line.bare) <= 4 * _MOST_SIGNS else line.bare
    if not text:
        return True
    if len(text) > _MOST_SIGNS or is_postscript(text) or _LIST.match(text) or _asks(text) or _states(text):
        return False
    if _is_sentence(text):
        return False
    return may_be_contact(text) or _is_title(text)


def may_be_contact(text: str) -> bool:
    """A telephone number, an address of any kind."""
    if _ADDRESS.search(text) or _SITE.search(text) or _STREET.search(text) or _POSTCODE.search(text):
        return True
    return _PHONE.search(_DAY.sub(" ", text)) is not None


def may_follow_delimiter(text: str, *, marked: bool) -> bool:
    """Below "--" stands what people set there once for all, mottoes, too; but no sentence to us, and no data.

    ``marked``: the mail's program says itself that it is a signature.
    """
    if len(text) > _MOST_SIGNS or is_postscript(text) or _asks(text) or (len(text.split()) > 3 and _is_sentence(text)):
        return False
    data = any(sign.isdigit() for sign in text) and not (may_be_contact(text) or _FINGERPRINT.search(text))
    return marked or not (data or _states(text) or _LIST.match(text))


def tells_of_firm(line: Line) -> bool:
    """Whether a line is not only a name: a firm, an address, a number, a logotype."""
    words = {word.strip(".,()|").casefold() for word in line.bare.split()}
    return may_be_contact(line.bare) or _IMAGE.search(line.bare) is not None or not FIRMS.isdisjoint(words)


def _asks(text: str) -> bool:
    return text.rstrip().endswith("?")


def _states(text: str) -> bool:
    label = _LABEL.match(text)
    return label is not None and label[1].casefold() not in CONTACT_LABELS and not text[label.end() :].startswith("//")


def _is_sentence(text: str) -> bool:
    words = [word.strip(".,!?:;()\"'").casefold() for word in text.split()]
    return len(words) >= 2 and not SENTENCE.isdisjoint(words)


def _is_title(text: str) -> bool:
    words = text.split()
    if len(words) > _MOST_WORDS or any(sign.isdigit() for sign in text):
        return False
    return not (text.endswith((".", "!", ":", ";")) and len(words) >= 4)
