"""The outbox as the desk and the operator see it: mails are written in the transaction of what they tell.

Claiming, marking and recording are for ``sending``; in which states a mail can be, for ``domain.sending``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, or_, update
from sqlmodel import Session, col, select

from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import OutboxId, OutgoingMail
from mailgate.domain.sending import SendingState
from mailgate.domain.ticket import TicketId
from mailgate.store.prepared import Prepared
from mailgate.store.rows import REHEARSED_FROM, insert_ignoring, key_of
from mailgate.store.tables import OutboxRow, metadata
from mailgate.store.tables.outgoing import DOUBTED, UNSENT

_KEYS_AT_ONCE = 500  # SQLite knows a limit
TABLE = metadata.tables["outbox"]
WAITING = case((TABLE.c.doubts > 0, SendingState.UNCERTAIN.value), else_=SendingState.PENDING.value)
"""The state of a mail that is to be sent: one that came into doubt once may be there already."""
_CAN_BE_RETRIED = (
    SendingState.PENDING, SendingState.UNCERTAIN, SendingState.FAILED, SendingState.PARKED, SendingState.DROPPED,
)  # fmt: skip
_CAN_BE_DROPPED = (SendingState.PENDING, SendingState.UNCERTAIN, SendingState.FAILED, SendingState.PARKED)

_KEY = Prepared(select(OutboxRow.key).where(OutboxRow.message_id == bindparam("message_id")).limit(1))
_KNOWN = Prepared(select(OutboxRow.id).where(OutboxRow.key == bindparam("key")))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A mail of the outbox, as listings show it. ``marked_at``: when its final dot was last about to go out."""

    outbox_id: OutboxId
    kind: str
    state: str
    recipient: str
    ticket_id: TicketId | None
    mail_id: MailId | None
    message_id: str
    queued_at: datetime
    not_before: datetime
    attempts: int
    sent_at: datetime | None
    response: str | None
    marked_at: datetime | None
    uncertain_at: datetime | None
    doubts: int


