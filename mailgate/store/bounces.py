"""Mails of ours that came back: found by Message-ID, remembered once for each outcome, told by address. Row ↔ value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from mailgate.domain.mail import MailId
from mailgate.domain.outgoing import OutboxId
from mailgate.domain.report import DeliveryAction
from mailgate.domain.ticket import TicketId
from mailgate.domain.verdict import SentMail
from mailgate.store.rows import insert_ignoring, key_of
from mailgate.store.tables import BounceRow, OutboxRow


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
        if not message_ids:
            return None
        columns = select(OutboxRow.message_id, OutboxRow.id, OutboxRow.ticket_id, OutboxRow.recipient)
        wanted = columns.where(col(OutboxRow.message_id).in_(message_ids))
        rows = self._session.exec(wanted.where(col(OutboxRow.queued_at) >= since) if since else wanted).all()
        found = {message_id: (key, ticket, recipient) for message_id, key, ticket, recipient in rows}
        for message_id in message_ids:
            if message_id in found:
                key, ticket, recipient = found[message_id]
                return SentMail(
                    outbox_id=OutboxId(key_of(key)),
                    ticket_id=TicketId(ticket) if ticket is not None else None,
                    recipient=recipient,
                )
        return None

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
