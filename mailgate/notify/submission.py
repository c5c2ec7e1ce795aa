"""One mail through an open SMTP connection, reply by reply (RFC 5321 §3.3), and what the replies mean for it.

Promises: the final dot goes out only after ``mark`` has said so; up to there a mail has certainly not gone out, from
there on whatever is not an answer is ``Uncertain``. Leaves the connection, its TLS and its signing in to
``smtp_transport``.
"""

import re
import smtplib

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.mail import canonical_address
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, OutgoingMail, Uncertain
from mailgate.domain.ports import Mark

log = structlog.get_logger()

_DOT = b".\r\n"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NOT_SHOWN = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")
# RFC 4954 §6, RFC 5321 §3.6.2: we are not signed in as we should be. No fault of the mail.
_SIGN_IN_CODES = (530, 534, 535, 538)


class RefusedError(Exception):
    """A reply that ends the transaction."""

    def __init__(self, outcome: DeliveryOutcome, code: int) -> None:
        super().__init__(code)
        self.outcome = outcome
        self.code = code


def submit(client: smtplib.SMTP, mail: OutgoingMail, *, mark: Mark, dot_seconds: float) -> tuple[DeliveryOutcome, bool]:
    """Try once; also says whether the connection can be used for another mail. Never raises."""
    unfit = _unfit(mail)
    if unfit is not None:
        return unfit, True
    try:
        _open_transaction(client, mail)
        client.send(on_the_wire(mail.content)[: -len(_DOT)])
    except RefusedError as refused:
        return refused.outcome, refused.code not in (421, -1)
    except (OSError, smtplib.SMTPException) as error:
        return Deferred(diagnostic=f"connection lost: {type(error).__name__}"), False
    except Exception as error:
        log.exception("submission_broken")
        return Deferred(diagnostic=f"unexpected: {type(error).__name__}"), False
    return _end(client, mark=mark, dot_seconds=dot_seconds)


def _end(client: smtplib.SMTP, *, mark: Mark, dot_seconds: float) -> tuple[DeliveryOutcome, bool]:
    """The server has all but the dot: without it, it must forget the mail (RFC 5321 §4.1.1.4)."""
    try:
        may_end = mark()
    except Exception as error:  # noqa: BLE001  the outbox is in trouble: nothing may go out, and it is tried again
        log.error("outbox_trouble", error=type(error).__name__, at="mark")  # noqa: TRY400
        return Deferred(diagnostic=f"not sent, for it could not be marked: {type(error).__name__}"), False
    if not may_end:
        return Deferred(diagnostic="not sent, for it is another sender's by now"), False
    crash_point("outbox.marked")
    try:
        return _answer_to_the_dot(client, dot_seconds)
    except (OSError, smtplib.SMTPException) as error:
        return Uncertain(diagnostic=f"uncertain: no answer to the final dot: {type(error).__name__}"), False
    except Exception as error:
        log.exception("submission_broken")
        return Uncertain(diagnostic=f"uncertain: after the final dot: {type(error).__name__}"), False


def on_the_wire(content: bytes) -> bytes:
    """RFC 5321 §2.3.8, §4.5.2: every line ends with CR LF, a leading dot is doubled, a lone dot ends it all.

    smtplib would leave a bare CR or LF as it is, and another server might read an end of mail into it.
    """
    lines = _LINE_END.sub(b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + _DOT


def _unfit(mail: OutgoingMail) -> Failed | None:
    """A last look at the envelope: nothing but plain addresses gets into a command (RFC 5321 §4.1.2)."""
    if canonical_address(mail.rcpt_to) is None:
        return Failed(diagnostic="the recipient is no plain mail address")
    if mail.mail_from is not None and canonical_address(mail.mail_from) is None:
        return Failed(diagnostic="the reverse-path is no plain mail address")
    return None


def _open_transaction(client: smtplib.SMTP, mail: OutgoingMail) -> None:
    options = [f"size={len(mail.content)}"] if client.has_extn("size") else []
    if not mail.content.isascii() and client.has_extn("8bitmime"):
        options.append("body=8bitmime")
    _expect(250, client.mail(mail.mail_from or "", options), at="MAIL")
    code, text = client.rcpt(mail.rcpt_to)
    _expect(250, (250 if code == 251 else code, text), at="RCPT")
    _expect(354, client.docmd("DATA"), at="DATA")


def _answer_to_the_dot(client: smtplib.SMTP, seconds: float) -> tuple[DeliveryOutcome, bool]:
    """From here on the server may have the mail although we do not hear so."""
    client.send(_DOT)
    crash_point("outbox.dot_sent")
    assert client.sock is not None  # noqa: S101  it has just been used
    before = client.sock.gettimeout()
    client.sock.settimeout(seconds)
    code, text = client.getreply()
    client.sock.settimeout(before)
    if code == -1:
        return Uncertain(diagnostic="uncertain: no answer to the final dot that can be read"), False
    return outcome_of(code, text, at="dot"), code != 421


def _expect(wanted: int, reply: tuple[int, bytes], *, at: str) -> None:
    code, text = reply
    if code != wanted:
        raise RefusedError(outcome_of(code, text, at=at), code)


def outcome_of(code: int, text: bytes, *, at: str) -> DeliveryOutcome:
    """What a reply means. ``at``: MAIL, RCPT, DATA, or ``dot`` for the final one."""
    words = diagnostic(code, text)
    if at == "dot" and 200 <= code < 300:
        return Delivered(response=words)
    if 500 <= code < 600 and not _is_ours(code, at):
        return Failed(diagnostic=words)
    return Deferred(diagnostic=words)


def _is_ours(code: int, at: str) -> bool:
    """A 5xx that says nothing final about this mail."""
    if code in _SIGN_IN_CODES or (at == "MAIL" and code != 552):
        # Our reverse-path, or we ourselves, are not welcome: that would fail every mail.
        log.error("submission_refused", code=code, at=at)
        return True
    return at == "RCPT" and code == 552  # RFC 5321 §4.5.3.1.10: to be treated as 452


def diagnostic(code: int, text: bytes) -> str:
    """The reply in one short line, without what a terminal would act on."""
    return _NOT_SHOWN.sub(" ", f"{code} {text.decode('utf-8', 'replace')}")[:200].strip()
