"""How decisions on mails came about, and the configurations that were in force. Row ↔ value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from mailgate.domain.mail import MailId
from mailgate.domain.trace import ConfigVersion, Trace, as_json, from_json
from mailgate.store.prepared import Prepared
from mailgate.store.rows import find, insert_ignoring, insert_row
from mailgate.store.tables import ConfigVersionRow, TraceRow

_VERSION = Prepared(select(ConfigVersionRow.key).where(ConfigVersionRow.key == bindparam("key")))
_TRACES = find(TraceRow, "mail_id", order="id")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTrace:
    """One decision. ``version``: the key of the configuration that was in force."""

    at: datetime
    version: str
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVersion:
    """A configuration that was in force, from when on, and how many decisions were made under it."""

    key: str
    first_at: datetime
    decisions: int


class Traces:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: set[str] = set()

    def add(self, mail_id: MailId, trace: Trace, *, version: str, now: datetime) -> None:
        """Keep how a decision came about."""
        insert_row(
            self._session, TraceRow, {"mail_id": mail_id, "at": now, "config": version, "content": as_json(trace)}
        )

    def keep_version(self, version: ConfigVersion, *, now: datetime) -> None:
        """Keep a configuration the first time that something is decided under it."""
        if version.key in self._known:
            return
        if _VERSION.scalar(self._session, key=version.key) is None:
            values = {"key": version.key, "first_at": now, "text": version.text}
            insert_ignoring(self._session, ConfigVersionRow, values, unique=["key"])
        self._known.add(version.key)

    def of_mail(self, mail_id: MailId) -> list[KeptTrace]:
        """All decisions on a mail, the last one last; none for a mail that was decided before traces were kept."""
        rows = _TRACES.all(self._session, mail_id=mail_id)
        return [KeptTrace(at=row.at, version=row.config, trace=from_json(row.content)) for row in rows]

    def of_mails(self, mail_ids: Sequence[MailId]) -> dict[MailId, KeptTrace]:
        """The last decision on each of some mails."""
        found = select(TraceRow).where(col(TraceRow.mail_id).in_(mail_ids)).order_by(col(TraceRow.id))
        rows = self._session.exec(found).all()
        last = {row.mail_id: row for row in rows}
        return {
            MailId(mail_id): KeptTrace(at=row.at, version=row.config, trace=from_json(row.content))
            for mail_id, row in last.items()
        }

    def version(self, key: str) -> ConfigVersion | None:
        """A configuration by the beginning of its key; None if there is none, or more than one."""
        found = select(ConfigVersionRow).where(col(ConfigVersionRow.key).startswith(key, autoescape=True)).limit(2)
        rows = self._session.exec(found).all()
        return ConfigVersion(key=rows[0].key, text=rows[0].text) if len(rows) == 1 else None

    def versions(self) -> list[SeenVersion]:
        """All configurations that were in force, the newest first."""
        counted = (
            select(ConfigVersionRow.key, ConfigVersionRow.first_at, func.count(col(TraceRow.id)))
            .join(TraceRow, col(TraceRow.config) == col(ConfigVersionRow.key), isouter=True)
            .group_by(col(ConfigVersionRow.key), col(ConfigVersionRow.first_at))
            .order_by(col(ConfigVersionRow.first_at).desc())
        )
        return [SeenVersion(key=key, first_at=at, decisions=count) for key, at, count in self._session.exec(counted)]
