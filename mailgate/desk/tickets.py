"""What a specialist does with a ticket: one function, one move, in the transaction it is given.

Each move is checked (``domain.moves``), kept as an event, sets the clocks anew (``desk.clocks``), and tells the
SuperUser what the guide's table of mails says, once. Whether a command line or a mail asks for it makes no difference.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailgate.desk.clocks import set_clocks
from mailgate.desk.deadline_entry import deadline_entry
from mailgate.desk.history import REOPENED_BY_REPLY, RESUMED, STARTS_HANDLING
from mailgate.desk.house import House
from mailgate.desk.tell import tell_about_ticket
from mailgate.domain.customer import Specialist
from mailgate.domain.moves import CustomerMove, Move, legal_moves, refusal
from mailgate.domain.news import MoveContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import CalendarEntry
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Stage, Status, Ticket, TicketType
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A specialist, the ticket on their table, and the moment."""

    uow: UnitOfWork
    house: House
    ticket: Ticket
    by: Specialist
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing happened; ``why``, and what could be done instead."""

    why: str
    legal: tuple[Move, ...]


Done = Ticket | Refused


def take(act: Act) -> Done:
    """It is mine: work on it starts."""
    if act.ticket.specialist_id == act.by.specialist_id and act.ticket.status in AT_WORK:
        return refused_because(act, f"{act.by.name} has taken it already")
    return refused(act, Move.TAKE) or make_move(
        act, Move.TAKE, {"specialist_id": act.by.specialist_id}, tells=_starting(act)
    )


def answer(act: Act, text: str) -> Done:
    """Tell the SuperUser something; the first answer is also the start of handling."""
    return refused(act, Move.ANSWER) or make_move(act, Move.ANSWER, {}, tells=NoticeKind.ANSWER, text=text)


def ask(act: Act, text: str) -> Done:
    """Ask the SuperUser; the clocks stop until they reply."""
    return refused(act, Move.ASK) or make_move(
        act, Move.ASK, {"status": Status.WAITING}, tells=NoticeKind.ASKED, text=text
    )


def workaround(act: Act, text: str) -> Done:
    """There is a way round: what was level 1 or 2 goes on as level 3 (guide, Servicenivåer)."""
    change = {"level": ServiceLevel.PARTLY_HAMPERED}
    return refused(act, Move.WORKAROUND) or make_move(
        act, Move.WORKAROUND, change, tells=NoticeKind.WORKAROUND, text=text
    )


def set_level(act: Act, level: ServiceLevel) -> Done:
    """Another service level; the deadlines count again from receipt."""
    if level == act.ticket.level:
        return refused_because(act, f"it is level {level.value} already")
    return refused(act, Move.LEVEL) or make_move(act, Move.LEVEL, {"level": level}, tells=NoticeKind.LEVEL_CHANGED)


def set_type(act: Act, kind: TicketType) -> Done:
    """Another type; only a program error has a level, the standard one until it is set."""
    if kind is act.ticket.type:
        return refused_because(act, f"it is a {kind.value.replace('_', ' ')} already")
    level = ServiceLevel.STANDARD if kind is TicketType.PROGRAM_ERROR else None
    change = {"type": kind, "level": level}
    return refused(act, Move.TYPE) or make_move(act, Move.TYPE, change, tells=NoticeKind.TYPE_CHANGED)


def set_team(act: Act, team: str) -> Done:
    """Hand it over to another team; whoever had taken it has it no more."""
    if team == act.ticket.team:
        return refused_because(act, f"it is with {team} already")
    return refused(act, Move.TEAM) or make_move(act, Move.TEAM, {"team": team, "specialist_id": None}, tells=None)


def resolve(act: Act, text: str = "") -> Done:
    """Solved, as far as we know; a reply opens it again."""
    change = {"status": Status.RESOLVED, "resolved_at": act.now}
    return refused(act, Move.RESOLVE) or make_move(act, Move.RESOLVE, change, tells=NoticeKind.RESOLVED, text=text)


def close(act: Act) -> Done:
    """Done with."""
    resolved = {} if act.ticket.status is Status.RESOLVED else {"resolved_at": act.now}
    change = {"status": Status.CLOSED, **resolved}
    return refused(act, Move.CLOSE) or make_move(act, Move.CLOSE, change, tells=NoticeKind.CLOSED)


def reopen(act: Act, text: str = "") -> Done:
    """Not solved after all: work goes on."""
    change = {"status": Status.OPEN, "resolved_at": None}
    return refused(act, Move.REOPEN) or make_move(act, Move.REOPEN, change, tells=NoticeKind.REOPENED, text=text)


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
    event_id = _record(uow, moved, at=received_at, kind=kind, actor="superuser")
    moved = set_clocks(uow, house, moved, now=now)
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return moved, deadline_entry(moved, before=before, now=clocks, event_id=event_id)


def refused(act: Act, move: Move) -> Refused | None:
    """Why this move cannot be made, with those that can; None if it can."""
    why = refusal(act.ticket, move, act.house.ways.station(act.ticket))
    return refused_because(act, why) if why is not None else None


def refused_because(act: Act, why: str) -> Refused:
    """For a reason of the move's own."""
    return Refused(why=why, legal=legal_moves(act.ticket, act.house.ways.station(act.ticket)))


