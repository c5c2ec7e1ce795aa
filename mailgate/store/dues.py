"""What falls due: one row for each mail that a clock brings, for ever, so that none is sent twice.

The minute's scan reads only what is due; everything else about a ticket's future follows from its history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from mailgate.domain.ticket import TicketId
from mailgate.store.rows import insert_ignoring, is_just, key_of
from mailgate.store.tables import DueRow, RoundRow

_DUE, _DONE = "due", "done"


class DueKind(StrEnum):
    """What is to be told."""

    HANDLING_WARNING = "handling_warning"
    HANDLING_BREACH = "handling_breach"
    SOLUTION_WARNING = "solution_warning"
    SOLUTION_BREACH = "solution_breach"
    STATUS = "status"
    REMINDER = "reminder"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something falls due for a ticket."""

    due_id: int
    ticket_id: TicketId
    kind: DueKind
    due_at: datetime


class Dues:
    """The calendar, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, ticket_id: TicketId, wanted: Iterable[tuple[DueKind, datetime]]) -> None:
        """What now falls due for a ticket; what was planned otherwise is forgotten, what was sent stays sent."""
        connection = self._session.connection()
        connection.execute(delete(DueRow).where(col(DueRow.ticket_id) == ticket_id, col(DueRow.state) == _DUE))
        for kind, due_at in wanted:
            self.add(ticket_id, kind, due_at)

    def add(self, ticket_id: TicketId, kind: DueKind, due_at: datetime) -> None:
        """One more, unless it is known."""
        values = {"ticket_id": ticket_id, "kind": kind.value, "due_at": due_at, "state": _DUE}
        insert_ignoring(self._session, DueRow, values, unique=["ticket_id", "kind", "due_at"])

    def due(self, *, until: datetime, since: datetime | None = None, limit: int) -> list[Due]:
        """What is due and not done, the oldest first."""
        found = select(DueRow).where(is_just(DueRow.state, _DUE), DueRow.due_at <= until)
        if since is not None:
            found = found.where(DueRow.due_at >= since)
        rows = self._session.exec(found.order_by(col(DueRow.due_at), col(DueRow.id)).limit(limit))
        return [_due(row) for row in rows]

    def of_ticket(self, ticket_id: TicketId) -> list[Due]:
        """What a ticket still has before it, in order."""
        found = select(DueRow).where(DueRow.ticket_id == ticket_id, DueRow.state == _DUE)
        return [_due(row) for row in self._session.exec(found.order_by(col(DueRow.due_at)))]

    def last_done(self, ticket_id: TicketId, kind: DueKind) -> datetime | None:
        """For when the latest of them that was told had been planned."""
        found = select(DueRow.due_at).where(DueRow.ticket_id == ticket_id, DueRow.kind == kind, DueRow.state == _DONE)
        return self._session.exec(found.order_by(col(DueRow.due_at).desc()).limit(1)).first()

    def done(self, due_ids: Sequence[int]) -> None:
        """It has been told, or need not be."""
        told = update(DueRow).where(col(DueRow.id).in_(due_ids))
        self._session.connection().execute(told.values(state=_DONE))

    def make_round(self, kind: str, on: date) -> bool:
        """True once for each kind and day."""
        return insert_ignoring(self._session, RoundRow, {"kind": kind, "made_on": on}, unique=["kind", "made_on"])

    def round_made(self, kind: str, on: date) -> bool:
        """Whether a round has been made; a read that keeps no writer waiting."""
        return self._session.get(RoundRow, (kind, on)) is not None

    def last_round(self, kind: str, *, before: date) -> date | None:
        """The day of the round before this one, if there was any."""
        found = select(RoundRow).where(RoundRow.kind == kind, col(RoundRow.made_on) < before)
        row = self._session.exec(found.order_by(col(RoundRow.made_on).desc()).limit(1)).first()
        return row.made_on if row is not None else None


def _due(row: DueRow) -> Due:
    return Due(due_id=key_of(row.id), ticket_id=TicketId(row.ticket_id), kind=DueKind(row.kind), due_at=row.due_at)
