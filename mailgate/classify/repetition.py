"""Whether a mail says what its author has said again and again: then a machine answers a machine, whatever it denies.

Every answer of ours is the cause of the next mail in a loop, so the same words come back. People repeat themselves,
too, but seldom: so the mail becomes what it would have become, and only its automatic answer stays away.
"""

import hashlib
import re
from datetime import timedelta
from functools import lru_cache

from mailgate.domain.mail import ParsedMail

REMEMBERED = timedelta(hours=24)
"""From the last time that the same was said."""

_READ = 4000
_SHORT = 40
"""Signs: "Tack!" says little of itself; there the subject counts, too, and once more is borne."""
# What differs between two answers of a machine: numbers of a desk's tickets, days and times. No other numbers: "Faktura
# 1234 går inte att skicka" is another matter than that of 1235.
# They all begin a word with a capital or a digit: said first, that lets the search skip all other signs.
_VARIABLE = re.compile(
    r"[A-Z0-9](?<!\w.)(?:(?<=[A-Z])[A-Z]{1,7}-[0-9]{5,13}-[0-9]\b|"
    r"(?<=[0-9])(?:[0-9]{3}-[0-9]{2}-[0-9]{2}\b|[0-9]?(?:/[0-9]{1,2}|(?::[0-9]{2}){1,2})\b))"
)
_WORD = re.compile(r"[^\W_]+")


def saying(mail: ParsedMail) -> tuple[str, bool]:
    """A short name for what is newly written in a mail, the same for the same words; and whether they are many."""
    words = _folded(mail.new_text or mail.text)
    is_long = len(words) >= _SHORT
    if not is_long:
        files = " ".join(f"{each.name} {each.size}" for each in mail.attachments)
        words = f"{_folded(mail.subject)}\n{words}\n{files}"
    return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:32], is_long


def is_repetition(mail: ParsedMail, times: int, *, joins: bool) -> bool:
    """``times``: how often the same has been said before. ``joins``: it is only one more mail in a ticket.

    A second receipt for the same words is for somebody who fears that the first mail was lost; that a follow-up was
    added need not be told twice.
    """
    return times > 1 or (times == 1 and joins and saying(mail)[1])


def _folded(text: str) -> str:
    return _words_of(text[:_READ])


@lru_cache(maxsize=32)  # each mail is asked for twice: how often was it said, and once more
def _words_of(text: str) -> str:
    return " ".join(_WORD.findall(_VARIABLE.sub("", text))).casefold()
