"""A ticket's deadline for the reader's own calendar: goes with the mail by which it came, moved, or fell away."""

from mailgate.domain.news import AlarmClock
from mailgate.domain.outgoing import CalendarEntry
from mailgate.domain.ticket import Status, Ticket
from mailgate.store.tickets import Clocks


def deadline_entry(ticket: Ticket, *, before: Clocks | None, now: Clocks, event_id: int) -> CalendarEntry | None:
    """The entry that is due to the reader after an event; None if nothing about the target has changed for them.

    Events are numbered upwards, so each entry replaces the one before it. While we wait for the customer the target
    moves by the hour: it is told when they have replied.
    """
    was = before.solution_due if before is not None else None
    target = now.solution_due if ticket.status in (Status.OPEN, Status.WAITING) else None
    if target == was or (target is not None and ticket.status is Status.WAITING):
        return None
    start = target or was
    if start is None:
        return None
    return CalendarEntry(
        number=str(ticket.number),
        clock=AlarmClock.SOLUTION,
        sequence=event_id,
        summary=ticket.subject,
        start=start,
        cancelled=target is None,
    )
