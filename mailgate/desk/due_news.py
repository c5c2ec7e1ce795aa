"""What a customer's SuperUsers are to be told of what falls due: how errors stand, reminders, closings.

All that one person is told at one time is one mail. News of one kind have the form of that kind; of several kinds, or
of several questions, they become one mail with a section for each ticket. Reads only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from mailgate.desk.clocks import is_given_up, next_status
from mailgate.desk.falling import Circle, Falling, ForOne, Question, worst_first
from mailgate.desk.history import last_question
from mailgate.desk.house import House
from mailgate.desk.tell import own_thread, to_person
from mailgate.domain.customer import SuperUser
from mailgate.domain.news import (
    AlarmClock,
    ClosedUnansweredContent,
    ReminderContent,
    SeveralContent,
    StatusContent,
    TicketLine,
    TicketNews,
)
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.outgoing import CalendarEntry, Notice, NoticeContent, Recipient, Thread
from mailgate.domain.status_mails import CLOSE_AFTER, working_days_later
from mailgate.domain.ticket import AT_WORK, Status, Ticket, TicketId, TicketType
from mailgate.store.dues import Due, DueKind
from mailgate.store.unit_of_work import UnitOfWork

_ASKING = frozenset({DueKind.REMINDER, DueKind.CLOSING})
Threads = Mapping[TicketId, Thread]


def news_of_customer(uow: UnitOfWork, house: House, dues: Sequence[Due], *, now: datetime) -> Circle:
    """Who of a customer is to be told what; ``dues`` are all that customer's."""
    told = uow.dues.told_already([due.due_id for due in dues])
    ticket_ids = {due.ticket_id for due in dues}
    tickets, lines = uow.ticket_lists.tickets_of(ticket_ids), uow.ticket_lists.lines_of(ticket_ids)
    as_seen = {ticket_id: (tickets[ticket_id], lines[ticket_id]) for ticket_id in ticket_ids}
    found = (_falling(uow, house, due, as_seen[due.ticket_id], partly_told=due.due_id in told, now=now) for due in dues)
    falling = [one for one in found if one is not None]
    closing = {one.due.ticket_id for one in falling if one.kind is DueKind.CLOSING}
    # What is closed at this moment needs no reminder, and no word on how it stands.
    falling = [one for one in falling if one.kind is DueKind.CLOSING or one.due.ticket_id not in closing]
    people = [_person(uow, house, *each) for each in _for_each(uow, falling, told)]
    return Circle(dues=tuple(dues), falling=tuple(falling), people=tuple(people))


def _falling(
    uow: UnitOfWork, house: House, due: Due, as_seen: tuple[Ticket, TicketLine], *, partly_told: bool, now: datetime
) -> Falling | None:
    """None if it needs not be told any more."""
    ticket, line = as_seen
    if due.kind is DueKind.STATUS:
        if ticket.status not in AT_WORK or ticket.type is not TicketType.PROGRAM_ERROR:
            return None
        next_at = next_status(house, ticket, after=now)
        return Falling(due=due, ticket=ticket, line=line, next_at=next_at)
    question = _question(uow, house, ticket)
    closed_by_it = due.kind is DueKind.CLOSING and partly_told and ticket.status is Status.CLOSED
    # A question that was asked later has its own days.
    if question.asked_at >= due.due_at or not (ticket.status is Status.WAITING or closed_by_it):
        return None
    last_event = uow.ticket_history.last_event_ids([ticket.ticket_id]).get(ticket.ticket_id, 0)
    return Falling(due=due, ticket=ticket, line=line, question=question, last_event=last_event)


def _question(uow: UnitOfWork, house: House, ticket: Ticket) -> Question:
    asked, closes = last_question(uow.tickets.events(ticket.ticket_id)), is_given_up(house, ticket)
    if asked is None:
        return Question(asked_at=ticket.opened_at, text="", closes=closes)
    return Question(asked_at=asked.at, text=str(asked.detail.get("text", "")), closes=closes)


def _for_each(
    uow: UnitOfWork, falling: Iterable[Falling], told: Mapping[int, Collection[str]]
) -> list[tuple[SuperUser, list[Falling]]]:
    """What each SuperUser is to be told: whose ticket it is, and whoever was in Cc and is the customer's."""
    theirs: dict[int, tuple[SuperUser, list[Falling]]] = {}
    active: dict[int, SuperUser] | None = None
    for one in falling:
        if active is None:
            active = {each.superuser_id: each for each in uow.customers.superusers(one.ticket.customer_id)}
        for superuser_id in dict.fromkeys([one.ticket.superuser_id, *uow.tickets.participants(one.ticket.ticket_id)]):
            superuser = active.get(superuser_id)
            if superuser is not None and superuser.address not in told.get(one.due.due_id, ()):
                theirs.setdefault(superuser_id, (superuser, []))[1].append(one)
    return list(theirs.values())


