"""What the teams are to be told of what falls due: clocks that soon run out, and those that have. Reads only.

One mail for each person, the worst first; a breach also to the head of service. The deadlines go along for calendars.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial

from mailgate.desk.falling import Circle, Falling, ForOne, worst_first
from mailgate.desk.house import House
from mailgate.desk.tell import team_recipients, to_person
from mailgate.domain.news import AlarmClock, AlarmContent, AlarmLine
from mailgate.domain.outgoing import CalendarEntry, Notice, Recipient
from mailgate.domain.ticket import Status
from mailgate.store.dues import Due, DueKind
from mailgate.store.unit_of_work import UnitOfWork

LONGEST_LIST = 200
"""Of either list; nobody reads more, and after a long outage there are thousands. The digest has them every morning."""

CLOCK_OF = {
    DueKind.HANDLING_WARNING: AlarmClock.HANDLING,
    DueKind.HANDLING_BREACH: AlarmClock.HANDLING,
    DueKind.SOLUTION_WARNING: AlarmClock.SOLUTION,
    DueKind.SOLUTION_BREACH: AlarmClock.SOLUTION,
}
_BREACHES = frozenset({DueKind.HANDLING_BREACH, DueKind.SOLUTION_BREACH})
Readers = Callable[[str], Sequence[Recipient]]


def alarms(uow: UnitOfWork, house: House, dues: Sequence[Due], *, now: datetime) -> Circle:
    """Who is to be alarmed of what; ``dues`` are alarms of any tickets."""
    ids = {due.ticket_id for due in dues}
    lines, last_events = uow.ticket_lists.lines_of(ids), uow.ticket_history.last_event_ids(ids)
    told = uow.dues.told_already([due.due_id for due in dues])
    falling = []
    for due in dues:
        ticket = uow.tickets.ticket(due.ticket_id)
        if ticket is not None and ticket.status is Status.OPEN:
            last_event = last_events.get(due.ticket_id, 0)
            one = Falling(due=due, ticket=ticket, line=lines[due.ticket_id], last_event=last_event)
            if _sounds(one, now):
                falling.append(one)
    people: dict[str, tuple[Recipient, list[Falling]]] = {}
    for one, to in _readers(uow, house, falling):
        if to.address not in told.get(one.due.due_id, ()):
            people.setdefault(to.address, (to, []))[1].append(one)
    for_each = [
        ForOne(to=to, falling=tuple(own), notice=partial(alarm_notice, to, now=now)) for to, own in people.values()
    ]
    return Circle(dues=tuple(dues), falling=tuple(falling), people=tuple(for_each))


def _readers(uow: UnitOfWork, house: House, falling: Iterable[Falling]) -> Iterable[tuple[Falling, Recipient]]:
    """Each with everybody who is to hear of it, once."""
    teams: Mapping[str, Recipient]
    heads = {person.address: to_person(person) for person in uow.customers.specialists() if person.head}

    @cache
    def members(team: str) -> Mapping[str, Recipient]:
        return {to.address: to for to in team_recipients(uow, house, team)}

    for one in falling:
        teams = members(one.ticket.team)
        everybody = {**teams, **heads} if one.kind in _BREACHES else teams
        yield from ((one, to) for to in everybody.values())


def _sounds(one: Falling, now: datetime) -> bool:
    """What stood still tells late: that it soon runs out is no news once it has."""
    due_at = _due_at(one)
    if due_at is None or (one.line.handling_started and CLOCK_OF[one.kind] is AlarmClock.HANDLING):
        return False
    return due_at <= now if one.kind in _BREACHES else due_at > now


def _due_at(one: Falling) -> datetime | None:
    return one.line.handling_due if CLOCK_OF[one.kind] is AlarmClock.HANDLING else one.line.solution_due


def alarm_notice(to: Recipient, falling: Sequence[Falling], *, now: datetime) -> Notice:
    """One mail of all that a person is alarmed of."""
    ordered = worst_first(falling, by=_due_at)
    breached = [one for one in ordered if one.kind in _BREACHES]
    warned = [one for one in ordered if one.kind not in _BREACHES]
    shown = breached[:LONGEST_LIST] + warned[:LONGEST_LIST]
    content = AlarmContent(
        breached=tuple(_line(one, now) for one in breached[:LONGEST_LIST]),
        warned=tuple(_line(one, now) for one in warned[:LONGEST_LIST]),
        left_out=len(ordered) - len(shown),
    )
    key = f"alarm:{to.address}:{ordered[0].key}"
    return Notice(key=key, to=to, content=content, calendar=tuple(map(_entry, shown)))


def _line(one: Falling, now: datetime) -> AlarmLine:
    due_at = _due_at(one) or one.due.due_at
    return AlarmLine(ticket=one.line, clock=CLOCK_OF[one.kind], due_at=due_at, span=abs(due_at - now))


def _entry(one: Falling) -> CalendarEntry:
    return CalendarEntry(
        number=one.line.number,
        clock=CLOCK_OF[one.kind],
        sequence=one.last_event,
        summary=one.line.subject,
        start=_due_at(one) or one.due.due_at,
    )
