"""What came in: received mails, their bytes, each time they came, how far folders are fetched, and who waits."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field

from mailgate.store.tables.base import Row


class RawMailRow(Row, table=True):
    """A mail's bytes, exactly as received, once for each distinct content."""

    __tablename__ = "raw_mail"

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MailRow(Row, table=True):
    """A received mail: the spool. ``state`` received → settled | quarantined; a released one is received again.

    ``dedupe_key``: see ``domain.fingerprint``. ``release_*``: a specialist's decision on a held mail.
    ``proof``: see ``domain.authenticity``; none where nobody checked.
    ``unanswered``: which automatic mails that it would have set off stayed away, and why.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_waiting",
            "state",
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
    proof: str | None = None
    proof_evidence: str | None = None
    unanswered: str | None = None


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


class TakeUpRow(Row, table=True):
    """A SuperUser's reply that makes a held mail a ticket. ``speaks``: it says more than yes, and is to join that."""

    __tablename__ = "take_up"

    reply_id: int = Field(foreign_key="mail.id", primary_key=True)
    held_id: int = Field(foreign_key="mail.id", index=True)
    speaks: bool


class AnsweredRow(Row, table=True):
    """When an address that is nobody's last had an automatic answer."""

    __tablename__ = "answered"

    address: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    last_at: datetime
