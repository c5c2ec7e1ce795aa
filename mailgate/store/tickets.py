"""Tickets, their messages, threads and events. Row ↔ value; what may happen to a ticket is for ``desk``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from mailgate.domain.customer import CustomerId, SpecialistId, SuperUserId
from mailgate.domain.mail import MailId
from mailgate.domain.ticket import (
    AT_WORK,
    MessageAuthor,
    ServiceLevel,
    Stage,
    Status,
    Ticket,
    TicketId,
    TicketRef,
    TicketType,
)
from mailgate.domain.ticket_number import TicketNumber
from mailgate.store.prepared import Prepared
from mailgate.store.rows import change_and_read, find, insert_and_read, insert_ignoring, insert_row, is_among, key_of
from mailgate.store.tables import (
    CounterRow,
    MailRow,
    MessageRow,
    ParticipantRow,
    SuperUserRow,
    ThreadIdRow,
    TicketEventRow,
    TicketRow,
)

_TICKET_COUNTER = "ticket"

_NEXT = Prepared(
    update(CounterRow)
    .where(col(CounterRow.name) == _TICKET_COUNTER)
    .values(value=CounterRow.value + 1)
    .returning(col(CounterRow.value))
)
_TICKET = find(TicketRow, "id")
_NUMBERED = find(TicketRow, "serial", "prefix")
_IN_THREAD = Prepared(
    select(*TicketRow.__table__.c)  # type: ignore[attr-defined]
    .join(ThreadIdRow, col(TicketRow.id) == col(ThreadIdRow.ticket_id))
    .where(col(ThreadIdRow.message_id) == bindparam("message_id"))
)
_MAILS_OF_SUPERUSER = Prepared(
    select(MailRow.message_id)
    .join(MessageRow, col(MessageRow.mail_id) == col(MailRow.id))
    .join(SuperUserRow, col(SuperUserRow.address) == col(MessageRow.author_address))
    .where(MessageRow.ticket_id == bindparam("ticket_id"), SuperUserRow.id == bindparam("superuser_id"))
    .order_by(col(MessageRow.id))
)
_PARTICIPANTS = find(ParticipantRow, "ticket_id")
_MESSAGES = find(MessageRow, "ticket_id", order="id")
_EVENTS = find(TicketEventRow, "ticket_id", order="id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a thread. ``full_text``: with what it quotes."""

    mail_id: MailId
    author: MessageAuthor
    author_address: str
    author_name: str
    at: datetime
    subject: str
    text: str
    full_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """Something that happened to a ticket."""

    at: datetime
    kind: str
    actor: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """A ticket's deadlines; None where it has none."""

    handling_started_at: datetime | None
    handling_due: datetime | None
    solution_due: datetime | None


