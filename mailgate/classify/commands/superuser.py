"""A SuperUser's commands: whole lines at the top of a mail, ``STATUS``, ``NIVÅ: 2``, perhaps below a greeting.

A line is a command if it says nothing else: "Status på ärendet?" is a question to a person. What nearly is one is told
of where it stands alone or is written in capitals, as nobody writes a sentence; else it is text. A line that begins
with ``#`` is a customer's text. A cry for help ("Hjälp!") above a text, or below a subject that says what it is about,
is no command.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from mailgate.classify.commands.nearest import by_spelling, key_of, nearest
from mailgate.classify.commands.signs import typed
from mailgate.classify.stated import Field, level_named, stated_lines, type_named
from mailgate.domain.command_table import SUPERUSERS, command
from mailgate.domain.commands import Asked, CommandName, Grammar, Instructions, Role, Trouble, Unclear

_KNOWN = by_spelling(SUPERUSERS)
_FIELDS = {Field.TYPE: CommandName.TYPE, Field.LEVEL: CommandName.LEVEL, Field.MODULE: CommandName.MODULE}
_LABELS = by_spelling(one for one in SUPERUSERS if one.name in _FIELDS.values())
_GREETING = re.compile(
    r"(?:hej|hejsan|hallå|tjena|god\s?(?:morgon|dag|kväll)|hi|hello|dear|good\s(?:morning|day)|moi|hei|terve|päivää)\b"
    r"[^.:?]{0,30}",
    re.IGNORECASE,
)
_BEHIND_SUBJECT = re.compile(r"(?:(?:re|sv|vs|fw|fwd|vb)\s?:|\[[^\]]{3,30}\]|\s)+", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<word>[^\W\d_].*?)[\s:]+(?P<number>(?:[a-zA-Z]{2,8}[\s-]?)?\d{5,13}[\s-]?\d)")
_LABELLED = re.compile(r"(?P<label>[^\W\d_]{2,20})\s*[:=]\s*(?P<value>\S.*)")
_AROUND = " \t.!?:;,\"'“”„»«*_-–—"
_MOST_WORDS = 4
_LIKE_CAPITALS, _LIKE_ALONE, _LIKE_LABEL = 0.7, 0.8, 0.6
_FEWEST_CAPITALS = 4
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands. ``joins``: in a mail to a ticket; ``alone``: nothing but commands is in the mail."""

    joins: bool
    alone: bool


def superuser_instructions(text: str, *, subject: str, joins: bool) -> Instructions:
    """What a SuperUser asks for; ``text``: what is new in their mail. ``joins``: it belongs to a ticket."""
    bare_subject = _BEHIND_SUBJECT.sub(" ", subject).strip()
    if not text.strip():
        whole = _read(bare_subject, _Place(joins=joins, alone=True)) if bare_subject else None
        return _instructions([whole], "") if isinstance(whole, Asked) else Instructions(text=text)
    says_what = not joins and bool(bare_subject) and not isinstance(_read(bare_subject, _Place(True, False)), Asked)
    lines = text.split("\n")
    start = _below_greeting(lines, joins=joins)
    alone = not says_what and len(list(islice(filter(typed, lines[start:]), 2))) == 1
    found: list[Asked | Unclear] = []
    end = start
    for place in range(start, min(len(lines), _MOST_LINES)):
        if not typed(lines[place]):
            continue
        one = _read(lines[place], _Place(joins=joins, alone=alone))
        if one is None or (isinstance(one, Unclear) and says_what):
            break
        found.append(one)
        end = place + 1
    rest = "\n".join(lines[end:]).strip()
    if (rest or says_what) and any(_is_help(one) for one in found):
        return Instructions(text=text)
    return _instructions(found, rest) if found else Instructions(text=text)


def _instructions(found: Sequence[Asked | Unclear], rest: str) -> Instructions:
    asked = tuple(one for one in found if isinstance(one, Asked))
    return Instructions(asked=asked, unclear=tuple(one for one in found if isinstance(one, Unclear)), text=rest)


def _is_help(one: Asked | Unclear) -> bool:
    return isinstance(one, Asked) and one.command.name is CommandName.HELP


def _below_greeting(lines: Sequence[str], *, joins: bool) -> int:
    """Past "Hej!", if what follows is a command, or nearly one."""
    spoken = list(islice((place for place, line in enumerate(lines[:_MOST_LINES]) if typed(line)), 2))
    if len(spoken) < 2 or not _GREETING.fullmatch(typed(lines[spoken[0]]).rstrip(" ,!")):
        return 0
    below = _read(lines[spoken[1]], _Place(joins=joins, alone=False))
    return spoken[1] if below is not None else 0


def _read(line: str, place: _Place) -> Asked | Unclear | None:
    plain = typed(line)
    if not plain or plain.startswith("#") or len(plain) > 80:
        return None
    return _bare(plain) or _labelled(plain, place) or _nearly(plain, place)


def _bare(plain: str) -> Asked | None:
    """``STATUS``, ``Stäng ärendet.``, ``STATUS MG-100042-6``."""
    found = _KNOWN.get(key_of(plain.strip(_AROUND)))
    if found is not None and (found.argument is Grammar.NONE or found.may_lack):
        return Asked(command=found, line=plain)
    match = _NUMBER.fullmatch(plain.strip(_AROUND))
    found = _KNOWN.get(key_of(match["word"].strip(_AROUND))) if match else None
    if match and found is not None and found.argument is Grammar.NUMBER:
        return Asked(command=found, line=plain, argument=match["number"])
    return None


def _labelled(plain: str, place: _Place) -> Asked | Unclear | None:
    """``NIVÅ: 2``: in the first mail of a ticket such lines are read with all the rest (``evidence``)."""
    if not place.joins:
        return None
    stated = next(iter(stated_lines(plain)), None)
    if stated is not None and stated.value:
        name = _FIELDS[stated.field]
        value = stated.value
    else:
        match = _LABELLED.fullmatch(plain)
        meant = _KNOWN.get(key_of(match["label"])) if match else None
        if match is None or meant is None or meant.name not in _FIELDS.values():
            return None
        name, value = meant.name, match["value"]
    row = command(name, Role.SUPERUSER)
    if _has_value(name, value):
        return Asked(command=row, line=plain, argument=value)
    # "Typ: allt som har med fakturor att göra" is a manner of speaking.
    return None if len(value.split()) > _MOST_WORDS else Unclear(line=plain, trouble=Trouble.NO_SUCH_VALUE, nearest=row)


def _has_value(name: CommandName, value: str) -> bool:
    if name is CommandName.LEVEL:
        return level_named(value) is not None
    if name is CommandName.TYPE:
        return type_named(value) is not None
    return len(value.split()) <= _MOST_WORDS


def _nearly(plain: str, place: _Place) -> Unclear | None:
    match = _LABELLED.fullmatch(plain) if place.joins else None
    word = (match["label"] if match else plain).strip(_AROUND)
    capitals = word.isupper() and sum(sign.isalpha() for sign in word) >= (2 if match else _FEWEST_CAPITALS)
    if len(word.split()) > 2 or not (capitals or (place.alone and not match)):
        return None
    if match:
        meant = nearest(word, _LABELS, alike=_LIKE_LABEL)
    else:
        meant = nearest(word, _KNOWN, alike=_LIKE_CAPITALS if capitals else _LIKE_ALONE)
    return Unclear(line=plain, trouble=Trouble.UNKNOWN, nearest=meant) if meant is not None else None
