"""How it came about what became of a mail: every rule that looked at it, every ticket that might have been meant.

Pure data, kept as one line of JSON for each decision. Names, ids, dates and the keywords that matched; never the mail's
own words. Making one is for ``classify.trace``, telling it to people for ``desk.mail_story``.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

_FORM = 1
"""Of the JSON. A reader that knows a later form knows this one, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVersion:
    """The configuration in force: a short hash, and the text it is the hash of, with secrets starred."""

    key: str
    text: str


UNKNOWN_VERSION = ConfigVersion(key="", text="")
"""Of a house that was not made of a configuration file."""


@dataclass(frozen=True, slots=True)
class Look:
    """A rule that was asked. ``saw``: in a word; ``said``: the outcome it gave, empty if it had no opinion."""

    rule: str
    saw: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that might have been meant. ``by``: how it was named, ``number``, ``thread``, ``token``."""

    ticket: str
    by: str
    taken: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A verdict as far as two of them are compared. ``ticket``: the one that was joined; a new one has no number yet.

    ``cause``: of a hold. ``answered``: whether the verdict lets the sender have an automatic answer.
    """

    outcome: str
    rule: str
    evidence: str = ""
    type: str | None = None
    level: int | None = None
    module: str | None = None
    team: str | None = None
    ticket: str | None = None
    cause: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Facts that pass: what was true when the mail was decided, and may be otherwise now."""

    author: str = ""
    said_before: int = 0
    stranger_answered: bool = False
    overdue_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """``answer``: why there is an automatic answer, or why not. ``seen``: what spoke for type, level and module.

    ``kind``: what kind of mail it is, and by what sign. ``proof``: whether it is from its author, and on what evidence;
    empty where nobody checked. ``notes``: what was found while the verdict was carried out.
    """

    decided: Decided
    looks: tuple[Look, ...]
    candidates: tuple[Candidate, ...]
    answer: str
    kind: tuple[str, str]
    proof: tuple[str, str] | None
    known: Known
    seen: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def as_json(trace: Trace) -> str:
    """One line."""
    decided, known = trace.decided, trace.known
    plain: dict[str, Any] = {
        "v": _FORM,
        "decided": {name: value for name in _DECIDED if (value := getattr(decided, name)) not in (None, "")},
        "looks": [(look.rule, look.saw, look.said) if look.said else (look.rule, look.saw) for look in trace.looks],
        "candidates": [(one.ticket, one.by, one.taken, one.why) for one in trace.candidates],
        "answer": trace.answer,
        "kind": trace.kind,
        "proof": trace.proof,
        "known": {
            "author": known.author, "said_before": known.said_before, "stranger_answered": known.stranger_answered,
            "overdue_since": known.overdue_since.isoformat() if known.overdue_since else None,
        },
        "seen": trace.seen,
        "notes": trace.notes,
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


_DECIDED = ("outcome", "rule", "evidence", "type", "level", "module", "team", "ticket", "cause", "answered")


def from_json(text: str) -> Trace:
    """What ``as_json`` wrote; also what an earlier version wrote, or a later one that only added."""
    plain = json.loads(text)
    known = plain["known"]
    overdue = known["overdue_since"]
    return Trace(
        decided=Decided(**{name: value for name, value in plain["decided"].items() if name in _DECIDED}),
        looks=tuple(Look(*each) for each in plain["looks"]),
        candidates=tuple(Candidate(*each) for each in plain["candidates"]),
        answer=plain["answer"],
        kind=_pair(plain["kind"]),
        proof=_pair(plain["proof"]) if plain["proof"] else None,
        known=Known(
            author=known["author"],
            said_before=known["said_before"],
            stranger_answered=known["stranger_answered"],
            overdue_since=date.fromisoformat(overdue) if overdue else None,
        ),
        seen=tuple(_pair(each) for each in plain["seen"]),
        notes=tuple(_pair(each) for each in plain["notes"]),
    )


def _pair(two: list[str]) -> tuple[str, str]:
    first, second = two
    return first, second
