"""Which move is legal when: what a specialist may do with a ticket of which status, at which place of its way.

Pure: ``obstacle`` says why not, ``refusal`` in English words. The ways themselves are in ``ways``; doing a move is
for ``desk.tickets`` and the files beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.domain.causes import ENGLISH, Cause
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Stage, Status, Ticket, TicketType


class Move(StrEnum):
    """What a specialist does with a ticket; the same names by command line and by mail."""

    TAKE = "take"
    ANSWER = "answer"
    ASK = "ask"
    WORKAROUND = "workaround"
    LEVEL = "level"
    TYPE = "type"
    TEAM = "team"
    GIVE = "give"
    MODULE = "module"
    NOTE = "note"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    LINK = "link"
    CC = "cc"

    # Along the way of its type (guide, the process pictures).
    DESK = "desk"
    PRODUCT = "product"
    COUNCIL_INTERNAL = "council_internal"
    COUNCIL_EXTERNAL = "council_external"
    PLANNED = "planned"
    DECLINED = "declined"
    CONSULTANT = "consultant"
    ESTIMATE = "estimate"
    BILLED = "billed"

    # Support access, which leaves the ticket where it is.
    ACCESS = "access"

    @property
    def written(self) -> str:
        """As one types it: ``council internal``."""
        return self.value.replace("_", " ")


class CustomerMove(StrEnum):
    """What a SuperUser's mail does to a ticket's place on its way."""

    REPLY = "reply"
    APPROVE = "approve"
    REFUSE = "refuse"


Step = Move | CustomerMove


class Holder(StrEnum):
    """Who holds a ticket (guide, the process pictures)."""

    DESK = "desk"
    PRODUCT = "product"
    COUNCIL_INTERNAL = "council_internal"
    COUNCIL_EXTERNAL = "council_external"
    CONSULTANT = "consultant"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A place on a way. ``leads``: which step brings the ticket where; ``ends``: the moves that end it here."""

    stage: Stage
    holder: Holder
    leads: Mapping[Step, Stage]
    ends: frozenset[Move]


HANDS_ON = (
    Move.DESK, Move.PRODUCT, Move.COUNCIL_INTERNAL, Move.COUNCIL_EXTERNAL, Move.PLANNED, Move.DECLINED, Move.CONSULTANT,
)  # fmt: skip
"""They only bring a ticket to its next place."""
ALONG_THE_WAY = frozenset({*HANDS_ON, Move.ESTIMATE})
"""Legal where the way leads on by them."""
ENDINGS = frozenset({Move.RESOLVE, Move.CLOSE, Move.BILLED})
"""Legal where the way ends by them."""

_LEGAL: Mapping[Move, frozenset[Status]] = {
    Move.ANSWER: AT_WORK | {Status.RESOLVED},
    Move.MODULE: AT_WORK | {Status.RESOLVED},
    Move.NOTE: frozenset(Status),
    Move.LINK: frozenset(Status),
    Move.MERGE: AT_WORK | {Status.RESOLVED},
    Move.CC: AT_WORK | {Status.RESOLVED},
    Move.CLOSE: AT_WORK | {Status.RESOLVED},
    Move.REOPEN: frozenset({Status.RESOLVED, Status.CLOSED}),
}
"""All others: while it is at work."""

# guide, Servicenivåer: level 3 is also what was level 1 or 2 once a workaround can be given.
_BEFORE_A_WORKAROUND = frozenset({ServiceLevel.STANDSTILL, ServiceLevel.HAMPERED})


def legal_moves(ticket: Ticket, at: Station) -> tuple[Move, ...]:
    """What can be done with it now. ``at``: its place on its way (``Ways.station``)."""
    return tuple(move for move in Move if obstacle(ticket, move, at) is None)


def worth_a_hint(ticket: Ticket, at: Station) -> tuple[Move, ...]:
    """Of what can be done now the little that one wants most: what leads on before all else."""
    legal = legal_moves(ticket, at)
    onward = [move for move in legal if move in ALONG_THE_WAY or move in (Move.BILLED, Move.REOPEN)]
    first = () if ticket.specialist_id is not None else (Move.TAKE,)
    sorts = Move.LEVEL if ticket.type is TicketType.PROGRAM_ERROR else Move.TYPE
    ends = Move.RESOLVE if Move.RESOLVE in legal else Move.CLOSE
    wanted = (*first, *onward, Move.ASK, Move.NOTE, sorts, ends)
    return tuple(move for move in wanted if move in legal)


def refusal(ticket: Ticket, move: Move, at: Station) -> str | None:
    """Why this cannot be done with this ticket now, in English; None if it can."""
    cause = obstacle(ticket, move, at)
    return in_english(cause, ticket, about=at.stage.replace("_", " "), move=move) if cause is not None else None


def in_english(cause: Cause, ticket: Ticket, *, about: str = "", move: Move | None = None) -> str:
    """A cause in the words of command lines and records."""
    kind, written = ticket.type.replace("_", " "), move.written if move is not None else ""
    return ENGLISH[cause].format(about=about, status=ticket.status, type=kind, move=written)


def obstacle(ticket: Ticket, move: Move, at: Station) -> Cause | None:
    """Why this cannot be done with this ticket now; None if it can."""
    if ticket.status not in _LEGAL.get(move, AT_WORK):
        return Cause.STATUS
    if move is Move.LEVEL and ticket.type is not TicketType.PROGRAM_ERROR:
        return Cause.NO_LEVEL
    if move is Move.WORKAROUND and ticket.level not in _BEFORE_A_WORKAROUND:
        return Cause.NO_WORKAROUND
    return _off_the_way(ticket, move, at)


def _off_the_way(ticket: Ticket, move: Move, at: Station) -> Cause | None:
    if move in (Move.TYPE, Move.MERGE) and at.ends == {Move.BILLED}:
        return Cause.APPROVED
    # What is solved may be closed wherever that was.
    ends = at.ends | {Move.CLOSE} if ticket.status is Status.RESOLVED else at.ends
    if (move in ALONG_THE_WAY and move not in at.leads) or (move in ENDINGS and move not in ends):
        return Cause.OFF_THE_WAY
    return None
