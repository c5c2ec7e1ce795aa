"""Tickets, their messages, threads and events. Row ↔ value; what may happen to a ticket is for ``desk``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy import select as rows_of
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
from mailgate.store.rows import insert_ignoring, is_among, key_of
from mailgate.store.tables import (
    CounterRow,
    MailRow,
    MessageRow,
    ParticipantRow,
    SuperUserRow,
    ThreadIdRow,
    TicketEventRow,
    TicketRow,
    metadata,
)

_TICKET_COUNTER = "ticket"
_event, _participant = metadata.tables["ticket_event"], metadata.tables["participant"]
# Built once each: what a statement costs most is to be put together.
_RECORD = insert(_event).returning(_event.c.id)
_IN_CC = rows_of(_participant.c.superuser_id).where(_participant.c.ticket_id == bindparam("ticket"))


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
        start = {"name": _TICKET_COUNTER, "value": first - 1}
        insert_ignoring(self._session, CounterRow, start, unique=["name"])
        step = update(CounterRow).where(col(CounterRow.name) == _TICKET_COUNTER).values(value=CounterRow.value + 1)
        serial = self._session.connection().execute(step.returning(col(CounterRow.value))).scalar_one()
        return TicketNumber(prefix, serial)

    def add(self, **values: Any) -> Ticket:
        """Open a ticket: the fields of ``Ticket`` but for its id."""
        number: TicketNumber = values.pop("number")
        row = TicketRow(serial=number.serial, prefix=number.prefix, **values)
        self._session.add(row)
        self._session.flush()
        return ticket_of_row(row)

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        """A ticket by our key."""
        row = self._session.get(TicketRow, ticket_id)
        return ticket_of_row(row) if row is not None else None

    def by_number(self, number: TicketNumber) -> Ticket | None:
        """A ticket by its public number."""
        found = select(TicketRow).where(TicketRow.serial == number.serial, TicketRow.prefix == number.prefix)
        row = self._session.exec(found).first()
        return ticket_of_row(row) if row is not None else None

    def newest(self, *, limit: int = 100, **wanted: Any) -> list[Ticket]:
        """The newest tickets, of all or of those only whose fields have these values; None: any."""
        known = {name: value for name, value in wanted.items() if value is not None}
        found = select(TicketRow).filter_by(**known).order_by(col(TicketRow.id).desc()).limit(limit)
        return [ticket_of_row(row) for row in self._session.exec(found).all()]

    def at_work(self) -> list[Ticket]:
        """Those that are not done with, oldest first."""
        found = select(TicketRow).where(is_among(TicketRow.status, [status.value for status in AT_WORK]))
        return [ticket_of_row(row) for row in self._session.exec(found.order_by(col(TicketRow.id))).all()]

    def in_thread(self, message_ids: Sequence[str]) -> list[TicketRef]:
        """The tickets whose mails have these Message-IDs; in the order of the ids given."""
        if not message_ids:
            return []
        found = (
            select(ThreadIdRow.message_id, TicketRow)
            .join(TicketRow, col(TicketRow.id) == col(ThreadIdRow.ticket_id))
            .where(col(ThreadIdRow.message_id).in_(message_ids))
        )
        rows = sorted(self._session.exec(found).all(), key=lambda pair: message_ids.index(pair[0]))
        return [ref(ticket_of_row(row)) for _, row in rows]

    def add_thread_ids(self, ticket_id: TicketId, message_ids: Iterable[str]) -> None:
        """Mails with these ids belong to the ticket's thread."""
        for message_id in message_ids:
            values = {"message_id": message_id, "ticket_id": ticket_id}
            insert_ignoring(self._session, ThreadIdRow, values, unique=["message_id", "ticket_id"])

    def change(self, ticket_id: TicketId, **values: Any) -> Ticket:
        """Set some of a ticket's fields; ``Ticket``'s own names, and those of its clocks."""
        row = self._session.get_one(TicketRow, ticket_id)
        for name, value in values.items():
            setattr(row, name, value)
        self._session.add(row)
        self._session.flush()
        return ticket_of_row(row)

    def clocks(self, ticket_id: TicketId) -> Clocks:
        """Its clocks, as they were last set."""
        row = self._session.get_one(TicketRow, ticket_id)
        return Clocks(
            handling_started_at=row.handling_started_at, handling_due=row.handling_due, solution_due=row.solution_due
        )

    def mails_of_superuser(self, ticket_id: TicketId, superuser_id: SuperUserId) -> list[str]:
        """The Message-IDs of a SuperUser's own mails in a ticket, oldest first."""
        found = (
            select(MailRow.message_id)
            .join(MessageRow, col(MessageRow.mail_id) == col(MailRow.id))
            .join(SuperUserRow, col(SuperUserRow.address) == col(MessageRow.author_address))
            .where(MessageRow.ticket_id == ticket_id, SuperUserRow.id == superuser_id)
            .order_by(col(MessageRow.id))
        )
        return [message_id for message_id in self._session.exec(found) if message_id is not None]

    def add_participant(self, ticket_id: TicketId, superuser_id: SuperUserId) -> None:
        """A SuperUser who was in Cc: told what the ticket's own SuperUser is told."""
        values = {"ticket_id": ticket_id, "superuser_id": superuser_id}
        insert_ignoring(self._session, ParticipantRow, values, unique=["ticket_id", "superuser_id"])

    def participants(self, ticket_id: TicketId) -> list[SuperUserId]:
        """Those in Cc."""
        return list(map(SuperUserId, self._session.connection().execute(_IN_CC, {"ticket": ticket_id}).scalars()))

    def add_message(self, ticket_id: TicketId, message: Message) -> None:
        """Put a message into the thread."""
        self._session.add(
            MessageRow(
                ticket_id=ticket_id,
                mail_id=message.mail_id,
                author=message.author.value,
                author_address=message.author_address,
                author_name=message.author_name,
                at=message.at,
                subject=message.subject,
                text=message.text,
                full_text=message.full_text if message.full_text != message.text else None,
            )
        )
        self._session.flush()

    def messages(self, ticket_id: TicketId) -> list[Message]:
        """The thread, oldest first."""
        found = select(MessageRow).where(MessageRow.ticket_id == ticket_id).order_by(col(MessageRow.id))
        return [_message(row) for row in self._session.exec(found).all()]

    def record(self, ticket_id: TicketId, *, at: datetime, kind: str, actor: str, detail: Mapping[str, Any]) -> int:
        """Write down what happened; returns the event's own key."""
        text = json.dumps(detail, ensure_ascii=False)
        values = {"ticket_id": ticket_id, "at": at, "kind": kind, "actor": actor, "detail": text}
        return int(self._session.connection().execute(_RECORD, values).scalar_one())

    def events(self, ticket_id: TicketId) -> list[TicketEvent]:
        """What happened, oldest first."""
        found = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket_id).order_by(col(TicketEventRow.id))
        return [
            TicketEvent(at=row.at, kind=row.kind, actor=row.actor, detail=json.loads(row.detail))
            for row in self._session.exec(found).all()
        ]


def ref(ticket: Ticket) -> TicketRef:
    """As much of it as the rules may know."""
    return TicketRef(ticket_id=ticket.ticket_id, number=ticket.number, customer_id=ticket.customer_id)


def ticket_of_row(row: TicketRow) -> Ticket:
    """The value of a row that was read or flushed."""
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


def _message(row: MessageRow) -> Message:
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
