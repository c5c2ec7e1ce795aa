"""Which tickets a ticket is linked with, as the desk is shown it, and in which it goes on.

Never for customers: some are others'.
"""

from collections.abc import Iterator, Mapping, Sequence

from mailgate.domain.ticket import Status, Ticket, TicketId
from mailgate.store.links import LinkKind
from mailgate.store.unit_of_work import UnitOfWork

_HERE: Mapping[LinkKind, str] = {
    LinkKind.FOLLOWS: "which it follows",
    LinkKind.RELATED: "related",
    LinkKind.MERGED: "in which it goes on",
}
_THERE: Mapping[LinkKind, str] = {**_HERE, LinkKind.FOLLOWS: "which follows it", LinkKind.MERGED: "which goes on here"}


def goes_on_in(uow: UnitOfWork, ticket: Ticket) -> Ticket | None:
    """The ticket that this one was merged into; only what is closed can have been."""
    if ticket.status is not Status.CLOSED:
        return None
    end = uow.links.leads_to(ticket.ticket_id)
    return uow.tickets.ticket(end) if end != ticket.ticket_id else None


def linked_with(uow: UnitOfWork, ticket_id: TicketId) -> Sequence[tuple[str, str]]:
    """The numbers of the other tickets, each with what it is to this one."""
    return list(_linked(uow, ticket_id))


def _linked(uow: UnitOfWork, ticket_id: TicketId) -> Iterator[tuple[str, str]]:
    for link in uow.links.of(ticket_id):
        is_here = link.ticket_id == ticket_id
        other = uow.tickets.ticket(link.other_id if is_here else link.ticket_id)
        if other is not None:
            yield str(other.number), (_HERE if is_here else _THERE)[link.kind]
