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
    newest = uow.ticket_lists.newest_subjects(ticket.customer_id, most=_LOOKED_AT)
    others = [(ticket_id, subject) for ticket_id, subject in newest if ticket_id != ticket.ticket_id]
    about = _telling(ticket.subject)
    ranked = sorted(others, key=lambda one: -len(about & _telling(one[1])))  # stable: the newest first
    return tuple(uow.ticket_lists.line_of(ticket_id) for ticket_id, _ in ranked[:MOST_SHOWN])


def _telling(subject: str) -> frozenset[str]:
    return frozenset(word for word in words_of(subject) if len(word) >= _TELLING)
