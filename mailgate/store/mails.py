"""Reading received mails: their bytes, their attachments, and what became of them. Row ↔ value."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from mailgate.domain.authenticity import Authenticity
from mailgate.domain.mail import Attachment, MailId, ParsedMail
from mailgate.domain.ticket import TicketId
from mailgate.domain.verdict import Outcome
from mailgate.store.authenticity import proof_of, proof_values
from mailgate.store.claims import RECEIVED
from mailgate.store.rows import change_row, insert_ignoring, key_of
from mailgate.store.tables import ArrivalRow, AttachmentRow, MailRow, RawMailRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """A received mail, as listings show it."""

    mail_id: MailId
    received_at: datetime
    settled_at: datetime | None
    message_id: str | None
    origin: str
    peer: str
    mail_from: str | None
    rcpt_to: tuple[str, ...]
    size: int
    attempts: int
    state: str
    outcome: str | None
    rule: str | None
    evidence: str | None
    ticket_id: TicketId | None
    author_address: str | None
    author_name: str | None
    subject: str | None
    authenticity: Authenticity | None
    unanswered: str | None
    arrivals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One time that a mail came; the first, or one that was recognised as the same mail."""

    origin: str
    peer: str
    received_at: datetime


class Mails:
    """What is known of received mails, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def describe(self, mail_id: MailId, mail: ParsedMail, authenticity: Authenticity | None = None) -> None:
        """Keep what listings show of a mail, and the index of its attachments."""
        author = mail.author
        change = {
            "author_address": author.spec if author else None, "author_name": author.name if author else None,
            "subject": mail.subject, "message_id": mail.message_id, **proof_values(authenticity),
        }  # fmt: skip
        change_row(self._session, MailRow, mail_id, change)
        for position, attachment in enumerate(mail.attachments, start=1):
            values = {"mail_id": mail_id, "position": position, **_attachment_values(attachment)}
            insert_ignoring(self._session, AttachmentRow, values, unique=["mail_id", "position"])

    def note_unanswered(self, mail_id: MailId, why: str) -> None:
        """An automatic mail that it would have set off stays away; further ones are added to the first."""
        so_far = MailRow.__table__.c.unanswered  # type: ignore[attr-defined]
        this = update(MailRow).where(col(MailRow.id) == mail_id)
        self._session.connection().execute(this.values(unanswered=func.coalesce(so_far + ", ", "") + why))

    def content(self, mail_id: MailId) -> bytes | None:
        """The bytes, as received."""
        found = select(RawMailRow.content).join(MailRow, col(MailRow.raw_sha256) == col(RawMailRow.sha256))
        return self._session.exec(found.where(MailRow.id == mail_id)).first()

    def attachments(self, mail_ids: Sequence[MailId]) -> list[tuple[MailId, Attachment]]:
        """The attachments of some mails, in order."""
        order = (col(AttachmentRow.mail_id), col(AttachmentRow.position))
        rows = self._session.exec(
            select(AttachmentRow).where(col(AttachmentRow.mail_id).in_(mail_ids)).order_by(*order)
        )
        return [(MailId(row.mail_id), _attachment(row)) for row in rows]

    def summary(self, mail_id: MailId) -> MailSummary | None:
        """One mail, as listings show it."""
        return next(iter(self._summaries(col(MailRow.id) == mail_id, limit=1)), None)

    def with_message_id(self, message_id: str) -> list[MailId]:
        """The mails that their senders gave this Message-ID, oldest first. Reads the whole table."""
        found = select(MailRow.id).where(MailRow.message_id == message_id).order_by(col(MailRow.id))
        return [MailId(key_of(key)) for key in self._session.exec(found)]

    def summaries(self, *, outcome: Outcome | None = None, limit: int = 100) -> list[MailSummary]:
        """The newest mails, of one outcome or of all."""
        return self._summaries(*([col(MailRow.outcome) == outcome.value] if outcome else []), limit=limit)

    def some(self, mail_ids: Sequence[MailId]) -> list[MailSummary]:
        """These mails, the newest first."""
        return self._summaries(col(MailRow.id).in_(mail_ids), limit=len(mail_ids))

    def _summaries(self, *conditions: Any, limit: int) -> list[MailSummary]:
        arrivals = select(func.count()).where(ArrivalRow.mail_id == MailRow.id).correlate(MailRow).scalar_subquery()
        found = (
            select(MailRow, RawMailRow.size, arrivals)
            .join(RawMailRow, col(RawMailRow.sha256) == col(MailRow.raw_sha256))
            .where(*conditions)
            .order_by(col(MailRow.id).desc())
            .limit(limit)
        )
        return [_summary(row, size=size, arrivals=count) for row, size, count in self._session.exec(found)]

    def proofs(self, mail_ids: Sequence[MailId]) -> dict[MailId, Authenticity]:
        """What was found out about the authors of some mails; of those that somebody checked."""
        rows = self._session.exec(select(MailRow).where(col(MailRow.id).in_(mail_ids), col(MailRow.proof).is_not(None)))
        found = ((MailId(key_of(row.id)), proof_of(row)) for row in rows)
        return {mail_id: proof for mail_id, proof in found if proof is not None}

    def arrivals(self, mail_id: MailId) -> list[Arrival]:
        """Each time that a mail came, the first time first."""
        rows = self._session.exec(select(ArrivalRow).where(ArrivalRow.mail_id == mail_id).order_by(col(ArrivalRow.id)))
        return [Arrival(origin=row.origin, peer=row.peer, received_at=row.received_at) for row in rows]

    def sums(self) -> dict[str, int]:
        """How many mails ended in which way; those that still wait count as ``received``."""
        outcome = func.coalesce(MailRow.outcome, RECEIVED)
        return dict(self._session.exec(select(outcome, func.count()).group_by(outcome)).all())


def _attachment_values(attachment: Attachment) -> dict[str, Any]:
    return {
        "part": attachment.part, "name": attachment.name, "content_type": attachment.content_type,
        "size": attachment.size, "content_id": attachment.content_id, "inline": attachment.inline,
    }  # fmt: skip


def _attachment(row: AttachmentRow) -> Attachment:
    return Attachment(
        part=row.part,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        content_id=row.content_id,
        inline=row.inline,
    )


def _summary(row: MailRow, *, size: int, arrivals: int) -> MailSummary:
    return MailSummary(
        mail_id=MailId(key_of(row.id)), received_at=row.received_at, origin=row.origin, peer=row.peer,
        settled_at=row.settled_at, message_id=row.message_id,
        mail_from=row.mail_from, rcpt_to=tuple(json.loads(row.rcpt_to)), size=size, attempts=row.attempts,
        state=row.state, outcome=row.outcome, rule=row.rule, evidence=row.evidence,
        ticket_id=TicketId(row.ticket_id) if row.ticket_id is not None else None,
        author_address=row.author_address, author_name=row.author_name, subject=row.subject, arrivals=arrivals,
        authenticity=proof_of(row), unanswered=row.unanswered,
    )  # fmt: skip