class Tickets:
    """Tickets, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_number(self, *, prefix: str, first: int) -> TicketNumber:
        """A number that was never given out; given back if the transaction is."""
        serial = _NEXT.scalar(self._session)
        if serial is None:  # the first of all
            start = {"name": _TICKET_COUNTER, "value": first - 1}
            insert_ignoring(self._session, CounterRow, start, unique=["name"])
            serial = _NEXT.scalar(self._session)
        return TicketNumber(prefix, key_of(serial))

    def add(self, **values: Any) -> Ticket:
        """Open a ticket: the fields of ``Ticket`` but for its id."""
        number: TicketNumber = values.pop("number")
        fields = {"serial": number.serial, "prefix": number.prefix, **values}
        return ticket_of_row(insert_and_read(self._session, TicketRow, fields))

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """A ticket by our key."""
        row = _TICKET.first(self._session, id=ticket_id)
        return ticket_of_row(row) if row is not None else None

    def by_number(self, number: TicketNumber) -> Ticket | None:
        """A ticket by its public number."""
        row = _NUMBERED.first(self._session, serial=number.serial, prefix=number.prefix)
        return ticket_of_row(row) if row is not None else None

    def newest(self, *, limit: int = 100, **wanted: Any) -> list[Ticket]:
        """The newest tickets, of all or of those only whose fields have these values; None: any."""
        known = {name: value for name, value in wanted.items() if value is not None}
        found = _rows().filter_by(**known).order_by(col(TicketRow.id).desc()).limit(limit)
        return [ticket_of_row(row) for row in self._session.connection().execute(found)]

    def at_work(self) -> list[Ticket]:
        """Those that are not done with, oldest first."""
        found = _rows().where(is_among(TicketRow.status, [status.value for status in AT_WORK]))
        return [ticket_of_row(row) for row in self._session.connection().execute(found.order_by(col(TicketRow.id)))]

    def in_thread(self, message_ids: Sequence[str]) -> list[TicketRef]:
        """The tickets whose mails have these Message-IDs; in the order of the ids given."""
        rows = (row for one in message_ids for row in _IN_THREAD.all(self._session, message_id=one))
        return [ref(ticket_of_row(row)) for row in rows]

    def add_thread_ids(self, ticket_id: TicketId, message_ids: Iterable[str]) -> None:
        """Mails with these ids belong to the ticket's thread."""
        for message_id in message_ids:
            values = {"message_id": message_id, "ticket_id": ticket_id}
            insert_ignoring(self._session, ThreadIdRow, values, unique=["message_id", "ticket_id"])

    def change(self, ticket_id: TicketId, **values: Any) -> Ticket:
        """Set some of a ticket's fields; ``Ticket``'s own names, and those of its clocks."""
        row = change_and_read(self._session, TicketRow, ticket_id, values)
        assert row is not None, "tickets are never removed"  # noqa: S101
        return ticket_of_row(row)

    def clocks(self, ticket_id: TicketId) -> Clocks:
        """Its clocks, as they were last set."""
        row = _TICKET.first(self._session, id=ticket_id)
        assert row is not None, "tickets are never removed"  # noqa: S101
        return Clocks(
            handling_started_at=row.handling_started_at, handling_due=row.handling_due, solution_due=row.solution_due
        )

    def mails_of_superuser(self, ticket_id: TicketId, superuser_id: SuperUserId) -> list[str]:
        """The Message-IDs of a SuperUser's own mails in a ticket, oldest first."""
        rows = _MAILS_OF_SUPERUSER.all(self._session, ticket_id=ticket_id, superuser_id=superuser_id)
        return [row.message_id for row in rows if row.message_id is not None]

    def add_participant(self, ticket_id: TicketId, superuser_id: SuperUserId) -> None:
        """A SuperUser who was in Cc: told what the ticket's own SuperUser is told."""
        values = {"ticket_id": ticket_id, "superuser_id": superuser_id}
        insert_ignoring(self._session, ParticipantRow, values, unique=["ticket_id", "superuser_id"])

    def participants(self, ticket_id: TicketId) -> list[SuperUserId]:
        """Those in Cc."""
        return [SuperUserId(row.superuser_id) for row in _PARTICIPANTS.all(self._session, ticket_id=ticket_id)]

    def add_message(self, ticket_id: TicketId, message: Message) -> None:
        """Put a message into the thread."""
        values = {
            "ticket_id": ticket_id, "mail_id": message.mail_id, "author": message.author.value,
            "author_address": message.author_address, "author_name": message.author_name, "at": message.at,
            "subject": message.subject, "text": message.text,
            "full_text": message.full_text if message.full_text != message.text else None,
        }  # fmt: skip
        insert_row(self._session, MessageRow, values)

    def messages(self, ticket_id: TicketId) -> list[Message]:
        """The thread, oldest first."""
        return [_message(row) for row in _MESSAGES.all(self._session, ticket_id=ticket_id)]

    def record(self, ticket_id: TicketId, *, at: datetime, kind: str, actor: str, detail: Mapping[str, Any]) -> int:
        """Write down what happened; returns the event's own key."""
        text = json.dumps(detail, ensure_ascii=False)
        values = {"ticket_id": ticket_id, "at": at, "kind": kind, "actor": actor, "detail": text}
        return insert_row(self._session, TicketEventRow, values)

    def events(self, ticket_id: TicketId) -> list[TicketEvent]:
        """What happened, oldest first."""
        return [
            TicketEvent(at=row.at, kind=row.kind, actor=row.actor, detail=json.loads(row.detail))
            for row in _EVENTS.all(self._session, ticket_id=ticket_id)
        ]


def ref(ticket: Ticket) -> TicketRef:
    """As much of it as the rules may know."""
    closed = ticket.status is Status.CLOSED
    return TicketRef(ticket_id=ticket.ticket_id, number=ticket.number, customer_id=ticket.customer_id, closed=closed)


def _rows() -> Any:
    # Plain rows: an object that the session tracks would keep what it held before a ticket was changed.
    return select(*TicketRow.__table__.c)  # type: ignore[attr-defined]


def ticket_of_row(row: Any) -> Ticket:
    """The value of a row that was read."""
    return Ticket(
        ticket_id=TicketId(key_of(row.id)),
        number=TicketNumber(row.prefix, row.serial),
        customer_id=CustomerId(row.customer_id),
        superuser_id=SuperUserId(row.superuser_id),
        subject=row.subject,
        type=TicketType(row.type),
        level=ServiceLevel(row.level) if row.level is not None else None,
        module=row.module,
        team=row.team,
        stage=Stage(row.stage),
        status=Status(row.status),
        specialist_id=SpecialistId(row.specialist_id) if row.specialist_id is not None else None,
        untrained=row.untrained,
        opened_at=row.opened_at,
    )


def _message(row: Any) -> Message:
    return Message(
        mail_id=MailId(row.mail_id),
        author=MessageAuthor(row.author),
        author_address=row.author_address,
        author_name=row.author_name,
        at=row.at,
        subject=row.subject,
        text=row.text,
        full_text=row.full_text if row.full_text is not None else row.text,
    )
