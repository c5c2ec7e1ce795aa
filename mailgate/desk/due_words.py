"""Finds the words for what a circle of people is to be told. What cannot be worded keeps nothing else back.

Where a mail of several news fails, each of them is tried alone; those that have words make one mail again, or, if it
is the mail of several that cannot be had, a mail each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from mailgate.desk.falling import Circle, Falling, ForOne
from mailgate.desk.house import House
from mailgate.desk.mailings import Worded, word

log = structlog.get_logger()

_TROUBLE_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, and what it tells."""

    worded: Worded
    falling: tuple[Falling, ...]

    @property
    def address(self) -> str:
        return self.worded[0].to.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A circle's mails. ``troubles``: of each due that somebody could not be told, why not."""

    circle: Circle
    letters: tuple[Letter, ...]
    troubles: Mapping[int, str]

    def told(self, due_id: int) -> list[str]:
        """Who is told of it, by address."""
        return [letter.address for letter in self.letters for one in letter.falling if one.due.due_id == due_id]


def write(house: House, circle: Circle, *, now: datetime) -> Written:
    """All mails to all of its people."""
    letters: list[Letter] = []
    troubles: dict[int, str] = {}
    for person in circle.people:
        letters += _letters(house, person, person.falling, troubles, now=now)
    return Written(circle=circle, letters=tuple(letters), troubles=troubles)


def _letters(
    house: House, person: ForOne, falling: Sequence[Falling], troubles: dict[int, str], *, now: datetime
) -> list[Letter]:
    """One, if all goes well; ``troubles`` takes what cannot be worded."""
    try:
        return [Letter(worded=word(house, person.notice(falling), now=now), falling=tuple(falling))]
    except Exception as error:  # noqa: BLE001 - a template of the operator's own, or a value that nobody expected
        if len(falling) == 1:
            _note(falling[0], error, troubles)
            return []
    alone = [letter for one in falling for letter in _letters(house, person, [one], troubles, now=now)]
    sound = [one for letter in alone for one in letter.falling]
    return _letters(house, person, sound, troubles, now=now) if 1 < len(sound) < len(falling) else alone


def _note(one: Falling, error: Exception, troubles: dict[int, str]) -> None:
    log.error("due_set_aside", what=one.kind.value, ticket=one.line.number, error=type(error).__name__, exc_info=error)
    troubles[one.due.due_id] = trouble_of(error)


def trouble_of(error: Exception) -> str:
    """What is kept of an error, for whoever looks after it."""
    return f"{type(error).__name__}: {error}"[:_TROUBLE_SHOWN]
