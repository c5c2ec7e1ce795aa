"""What goes out."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from mailgate.store.tables.base import Row


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
