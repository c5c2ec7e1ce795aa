"""A ticket's events as its clocks know them: the present is always derived from what was kept.

An event's ``detail`` holds type and level as they were after it; mails' events are dated by their receipt.
"""

from collections.abc import Iterable, Iterator

from mailgate.domain.moves import ALONG_THE_WAY, CustomerMove, Move
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.sla_history import (
    HandlingStarted,
    Opened,
    Paused,
    Reclassified,
    Reopened,
    Resolved,
    Resumed,
    SlaEvent,
    SlaState,
    replay,
)
from mailgate.domain.terms import ServiceTerms
from mailgate.domain.ticket import ServiceLevel, Ticket, TicketType
from mailgate.store.tickets import TicketEvent

RESUMED, REOPENED_BY_REPLY = "resumed", "reopened"

STARTS_HANDLING = frozenset({Move.TAKE, Move.ANSWER, Move.ASK, Move.WORKAROUND, *ALONG_THE_WAY})
"""What shows that somebody has taken it up."""
_RECLASSIFIES = frozenset({Move.WORKAROUND, Move.LEVEL, Move.TYPE})
_RESOLVES = frozenset({Move.RESOLVE, Move.CLOSE, Move.BILLED, Move.MERGE})
_PAUSES = frozenset({Move.ASK, Move.ESTIMATE})


def sla_state(
    ticket: Ticket, events: Iterable[TicketEvent], *, terms: Iterable[ServiceTerms], hours: OpeningHours
) -> SlaState:
    """How a ticket's clocks stand, by its whole history."""
    return replay(sla_events(ticket, events), terms, hours)


def sla_events(ticket: Ticket, events: Iterable[TicketEvent]) -> Iterator[SlaEvent]:
    """What the clocks must know of it."""
    for event in events:
        if event.kind == "opened":
            yield Opened(at=ticket.opened_at, type=_type(event), level=_level(event))
        elif event.kind in (RESUMED, CustomerMove.APPROVE, CustomerMove.REFUSE):
            yield Resumed(at=event.at)
        elif event.kind in (REOPENED_BY_REPLY, Move.REOPEN):
            yield Reopened(at=event.at)
        elif event.kind in frozenset(Move):
            yield from _of_move(Move(event.kind), event)


def last_question(events: Iterable[TicketEvent]) -> TicketEvent | None:
    """The latest of the questions to the customer: it is that one which is to be answered."""
    return next((event for event in reversed(list(events)) if event.kind in _PAUSES), None)


def _of_move(move: Move, event: TicketEvent) -> Iterator[SlaEvent]:
    if move in STARTS_HANDLING:
        yield HandlingStarted(at=event.at)
    if move in _RECLASSIFIES:
        yield Reclassified(at=event.at, type=_type(event), level=_level(event))
    if move in _PAUSES:
        yield Paused(at=event.at)
    if move in _RESOLVES:
        yield Resolved(at=event.at)


def _type(event: TicketEvent) -> TicketType:
    return TicketType(event.detail["type"])


def _level(event: TicketEvent) -> ServiceLevel | None:
    level = event.detail["level"]
    return ServiceLevel(level) if level is not None else None
