"""One ticket told as a story: its mails, its moves, and what was told of them, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailgate.desk import story_words as words
from mailgate.desk.mail_story import Part
from mailgate.domain.customer import Customer, SuperUser
from mailgate.domain.mail import MailId
from mailgate.domain.ticket import MessageAuthor, Ticket
from mailgate.store.outbox import OutboxEntry
from mailgate.store.tickets import Message, TicketEvent
from mailgate.store.traces import KeptTrace
from mailgate.store.unit_of_work import UnitOfWork

_MOST_MAILS = 1000
_BY_MAIL = frozenset({"opened", "joined"})
_WRITERS: Mapping[str, str] = {
    MessageAuthor.SUPERUSER: "a SuperUser", MessageAuthor.SPECIALIST: "a specialist",
    MessageAuthor.COLLEAGUE: "who is no SuperUser",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHistory:
    """A ticket, and all that is known of how it came to be as it is. ``people``: names by ``specialist:3``."""

    ticket: Ticket
    customer: Customer | None
    superuser: SuperUser | None
    messages: Sequence[Message]
    events: Sequence[TicketEvent]
    sent: Sequence[OutboxEntry]
    decisions: Mapping[MailId, KeptTrace]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened. ``mail``: the received mail that it is about."""

    at: datetime
    what: str
    mail: MailId | None = None


def ticket_history(uow: UnitOfWork, ticket: Ticket) -> TicketHistory:
    """What is known of a ticket."""
    messages = uow.tickets.messages(ticket.ticket_id)
    return TicketHistory(
        ticket=ticket,
        customer=uow.customers.customer(ticket.customer_id),
        superuser=uow.customers.superuser_by_id(ticket.superuser_id),
        messages=messages,
        events=uow.tickets.events(ticket.ticket_id),
        sent=uow.outbox.entries(ticket_id=ticket.ticket_id, limit=_MOST_MAILS)[::-1],
        decisions=uow.traces.of_mails([message.mail_id for message in messages]),
        people={f"specialist:{one.specialist_id}": one.name for one in uow.customers.specialists()},
    )


def ticket_story(history: TicketHistory, *, zone: tzinfo) -> tuple[Part, ...]:
    """What it is now, and how it came to be that."""
    lines = (f"{words.moment(one.at, zone)}  {one.what}" for one in moments(history, zone=zone))
    return (
        Part(title=f"{history.ticket.number}: {history.ticket.subject}", lines=tuple(_now(history, zone))),
        Part(title="What happened, in order", lines=tuple(lines)),
    )


def _now(history: TicketHistory, zone: tzinfo) -> Iterator[str]:
    ticket, customer, superuser = history.ticket, history.customer, history.superuser
    whose = f"{customer.name} ({customer.code})" if customer is not None else "an unknown customer"
    who = f", {superuser.name} <{superuser.address}>" if superuser is not None else ""
    level = f" of level {int(ticket.level)}" if ticket.level is not None else ""
    yield f"A ticket of {whose}{who}, received {words.moment(ticket.opened_at, zone)}."
    yield f"Now: {ticket.status}, {ticket.type.replace('_', ' ')}{level}, with {ticket.team}."


def moments(history: TicketHistory, *, zone: tzinfo) -> list[Moment]:
    """Mails, moves and what was told, in the order of time; at one time the cause comes before what it causes."""
    found = [*_messages(history), *_moves(history), *_told(history, zone)]
    return sorted(found, key=lambda one: one.at)


def _messages(history: TicketHistory) -> Iterator[Moment]:
    """When a mail was taken in, which may be later than it came: it may have been held."""
    taken = {event.detail.get("mail"): event for event in history.events if event.kind in _BY_MAIL}
    for message in history.messages:
        event = taken.get(message.mail_id)
        did = "opened it" if event is not None and event.kind == "opened" else "wrote to it"
        who = f"{message.author_name or message.author_address}, {_WRITERS.get(message.author, message.author)},"
        what = words.event(event.kind, event.detail).partition(": ")[2] if event is not None else ""
        yield Moment(
            at=event.at if event is not None else message.at,
            what=f"{who} {did} by mail {message.mail_id}{f': {what}' if what else ''}{_why(history, message)}",
            mail=message.mail_id,
        )


def _why(history: TicketHistory, message: Message) -> str:
    kept = history.decisions.get(message.mail_id)
    if kept is None:
        return " (from before traces were kept)"
    decided = kept.trace.decided
    taken = next((f", by the {one.by}" for one in kept.trace.candidates if one.taken), "")
    return f"; {words.RULES.get(decided.rule, decided.rule)}{taken}"


def _moves(history: TicketHistory) -> Iterator[Moment]:
    for event in history.events:
        if event.kind not in _BY_MAIL:
            who = _actor(event.actor, history.people)
            what = words.event(event.kind, event.detail)
            yield Moment(at=event.at, what=f"{who}: {what}" if who else what, mail=event.detail.get("mail"))


def _actor(actor: str, people: Mapping[str, str]) -> str:
    if actor in people:
        return people[actor]
    kind, _, which = actor.partition(":")
    return "" if kind in ("mailgate", "superuser", "clock", "") else f"{kind} {which}".strip()


def _told(history: TicketHistory, zone: tzinfo) -> Iterator[Moment]:
    for entry in history.sent:
        what = f"{words.notice(entry.kind)} to {entry.recipient}: {words.sending(entry, zone)}"
        yield Moment(at=entry.queued_at, what=what, mail=entry.mail_id)
