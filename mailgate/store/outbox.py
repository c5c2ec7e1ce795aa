"""The outbox: mails are written in the transaction of what they tell, claimed with a lease, sent, and recorded.

``state`` pending → sending → sent | pending (deferred) | failed. A crash between the peer's 250 and ``record`` sends
one mail twice, with the same bytes and the same Message-ID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, OutboxId, OutgoingMail, QueuedMail
from mailgate.domain.ticket import TicketId
from mailgate.store.rows import insert_ignoring, is_among, key_of
from mailgate.store.tables import OutboxRow

PENDING, SENDING, SENT, FAILED = "pending", "sending", "sent", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A mail of the outbox, as listings show it."""

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


class OutboxTable:
    """The outbox, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def knows(self, key: str) -> bool:
        """Whether this has been told, or is about to be."""
        return self._session.exec(select(OutboxRow.id).where(OutboxRow.key == key)).first() is not None

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
            "key": key, "kind": kind.value, "state": PENDING, "ticket_id": ticket_id, "mail_id": mail_id,
            "recipient": mail.rcpt_to, "mail_from": mail.mail_from, "message_id": mail.message_id,
            "content": mail.content, "queued_at": now, "not_before": now, "attempts": 0,
        }  # fmt: skip
        return insert_ignoring(self._session, OutboxRow, values, unique=["key"])

    def has_due(self, now: datetime) -> bool:
        """Whether there is anything to claim; a read that keeps no writer waiting."""
        return self._session.exec(_due(now).limit(1)).first() is not None

    def claim_due(self, *, owner: str, now: datetime, lease: timedelta, limit: int) -> list[QueuedMail]:
        """Take due mails, oldest first, and count the attempt before it is made."""
        ids = self._session.exec(
            _due(now)
            .order_by(col(OutboxRow.not_before), col(OutboxRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if not ids:
            return []
        change = {
            "state": SENDING,
            "attempts": OutboxRow.attempts + 1,
            "lease_owner": owner,
            "lease_until": now + lease,
        }
        self._session.connection().execute(update(OutboxRow).where(col(OutboxRow.id).in_(ids)).values(change))
        rows = self._session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.id).in_(ids))
            .order_by(col(OutboxRow.not_before), col(OutboxRow.id))
            .execution_options(populate_existing=True)
        )
        return [_queued(row) for row in rows]

    def record(
        self, outbox_id: OutboxId, *, owner: str, outcome: DeliveryOutcome, retry_at: datetime, now: datetime
    ) -> None:
        """Remember how sending went, unless the lease is another's by now; ``retry_at`` counts for a deferred mail."""
        match outcome:
            case Delivered(response=text):
                change: dict[str, Any] = {"state": SENT, "sent_at": now, "response": text}
            case Deferred(diagnostic=text):
                change = {"state": PENDING, "not_before": retry_at, "response": text}
            case Failed(diagnostic=text):
                change = {"state": FAILED, "response": text}
            case _:
                assert_never(outcome)
        self._let_go([outbox_id], owner=owner, change=change)

    def give_back(self, outbox_ids: Sequence[OutboxId], *, owner: str) -> None:
        """Let go of mails that were claimed and not tried; the attempt does not count."""
        self._let_go(outbox_ids, owner=owner, change={"state": PENDING, "attempts": OutboxRow.attempts - 1})

    def end_leases(self) -> int:
        """Free everything that is claimed: for the one process that works on this database, when it starts."""
        waiting = is_among(OutboxRow.state, (PENDING, SENDING))  # says the condition of the index
        mine = update(OutboxRow).where(waiting, col(OutboxRow.state) == SENDING)
        free = {"state": PENDING, "lease_owner": None, "lease_until": None}
        return self._session.connection().execute(mine.values(free)).rowcount

    def _let_go(self, outbox_ids: Sequence[OutboxId], *, owner: str, change: dict[str, Any]) -> None:
        mine = update(OutboxRow).where(col(OutboxRow.id).in_(outbox_ids), col(OutboxRow.lease_owner) == owner)
        self._session.connection().execute(mine.values({**change, "lease_owner": None, "lease_until": None}))

    def retry(self, outbox_id: OutboxId, *, now: datetime) -> bool:
        """Send a mail that failed or waits, now; False if it is neither."""
        waiting = update(OutboxRow).where(col(OutboxRow.id) == outbox_id, col(OutboxRow.state).in_((FAILED, PENDING)))
        fresh = {"state": PENDING, "not_before": now, "attempts": 0, "queued_at": now}
        return bool(self._session.connection().execute(waiting.values(fresh)).rowcount)

    def entries(
        self, *, states: Sequence[str] = (), ticket_id: TicketId | None = None, limit: int = 100
    ) -> list[OutboxEntry]:
        """The newest mails, of some states or all, of one ticket or all."""
        found = select(OutboxRow).order_by(col(OutboxRow.id).desc()).limit(limit)
        if states:
            found = found.where(col(OutboxRow.state).in_(states))
        if ticket_id is not None:
            found = found.where(OutboxRow.ticket_id == ticket_id)
        return [_entry(row) for row in self._session.exec(found).all()]

    def entry(self, outbox_id: OutboxId) -> tuple[OutboxEntry, bytes] | None:
        """One mail, and its bytes."""
        row = self._session.get(OutboxRow, outbox_id)
        return (_entry(row), row.content) if row is not None else None


def _due(now: datetime) -> SelectOfScalar[Any]:
    """Those that wait, and those whose sender has not been heard of for longer than its lease."""
    free = or_(col(OutboxRow.state) == PENDING, col(OutboxRow.lease_until) < now)
    return select(OutboxRow.id).where(
        is_among(OutboxRow.state, (PENDING, SENDING)), free, col(OutboxRow.not_before) <= now
    )


def _queued(row: OutboxRow) -> QueuedMail:
    mail = OutgoingMail(message_id=row.message_id, mail_from=row.mail_from, rcpt_to=row.recipient, content=row.content)
    return QueuedMail(
        outbox_id=OutboxId(key_of(row.id)),
        mail=mail,
        kind=NoticeKind(row.kind),
        queued_at=row.queued_at,
        attempts=row.attempts,
    )


def _entry(row: OutboxRow) -> OutboxEntry:
    return OutboxEntry(
        outbox_id=OutboxId(key_of(row.id)), kind=row.kind, state=row.state, recipient=row.recipient,
        ticket_id=TicketId(row.ticket_id) if row.ticket_id is not None else None,
        mail_id=MailId(row.mail_id) if row.mail_id is not None else None,
        message_id=row.message_id, queued_at=row.queued_at, not_before=row.not_before, attempts=row.attempts,
        sent_at=row.sent_at, response=row.response,
    )  # fmt: skip
