"""What falls due: one row for each mail that a clock brings, for ever, so that none is sent twice.

``state`` due → done | aside → done. What is set aside could not be told to everybody; it is tried again. The minute's
scan reads only what is due; everything else about a ticket's future follows from its history.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from mailgate.domain.customer import CustomerId
from mailgate.domain.ticket import TicketId
from mailgate.store.prepared import Prepared
from mailgate.store.rows import IDS, insert_all_ignoring, insert_ignoring, is_just
from mailgate.store.tables import DueRow, DueToldRow, RoundRow, metadata

_DUE, _ASIDE, _DONE = "due", "aside", "done"
_WAITING = (_DUE, _ASIDE)
_AT_ONCE = 500
"""Ids in one statement: SQLite knows a limit."""
_UNIQUE = ["ticket_id", "kind", "due_at"]

_due_table, _told_table, _ticket = (metadata.tables[name] for name in ("due", "due_told", "ticket"))
_c = _due_table.c
# Built once each: what a statement costs most is to be put together.
_ROWS = rows_of(_c.id, _c.ticket_id, _ticket.c.customer_id, _c.kind, _c.due_at, _c.trouble, _c.again_at).join(
    _ticket, _ticket.c.id == _c.ticket_id
)
_UNTIL = _ROWS.where(is_just(_c.state, _DUE), _c.due_at <= bindparam("until")).order_by(_c.due_at, _c.id)
_SINCE = _UNTIL.where(_c.due_at >= bindparam("since"))
_AGAIN = _ROWS.where(is_just(_c.state, _ASIDE), _c.again_at <= bindparam("now")).order_by(_c.again_at, _c.id)
_OF_TICKET = Prepared(_ROWS.where(_c.ticket_id == bindparam("ticket"), _c.state == _DUE))
_FORGET = Prepared(
    delete(_due_table).where(_c.ticket_id == bindparam("ticket"), _c.state == _DUE, _c.kind != "access_end")
)
"""What follows from the ticket's clocks; that access ends follows from nothing else."""
_LAST_DONE = Prepared(
    rows_of(_c.due_at)
    .where(_c.ticket_id == bindparam("ticket"), _c.kind == bindparam("kind"), _c.state != _DUE)
    .order_by(_c.due_at.desc())
    .limit(1)
)
_ALL_ASIDE = _ROWS.where(is_just(_c.state, _ASIDE)).order_by(_c.due_at, _c.id)
_STILL = _ROWS.where(_c.id.in_(IDS), _c.state.in_(_WAITING)).with_for_update(of=_due_table)
_TELL = update(_due_table).where(_c.id.in_(IDS)).values(state=_DONE, trouble=None, again_at=None)
_TOLD = rows_of(_told_table.c.due_id, _told_table.c.address).where(_told_table.c.due_id.in_(IDS))


class DueKind(StrEnum):
    """What is to be told."""

    HANDLING_WARNING = "handling_warning"
    HANDLING_BREACH = "handling_breach"
    SOLUTION_WARNING = "solution_warning"
    SOLUTION_BREACH = "solution_breach"
    STATUS = "status"
    REMINDER = "reminder"
    CLOSING = "closing"
    ACCESS_END = "access_end"


ALARMS = frozenset(kind for kind in DueKind if kind.endswith(("_warning", "_breach")))
"""Those for the team, and not for the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something falls due for a ticket of a customer."""

    due_id: int
    ticket_id: TicketId
    customer_id: CustomerId
    kind: DueKind
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """What could not be told to everybody. ``trouble``: why not; ``again_at``: when it is tried again."""

    due: Due
    trouble: str
    again_at: datetime


