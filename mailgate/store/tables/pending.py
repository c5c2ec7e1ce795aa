"""What waits for a SuperUser's yes."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from mailgate.store.tables.base import Row

_OPEN = text("state = 'open'")


class PendingActRow(Row, table=True):
    """Something binding that a mail wanted without proof. ``answer_*``: the mail that confirmed or declined it."""

    __tablename__ = "pending_act"
    __table_args__ = (
        Index(
            "uq_pending_act_open",
            "ticket_id",
            "superuser_id",
            "kind",
            "value",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    superuser_id: int = Field(foreign_key="superuser.id")
    kind: str
    value: str
    shown: str
    state: str
    asked_at: datetime
    expires_at: datetime
    mail_id: int = Field(foreign_key="mail.id")
    answered_at: datetime | None = None
    answer_mail_id: int | None = Field(default=None, foreign_key="mail.id")
    answer_proof: str | None = None
