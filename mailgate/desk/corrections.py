"""What tickets were filed as, and what people made of it: the confusion tables, and the mails to learn from.

Nothing is kept for it: how a mail was filed is in the event that opened its ticket, each correction in an event of its
own, with its actor. A ticket that was closed and never corrected was filed right; one at work tells nothing yet.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailgate.domain.mail import MailId
from mailgate.domain.moves import Move
from mailgate.domain.ticket import AT_WORK, Ticket
from mailgate.store.ticket_history import PastTicket
from mailgate.store.unit_of_work import UnitOfWork

FIELDS = ("type", "level", "module", "team")
CORRECTING: Mapping[str, str] = {Move.TYPE: "type", Move.LEVEL: "level", Move.MODULE: "module", Move.TEAM: "team"}
"""The moves by which people put right what was decided, and which of ``FIELDS`` each of them is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's: what was changed, from what to what, when, and in which role (``specialist``, ``superuser``)."""

    field: str
    decided: str
    corrected: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A ticket that a mail opened: what was decided on which evidence, and what is right as far as is known."""

    ticket: Ticket
    customer: str
    mail_id: MailId
    decided: Mapping[str, str]
    right: Mapping[str, str]
    evidence: tuple[tuple[str, str], ...]
    corrections: tuple[Correction, ...]


def filed_tickets(uow: UnitOfWork, since: datetime, until: datetime) -> list[Filed]:
    """The tickets of a span of which it is known what is right."""
    return [filed for past in uow.ticket_history.received(since, until) if (filed := _filed(past)) is not None]


def confusion(filed: Sequence[Filed], field: str) -> Counter[tuple[str, str]]:
    """(decided, right) → how many; of the level: among those that were, and are, program errors."""
    return Counter((one.decided[field], one.right[field]) for one in filed if field != "level" or _has_levels(one))


def _has_levels(one: Filed) -> bool:
    return bool(one.decided["level"] and one.right["level"])


def _filed(past: PastTicket) -> Filed | None:
    opened = next((event for event in past.events if event.kind == "opened" and "mail" in event.detail), None)
    if opened is None:
        return None
    decided = _values(opened.detail)
    corrections = tuple(_corrections(past, decided))
    if not corrections and past.ticket.status in AT_WORK:
        return None
    return Filed(
        ticket=past.ticket,
        customer=past.customer_code,
        mail_id=MailId(opened.detail["mail"]),
        decided=decided,
        right=_right(past, decided),
        evidence=tuple((what, seen) for what, seen in opened.detail.get("evidence", ())),
        corrections=corrections,
    )


def _corrections(past: PastTicket, decided: Mapping[str, str]) -> Iterator[Correction]:
    before = dict(decided)
    for event in past.events:
        field = CORRECTING.get(event.kind)
        if field is None:
            continue
        after = _text(event.detail.get(field, past.ticket.module if field == "module" else None))
        if after != before[field]:
            role = event.actor.partition(":")[0]
            yield Correction(field=field, decided=before[field], corrected=after, role=role, at=event.at)
        before[field] = after


def _right(past: PastTicket, decided: Mapping[str, str]) -> Mapping[str, str]:
    """As people left it. A level that a workaround brought is no correction (guide, Servicenivåer)."""
    right = dict(decided)
    for one in _corrections(past, decided):
        right[one.field] = one.corrected
    if right["type"] != decided["type"]:
        right["level"] = right["level"] if right["type"] == "program_error" else ""
    return right


def _values(detail: Mapping[str, Any]) -> dict[str, str]:
    return {field: _text(detail.get(field)) for field in FIELDS}


def _text(value: object) -> str:
    return "" if value is None else str(value)
