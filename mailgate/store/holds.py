"""Held mails: they wait for a specialist's decision, or for their cause to go away.

``state`` held → released | rejected, and rejected → released. What becomes of a released mail is for ``pipeline``: it
goes through once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from mailgate.domain.customer import CustomerId
from mailgate.domain.held_contents import HeldLine
from mailgate.domain.mail import MailId
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.verdict import HoldCause
from mailgate.store.rows import find, insert_ignoring, key_of
from mailgate.store.tables import AnsweredRow, CustomerRow, HeldRow, MailRow, OutboxRow, TakeUpRow

HELD, RELEASED, REJECTED = "held", "released", "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """A mail that waits, or waited."""

    mail_id: MailId
    state: str
    cause: HoldCause
    customer_id: CustomerId | None
    held_at: datetime
    decided_at: datetime | None
    decided_by: str | None


_HELD = find(HeldRow, "mail_id")
_TAKEN_UP = find(TakeUpRow, "held_id", order="reply_id")
_ANSWERED = find(AnsweredRow, "address", "kind")


class Holds:
    """Held mails, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, mail_id: MailId, *, cause: HoldCause, customer_id: CustomerId | None, now: datetime) -> None:
        """Let a mail wait; also one that was released and whose cause has come back."""
        row = self._session.get(HeldRow, mail_id) or HeldRow(mail_id=mail_id, state=HELD, cause=cause, held_at=now)
        row.state, row.cause, row.customer_id = HELD, cause.value, customer_id
        row.decided_at, row.decided_by = None, None
        self._session.add(row)
        self._session.flush()

    def decide(self, mail_id: MailId, *, state: str, by: str, now: datetime) -> bool:
        """Release or reject; False if that cannot be: what was rejected can be released, and nothing else again."""
        before = (HELD, REJECTED) if state == RELEASED else (HELD,)
        waiting = update(HeldRow).where(col(HeldRow.mail_id) == mail_id, col(HeldRow.state).in_(before))
        return bool(
            self._session.connection().execute(waiting.values(state=state, decided_at=now, decided_by=by)).rowcount
        )

    def by_gist(self, message_ids: Sequence[str]) -> tuple[MailId, str] | None:
        """The held mail whose gist has one of these Message-IDs, and to whom that went; None once it is a ticket."""
        if not message_ids:
            return None
        found = (
            select(OutboxRow.mail_id, OutboxRow.recipient)
            .join(MailRow, col(MailRow.id) == col(OutboxRow.mail_id))
            .where(col(OutboxRow.message_id).in_(message_ids), OutboxRow.kind == NoticeKind.HELD_GIST.value)
            .where(col(MailRow.ticket_id).is_(None))
        )
        row = self._session.exec(found.limit(1)).first()
        return (MailId(key_of(row[0])), row[1]) if row is not None else None

    def gists(self, mail_id: MailId) -> list[str]:
        """The Message-IDs of what was told about a held mail."""
        return list(self._session.exec(select(OutboxRow.message_id).where(OutboxRow.mail_id == mail_id)).all())

    def take_up(self, held: MailId, *, reply: MailId, speaks: bool) -> None:
        """Remember whose reply makes it a ticket."""
        values = {"reply_id": reply, "held_id": held, "speaks": speaks}
        insert_ignoring(self._session, TakeUpRow, values, unique=["reply_id"])

    def taken_up(self, held: MailId) -> list[tuple[MailId, bool]]:
        """The replies that did, each with whether it says more than yes."""
        rows = _TAKEN_UP.all(self._session, held_id=held)
        return [(MailId(row.reply_id), bool(row.speaks)) for row in rows]

    def get(self, mail_id: MailId) -> HeldMail | None:
        """One held mail."""
        row = _HELD.first(self._session, mail_id=mail_id)
        return _held(row) if row is not None else None

    def waiting(self, *, cause: HoldCause | None = None, customer_id: CustomerId | None = None) -> list[HeldMail]:
        """Those that wait, oldest first."""
        found = select(HeldRow).where(HeldRow.state == HELD).order_by(col(HeldRow.mail_id))
        if cause is not None:
            found = found.where(HeldRow.cause == cause.value)
        if customer_id is not None:
            found = found.where(HeldRow.customer_id == customer_id)
        return [_held(row) for row in self._session.exec(found).all()]

    def to_decide(self, *, most: int) -> tuple[list[HeldLine], int]:
        """What waits for a person, oldest first, and of how many; what is held for a payment goes by itself."""
        waits = (HeldRow.state == HELD, HeldRow.cause != HoldCause.OVERDUE.value)
        mail: Any = MailRow
        columns: Any = (HeldRow.mail_id, HeldRow.cause, mail.author_address, mail.subject, mail.received_at)
        found = (
            select(*columns)
            .join(MailRow, col(MailRow.id) == col(HeldRow.mail_id))
            .where(*waits)
            .order_by(col(HeldRow.mail_id))
        )
        lines = [
            HeldLine(
                mail=str(mail_id), cause=cause, sender=sender or "", subject=subject or "", received_at=received_at
            )
            for mail_id, cause, sender, subject, received_at in self._session.connection().execute(found.limit(most))
        ]
        count = self._session.exec(select(func.count()).select_from(HeldRow).where(*waits)).one()
        return lines, count

    def newest(self, *, limit: int = 100) -> list[HeldMail]:
        """The newest of all that waits or waited."""
        found = select(HeldRow).order_by(col(HeldRow.mail_id).desc()).limit(limit)
        return [_held(row) for row in self._session.exec(found).all()]

    def any_paid(self) -> bool:
        """Whether a mail is held for a late payment that is late no more; a read that keeps no writer waiting."""
        found = (
            select(HeldRow.mail_id)
            .join(CustomerRow, col(CustomerRow.id) == col(HeldRow.customer_id))
            .where(HeldRow.state == HELD, HeldRow.cause == HoldCause.OVERDUE.value)
            .where(col(CustomerRow.overdue_since).is_(None))
        )
        return self._session.exec(found.limit(1)).first() is not None

    def answered_since(self, address: str, *, kind: str, since: datetime) -> bool:
        """Whether this address has had such an answer since then."""
        row = _ANSWERED.first(self._session, address=address, kind=kind)
        return row is not None and row.last_at >= since

    def note_answer(self, address: str, *, kind: str, now: datetime) -> None:
        """Remember that this address is being answered."""
        row = self._session.get(AnsweredRow, (address, kind)) or AnsweredRow(address=address, kind=kind, last_at=now)
        row.last_at = now
        self._session.add(row)
        self._session.flush()


def _held(row: Any) -> HeldMail:
    return HeldMail(
        mail_id=MailId(row.mail_id),
        state=row.state,
        cause=HoldCause(row.cause),
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        held_at=row.held_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
