"""What was asked of the customer and is asked no more: once a ticket is done with, or is of another type."""

from mailgate.domain.access import AccessState
from mailgate.domain.moves import Move
from mailgate.domain.orders import EstimateState
from mailgate.domain.ticket import Ticket, TicketType
from mailgate.store.unit_of_work import UnitOfWork

_LETS_GO = frozenset({Move.TYPE, Move.RESOLVE, Move.CLOSE, Move.MERGE})
_OPEN = frozenset({EstimateState.OPEN})


def let_go(uow: UnitOfWork, ticket: Ticket, move: Move) -> None:
    """After these moves an open estimate has lapsed, and nobody asks for access. What was granted stays granted."""
    if move not in _LETS_GO:
        return
    if ticket.type is TicketType.ORDER:
        uow.estimates.end(ticket.ticket_id, EstimateState.LAPSED, of=_OPEN)
    else:
        uow.estimates.end(ticket.ticket_id, EstimateState.SUPERSEDED, of=_OPEN)
    access = uow.accesses.live(ticket.ticket_id)
    if access is not None and access.state is AccessState.ASKED:
        uow.accesses.drop(access.access_id)
