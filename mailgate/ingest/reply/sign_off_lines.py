"""The lines with which the end of a mail begins."""

import re

from mailgate.ingest.reply.sign_off_words import (
    ALONE,
    BY,
    CASUAL,
    CLOSINGS,
    MOST_CLOSING_WORDS,
    OWNED,
    SENT,
    WHOLE_DEVICES,
)

_WORDS = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_SENT_BY = re.compile(rf"[<(\[]{{0,3}}(?:{SENT})\s(?:{BY})\s(.{{1,70}})$", re.IGNORECASE)
_WHOLE_DEVICES = tuple(WHOLE_DEVICES.split("|"))
_EXCUSE = re.compile(r"[.,(\s]{1,4}(?:please\s)?(?:excuse|ursäkta|pardon|beklager|undskyld|anteeksi|sorry)\b")
_LINK = re.compile(r"<?\(?https?://[^\s<>]{1,500}[>)]?|[\[\]()]")
_POSTSCRIPT = re.compile(r"P\.?\s?S\.?(?=[\s.:,!-]|$)", re.IGNORECASE)
_SLASHED = re.compile(r"(?:/{1,2}\s?|-)(?=[^\W\d_])")
_NAME_WORDS = 5


def closes(text: str) -> bool:
    """A closing phrase, with a name behind it or with nothing."""
    if len(text) > 100:
        return False
    words = [word.rstrip(".") if word.count(".") <= 1 else word.replace(".", "") for word in _WORDS.findall(text)]
    lowered = tuple(word.casefold() for word in words)
    # Two in one: "Viele Grüße / Best regards".
    return any(_closes_with(words, lowered, length) for length in range(min(len(words), MOST_CLOSING_WORDS), 0, -1))


def _closes_with(words: list[str], lowered: tuple[str, ...], length: int) -> bool:
    phrase, rest = lowered[:length], words[length:]
    if phrase not in CLOSINGS or (phrase in ALONE and length == len(words) and len(phrase[0]) < 3):
        return False
    if tuple(lowered[length:]) in CLOSINGS:
        return True
    if rest and rest[0].casefold() in {"från", "from", "fra", "von"} and phrase not in ALONE:
        rest = rest[1:]
    if len(rest) > _NAME_WORDS + 2 or any(word[0].isdigit() for word in rest):
        return False
    if phrase in CASUAL and len(rest) == 1:
        return True
    return all(word[0].isupper() or len(word) <= 3 for word in rest[:1]) and _is_named(rest)


def _is_named(words: list[str]) -> bool:
    """Names, and perhaps what their owner is: "Anna Berg, ekonomichef"."""
    small = [word for word in words if word[0].islower()]
    return (not words or words[0][0].isupper()) and len(small) <= 2


def sent_by_device(text: str) -> bool:
    """ "Skickat från min iPhone", "Hämta Outlook för iOS": nobody typed it."""
    plain = _EXCUSE.split(_LINK.sub(" ", text).casefold(), maxsplit=1)[0]
    plain = " ".join(plain.strip("<>()[]*_.! -").split())
    if plain.startswith(_WHOLE_DEVICES):
        return len(plain.split()) <= 12
    match = _SENT_BY.match(plain)
    if match is None:
        return False
    by = match[1].split()
    return len(by) <= 6 and not any(word.endswith(",") for word in by) and any(word in OWNED for word in by[:3])


def is_delimiter(raw: str) -> bool:
    """RFC 3676 §4.3, and as it looks where spaces at the end were lost."""
    return raw.rstrip() == "--"


def is_footer_rule(text: str) -> bool:
    """The rule above what a mailing list adds."""
    return len(text) >= 20 and not text.strip("_-=")


def is_postscript(text: str) -> bool:
    match = _POSTSCRIPT.match(text)
    return match is not None and len(text) < 10_000


def signs_with_name(text: str, *, author: str, alone: bool) -> bool:
    """ "/Anna", "-Per Alm", or the name that the sender's address bears."""
    match = _SLASHED.match(text)
    if match is not None and (alone or text.startswith("/")):
        return _is_name(text[match.end() :])
    name = author.casefold().split()
    bare = text.strip("/-–— .,").casefold().split()
    return alone and bool(name) and bare in (name, name[:1])


def _is_name(text: str) -> bool:
    words = text.rstrip(" .").split()
    return 0 < len(words) <= 4 and all(word[0].isupper() and word.replace("-", "").isalpha() for word in words)
