"""Tickets with a past of their own, put straight into the database; a program error of level 3 but for the point."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.ticket_rows import a_ticket

ZONE = ZoneInfo("Europe/Stockholm")


def at(wall: str) -> datetime:
    """A time by the desk's clock: ``11-02 09:00`` of 2026."""
    return datetime.fromisoformat(f"2026-{wall}").replace(tzinfo=ZONE)


def a_past(
    uow: UnitOfWork,
    *happened: tuple[str, str] | tuple[str, str, dict[str, Any]],
    opened: str = "11-02 09:00",
    type: TicketType = TicketType.PROGRAM_ERROR,
    level: int | None = 3,
    subject: str = "Hej",
    of: str = "K1",
    team: str = "Handel",
) -> Ticket:
    """A ticket to which that happened: what, when, and what was other from then on (type, level, team)."""
    ticket = a_ticket(
        uow, subject, of=of, type=type, level=ServiceLevel(level) if level else None, team=team, opened_at=at(opened)
    )
    detail: dict[str, Any] = {"type": type, "level": level, "team": team}
    uow.tickets.record(ticket.ticket_id, at=at(opened), kind="opened", actor="superuser:1", detail=detail)
    for kind, when, *changes in happened:
        detail = detail | (changes[0] if changes else {})
        uow.tickets.record(ticket.ticket_id, at=at(when), kind=kind, actor="specialist:1", detail=detail)
    done = [kind for kind, *_ in happened if kind in ("resolve", "close", "reopen", "reopened")]
    if done and done[-1] in ("resolve", "close"):
        uow.tickets.change(ticket.ticket_id, status=Status.RESOLVED)
    return uow.tickets.change(ticket.ticket_id, type=detail["type"], level=detail["level"], team=detail["team"])
