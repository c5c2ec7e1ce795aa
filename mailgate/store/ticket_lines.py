"""Tickets as lines of a list: the columns that it takes, and what tickets are sorted by. For ``ticket_lists``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlmodel import col

from mailgate.domain.news import TicketLine
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Status, TicketType
from mailgate.domain.ticket_number import TicketNumber
from mailgate.store.prepared import Prepared
from mailgate.store.rows import is_among
from mailgate.store.tables import CustomerRow, SpecialistRow, TicketRow

_DONE = (Status.RESOLVED.value, Status.CLOSED.value)
_LAST_LEVEL = max(ServiceLevel) + 1


def at_work() -> ColumnElement[bool]:
    """What is not solved."""
    return is_among(TicketRow.status, [status.value for status in AT_WORK])


def solved(since: datetime) -> ColumnElement[bool]:
    """What was solved since then, and still is."""
    return and_(col(TicketRow.status).in_(_DONE), col(TicketRow.resolved_at) >= since)


def sorted_level() -> ColumnElement[int]:
    """What is no program error has no level, and comes last."""
    return func.coalesce(TicketRow.level, _LAST_LEVEL)


def deadline() -> ColumnElement[Any]:
    """The one that comes next."""
    started = col(TicketRow.handling_started_at).is_not(None)
    return case((started, col(TicketRow.solution_due)), else_=col(TicketRow.handling_due))


def lines(*before: Any) -> Select[Any]:
    """Some columns, and behind them what ``line`` makes a line of."""
    row: Any = TicketRow
    return (
        select(
            *before,
            row.prefix, row.serial, row.subject, col(CustomerRow.name), row.type, row.level, row.status,
            col(SpecialistRow.name), row.opened_at, row.handling_started_at, row.handling_due, row.solution_due,
        )
        .select_from(row)
        .join(CustomerRow, col(CustomerRow.id) == row.customer_id)
        .join(SpecialistRow, col(SpecialistRow.id) == row.specialist_id, isouter=True)
    )  # fmt: skip


def line(prefix: str, serial: int, subject: str, customer: str, *rest: Any) -> TicketLine:
    """A row of ``lines``."""
    kind, level, status, specialist, opened_at, started_at, handling_due, solution_due = rest
    return TicketLine(
        number=str(TicketNumber(prefix, serial)),
        subject=subject,
        customer=customer,
        type=TicketType(kind),
        level=ServiceLevel(level) if level is not None else None,
        status=Status(status),
        specialist=specialist or "",
        opened_at=opened_at,
        handling_started=started_at is not None,
        handling_due=handling_due,
        solution_due=solution_due,
    )


ONE_LINE = Prepared(lines().where(col(TicketRow.id) == bindparam("ticket_id")))
NEWEST_SUBJECTS = Prepared(
    select(col(TicketRow.id), col(TicketRow.subject))
    .where(col(TicketRow.customer_id) == bindparam("customer_id"))
    .order_by(col(TicketRow.id).desc())
    .limit(bindparam("most", 1))
)
