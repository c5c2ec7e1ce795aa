"""Mails of ours that came back: found by Message-ID, remembered once for each outcome, told by address. Row ↔ value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from mailgate.domain.looked_up import SentMail
from mailgate.domain.mail import MailId
from mailgate.domain.outgoing import OutboxId
from mailgate.domain.report import DeliveryAction
from mailgate.domain.ticket import TicketId
from mailgate.store.prepared import Prepared
from mailgate.store.rows import insert_ignoring, key_of
from mailgate.store.tables import BounceRow, OutboxRow

_SENT = Prepared(
    select(OutboxRow.id, OutboxRow.ticket_id, OutboxRow.recipient, OutboxRow.queued_at).where(
        OutboxRow.message_id == bindparam("message_id")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """The last mail to an address that came back for good; ``status``: RFC 3463, where the report gave one."""

    at: datetime
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a server said of one mail of ours. ``by_mail``: the mail that said so."""

    outbox_id: OutboxId
    at: datetime
    action: DeliveryAction
    status: str | None
    by_mail: MailId


class Bounces:
    """What came back, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sent(self, message_ids: Sequence[str], *, since: datetime | None = None) -> SentMail | None:
        """The mail of ours that one of these ids names; the first that does. ``since``: and that is not older."""
        rows = (row for one in message_ids for row in _SENT.all(self._session, message_id=one))
        row = next((row for row in rows if since is None or row.queued_at >= since), None)
        if row is None:
            return None
        return SentMail(
            outbox_id=OutboxId(key_of(row.id)),
            ticket_id=TicketId(row.ticket_id) if row.ticket_id is not None else None,
            recipient=row.recipient,
        )

    def add(self, sent: SentMail, *, action: DeliveryAction, status: str | None, mail_id: MailId, at: datetime) -> bool:
        """Remember what became of a mail; False if the same is known of it."""
        values = {
            "outbox_id": sent.outbox_id, "action": action.value, "recipient": sent.recipient, "status": status,
            "mail_id": mail_id, "at": at,
        }  # fmt: skip
        return insert_ignoring(self._session, BounceRow, values, unique=["outbox_id", "action"])

    def failed(self, addresses: Sequence[str]) -> dict[str, Bounced]:
        """Of these addresses, those that mail of ours came back from, each with the last time."""
        found = select(BounceRow).where(
            col(BounceRow.recipient).in_(addresses), BounceRow.action == DeliveryAction.FAILED.value
        )
        rows = self._session.exec(found.order_by(col(BounceRow.at))).all()
        return {row.recipient: Bounced(at=row.at, status=row.status) for row in rows}

    def of(self, outbox_ids: Sequence[OutboxId]) -> list[Returned]:
        """What was said of some mails, in the order of time."""
        found = select(BounceRow).where(col(BounceRow.outbox_id).in_(outbox_ids)).order_by(col(BounceRow.at))
        return [
            Returned(
                outbox_id=OutboxId(row.outbox_id), at=row.at, action=DeliveryAction(row.action), status=row.status,
                by_mail=MailId(row.mail_id),
            )
            for row in self._session.exec(found)
        ]  # fmt: skip
