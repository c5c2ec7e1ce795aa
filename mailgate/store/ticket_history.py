"""What happened to many tickets, to look back on: a few statements, however many tickets there are.

What it adds up to is for ``desk.figures`` and ``desk.what_if``.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from mailgate.domain.ticket import Ticket, TicketId
from mailgate.domain.ticket_number import TicketNumber
from mailgate.domain.verdict import HoldCause
from mailgate.store.dues import ALARMS, DueKind
from mailgate.store.tables import CustomerRow, DueRow, HeldRow, TicketEventRow, TicketRow
from mailgate.store.ticket_lines import at_work, solved
from mailgate.store.tickets import TicketEvent, ticket_of_row

_AT_ONCE = 500
"""Ids in one statement: SQLite knows a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTicket:
    """A ticket as it is now, whose it is, and all that happened to it, oldest first."""

    ticket: Ticket
    customer_code: str
    customer_name: str
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHold:
    """A mail that was held, and what became of it."""

    cause: HoldCause
    state: str
    held_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlarm:
    """What the team was told of a ticket's clock, and what one must know to take it back."""

    ticket_id: TicketId
    team: str
    number: str
    subject: str
    kind: DueKind
    due_at: datetime


class TicketHistory:
    """Histories of many tickets, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def received(self, start: datetime, end: datetime) -> Sequence[PastTicket]:
        """Tickets whose first mail was received in a span."""
        opened = col(TicketRow.opened_at)
        return self._past(and_(opened >= start, opened < end))

    def alive(self, start: datetime, end: datetime) -> Sequence[PastTicket]:
        """Tickets of which a span has something to tell: received before its end, and not done with before it began."""
        happened = select(col(TicketEventRow.ticket_id)).where(col(TicketEventRow.at) >= start)
        opened = col(TicketRow.opened_at)
        lasted = or_(at_work(), opened >= start, col(TicketRow.id).in_(happened))
        return self._past(and_(opened < end, lasted))

    def last_event_ids(self, ticket_ids: Collection[TicketId]) -> Mapping[TicketId, int]:
        """The key of the last thing that happened to each of these tickets."""
        row: Any = TicketEventRow
        found = select(row.ticket_id, func.max(row.id)).group_by(row.ticket_id)
        wanted = list(ticket_ids)
        parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
        rows = (each for part in parts for each in self._all(found.where(row.ticket_id.in_(part))))
        return {TicketId(ticket_id): last for ticket_id, last in rows}

    def alarmed_and_solved(self, since: datetime) -> Sequence[PastAlarm]:
        """Alarms that were told of tickets solved since then, oldest first."""
        row: Any = TicketRow
        found = (
            select(row.id, row.team, row.prefix, row.serial, row.subject, col(DueRow.kind), col(DueRow.due_at))
            .join(DueRow, col(DueRow.ticket_id) == row.id)
            .where(solved(since), col(DueRow.state) == "done", col(DueRow.kind).in_([one.value for one in ALARMS]))
            .order_by(col(DueRow.id))
        )
        return [
            PastAlarm(
                ticket_id=TicketId(ticket_id),
                team=team,
                number=str(TicketNumber(prefix, serial)),
                subject=subject,
                kind=DueKind(kind),
                due_at=due_at,
            )
            for ticket_id, team, prefix, serial, subject, kind, due_at in self._all(found)
        ]

    def held(self, start: datetime, end: datetime) -> Sequence[PastHold]:
        """Mails that were held in a span."""
        row: Any = HeldRow
        found = select(row.cause, row.state, row.held_at, row.decided_at).where(row.held_at >= start, row.held_at < end)
        return [
            PastHold(cause=HoldCause(cause), state=state, held_at=held_at, decided_at=decided_at)
            for cause, state, held_at, decided_at in self._all(found.order_by(row.mail_id))
        ]

    def _past(self, which: ColumnElement[bool]) -> Sequence[PastTicket]:
        events = self._events(which)
        found = (
            select(TicketRow, col(CustomerRow.code), col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(TicketRow.customer_id))
            .where(which)
            .order_by(col(TicketRow.id))
        )
        return [
            PastTicket(
                ticket=ticket_of_row(row),
                customer_code=code,
                customer_name=name,
                events=tuple(events.get(row.id, ())),
            )
            for row, code, name in self._session.execute(found)
        ]

    def _events(self, which: ColumnElement[bool]) -> Mapping[int, Sequence[TicketEvent]]:
        row: Any = TicketEventRow
        found = (
            select(row.ticket_id, row.at, row.kind, row.actor, row.detail)
            .where(row.ticket_id.in_(select(col(TicketRow.id)).where(which)))
            .order_by(row.ticket_id, row.id)
        )
        histories: dict[int, list[TicketEvent]] = {}
        for ticket_id, at, kind, actor, detail in self._all(found):
            event = TicketEvent(at=at, kind=kind, actor=actor, detail=json.loads(detail))
            histories.setdefault(ticket_id, []).append(event)
        return histories

    def _all(self, found: Any) -> Sequence[Any]:
        return self._session.connection().execute(found).all()
