"""Until when a reply opens a closed ticket again (ours: 14 days; ``[desk] reopen_days``)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailgate.classify.contradictions import meant
from mailgate.domain.ticket import Status, TicketId
from mailgate.domain.verdict import Facts, Policy
from mailgate.store.tickets import TicketEvent
from mailgate.store.unit_of_work import UnitOfWork


def closed_too_long(uow: UnitOfWork, facts: Facts, *, at: datetime, policy: Policy) -> frozenset[TicketId]:
    """The ticket that a SuperUser's mail means, if it is too late to open it again."""
    ticket = meant(facts).ticket if facts.superuser is not None else None
    if ticket is None or not ticket.closed:
        return frozenset()
    closed_at = closed_since(event for event in uow.tickets.events(ticket.ticket_id) if event.at <= at)
    late = closed_at is not None and at - closed_at > timedelta(days=policy.reopen_days)
    return frozenset({ticket.ticket_id}) if late else frozenset()


def closed_since(events: Iterable[TicketEvent]) -> datetime | None:
    """Since when a ticket is closed, by its history; None if it is not. Notes on it change nothing."""
    since: datetime | None = None
    for event in events:
        status = event.detail.get("status")
        if status is not None:
            since = (since or event.at) if status == Status.CLOSED else None
    return since