class Dues:
    """The calendar, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, ticket_id: TicketId, wanted: Iterable[tuple[DueKind, datetime]], *, new: bool = False) -> None:
        """What now falls due for a ticket; what was planned otherwise is forgotten, what was sent stays sent.

        ``new``: it was added in this transaction, so that nothing can have been planned for it.
        """
        if not new:
            _FORGET.run(self._session, ticket=ticket_id)
        rows = [_planned(ticket_id, kind, due_at) for kind, due_at in wanted]
        insert_all_ignoring(self._session, DueRow, rows, unique=_UNIQUE)

    def add(self, ticket_id: TicketId, kind: DueKind, due_at: datetime) -> None:
        """One more, unless it is known."""
        insert_ignoring(self._session, DueRow, _planned(ticket_id, kind, due_at), unique=_UNIQUE)

    def forget(self, ticket_id: TicketId, kind: DueKind) -> None:
        """It will not come to that."""
        planned = delete(DueRow).where(col(DueRow.ticket_id) == ticket_id, col(DueRow.kind) == kind.value)
        self._session.connection().execute(planned.where(col(DueRow.state) == _DUE))

    def due(self, *, until: datetime, since: datetime | None = None) -> list[Due]:
        """What is due and neither done nor set aside, the oldest first."""
        if since is None:
            return self._found(_UNTIL, until=until)
        return self._found(_SINCE, until=until, since=since)

    def to_try_again(self, now: datetime) -> list[Due]:
        """What was set aside, and may be tried again."""
        return self._found(_AGAIN, now=now)

    def of_ticket(self, ticket_id: TicketId) -> list[Due]:
        """What a ticket still has before it, in order."""
        # A handful; for the database, to put them in order costs more than to find them.
        dues = [_due(row) for row in _OF_TICKET.all(self._session, ticket=ticket_id)]
        return sorted(dues, key=attrgetter("due_at"))

    def last_done(self, ticket_id: TicketId, kind: DueKind) -> datetime | None:
        """For when the latest of them that was told had been planned."""
        row = _LAST_DONE.first(self._session, ticket=ticket_id, kind=kind.value)
        return row.due_at if row is not None else None

    def still_waiting(self, dues: Sequence[Due]) -> bool:
        """Whether all of them are as they were found, and nobody else's by now."""
        known = {due.due_id: due for due in dues}
        for ids in _in_parts(known):
            # An id can be given out anew after its row was forgotten: the whole of the row must be the same.
            for due in self._found(_STILL, ids=ids):
                if due == known[due.due_id]:
                    del known[due.due_id]
        return not known

    def done(self, due_ids: Collection[int]) -> None:
        """It has been told, or need not be."""
        for ids in _in_parts(due_ids):
            self._session.connection().execute(_TELL, {"ids": ids})

    def set_aside(self, due_id: int, *, trouble: str, again_at: datetime, told: Iterable[str] = ()) -> None:
        """It could not be told to everybody, but to those who are named by address."""
        aside = update(DueRow).where(col(DueRow.id) == due_id)
        self._session.connection().execute(aside.values(state=_ASIDE, trouble=trouble, again_at=again_at))
        for address in told:
            values = {"due_id": due_id, "address": address}
            insert_ignoring(self._session, DueToldRow, values, unique=["due_id", "address"])

    def told_already(self, due_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
        """Who has heard of what was then set aside, by address."""
        told: dict[int, frozenset[str]] = {}
        for ids in _in_parts(due_ids):
            for due_id, address in self._session.connection().execute(_TOLD, {"ids": ids}):
                told[due_id] = told.get(due_id, frozenset()) | {address}
        return told

    def aside(self) -> list[SetAside]:
        """All that waits for its trouble to be gone."""
        rows = self._session.connection().execute(_ALL_ASIDE)
        return [SetAside(due=_due(row), trouble=row.trouble or "", again_at=row.again_at) for row in rows]

    def try_all_again(self, *, now: datetime) -> int:
        """Whatever the trouble was may be gone; how many there are."""
        again = update(DueRow).where(is_just(DueRow.state, _ASIDE)).values(again_at=now)
        return self._session.connection().execute(again).rowcount

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

    def _found(self, statement: Any, **values: Any) -> list[Due]:
        return [_due(row) for row in self._session.connection().execute(statement, values)]


def _planned(ticket_id: TicketId, kind: DueKind, due_at: datetime) -> dict[str, Any]:
    return {"ticket_id": ticket_id, "kind": kind.value, "due_at": due_at, "state": _DUE}


def _in_parts(ids: Collection[int]) -> Iterable[list[int]]:
    every = list(ids)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _due(row: Any) -> Due:
    return Due(
        due_id=row.id,
        ticket_id=TicketId(row.ticket_id),
        customer_id=CustomerId(row.customer_id),
        kind=DueKind(row.kind),
        due_at=row.due_at,
    )
