"""What a specialist does with a ticket: one function, one move, in the transaction it is given.

Each move is checked (``domain.moves``), kept as an event, sets the clocks anew (``desk.clocks``), and tells the
SuperUser what the guide's table of mails says, once. Whether a command line or a mail asks for it makes no difference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailgate.desk.clocks import set_clocks
from mailgate.desk.deadline_entry import deadline_entry
from mailgate.desk.history import STARTS_HANDLING
from mailgate.desk.house import House
from mailgate.desk.let_go import let_go
from mailgate.desk.linked import goes_on_in
from mailgate.desk.move_news import Before, move_content
from mailgate.desk.tell import tell_about_ticket
from mailgate.domain.causes import Cause
from mailgate.domain.customer import Specialist, SuperUser
from mailgate.domain.money import Money
from mailgate.domain.moves import Move, in_english, legal_moves, obstacle
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent, PassedOn
from mailgate.domain.ticket import AT_WORK, ServiceLevel, Stage, Status, Ticket, TicketType
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something to which ticket, and the moment. ``by``: a SuperUser may do some of what a specialist may.

    ``files``: go along with words to the customer. ``quiet``: another mail, one that compares with ``before``,
    tells of it.
    """

    uow: UnitOfWork
    house: House
    ticket: Ticket
    by: Specialist | SuperUser
    now: datetime
    files: tuple[PassedOn, ...] = ()
    before: Before | None = None
    quiet: bool = False

    @property
    def actor(self) -> str:
        """As events name them."""
        by = self.by
        return f"specialist:{by.specialist_id}" if isinstance(by, Specialist) else f"superuser:{by.superuser_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing happened: the ``cause``, what it is ``about``, the ``choices`` there are, and what could be done instead.

    ``why``: the same in English, for command lines and records. ``status``: how the ticket stands. ``meanwhile``: what
    somebody else wrote before.
    """

    cause: Cause
    why: str
    status: Status
    legal: tuple[Move, ...] = ()
    about: str | Money = ""
    choices: tuple[str, ...] = ()
    meanwhile: str = ""


Done = Ticket | Refused
Tells = NoticeKind | Callable[[Ticket], NoticeContent] | None


def take(act: Act) -> Done:
    """It is mine: work on it starts."""
    assert isinstance(act.by, Specialist), "only they have tickets"  # noqa: S101
    if act.ticket.specialist_id == act.by.specialist_id and act.ticket.status in AT_WORK:
        return refused_because(act, Cause.TAKEN_ALREADY, about=act.by.name)
    return refused(act, Move.TAKE) or make_move(
        act, Move.TAKE, {"specialist_id": act.by.specialist_id}, tells=_starting(act)
    )


def note(act: Act, text: str) -> Done:
    """Words for the desk alone: they are kept as an event, and no mail ever tells them."""
    if not text:
        return refused_because(act, Cause.NO_TEXT)
    return refused(act, Move.NOTE) or make_move(act, Move.NOTE, {}, tells=None, text=text)


def set_module(act: Act, module: str) -> Done:
    """What it is about."""
    if module == act.ticket.module:
        return refused_because(act, Cause.SAME_MODULE, about=module)
    return refused(act, Move.MODULE) or make_move(
        act, Move.MODULE, {"module": module}, tells=None, also={"module": module}
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
        return refused_because(act, Cause.SAME_LEVEL, about=str(level.value))
    return refused(act, Move.LEVEL) or make_move(act, Move.LEVEL, {"level": level}, tells=NoticeKind.LEVEL_CHANGED)


def set_type(act: Act, kind: TicketType) -> Done:
    """Another type; only a program error has a level, the standard one until it is set."""
    if kind is act.ticket.type:
        return refused_because(act, Cause.SAME_TYPE, about=kind.value.replace("_", " "))
    level = ServiceLevel.STANDARD if kind is TicketType.PROGRAM_ERROR else None
    change = {"type": kind, "level": level}
    return refused(act, Move.TYPE) or make_move(act, Move.TYPE, change, tells=NoticeKind.TYPE_CHANGED)


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


def refused_because(
    act: Act,
    cause: Cause,
    *,
    about: str | Money = "",
    choices: tuple[str, ...] = (),
    move: Move | None = None,
    meanwhile: str = "",
) -> Refused:
    """Nothing of it, and why."""
    merged = cause is Cause.MERGED
    legal = (Move.NOTE, Move.LINK) if merged else legal_moves(act.ticket, act.house.ways.station(act.ticket))
    why = in_english(cause, act.ticket, about=str(about), move=move)
    return Refused(
        cause=cause, why=why, status=act.ticket.status, legal=legal, about=about, choices=choices, meanwhile=meanwhile
    )


def refused(act: Act, move: Move) -> Refused | None:
    """Why this move cannot be made, with those that can; None if it can."""
    into = goes_on_in(act.uow, act.ticket)
    if into is not None and move is not Move.NOTE:
        return refused_because(act, Cause.MERGED, about=str(into.number), move=move)
    station = act.house.ways.station(act.ticket)
    cause = obstacle(act.ticket, move, station)
    about = station.stage.replace("_", " ")
    return refused_because(act, cause, about=about, move=move) if cause is not None else None


def _starting(act: Act) -> NoticeKind | None:
    """That handling has started is news once."""
    started = any(event.kind in STARTS_HANDLING for event in act.uow.tickets.events(act.ticket.ticket_id))
    return None if started else NoticeKind.HANDLING_STARTED


def make_move(
    act: Act,
    move: Move,
    change: dict[str, Any],
    *,
    tells: Tells,
    text: str = "",
    also: Mapping[str, Any] | None = None,
) -> Ticket:
    """Do what was found legal: the change and the next place on the way, the event, the clocks, the mails."""
    before = act.before or Before(ticket=act.ticket, clocks=act.uow.tickets.clocks(act.ticket.ticket_id))
    kind = change.get("type", act.ticket.type)
    moved = act.uow.tickets.change(act.ticket.ticket_id, stage=_stage_after(act, move, kind), **change)
    let_go(act.uow, moved, move)
    event_id = record_move(act.uow, moved, at=act.now, kind=move, actor=act.actor, text=text, also=also)
    moved = set_clocks(act.uow, act.house, moved, now=act.now)
    if tells is not None and not act.quiet:
        clocks = act.uow.tickets.clocks(moved.ticket_id)
        content = (
            tells(moved)
            if callable(tells)
            else move_content(moved, tells, before=before, now=clocks, by=act.by, text=text)
        )
        entry = deadline_entry(moved, before=before.clocks, now=clocks, event_id=event_id)
        key, files = f"{content.kind}:event-{event_id}", act.files if text else ()
        tell_about_ticket(act.uow, act.house, moved, content, key=key, now=act.now, calendar=entry, files=files)
    return moved


def _stage_after(act: Act, move: Move, kind: TicketType) -> Stage:
    """Another type's way begins at its beginning; so does the way of what is opened again."""
    ways = act.house.ways
    return ways.way(kind).start.stage if move in (Move.TYPE, Move.REOPEN) else ways.next_stage(act.ticket, move)


def record_move(  # noqa: PLR0913 - all of it is one event
    uow: UnitOfWork,
    ticket: Ticket,
    *,
    at: datetime,
    kind: str,
    actor: str,
    text: str = "",
    also: Mapping[str, Any] | None = None,
) -> int:
    """Write down that it happened, with how the ticket stands after it; the event's own key."""
    detail = {
        "type": ticket.type, "level": ticket.level, "team": ticket.team, "stage": ticket.stage,
        "status": ticket.status, "text": text,
    }  # fmt: skip
    return uow.tickets.record(ticket.ticket_id, at=at, kind=kind, actor=actor, detail={**detail, **(also or {})})
