"""Which move is legal when: what a specialist may do with a ticket in which status.

Pure: ``refusal`` says why not, with the moves that would be legal. Doing it is for ``desk.tickets``.
"""

from collections.abc import Mapping
from enum import StrEnum

from mailgate.domain.ticket import AT_WORK, ServiceLevel, Status, Ticket, TicketType


class Move(StrEnum):
    """What a specialist does with a ticket; the same names by command line and, later, by mail."""

    TAKE = "take"
    ANSWER = "answer"
    ASK = "ask"
    WORKAROUND = "workaround"
    LEVEL = "level"
    TYPE = "type"
    TEAM = "team"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


_LEGAL: Mapping[Move, frozenset[Status]] = {
    Move.TAKE: AT_WORK,
    Move.ANSWER: AT_WORK | {Status.RESOLVED},
    Move.ASK: AT_WORK,
    Move.WORKAROUND: AT_WORK,
    Move.LEVEL: AT_WORK,
    Move.TYPE: AT_WORK,
    Move.TEAM: AT_WORK,
    Move.RESOLVE: AT_WORK,
    Move.CLOSE: AT_WORK | {Status.RESOLVED},
    Move.REOPEN: frozenset({Status.RESOLVED, Status.CLOSED}),
}

# guide, Servicenivåer: level 3 is also what was level 1 or 2 once a workaround can be given.
_BEFORE_A_WORKAROUND = frozenset({ServiceLevel.STANDSTILL, ServiceLevel.HAMPERED})


def legal_moves(ticket: Ticket) -> tuple[Move, ...]:
    """What can be done with it now."""
    return tuple(move for move in Move if refusal(ticket, move) is None)


def refusal(ticket: Ticket, move: Move) -> str | None:
    """Why this cannot be done with this ticket now; None if it can."""
    if ticket.status not in _LEGAL[move]:
        return f"a ticket that is {ticket.status} cannot be given the move {move!s}"
    if move is Move.LEVEL and ticket.type is not TicketType.PROGRAM_ERROR:
        return "only a program error has a service level: set its type first"
    if move is Move.WORKAROUND and ticket.level not in _BEFORE_A_WORKAROUND:
        return "a workaround is for program errors of level 1 and 2"
    return None
