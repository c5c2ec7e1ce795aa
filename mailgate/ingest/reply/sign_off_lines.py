"""The lines with which the end of a mail begins."""

import re
from collections.abc import Sequence
from functools import lru_cache

from mailgate.ingest.reply.line import MOST_READ
from mailgate.ingest.reply.sign_off_words import (
    ASKED,
    BRANDS,
    BY,
    CASUAL,
    CLOSINGS,
    DEVICES,
    HAND_HELD,
    IN_NAMES,
    MOST_CLOSING_WORDS,
    OWNED,
    PASSING,
    PLACES,
    SENT,
    SENTENCE,
    SET_OFF,
)

_WORDS = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_SENT_BY = re.compile(rf"(?:{SENT})\s(?:{BY})\s(.{{1,70}})$")
_EXCUSE = re.compile(r"[.,(\s]{1,4}(?:please\s)?(?:excuse|ursäkta|pardon|beklager|undskyld|anteeksi|sorry)\b")
_LINK = re.compile(r"<?\(?https?://[^\s<>]{1,500}[>)]?|[\[\]()]")
_POSTSCRIPT = re.compile(r"P\.?\s?S\.?(?=[\s.:,!-]|$)", re.IGNORECASE)
_SLASHED = re.compile(r"(?:/{1,2}\s?|-)(?=[^\W\d_])")
_FIRST_OF_CLOSINGS = frozenset(phrase[0].replace(".", "") for phrase in CLOSINGS)
_NAME_WORDS = 5
_LINES_KEPT = 512


def closes(text: str) -> bool:
    """A closing phrase, with a name behind it or with nothing."""
    return closing_name(text) is not None


def closing_name(text: str) -> Sequence[str] | None:
    """The words behind a closing phrase, none or a name; None if the line is no such phrase."""
    return _closing_name(text) if len(text) <= 100 else None


@lru_cache(maxsize=_LINES_KEPT)
def _closing_name(text: str) -> Sequence[str] | None:
    first = _WORDS.search(text)
    if first is None or first[0].casefold().replace(".", "") not in _FIRST_OF_CLOSINGS:
        return None  # most lines
    words = [word.rstrip(".") if word.count(".") <= 1 else word.replace(".", "") for word in _WORDS.findall(text)]
    lowered = tuple(word.casefold() for word in words)
    for length in range(min(len(words), MOST_CLOSING_WORDS), 0, -1):
        phrase, rest = lowered[:length], words[length:]
        if phrase in CLOSINGS and (not rest or _may_follow(phrase, rest, text)):
            return rest if lowered[length:] not in CLOSINGS else []
    return None


def _may_follow(phrase: tuple[str, ...], rest: list[str], text: str) -> bool:
    if phrase in SET_OFF and not re.match(r"[^\W_]+\s?[.,/–-]", text.lstrip("*_/ ")):
        return False
    if tuple(word.casefold() for word in rest) in CLOSINGS:  # two in one: "Viele Grüße / Best regards"
        return True
    if rest[0].casefold() in {"från", "from", "fra", "von"} and len(rest) > 1:
        rest = rest[1:]
    if phrase in CASUAL and len(rest) == 1:
        return not rest[0][0].isdigit()
    return _is_named(rest, titled=any(sign in text for sign in ",|/"))


def _is_named(words: list[str], *, titled: bool) -> bool:
    """Names, and behind a comma perhaps what their owner is: "Anna Berg, ekonomichef"."""
    small = [word.casefold() for word in words if word[0].islower() and word.casefold() not in IN_NAMES]
    if len(words) > _NAME_WORDS + 2 or any(word[0].isdigit() for word in words) or not words[0][0].isupper():
        return False
    return not small or (titled and len(small) <= 2 and (SENTENCE | ASKED).isdisjoint(small))


def sent_by_device(text: str) -> bool:
    """ "Skickat från min iPhone", "Hämta Outlook för iOS": nobody typed it."""
    return _sent_by_device(text) if len(text) <= MOST_READ else _is_from_device(text)


def _is_from_device(text: str) -> bool:
    plain = _EXCUSE.split(_LINK.sub(" ", text).casefold(), maxsplit=1)[0]
    plain = " ".join(plain.strip("<>()[]*_.! -").split())
    if len(plain) > 120:
        return False
    if DEVICES.fullmatch(plain):
        return True
    match = _SENT_BY.fullmatch(plain)
    if match is None:
        return False
    by = match[1].split()
    if len(by) > 6 or any(word.endswith(",") for word in by) or not PASSING.isdisjoint(by):
        return False
    return HAND_HELD.issuperset(by) or (by[0] in OWNED and PLACES.isdisjoint(by)) or by[0].partition("-")[0] in BRANDS


# Each round of the cutter asks for the same lines again, and the next mail for some of them.
_sent_by_device = lru_cache(maxsize=_LINES_KEPT)(_is_from_device)


def is_delimiter(raw: str) -> bool:
    """RFC 3676 §4.3, and as it looks where spaces at the end were lost."""
    return raw.rstrip() == "--"


def is_footer_rule(text: str) -> bool:
    """The rule above what a mailing list adds."""
    return len(text) >= 20 and not text.strip("_-=")


def is_postscript(text: str) -> bool:
    match = _POSTSCRIPT.match(text)
    return match is not None and len(text) < 10_000


def signs_with_name(text: str, *, author: str, above: str, alone: bool) -> bool:
    """ "/Anna", "-Per Alm", or the sender's own name. ``above``: the last that was said before it."""
    if above.endswith((":", ",", ";")) or not (alone or above.endswith((".", "!", "?", ")"))):
        return False
    match = _SLASHED.match(text)
    if match is not None and (alone or text.startswith("/")):
        return _is_name(text[match.end() :])
    name = author.casefold().split()
    bare = text.strip("/-–— .,").casefold().split()
    return alone and bool(name) and bare in (name, name[:1])


def _is_name(text: str) -> bool:
    words = text.rstrip(" .").split()
    return 0 < len(words) <= 4 and all(word[0].isupper() and word.replace("-", "").isalpha() for word in words)
