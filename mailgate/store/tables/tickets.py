"""Tickets, what is said and what happens in them, and what falls due for them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from mailgate.store.tables.base import Row


class CounterRow(Row, table=True):
    """Numbers that are given out once: the last ticket's."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class TicketRow(Row, table=True):
    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_customer_id_opened_at", "customer_id", "opened_at"),
        Index("ix_ticket_opened_at_team", "opened_at", "team"),
        Index("ix_ticket_status_resolved_at", "status", "resolved_at"),
        Index(
            "ix_ticket_at_work",
            "status",
            "team",
            sqlite_where=text("status IN ('open', 'waiting')"),
            postgresql_where=text("status IN ('open', 'waiting')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    serial: int = Field(sa_type=BigInteger, unique=True)
    prefix: str
    customer_id: int = Field(foreign_key="customer.id")
    superuser_id: int = Field(foreign_key="superuser.id")
    subject: str
    type: str
    level: int | None = None
    module: str | None = None
    team: str
    stage: str
    status: str
    specialist_id: int | None = None  # no foreign key: SQLite could add one only by rebuilding the table
    untrained: bool = False
    opened_at: datetime
    handling_started_at: datetime | None = None
    handling_due: datetime | None = None
    solution_due: datetime | None = None
    resolved_at: datetime | None = None


class DueRow(Row, table=True):
    """A mail that falls due at a time: one row for each, for ever, so that none is sent twice.

    ``state`` due → done | aside → done: what is set aside has its ``trouble``, and is tried again at ``again_at``.
    """

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "due_at"),
        Index("ix_due_next", "due_at", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
        Index(
            "ix_due_aside", "again_at", sqlite_where=text("state = 'aside'"), postgresql_where=text("state = 'aside'")
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    kind: str
    due_at: datetime
    state: str
    trouble: str | None = None
    again_at: datetime | None = None


class DueToldRow(Row, table=True):
    """Who has heard of something that could not be told to everybody, and so was set aside."""

    __tablename__ = "due_told"

    due_id: int = Field(foreign_key="due.id", primary_key=True)
    address: str = Field(primary_key=True)


class RoundRow(Row, table=True):
    """A round of mails to many that was made on a day: digests, overviews."""

    __tablename__ = "round"

    kind: str = Field(primary_key=True)
    made_on: date = Field(primary_key=True)


class ParticipantRow(Row, table=True):
    """A SuperUser who was in Cc of a ticket's mails, and so is told what its sender is told."""

    __tablename__ = "participant"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    superuser_id: int = Field(foreign_key="superuser.id", primary_key=True)


class TicketEventRow(Row, table=True):
    """What happened to a ticket, in order, never changed: the present state can be derived from it."""

    __tablename__ = "ticket_event"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    kind: str
    actor: str
    detail: str


class MessageRow(Row, table=True):
    """One message of a ticket's thread. ``full_text`` only where it says more than ``text``."""

    __tablename__ = "message"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    mail_id: int = Field(foreign_key="mail.id", unique=True)
    author: str
    author_address: str
    author_name: str
    at: datetime
    subject: str
    text: str
    full_text: str | None = None


class TicketLinkRow(Row, table=True):
    """Two tickets that belong together; ``kind`` says how the first is to the other."""

    __tablename__ = "ticket_link"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    other_id: int = Field(foreign_key="ticket.id", primary_key=True, index=True)
    kind: str
    made_at: datetime


class ThreadIdRow(Row, table=True):
    """Message-IDs of a ticket's mails, theirs and ours.

    ``event_id``: the last that had happened to the ticket by a mail of ours that shows how it stands.
    """

    __tablename__ = "thread_id"

    message_id: str = Field(primary_key=True)
    ticket_id: int = Field(sa_column=Column(ForeignKey("ticket.id"), primary_key=True))
    event_id: int | None = None
