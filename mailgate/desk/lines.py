"""A ticket as mails show it: one line of a list for alarms, status mails and digests, and the deadlines that hold."""

from datetime import datetime

from mailgate.domain.news import TicketLine
from mailgate.domain.ticket import Status, Ticket
from mailgate.store.unit_of_work import UnitOfWork


def ticket_line(uow: UnitOfWork, ticket: Ticket) -> TicketLine:
    """What a list says of a ticket."""
    customer = uow.customers.customer(ticket.customer_id)
    specialist = uow.customers.specialist_by_id(ticket.specialist_id) if ticket.specialist_id is not None else None
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return TicketLine(
        number=str(ticket.number),
        subject=ticket.subject,
        customer=customer.name if customer is not None else "",
        type=ticket.type,
        level=ticket.level,
        status=ticket.status,
        specialist=specialist.name if specialist is not None else "",
        opened_at=ticket.opened_at,
        handling_started=clocks.handling_started_at is not None,
        handling_due=clocks.handling_due,
        solution_due=clocks.solution_due,
    )


def running_deadlines(uow: UnitOfWork, ticket: Ticket) -> tuple[datetime | None, datetime | None]:
    """When handling is to start, unless it has, and the target for the solution; neither while the clocks rest."""
    if ticket.level is None or ticket.status is not Status.OPEN:
        return None, None
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return clocks.handling_due if clocks.handling_started_at is None else None, clocks.solution_due
