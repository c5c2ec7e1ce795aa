"""Support access that ends by itself: all concerned are told, and from then on it is over.

Its row of the calendar stands from the grant on; a withdrawal takes it away. Gathering only reads.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from mailgate.desk.access import changed
from mailgate.desk.falling import Circle, Falling, ForOne
from mailgate.desk.house import House
from mailgate.desk.tell import own_thread, superusers_of, to_person
from mailgate.domain.access import Access, AccessState
from mailgate.domain.news_of_ways import AccessChange, AccessChangedContent
from mailgate.domain.outgoing import Notice, Recipient, Thread
from mailgate.domain.ticket import Ticket
from mailgate.store.dues import Due
from mailgate.store.unit_of_work import UnitOfWork

# What could be told to some only has ended all the same: the others are told later.
_HAS_TIME = (AccessState.GRANTED, AccessState.ENDED)


def end_of_access(uow: UnitOfWork, house: House, dues: Sequence[Due]) -> Circle:
    """Who is to be told that whose access is over; ``dues`` are one of its rows."""
    (due,) = dues
    ticket, access = uow.tickets.ticket(due.ticket_id), _access(uow, due)
    if ticket is None or access is None:
        return Circle(dues=tuple(dues), falling=(), people=())
    line = uow.ticket_lists.lines_of([due.ticket_id])[due.ticket_id]
    falling = Falling(due=due, ticket=ticket, line=line)
    content, told = changed(uow, ticket, access, AccessChange.ENDED), uow.dues.told_already([due.due_id])
    people = [
        ForOne(to=to, falling=(falling,), notice=partial(_notice, to, thread, content))
        for to, thread in _concerned(uow, house, ticket, access)
        if to.address not in told.get(due.due_id, ())
    ]
    return Circle(dues=tuple(dues), falling=(falling,), people=tuple(people))


def access_ends(uow: UnitOfWork, one: Falling, *, now: datetime) -> None:
    """From now on it is over."""
    access = _access(uow, one.due)
    if access is not None and uow.accesses.end(access.access_id):
        detail = {"access": access.access_id}
        uow.tickets.record(one.ticket.ticket_id, at=now, kind="access_ended", actor="clock", detail=detail)


def _access(uow: UnitOfWork, due: Due) -> Access | None:
    """The one that ends then."""
    found = (one for one in uow.accesses.of_ticket(due.ticket_id) if one.ends_at == due.due_at)
    return next((one for one in found if one.state in _HAS_TIME), None)


def _concerned(uow: UnitOfWork, house: House, ticket: Ticket, access: Access) -> list[tuple[Recipient, Thread]]:
    specialist = uow.customers.specialist_by_id(access.by)
    root = Thread(references=(f"<{ticket.number}.team@{house.policy.instance}>",))
    superusers = [(to_person(one), own_thread(uow, ticket, one)) for one in superusers_of(uow, ticket)]
    return superusers + ([(to_person(specialist), root)] if specialist is not None else [])


def _notice(to: Recipient, thread: Thread, content: AccessChangedContent, falling: Sequence[Falling]) -> Notice:
    key = f"access_ended:{to.address}:{falling[0].key}"
    return Notice(key=key, to=to, content=content, number=content.number, thread=thread)
