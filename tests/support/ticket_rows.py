"""Tickets put straight into the database, to make lists of every kind; all defaults but the point."""

from datetime import datetime, timedelta
from typing import Any

from mailgate.domain.customer import Customer, Language, Specialist, SuperUser
from mailgate.domain.moves import Move
from mailgate.domain.ticket import ServiceLevel, Stage, Status, Ticket, TicketType
from mailgate.store.unit_of_work import UnitOfWork

DAWN = datetime.fromisoformat("2026-11-23T07:00+01:00")
"""When the digests of a Monday go out."""


def a_customer(uow: UnitOfWork, code: str = "K1") -> Customer:
    """A customer, saved; the same one for the same code."""
    return uow.customers.save_customer(
        code=code, name=f"Kund {code}", industry="Lantbruk", modules=[], domains=[], overdue_since=None
    )


def a_superuser(uow: UnitOfWork, code: str = "K1", *, address: str | None = None) -> SuperUser:
    """A SuperUser of a customer; the same one for the same code and address."""
    return uow.customers.save_superuser(
        customer_id=a_customer(uow, code).customer_id,
        address=address or f"eva@{code.lower()}.example",
        name="Eva Ek",
        language=Language.SWEDISH,
        trained=[],
    )


def a_specialist(uow: UnitOfWork, name: str = "Sven Sund", *, team: str = "Handel", active: bool = True) -> Specialist:
    """A specialist; the same one for the same name."""
    address = f"{name.split(maxsplit=1)[0].lower()}@desk.example"
    return uow.customers.save_specialist(
        address=address, name=name, team=team, language=Language.SWEDISH, head=False, active=active
    )


def a_ticket(uow: UnitOfWork, subject: str = "Hej", *, of: str = "K1", **changes: Any) -> Ticket:
    """An open question of last week, which nobody has taken. ``changes``: columns of its row."""
    whose = a_superuser(uow, of)
    values: dict[str, Any] = {
        "type": TicketType.QUESTION,
        "level": None,
        "module": None,
        "team": "Handel",
        "stage": Stage("service_desk"),
        "status": Status.OPEN,
        "untrained": False,
        "opened_at": DAWN - timedelta(days=7),
    }
    return uow.tickets.add(
        number=uow.tickets.next_number(prefix="MG", first=100001),
        customer_id=whose.customer_id,
        superuser_id=whose.superuser_id,
        subject=subject,
        **(values | changes),
    )


def an_error(uow: UnitOfWork, subject: str = "Fel", *, due: timedelta, level: int = 3, **changes: Any) -> Ticket:
    """A program error in hand. ``due``: its solution, from dawn on."""
    values: dict[str, Any] = {
        "type": TicketType.PROGRAM_ERROR,
        "level": ServiceLevel(level),
        "handling_started_at": DAWN - timedelta(days=6),
        "handling_due": DAWN - timedelta(days=5),
        "solution_due": DAWN + due,
    }
    return a_ticket(uow, subject, **(values | changes))


def asked(uow: UnitOfWork, ticket: Ticket, *, at: datetime) -> None:
    """The customer is asked, and has not answered."""
    uow.tickets.change(ticket.ticket_id, status=Status.WAITING)
    uow.tickets.record(ticket.ticket_id, at=at, kind=Move.ASK, actor="specialist:1", detail={"text": "?"})
