"""What customers agree to: estimates of orders, and access to their installation. Who said yes, in what words."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from mailgate.store.tables.base import Row

_OPEN = text("state = 'open'")
_LIVE = text("state IN ('asked', 'granted')")


class EstimateRow(Row, table=True):
    """An estimate; amounts and hours are decimal numbers in text, exact on every database."""

    __tablename__ = "estimate"
    __table_args__ = (Index("uq_estimate_open", "ticket_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    specialist_id: int = Field(foreign_key="specialist.id")
    made_at: datetime
    valid_until: datetime
    hours: str | None = None
    amount: str
    currency: str
    text: str
    state: str
    answered_at: datetime | None = None
    answered_by: int | None = Field(default=None, foreign_key="superuser.id")
    answer_text: str | None = None
    answer_proof: str | None = None
    answer_mail_id: int | None = Field(default=None, foreign_key="mail.id")
    billed_at: datetime | None = None
    billed_by: int | None = Field(default=None, foreign_key="specialist.id")
    billed_hours: str | None = None
    billed_amount: str | None = None
    billed_currency: str | None = None
    billed_text: str | None = None


class SupportAccessRow(Row, table=True):
    """Access to a customer's installation, asked and perhaps granted; ``over_*``: who took it back."""

    __tablename__ = "support_access"
    __table_args__ = (
        Index("uq_support_access_live", "ticket_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    customer_id: int = Field(foreign_key="customer.id")
    specialist_id: int = Field(foreign_key="specialist.id")
    asked_at: datetime
    reason: str
    state: str
    span: str | None = None
    ends_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: int | None = Field(default=None, foreign_key="superuser.id")
    answer_text: str | None = None
    answer_proof: str | None = None
    answer_mail_id: int | None = Field(default=None, foreign_key="mail.id")
    over_at: datetime | None = None
    over_by: int | None = Field(default=None, foreign_key="superuser.id")
    over_text: str | None = None
    over_proof: str | None = None
    over_mail_id: int | None = Field(default=None, foreign_key="mail.id")
