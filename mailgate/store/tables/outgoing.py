"""What goes out, what of it comes back, and how much of it there may be."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from mailgate.store.tables.base import Row

UNSENT = text("state <> 'sent'")
DOUBTED = text("doubts > 0")
WITHHELD = text("withheld > 0")


class OutboxRow(Row, table=True):
    """A mail to be sent. ``state``: see ``domain.sending.SendingState``; the table of moves is in docs/architecture.md.

    ``marked_at``: when the final dot of this attempt was about to go out; None before that. ``doubts``: how often it
    was not known whether it arrived, last at ``uncertain_at``; ``doubt_told_at``: when the head of service was told.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        # Both hold few rows, however many mails were sent; a query uses them only if it says their condition verbatim.
        Index("ix_outbox_unsent", "state", "not_before", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
        Index("ix_outbox_message_id", "message_id"),
        Index("ix_outbox_doubted", "id", sqlite_where=DOUBTED, postgresql_where=DOUBTED),
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
    marked_at: datetime | None = None
    uncertain_at: datetime | None = None
    doubts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    doubt_told_at: datetime | None = None


class BounceRow(Row, table=True):
    """What a server said of a mail of ours, once for each ``action``; ``mail_id``: the first mail that said so."""

    __tablename__ = "bounce"
    __table_args__ = (Index("ix_bounce_recipient", "recipient", "at"),)

    outbox_id: int = Field(foreign_key="outbox.id", primary_key=True)
    action: str = Field(primary_key=True)
    recipient: str
    status: str | None = None
    mail_id: int = Field(foreign_key="mail.id")
    at: datetime


class TallyRow(Row, table=True):
    """How much automatic mail a ``scope`` had in a span that began at ``since``; or how often somebody said a thing.

    ``withheld``: mails that stayed away because of it since ``told_at``, when the head of service was last told.
    """

    __tablename__ = "tally"
    __table_args__ = (
        Index("ix_tally_since", "since"),
        Index("ix_tally_withheld", "told_at", sqlite_where=WITHHELD, postgresql_where=WITHHELD),
    )

    scope: str = Field(primary_key=True)
    span: str = Field(primary_key=True)
    since: datetime
    used: int
    withheld: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    told_at: datetime | None = None
