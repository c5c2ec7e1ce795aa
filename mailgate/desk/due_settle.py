"""Makes true what falls due, in the one transaction it is given: mails into the outbox, tickets closed, rows marked.

What changed since it was gathered is left for the next look: then nothing happens here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailgate.desk.clocks import set_clocks
from mailgate.desk.due_access import access_ends
from mailgate.desk.due_words import Letter, Written
from mailgate.desk.falling import Falling
from mailgate.desk.house import House
from mailgate.desk.let_go import let_go
from mailgate.domain.moves import Move
from mailgate.domain.ticket import Status
from mailgate.store.dues import DueKind
from mailgate.store.unit_of_work import UnitOfWork

AGAIN_AFTER = timedelta(minutes=15)
"""What could not be told is tried again."""

TOLD = "told"
"""An event of a ticket: something fell due, and so many people were told."""


def settle_circle(uow: UnitOfWork, house: House, written: Written, *, now: datetime) -> int:
    """How many rows of the calendar are done with; 0 if somebody else was quicker."""
    circle, troubles = written.circle, written.troubles
    if not uow.dues.still_waiting(circle.dues):
        return 0
    uow.dues.done([due.due_id for due in circle.dues if due.due_id not in troubles])
    for due_id, trouble in troubles.items():
        uow.dues.set_aside(due_id, trouble=trouble, again_at=now + AGAIN_AFTER, told=written.told(due_id))
    for one in _happening(written):
        _happens(uow, house, one, people=len(written.told(one.due.due_id)), now=now)
    for letter in written.letters:
        _queue(uow, letter, now=now)
    return len(circle.dues) - len(troubles)


def _happening(written: Written) -> Iterable[Falling]:
    """What nobody could be told does not happen; what there is nobody to tell of does."""
    return (
        one for one in written.circle.falling if one.due.due_id not in written.troubles or written.told(one.due.due_id)
    )


def _happens(uow: UnitOfWork, house: House, one: Falling, *, people: int, now: datetime) -> None:
    ticket_id = one.ticket.ticket_id
    if one.kind is DueKind.ACCESS_END:
        access_ends(uow, one, now=now)
        return
    if one.kind is DueKind.CLOSING and one.ticket.status is Status.WAITING:
        closed = uow.tickets.change(ticket_id, status=Status.CLOSED, resolved_at=now)
        detail = {"type": closed.type, "level": closed.level, "team": closed.team, "status": closed.status}
        uow.tickets.record(ticket_id, at=now, kind=Move.CLOSE, actor="clock", detail=detail)
        let_go(uow, closed, Move.CLOSE)
        set_clocks(uow, house, closed, now=now)
        return
    if one.next_at is not None:
        # The next one is planned from now on: what was missed is not made up for.
        uow.dues.add(ticket_id, DueKind.STATUS, one.next_at)
    uow.tickets.record(ticket_id, at=now, kind=TOLD, actor="clock", detail={"what": one.kind, "people": people})


def _queue(uow: UnitOfWork, letter: Letter, *, now: datetime) -> None:
    """A mail about one ticket shows up with it; what goes to its SuperUser belongs to its thread as well."""
    notice, mail = letter.worded
    tickets = {one.ticket.ticket_id for one in letter.falling}
    (ticket_id,) = tickets if len(tickets) == 1 else (None,)
    queued = uow.outbox.add(notice.key, mail, kind=notice.kind, now=now, ticket_id=ticket_id, mail_id=None)
    if queued and ticket_id is not None and notice.number is not None:
        uow.tickets.add_thread_ids(ticket_id, [mail.message_id])
