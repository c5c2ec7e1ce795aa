"""Builders of mails that wait to be sent; what a test does not name is ordinary."""

from datetime import UTC, datetime

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import OutboxId, OutgoingMail, QueuedMail

CONTENT = b"From: support@example.com\r\nTo: anna@kund.example\r\nSubject: [MG-100001-0] Hej\r\n\r\nHej Anna\r\n"


def a_queued_mail(
    number: int = 1,
    *,
    rcpt_to: str = "anna@kund.example",
    mail_from: str | None = None,
    content: bytes = CONTENT,
    message_id: str | None = None,
) -> QueuedMail:
    return QueuedMail(
        outbox_id=OutboxId(number),
        mail=OutgoingMail(
            message_id=message_id or f"<{number}@mailgate.example.com>",
            mail_from=mail_from,
            rcpt_to=rcpt_to,
            content=content,
        ),
        kind=NoticeKind.RECEIPT,
        queued_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        attempts=1,
    )


def marked() -> bool:
    """A mark that can be made, for those who do not ask when it was."""
    return True
