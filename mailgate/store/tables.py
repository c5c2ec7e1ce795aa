"""The tables, and nothing else: rows have no behaviour and are not validated; the modules beside this one turn them
into frozen values of ``domain``. A change here needs a migration in ``migrations/versions``.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Names for every constraint, so that migrations can speak of them on every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Row(SQLModel):
    """Base of all tables."""

    metadata = metadata


class RawMailRow(Row, table=True):
    """A mail's bytes, exactly as received, once for each distinct content."""

    __tablename__ = "raw_mail"

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MailRow(Row, table=True):
    """A received mail: the spool. ``state`` received → settled | quarantined; a released one is received again.

    ``dedupe_key``: see ``domain.fingerprint``. ``release_*``: a specialist's decision on a held mail.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_waiting",
            "lease_until",
            "id",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index("ix_mail_outcome", "outcome", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)
    raw_sha256: str = Field(foreign_key="raw_mail.sha256")
    state: str
    origin: str
    peer: str
    mail_from: str | None = None
    rcpt_to: str
    received_at: datetime
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None
    settled_at: datetime | None = None
    outcome: str | None = None
    rule: str | None = None
    evidence: str | None = None
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    author_address: str | None = None
    author_name: str | None = None
    subject: str | None = None
    message_id: str | None = None
    release_superuser_id: int | None = Field(default=None, foreign_key="superuser.id")
    release_by: str | None = None


class ArrivalRow(Row, table=True):
    """Each time a mail came: the first time, and every time after that was recognised as the same mail."""

    __tablename__ = "arrival"

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    origin: str
    peer: str
    received_at: datetime
    raw_sha256: str


class ImapCursorRow(Row, table=True):
    """How far a folder has been fetched; written in the transaction of the mail that it counts."""

    __tablename__ = "imap_cursor"

    mailbox: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)  # unsigned 32 bits, RFC 9051 §9
    last_uid: int = Field(sa_type=BigInteger)


class AttachmentRow(Row, table=True):
    """An index into a raw mail."""

    __tablename__ = "attachment"

    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    position: int = Field(primary_key=True)
    part: str
    name: str
    content_type: str
    size: int
    content_id: str | None = None
    inline: bool = False


class CustomerRow(Row, table=True):
    """``code`` is the operator's own key of the customer."""

    __tablename__ = "customer"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    industry: str
    overdue_since: date | None = None


class CustomerModuleRow(Row, table=True):
    __tablename__ = "customer_module"

    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    module: str = Field(primary_key=True)


class CustomerDomainRow(Row, table=True):
    __tablename__ = "customer_domain"

    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    domain: str = Field(primary_key=True, index=True)


class SuperUserRow(Row, table=True):
    """One who has left the seat stays as an inactive row, so that old tickets still know who wrote.

    ``overview``: whether they want the week's mail on how their tickets stand.
    """

    __tablename__ = "superuser"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    address: str = Field(unique=True)
    name: str
    language: str
    active: bool = True
    overview: bool = True


class TrainingRow(Row, table=True):
    __tablename__ = "training"

    superuser_id: int = Field(foreign_key="superuser.id", primary_key=True)
    module: str = Field(primary_key=True)


class SpecialistRow(Row, table=True):
    __tablename__ = "specialist"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str
    team: str = Field(index=True)
    language: str
    head: bool = False
    active: bool = True


class CounterRow(Row, table=True):
    """Numbers that are given out once: the last ticket's."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class TicketRow(Row, table=True):
    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_customer_id_opened_at", "customer_id", "opened_at"),
        Index(
            "ix_ticket_at_work",
            "team",
            "status",
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
    """A mail that falls due at a time: one row for each, for ever, so that none is sent twice. ``state`` due → done."""

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "due_at"),
        Index("ix_due_next", "due_at", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    kind: str
    due_at: datetime
    state: str


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


class ThreadIdRow(Row, table=True):
    """Message-IDs of a ticket's mails, theirs and ours."""

    __tablename__ = "thread_id"

    message_id: str = Field(primary_key=True)
    ticket_id: int = Field(sa_column=Column(ForeignKey("ticket.id"), primary_key=True))


class HeldRow(Row, table=True):
    """A mail that waits for somebody's decision. ``state`` held → released | rejected."""

    __tablename__ = "held"
    __table_args__ = (Index("ix_held_waiting", "state", "cause", "customer_id"),)

    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    state: str
    cause: str
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    held_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


class AnsweredRow(Row, table=True):
    """When an address that is nobody's last had an automatic answer."""

    __tablename__ = "answered"

    address: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    last_at: datetime


class OutboxRow(Row, table=True):
    """A mail to be sent. ``state`` pending → sending (lease) → sent | pending | failed."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_outbox_waiting",
            "not_before",
            "id",
            sqlite_where=text("state IN ('pending', 'sending')"),
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    state: str
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id", index=True)
    recipient: str
    mail_from: str | None = None
    message_id: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    queued_at: datetime
    not_before: datetime
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    response: str | None = None
