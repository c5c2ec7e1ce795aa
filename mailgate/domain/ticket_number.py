"""Ticket numbers: a running number and a check digit, ``MG-100042-6``.

The check digit (Damm's quasigroup) finds every single wrong digit and every pair of neighbours that changed places,
so that a slip of the pen finds nobody else's ticket. Finding numbers in what people write is here, too.
"""

import itertools
import re
import unicodedata
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

# What people and their mail programs put between the parts: spaces, any dash, colon, number sign, brackets.
_DASHES = r"\-\u2010-\u2015\u2212"
_SIGNS = rf"{_DASHES}_:#./"
_GAP = rf"[\s{_SIGNS}\[\](){{}}]{{0,4}}"
# People who leave the letters out say what the number is: "ärende nr 100042-6".
_WORDS = r"(?:ärende|arende|ticket|case|tiketti|tukipyyntö)[a-zåäö]{0,8}"
_NUMBER_WORD = r"(?:(?:nummer|number|numero|nro|nr|no|id)\b)"
_SHORTEST_SERIAL = 5
_LONGEST_SERIAL = 12
_MOST_NUMBERS = 20  # each is looked up; no honest subject has more


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
    # Possessive: a run of digits is read whole or not at all, so a longer one never passes for a number.
    return re.compile(
        rf"(?<![^\W_])(?:(?P<prefix>{re.escape(prefix)})|{_WORDS}){_GAP}(?:{_NUMBER_WORD}{_GAP})?"
        rf"(?P<run>\d{{{_SHORTEST_SERIAL},{_LONGEST_SERIAL + 1}}}+)(?!\d)"
        rf"(?:(?P<gap>[\s{_SIGNS}]{{1,3}})(?P<check>\d)(?!\d)(?P<count>(?=\s+[^\W\d]))?|(?P<more>[{_DASHES}]\d))?",
        re.IGNORECASE,
    )


def find_numbers(text: str, prefix: str) -> NumbersFound:
    """Every ticket number in a subject line, however it is written: case, brackets, dashes and spaces do not matter.

    A number whose check digit is wrong is not returned; that one was there is.
    """
    sound: dict[TicketNumber, None] = {}
    broken = False
    for match in itertools.islice(_shape(prefix).finditer(_plain(text)), _MOST_NUMBERS):
        numbers = [number for digits in _readings(match) if (number := _sound(digits, prefix)) is not None]
        sound |= dict.fromkeys(numbers)
        # "Case 20261105" may be anything; with our letters, or in our form, it was meant to be a number of ours.
        broken = broken or not (numbers or (match["prefix"] is None and match["check"] is None))
    return NumbersFound(sound=tuple(sound), broken=broken)


def _plain(text: str) -> str:
    # NFKC turns full-width signs into plain ones; format characters (soft hyphen, zero-width space) are not seen.
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def _readings(match: re.Match[str]) -> tuple[str, ...]:
    run, check = match["run"], match["check"]
    if match["more"] is not None:
        return ()  # MG-100042-62: one digit too many
    if check is None:
        return (run,)
    if match["count"] is not None and match["gap"].isspace():
        return (run + check, run)  # "MG1000426 2 fakturor": the 2 need not be part of it
    return (run + check,)


def _sound(digits: str, prefix: str) -> TicketNumber | None:
    serial, check = int(digits[:-1]), int(digits[-1])
    if not _SHORTEST_SERIAL <= len(digits) - 1 <= _LONGEST_SERIAL or check_digit(serial) != check:
        return None
    return TicketNumber(prefix, serial)
