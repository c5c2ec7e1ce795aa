"""What a SuperUser's reply does to a ticket by having come."""

from datetime import datetime

from mailgate.desk.clocks import set_clocks
from mailgate.desk.deadline_entry import deadline_entry
from mailgate.desk.history import REOPENED_BY_REPLY, RESUMED
from mailgate.desk.house import House
from mailgate.desk.tickets import record_move
from mailgate.domain.moves import CustomerMove
from mailgate.domain.outgoing import CalendarEntry
from mailgate.domain.ticket import AT_WORK, Status, Ticket
from mailgate.store.unit_of_work import UnitOfWork


def by_reply(
    uow: UnitOfWork, house: House, ticket: Ticket, *, received_at: datetime, now: datetime
) -> tuple[Ticket, CalendarEntry | None]:
    """The SuperUser has written: a ticket that waited for that goes on, one that was done with is opened again.

    With the ticket comes its new deadline, if that has moved.
    """
    at_work = ticket.status in AT_WORK
    start = house.ways.way(ticket.type).start.stage
    stage = house.ways.next_stage(ticket, CustomerMove.REPLY) if at_work else start
    if ticket.status is Status.OPEN:
        return (uow.tickets.change(ticket.ticket_id, stage=stage) if stage != ticket.stage else ticket), None
    before = uow.tickets.clocks(ticket.ticket_id)
    kind = RESUMED if at_work else REOPENED_BY_REPLY
    moved = uow.tickets.change(ticket.ticket_id, status=Status.OPEN, resolved_at=None, stage=stage)
    event_id = record_move(uow, moved, at=received_at, kind=kind, actor="superuser")
    moved = set_clocks(uow, house, moved, now=now)
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return moved, deadline_entry(moved, before=before, now=clocks, event_id=event_id)
