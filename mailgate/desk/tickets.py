"""What a specialist does with a ticket: one function, one move, in the transaction it is given.

Each move is checked (``domain.moves``), kept as an event, sets the clocks anew (``desk.clocks``), and tells the SuperUser
what the guide's table of mails says, once. By whom it is called, the command line or a mail, makes no difference here.
"""

from dataclasses import dataclass
from datetime import datetime

from mailgate.desk.clocks import set_clocks
from mailgate.desk.house import House
from mailgate.desk.tell import tell_about_ticket
from mailgate.domain.customer import Specialist
from mailgate.domain.moves import Move, legal_moves, refusal
from mailgate.domain.news import MoveContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketId, TicketType
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
    return _refused(act, Move.TAKE) or _move(act, Move.TAKE, {"specialist_id": act.by.specialist_id}, tells=_starts(act))


def answer(act: Act, text: str) -> Done:
    """Tell the SuperUser something; the first answer is also the start of handling."""
    return _refused(act, Move.ANSWER) or _move(act, Move.ANSWER, {}, tells=NoticeKind.ANSWER, text=text)


def ask(act: Act, text: str) -> Done:
    """Ask the SuperUser; the clocks stop until they reply."""
    return _refused(act, Move.ASK) or _move(act, Move.ASK, {"status": Status.WAITING}, tells=NoticeKind.ASKED, text=text)


def workaround(act: Act, text: str) -> Done:
    """There is a way round: what was level 1 or 2 goes on as level 3 (guide, Servicenivåer)."""
    change = {"level": ServiceLevel.PARTLY_HAMPERED}
    return _refused(act, Move.WORKAROUND) or _move(
        act, Move.WORKAROUND, change, tells=NoticeKind.WORKAROUND, text=text
    )


def set_level(act: Act, level: ServiceLevel) -> Done:
    """Another service level; the deadlines count again from receipt."""
    if level == act.ticket.level:
        return Refused(why=f"it is level {level.value} already", legal=legal_moves(act.ticket))
    return _refused(act, Move.LEVEL) or _move(act, Move.LEVEL, {"level": level}, tells=NoticeKind.LEVEL_CHANGED)


def set_type(act: Act, kind: TicketType) -> Done:
    """Another type; only a program error has a level, the standard one until it is set."""
    if kind is act.ticket.type:
        return Refused(why=f"it is a {kind.value.replace('_', ' ')} already", legal=legal_moves(act.ticket))
    level = ServiceLevel.STANDARD if kind is TicketType.PROGRAM_ERROR else None
    change = {"type": kind, "level": level}
    return _refused(act, Move.TYPE) or _move(act, Move.TYPE, change, tells=NoticeKind.TYPE_CHANGED)


def set_team(act: Act, team: str) -> Done:
    """Hand it over to another team; whoever had taken it has it no more."""
    if team == act.ticket.team:
        return Refused(why=f"it is with {team} already", legal=legal_moves(act.ticket))
    return _refused(act, Move.TEAM) or _move(act, Move.TEAM, {"team": team, "specialist_id": None}, tells=None)


def resolve(act: Act, text: str = "") -> Done:
    """Solved, as far as we know; a reply opens it again."""
    change = {"status": Status.RESOLVED, "resolved_at": act.now}
    return _refused(act, Move.RESOLVE) or _move(act, Move.RESOLVE, change, tells=NoticeKind.RESOLVED, text=text)


def close(act: Act) -> Done:
    """Done with."""
    change = {"status": Status.CLOSED, "resolved_at": act.ticket_resolved_at or act.now}
    return _refused(act, Move.CLOSE) or _move(act, Move.CLOSE, change, tells=NoticeKind.CLOSED)


def reopen(act: Act, text: str = "") -> Done:
    """Not solved after all: work goes on."""
    change = {"status": Status.OPEN, "resolved_at": None}
    return _refused(act, Move.REOPEN) or _move(act, Move.REOPEN, change, tells=NoticeKind.REOPENED, text=text)
