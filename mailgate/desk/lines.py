"""The deadlines of a ticket that hold, as mails show them; lines of lists come from ``uow.ticket_lists``."""

from datetime import datetime

from mailgate.domain.ticket import Status, Ticket
from mailgate.store.unit_of_work import UnitOfWork


def running_deadlines(uow: UnitOfWork, ticket: Ticket) -> tuple[datetime | None, datetime | None]:
    """When handling is to start, unless it has, and the target for the solution; neither while the clocks rest."""
    if ticket.level is None or ticket.status is not Status.OPEN:
        return None, None
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return clocks.handling_due if clocks.handling_started_at is None else None, clocks.solution_due
