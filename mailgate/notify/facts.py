"""A notice's facts in the words of one language: what its templates may use.

Everything that came out of somebody's mail is made inert here, before a template sees it, however deep in a list it
lies. Moments are told by the clock on the desk's wall.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mailgate.domain.money import Money
from mailgate.domain.news import AlarmClock
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.amounts import hours_in_words, money_in_words, span_in_words
from mailgate.notify.inert import inert, one_line
from mailgate.notify.wording import Words

_LONG_TEXT = 100_000
_SUBJECT_READ = 2_000
_LINE_CAP = 300
_NAME_CAP = 120
_NAMES_CAP = 20
_REASONS_CAP = 3
_MANY = re.compile(r"([^\s|]+\|[^\s|]+)(?:\|[^\s|]+)+")

# What mail programs here put before the subject of a reply or a forwarded mail, and our own number in its brackets:
# left out, so that all mails of a ticket bear the same subject, which is what many programs thread by.
_REPLY_MARKS = re.compile(
    r"(?:(?:re|sv|vs|aw|antw|fw|fwd|vb|vl|wg)(?:\[\d{1,3}\])?: ?|\[[A-Z]{2,8}-\d{5,13}-\d\] ?)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """In whose words, by which clock, and when: ``now`` decides whether a year need be named."""

    words: Words
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day or a moment as running text names it, and ``brief``, as lists do."""

    full: str
    brief: str

    def __str__(self) -> str:
        return self.full


def worded_fields(content: Any, reader: Reader) -> dict[str, object]:
    """Every field under its name, inert and in words; values within values likewise."""
    return {field.name: _worded(field.name, getattr(content, field.name), reader) for field in fields(content)}


def topic(subject: str) -> str:
    """A subject without what programs put before it; the same for every mail of a conversation."""
    line = one_line(subject[:_SUBJECT_READ])
    marks = _REPLY_MARKS.match(line)
    return _capped(line[marks.end() :] if marks else line, _LINE_CAP)


def form_of_address(name: str) -> str:
    """The first name, where the name on file is written in that order; else the name as it is on file."""
    line = _capped(one_line(name), _NAME_CAP)
    return line if "," in line else line.partition(" ")[0]


def _worded(name: str, value: object, reader: Reader) -> object:
    match value:
        case TicketType() | ServiceLevel() | Status() | AlarmClock() | Money() | Decimal() | timedelta():
            return _named(value, reader.words)
        case date():
            return _when(value, reader)
        case str() | tuple():
            return _made_inert(name, value, reader)
        case int() if name == "left_out":
            return reader.words.more.format(count=value) if value else ""
        case _ if is_dataclass(value):
            return worded_fields(value, reader)
        case _:
            return value


def _named(
    value: TicketType | ServiceLevel | Status | AlarmClock | Money | Decimal | timedelta, words: Words
) -> object:
    match value:
        case TicketType():
            return words.types[value]
        case ServiceLevel():
            return {"number": value.value, "meaning": words.levels[value]}
        case Status():
            return {"key": value.value, "name": words.statuses[value]}
        case AlarmClock():
            return {"key": value.value, "name": words.clocks[value]}
        case _:
            return _measured(value, words)


def _measured(value: Money | Decimal | timedelta, words: Words) -> str:
    match value:
        case Money():
            return money_in_words(value, words.phrases["money"])
        case Decimal():
            return hours_in_words(value, words.phrases["money"])
        case timedelta():
            return span_in_words(value, words.phrases["spans_of_time"])


def _when(value: date, reader: Reader) -> When:
    words = reader.words
    this_year = reader.now.astimezone(reader.zone).year
    if not isinstance(value, datetime):
        full = words.day(value)
        return When(full=full, brief=words.brief_day(value) if value.year == this_year else full)
    full, local = words.moment(value, reader.zone, this_year=this_year), value.astimezone(reader.zone)
    return When(full=full, brief=words.brief_moment(local) if local.year == this_year else full)


def _made_inert(name: str, value: Any, reader: Reader) -> object:
    words = reader.words
    match name:
        case "subject":
            return topic(value) or words.no_subject
        case "text" | "gist" | "question" | "meanwhile":
            return _text(value)
        case "attachments":
            return _listed(value, words)
        case "evidence":
            return _decided_by(value, words)
        case _ if isinstance(value, tuple):
            return [_worded(name, each, reader) for each in value]
        case _:
            return _line(value)


def _decided_by(evidence: Iterable[tuple[str, str]], words: Words) -> list[tuple[str, str]]:
    """One line for the type, the level and the module: what decided it, the heaviest first, as much as one reads."""
    reasons: dict[str, list[str]] = {}
    for what, why in evidence:
        reasons.setdefault(what, []).append(_reason(why, words))
    return [
        (
            words.evidence.get(what) or _line(what),
            ", ".join(found[:_REASONS_CAP]) + (", …" if found[_REASONS_CAP:] else ""),
        )
        for what, found in reasons.items()
    ]


def _reason(why: str, words: Words) -> str:
    """``keyword: krasch (4)`` with its first word in the reader's language; of many alternatives the first two."""
    how, colon, what = why.partition(": ")
    return _line(words.seen.get(how, how) + colon + _MANY.sub(r"\1|…", what))


def _line(value: str) -> str:
    return _capped(one_line(value), _LINE_CAP)


def _text(value: str) -> str:
    text = inert(value[:_LONG_TEXT]).strip("\n")
    return text if len(value) <= _LONG_TEXT else f"{text}\n[…]"


def _listed(names: tuple[str, ...], words: Words) -> list[str]:
    """Names of attachments: as many as one reads, and how many more there are."""
    shown = [_capped(one_line(name), _NAME_CAP) for name in names[:_NAMES_CAP]]
    return shown if len(names) <= _NAMES_CAP else [*shown, words.more.format(count=len(names) - _NAMES_CAP)]


def _capped(text: str, cap: int) -> str:
    return text if len(text) <= cap else text[: cap - 1].rstrip() + "…"