class OutboxTable:
    """The outbox, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, key: str) -> bool:
        """Whether this has been told, or is about to be."""
        return _KNOWN.scalar(self._session, key=key) is not None

    def key_of(self, message_ids: Iterable[str]) -> str | None:
        """What the first of these mails of ours tells, by its key."""
        found = (_KEY.scalar(self._session, message_id=one) for one in message_ids)
        return next((str(key) for key in found if key is not None), None)

    def add(
        self,
        key: str,
        mail: OutgoingMail,
        *,
        kind: NoticeKind,
        now: datetime,
        ticket_id: TicketId | None,
        mail_id: MailId | None,
    ) -> bool:
        """Queue a mail; False if one with this key is there already."""
        values: dict[str, Any] = {
            "key": key, "kind": kind.value, "state": SendingState.PENDING.value,
            "ticket_id": ticket_id, "mail_id": mail_id,
            "recipient": mail.rcpt_to, "mail_from": mail.mail_from, "message_id": mail.message_id,
            "content": mail.content, "queued_at": now, "not_before": now, "attempts": 0,
        }  # fmt: skip
        return insert_ignoring(self._session, OutboxRow, values, unique=["key"])

    def last_message_id(self) -> str | None:
        """Of the mail that was queued last."""
        return self._session.exec(select(OutboxRow.message_id).order_by(col(OutboxRow.id).desc()).limit(1)).first()

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of many keys that have been told, or are about to be."""
        wanted = list(keys)
        parts = (wanted[start : start + _KEYS_AT_ONCE] for start in range(0, len(wanted), _KEYS_AT_ONCE))
        found = (select(OutboxRow.key).where(col(OutboxRow.key).in_(part)) for part in parts)
        return {key for each in found for key in self._session.exec(each)}

    def retry(self, outbox_id: OutboxId, *, now: datetime) -> bool:
        """Send a mail now that failed, waits, is parked or was dropped; False if it is none of these."""
        fresh = {"state": WAITING, "not_before": now, "attempts": 0, "queued_at": now, "lease_owner": None}
        return self._change(outbox_id, _CAN_BE_RETRIED, fresh)

    def drop(self, outbox_id: OutboxId) -> bool:
        """Never send a mail that failed, waits or is parked; False if it is none of these."""
        return self._change(outbox_id, _CAN_BE_DROPPED, {"state": SendingState.DROPPED.value, "lease_owner": None})

    def _change(self, outbox_id: OutboxId, states: Sequence[SendingState], change: dict[str, Any]) -> bool:
        in_these = TABLE.c.state.in_([state.value for state in states])
        changed = update(TABLE).where(TABLE.c.id == outbox_id, in_these).values(change)
        return bool(self._session.connection().execute(changed).rowcount)

    def sums(self) -> dict[str, int]:
        """How many mails are in each state; the states that no mail is in are missing."""
        connection = self._session.connection()
        rows = connection.execute(select(TABLE.c.state, func.count()).where(UNSENT).group_by(TABLE.c.state))
        sums = {row[0]: row[1] for row in rows}
        sent = connection.execute(select(func.count()).select_from(TABLE)).scalar_one() - sum(sums.values())
        return {**sums, **({SendingState.SENT.value: sent} if sent else {})}

    def count_doubted(self) -> int:
        """How many mails have ever come into doubt."""
        return self._session.connection().execute(select(func.count()).select_from(TABLE).where(DOUBTED)).scalar_one()

    def untold_doubts(self) -> list[OutboxEntry]:
        """Mails that came into doubt and were not told of; not those that tell of doubts themselves."""
        since = or_(col(OutboxRow.doubt_told_at).is_(None), col(OutboxRow.doubt_told_at) < col(OutboxRow.uncertain_at))
        found = select(OutboxRow).where(DOUBTED, since)
        found = found.where(OutboxRow.kind != NoticeKind.SENDING_DOUBT.value)
        return [_entry(row) for row in self._session.exec(found.order_by(col(OutboxRow.id))).all()]

    def doubts_last_told(self) -> datetime | None:
        """When doubts were last told of."""
        return self._session.exec(select(func.max(OutboxRow.doubt_told_at)).where(DOUBTED)).one()

    def doubts_told(self, outbox_ids: Sequence[OutboxId], *, now: datetime) -> None:
        """They were told of, until they come into doubt anew."""
        told = update(TABLE).where(TABLE.c.id.in_(outbox_ids)).values(doubt_told_at=now)
        self._session.connection().execute(told)

    def entries(
        self,
        *,
        states: Sequence[str] = (),
        ticket_id: TicketId | None = None,
        mail_id: MailId | None = None,
        doubted: bool = False,
        limit: int = 100,
    ) -> list[OutboxEntry]:
        """The newest mails: of some states or all, of one ticket or all, those that ever came into doubt or all.

        ``mail_id``: those only that tell of this received mail.
        """
        found = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
        if states:
            found = found.where(col(OutboxRow.state).in_(states))
            found = found if SendingState.SENT.value in states else found.where(UNSENT)
        if ticket_id is not None:
            found = found.where(OutboxRow.ticket_id == ticket_id)
        if mail_id is not None:
            found = found.where(OutboxRow.mail_id == mail_id)
        if doubted:
            found = found.where(DOUBTED)
        return [_entry(row) for row in self._session.exec(found).all()]

    def with_message_id(self, message_id: str) -> OutboxEntry | None:
        """The mail that we gave this Message-ID."""
        row = self._session.exec(select(OutboxRow).where(OutboxRow.message_id == message_id).limit(1)).first()
        return _entry(row) if row is not None else None

    def rehearsed(self) -> list[tuple[OutboxEntry, bytes]]:
        """What was queued in this rehearsal, in order, with the bytes: no other row has such keys."""
        found = select(OutboxRow).where(col(OutboxRow.id) >= REHEARSED_FROM).order_by(col(OutboxRow.id))
        return [(_entry(row), row.content) for row in self._session.exec(found)]

    def entry(self, outbox_id: OutboxId) -> tuple[OutboxEntry, bytes] | None:
        """One mail, and its bytes."""
        row = self._session.get(OutboxRow, outbox_id)
        return (_entry(row), row.content) if row is not None else None


def _entry(row: OutboxRow) -> OutboxEntry:
    return OutboxEntry(
        outbox_id=OutboxId(key_of(row.id)), kind=row.kind, state=row.state, recipient=row.recipient,
        ticket_id=TicketId(row.ticket_id) if row.ticket_id is not None else None,
        mail_id=MailId(row.mail_id) if row.mail_id is not None else None,
        message_id=row.message_id, queued_at=row.queued_at, not_before=row.not_before, attempts=row.attempts,
        sent_at=row.sent_at, response=row.response,
        marked_at=row.marked_at, uncertain_at=row.uncertain_at, doubts=row.doubts,
    )  # fmt: skip
