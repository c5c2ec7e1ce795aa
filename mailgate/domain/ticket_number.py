"""Ticket numbers: a running number and a check digit, ``MG-100042-6``.

The check digit (Damm's quasigroup) finds every single wrong digit and every pair of neighbours that changed places,
so that a slip of the pen finds nobody else's ticket. Finding numbers in what people write is here, too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

# What people and their mail programs put between the parts: spaces, any dash, colon, number sign, underscore.
_GAP = r"[\s\-\u00ad\u2010-\u2015\u2212_:#.]{0,3}"
_MAX_DIGITS = 12


def check_digit(serial: int) -> int:
    """The digit that makes ``serial`` followed by it a valid number."""
    interim = 0
    for digit in str(serial):
        interim = _DAMM[interim][int(digit)]
    return interim


@dataclass(frozen=True, slots=True, order=True)
class TicketNumber:
    """A ticket's public name. ``str()`` gives the form that stands in subjects, without the brackets."""

    prefix: str
    serial: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.serial}-{check_digit(self.serial)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersFound:
    """What a text says in the shape of ticket numbers: the sound ones in order, and whether a broken one was seen."""

    sound: tuple[TicketNumber, ...] = ()
    broken: bool = False


@lru_cache(maxsize=8)
def _shape(prefix: str) -> re.Pattern[str]:
    # The words cover people who leave the letters out: "ärende 100042-6".
    words = r"(?:ärende|arende|ticket|case|tiketti|tukipyyntö)[a-zåäö]{0,8}"
    return re.compile(
        rf"(?<![^\W_])(?:{re.escape(prefix)}|{words}){_GAP}(\d{{5,{_MAX_DIGITS}}}){_GAP}(\d)(?!\d)"
        rf"|(?<![^\W_]){re.escape(prefix)}{_GAP}(\d{{5,{_MAX_DIGITS + 1}}})(?!\d)",
        re.IGNORECASE,
    )


def find_numbers(text: str, prefix: str) -> NumbersFound:
    """Every ticket number in a subject line, however it is written: case, brackets, dashes and spaces do not matter.

    A number whose check digit is wrong is not returned; that one was there is.
    """
    sound: list[TicketNumber] = []
    broken = False
    for match in _shape(prefix).finditer(text):
        serial_text, check_text, run = match.groups()
        digits = run if run is not None else serial_text + check_text
        serial, check = int(digits[:-1]), int(digits[-1])
        number = TicketNumber(prefix, serial)
        if check_digit(serial) != check:
            broken = True
        elif number not in sound:
            sound.append(number)
    return NumbersFound(sound=tuple(sound), broken=broken)
