"""Single values of register files: what a cell or key gives becomes a word, a list, an address, a language or a day.

Each raises ``ValueError`` with a sentence for the person who wrote the file.
"""

import re
from datetime import date, datetime
from typing import Any

from mailgate.domain.a_labels import in_a_labels
from mailgate.domain.customer import Language
from mailgate.domain.mail import canonical_address
from mailgate.domain.moves import Holder

FREEMAIL = frozenset(
    (
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.se", "hotmail.fi", "outlook.com", "live.com", "live.se",
        "msn.com", "yahoo.com", "yahoo.se", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.net",
        "proton.me", "protonmail.com", "telia.com", "bredband.net", "comhem.se", "spray.se", "passagen.se", "tele2.se",
        "bahnhof.se", "luukku.com", "suomi24.fi", "kolumbus.fi", "elisanet.fi", "saunalahti.fi",
    )
)  # fmt: skip
_YES = frozenset(("ja", "yes", "true", "kyllä", "x", "1"))
_NO = frozenset(("nej", "no", "false", "ei", "0"))
_ROLES = frozenset(Holder) - {Holder.DESK, Holder.CUSTOMER}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def as_text(value: Any) -> str:
    """A word or a name; a number will do (``code = 1001``)."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{value!r} is no text")  # noqa: TRY004 - a fault in a file, not of the program
    text = str(value).strip()
    if not text or _UNSEEN.search(text):
        raise ValueError(f"{value!r} cannot be read as one line of text")
    return text


def as_words(value: Any) -> frozenset[str]:
    """A list, or one cell with | between the words."""
    words = value.split("|") if isinstance(value, str) else value
    if not isinstance(words, list):
        raise ValueError(f"{value!r} is no list")  # noqa: TRY004 - a fault in a file, not of the program
    return frozenset(as_text(word) for word in words if word != "" and not (isinstance(word, str) and word.isspace()))


def as_domains(value: Any) -> frozenset[str]:
    """Mail domains of a customer alone."""
    return frozenset(_domain(word) for word in as_words(value))


def _domain(word: str) -> str:
    domain = in_a_labels(word.removeprefix("@")).lower()
    if "." not in domain or canonical_address(f"someone@{domain}") is None:
        raise ValueError(f"{word!r} is not a mail domain; write it like bygg.example")
    if domain in FREEMAIL:
        raise ValueError(f"{domain} belongs to a provider of mailboxes: anybody may have an address there")
    return domain


def as_address(value: Any) -> str:
    """A plain mail address, in its one form: lower case, its domain in A-labels."""
    address = canonical_address(in_a_labels(as_text(value)))
    if address is None:
        raise ValueError(f"{value!r} is not a mail address; write it like anna@bygg.example")
    return address


def as_language(value: Any) -> Language:
    """sv, en or fi."""
    try:
        return Language(as_text(value).lower())
    except ValueError:
        raise ValueError(f"{value!r} is no language; known are {', '.join(Language)}") from None


def as_day(value: Any) -> date:
    """A day: ISO 8601, or a date of TOML."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(as_text(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it like 2026-07-31") from None


def as_flag(value: Any) -> bool:
    """Yes or no, in any of our languages."""
    if isinstance(value, bool):
        return value
    word = as_text(value).lower()
    if word not in _YES | _NO:
        raise ValueError(f"{value!r} is neither yes nor no")
    return word in _YES


def as_role(value: Any) -> str:
    """For whom a specialist works, where that is not the desk; the names of ``[holders]``."""
    word = as_text(value).lower()
    if word not in _ROLES:
        raise ValueError(f"{value!r} is no role; known are {', '.join(sorted(_ROLES))}")
    return word
