"""How decisions on mails came about, and under which configurations."""

from datetime import datetime

from sqlmodel import Field

from mailgate.store.tables.base import Row


class ConfigVersionRow(Row, table=True):
    """A configuration under which a mail was decided; ``text``: JSON, with secrets starred."""

    __tablename__ = "config_version"

    key: str = Field(primary_key=True)
    first_at: datetime
    text: str


class TraceRow(Row, table=True):
    """One decision on a mail; ``content``: see ``domain.trace``. No foreign key to the version: it is written once."""

    __tablename__ = "trace"

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id", index=True)
    at: datetime
    config: str
    content: str
