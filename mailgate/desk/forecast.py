"""What would go out until a moment, if nothing else happened: nothing is sent, and nothing counts as told.

Follows what ``desk.due_mails`` and ``schedule`` do. What mails and specialists bring in the meantime is not foreseen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.desk.clocks import next_status
from mailgate.desk.house import House
from mailgate.desk.overviews import overviews
from mailgate.domain.rounds import RoundKind, round_day
from mailgate.domain.ticket import AT_WORK, Ticket, TicketId
from mailgate.store.dues import Due, DueKind
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Something that would be told. ``ticket``: of which one; ``mails``: of a round, how many as things stand.

    ``trouble``: why it could not be told before; it is tried again then.
    """

    at: datetime
    what: DueKind | RoundKind
    ticket: Ticket | None = None
    mails: int | None = None
    trouble: str | None = None


def forecast(uow: UnitOfWork, house: House, *, now: datetime, until: datetime) -> list[Expected]:
    """In the order in which it would go out."""
    dues = uow.dues.due(until=until)
    closings = {due.ticket_id: _told_at(house, due, now) for due in dues if due.kind is DueKind.CLOSING}
    expected = [each for due in dues for each in _of_due(uow, house, due, now=now, until=until) if each.at <= until]
    return sorted(
        [
            *(each for each in expected if not _is_closed_by_then(each, closings)),
            *_rounds(uow, house, now, until),
            *_set_aside(uow, house, now),
        ],
        key=lambda each: each.at,
    )


def _set_aside(uow: UnitOfWork, house: House, now: datetime) -> Iterator[Expected]:
    """All of it, whenever it is tried again: somebody is to look after it."""
    for one in uow.dues.aside():
        at = house.hours.open_at_or_after(max(one.again_at, now))
        yield Expected(at=at, what=one.due.kind, ticket=_ticket(uow, one.due), trouble=one.trouble)


def _ticket(uow: UnitOfWork, due: Due) -> Ticket | None:
    """None where its row holds what nobody knows: that is told by whoever sets it aside."""
    try:
        return uow.tickets.ticket(due.ticket_id)
    except ValueError:
        return None


def _told_at(house: House, due: Due, now: datetime) -> datetime:
    """What is late waits for the next open moment."""
    return due.due_at if due.due_at >= now else house.hours.open_at_or_after(now)


def _of_due(uow: UnitOfWork, house: House, due: Due, *, now: datetime, until: datetime) -> Iterator[Expected]:
    ticket = _ticket(uow, due)
    if ticket is None or ticket.status not in AT_WORK:
        return
    at = _told_at(house, due, now)
    yield Expected(at=at, what=due.kind, ticket=ticket)
    # Each status mail brings the next.
    while due.kind is DueKind.STATUS and (at := next_status(house, ticket, after=at)) <= until:
        yield Expected(at=at, what=due.kind, ticket=ticket)


def _is_closed_by_then(each: Expected, closings: Mapping[TicketId, datetime]) -> bool:
    closing = closings.get(each.ticket.ticket_id) if each.ticket is not None else None
    return closing is not None and each.what is not DueKind.CLOSING and each.at >= closing


def _rounds(uow: UnitOfWork, house: House, now: datetime, until: datetime) -> Iterator[Expected]:
    hours = house.hours
    day, last = hours.local_day(now), hours.local_day(until)
    seen = set()
    while day <= last:
        for kind in RoundKind:
            at = max(now, house.rounds.start(kind, day, hours))
            of = round_day(kind, now=at, times=house.rounds, hours=hours)
            if of is None or at > until or (kind, of) in seen or uow.dues.round_made(kind, of):
                continue
            seen.add((kind, of))
            is_digest = kind is RoundKind.DIGEST
            mails = len(uow.customers.specialists()) if is_digest else sum(1 for _ in overviews(uow, house, of))
            if mails:
                yield Expected(at=at, what=kind, mails=mails)
        day += timedelta(days=1)
