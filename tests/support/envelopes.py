"""Builders for envelopes: everything has a default but the point."""

from datetime import UTC, datetime

from mailgate.domain.mail import Envelope, Origin

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_mail_text(
    *,
    subject: str = "Hjälp",
    sender: str = "Eva Ek <eva@kund.example>",
    message_id: str | None = "<1@kund.example>",
    body: str = "Hej!",
    extra: str = "",
) -> bytes:
    """A plain mail's bytes, in UTF-8."""
    lines = [f"From: {sender}", "To: support@example.com", f"Subject: {subject}"]
    lines += [f"Message-ID: {message_id}"] if message_id is not None else []
    lines += [extra] if extra else []
    lines += ["Content-Type: text/plain; charset=utf-8", "", body, ""]
    return "\r\n".join(lines).encode()


def an_envelope(
    content: bytes | None = None,
    *,
    mail_from: str | None = "eva@kund.example",
    rcpt_to: tuple[str, ...] = ("support@example.com",),
    received_at: datetime = MONDAY,
    origin: Origin = Origin.SMTP,
) -> Envelope:
    """A mail as a door hands it over."""
    return Envelope(
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        received_at=received_at,
        origin=origin,
        peer="127.0.0.1",
        content=a_mail_text() if content is None else content,
    )