def _person(uow: UnitOfWork, house: House, superuser: SuperUser, falling: Sequence[Falling]) -> ForOne:
    asking = {one.ticket.ticket_id: one.ticket for one in falling if one.kind in _ASKING}
    threads = {ticket_id: own_thread(uow, ticket, superuser) for ticket_id, ticket in asking.items()}
    to = to_person(superuser)
    return ForOne(to=to, falling=tuple(falling), notice=partial(news_notice, house.hours, to, threads))


def news_notice(hours: OpeningHours, to: Recipient, threads: Threads, falling: Sequence[Falling]) -> Notice:
    """One mail of it, in the form that the kind has, or with a section for each ticket."""
    ordered = worst_first(falling, by=_deadline)
    calendar = tuple(entry for one in ordered if (entry := _taken_back(one)) is not None)
    first = ordered[0]
    if {one.kind for one in ordered} == {DueKind.STATUS}:
        return Notice(key=f"status:{to.address}:{first.key}", to=to, content=_status(ordered))
    if len(ordered) > 1:
        return Notice(
            key=f"several:{to.address}:{first.key}", to=to, content=_several(ordered, hours), calendar=calendar
        )
    return Notice(
        key=f"{first.kind}:{to.address}:{first.key}",
        to=to,
        content=_single(first, hours),
        number=first.line.number,
        thread=threads.get(first.ticket.ticket_id, Thread()),
        calendar=calendar,
    )


def _status(falling: Sequence[Falling]) -> StatusContent:
    # What was set aside and has come round again is one line.
    tickets = {one.ticket.ticket_id: one.line for one in falling}
    return StatusContent(tickets=tuple(tickets.values()), next_at=_next_at(falling))


def _single(one: Falling, hours: OpeningHours) -> NoticeContent:
    question, line = one.question, one.line
    assert question is not None, "gathered with it"  # noqa: S101
    if one.kind is DueKind.CLOSING:
        return ClosedUnansweredContent(number=line.number, subject=line.subject, asked_at=question.asked_at)
    return ReminderContent(
        number=line.number,
        subject=line.subject,
        asked_at=question.asked_at,
        question=question.text,
        closes_on=hours.local_day(working_days_later(question.asked_at, CLOSE_AFTER, hours))
        if question.closes
        else None,
    )


def _several(falling: Sequence[Falling], hours: OpeningHours) -> SeveralContent:
    by_ticket: dict[int, dict[DueKind, Falling]] = {}
    for one in falling:
        by_ticket.setdefault(one.ticket.ticket_id, {})[one.kind] = one
    sections = list(by_ticket.values())
    return SeveralContent(
        news=tuple(_section(kinds, hours) for kinds in sections),
        reminders=sum(DueKind.REMINDER in kinds for kinds in sections),
        closings=sum(DueKind.CLOSING in kinds for kinds in sections),
        statuses=sum(DueKind.STATUS in kinds for kinds in sections),
        next_at=_next_at(falling),
    )


def _section(kinds: Mapping[DueKind, Falling], hours: OpeningHours) -> TicketNews:
    asking = next((one for kind, one in kinds.items() if kind in _ASKING), None)
    content = _single(asking, hours) if asking is not None else None
    reminder = content if isinstance(content, ReminderContent) else None
    return TicketNews(
        ticket=next(iter(kinds.values())).line,
        told_status=DueKind.STATUS in kinds,
        closed=DueKind.CLOSING in kinds,
        reminded=reminder is not None,
        closes_on=reminder.closes_on if reminder is not None else None,
        asked_at=asking.question.asked_at if asking is not None and asking.question is not None else None,
        question=reminder.question if reminder is not None else "",
    )


def _next_at(falling: Iterable[Falling]) -> datetime | None:
    return min((one.next_at for one in falling if one.next_at is not None), default=None)


def _deadline(one: Falling) -> datetime | None:
    return one.line.solution_due if one.line.handling_started else one.line.handling_due


def _taken_back(one: Falling) -> CalendarEntry | None:
    """The deadline of what is closed goes out of the reader's calendar."""
    if one.kind is not DueKind.CLOSING or one.line.solution_due is None:
        return None
    return CalendarEntry(
        number=one.line.number,
        clock=AlarmClock.SOLUTION,
        # Entries are numbered by events, and the closing is to be the next one: it has this key or a later one.
        sequence=one.last_event + 1,
        summary=one.line.subject,
        start=one.line.solution_due,
        cancelled=True,
    )