def _starting(act: Act) -> NoticeKind | None:
    """That handling has started is news once."""
    started = any(event.kind in STARTS_HANDLING for event in act.uow.tickets.events(act.ticket.ticket_id))
    return None if started else NoticeKind.HANDLING_STARTED


def make_move(act: Act, move: Move, change: dict[str, Any], *, tells: NoticeKind | None, text: str = "") -> Ticket:
    """Do what was found legal: the change and the next place on the way, the event, the clocks, the mails."""
    before = act.uow.tickets.clocks(act.ticket.ticket_id)
    kind = change.get("type", act.ticket.type)
    moved = act.uow.tickets.change(act.ticket.ticket_id, stage=_stage_after(act, move, kind), **change)
    actor = f"specialist:{act.by.specialist_id}"
    event_id = _record(act.uow, moved, at=act.now, kind=move, actor=actor, text=text)
    moved = set_clocks(act.uow, act.house, moved, now=act.now)
    if tells is not None:
        content, clocks = _content(act, moved, tells, text=text), act.uow.tickets.clocks(moved.ticket_id)
        entry = deadline_entry(moved, before=before, now=clocks, event_id=event_id)
        key = f"{tells}:event-{event_id}"
        tell_about_ticket(act.uow, act.house, moved, content, key=key, now=act.now, calendar=entry)
    return moved


def _stage_after(act: Act, move: Move, kind: TicketType) -> Stage:
    """Another type's way begins at its beginning; so does the way of what is opened again."""
    ways = act.house.ways
    return ways.way(kind).start.stage if move in (Move.TYPE, Move.REOPEN) else ways.next_stage(act.ticket, move)


def _record(uow: UnitOfWork, ticket: Ticket, *, at: datetime, kind: str, actor: str, text: str = "") -> int:
    detail = {
        "type": ticket.type, "level": ticket.level, "team": ticket.team, "stage": ticket.stage,
        "status": ticket.status, "text": text,
    }  # fmt: skip
    return uow.tickets.record(ticket.ticket_id, at=at, kind=kind, actor=actor, detail=detail)


def _content(act: Act, moved: Ticket, kind: NoticeKind, *, text: str) -> MoveContent:
    before, running = act.ticket, moved.status is Status.OPEN
    clocks = act.uow.tickets.clocks(moved.ticket_id)
    return MoveContent(
        kind=kind,
        number=str(moved.number),
        subject=moved.subject,
        specialist=act.by.name,
        text=text,
        type=moved.type,
        level=moved.level,
        was_type=before.type if before.type is not moved.type else None,
        was_level=before.level if before.level != moved.level else None,
        handling_due=clocks.handling_due if running and clocks.handling_started_at is None else None,
        solution_due=clocks.solution_due if running else None,
    )
