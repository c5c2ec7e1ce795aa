"""The customer's other tickets that a specialist should know of: those about the same first, then the newest."""

from mailgate.classify.words import words_of
from mailgate.domain.news import TicketLine
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork

MOST_SHOWN = 3
_LOOKED_AT = 30
_TELLING = 5
"""Letters: shorter words are in every subject."""


def similar_tickets(uow: UnitOfWork, ticket: Ticket) -> tuple[TicketLine, ...]:
    """A few lines. One look at the customer's newest, whose subjects are compared word by word."""
    newest = uow.tickets.newest(customer_id=ticket.customer_id, limit=_LOOKED_AT)
    others = [one for one in newest if one.ticket_id != ticket.ticket_id]
    about = _telling(ticket.subject)
    ranked = sorted(others, key=lambda one: -len(about & _telling(one.subject)))  # stable: the newest first
    shown = [one.ticket_id for one in ranked[:MOST_SHOWN]]
    lines = uow.ticket_lists.lines_of(shown)
    return tuple(lines[ticket_id] for ticket_id in shown)


def _telling(subject: str) -> frozenset[str]:
    return frozenset(word for word in words_of(subject) if len(word) >= _TELLING)
