"""Mails through an open SMTP connection, reply by reply (RFC 5321 §3.3), and what the replies mean for each.

Promises: the final dot goes out only after ``mark`` has said so; up to there a mail has certainly not gone out, from
there on whatever is not an answer is ``Uncertain``. Commands go together where the server allows it (RFC 2920). Leaves
the connection, its TLS and its signing in to ``smtp_transport``; what a reply means to ``replies``.
"""

import re
import smtplib
import socket

import structlog

from mailgate.crash_points import crash_point
from mailgate.domain.mail import canonical_address
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, Failed, OutgoingMail, Uncertain, Untried
from mailgate.domain.ports import Mark
from mailgate.notify.replies import outcome_of

log = structlog.get_logger()

LOST = "connection lost"
"""Begins the diagnostic of a mail whose connection ended before the mail could be said."""
_DOT = b".\r\n"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_NO_REPLY = -1
"""What smtplib gives for a reply that is none."""


class RefusedError(Exception):
    """A reply that ends the transaction."""

    def __init__(self, outcome: DeliveryOutcome, code: int) -> None:
        super().__init__(code)
        self.outcome = outcome
        self.code = code


class Submission:
    """One open connection. ``usable``: whether it can be used for another mail; ``mails``: how many it was used for."""

    def __init__(self, client: smtplib.SMTP, *, dot_seconds: float) -> None:
        self.client = client
        self.usable = True
        self.mails = 0
        self._dot_seconds = dot_seconds
        self._pipelining = client.has_extn("pipelining")
        self._size = client.has_extn("size")
        self._eight_bit = client.has_extn("8bitmime")
        self._transaction_open = False
        assert client.sock is not None  # noqa: S101  it is open
        # The dot is a packet of its own, and must not wait until the server has confirmed the text before it.
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def submit(self, mail: OutgoingMail, mark: Mark) -> DeliveryOutcome:
        """Try once. Never raises; ``Untried`` if the connection ends before the mail could be said."""
        unfit = _unfit(mail)
        if unfit is not None:
            return unfit
        self.mails += 1
        try:
            self._open_transaction(mail)
            self.client.send(on_the_wire(mail.content)[: -len(_DOT)])
        except RefusedError as refused:
            self.usable = self.usable and refused.code not in (421, _NO_REPLY)
            return refused.outcome
        except (OSError, smtplib.SMTPException) as error:
            self.usable = False
            return Untried(diagnostic=f"{LOST}: {type(error).__name__}")
        except Exception as error:
            log.exception("submission_broken")
            self.usable = False
            return Deferred(diagnostic=f"unexpected: {type(error).__name__}")
        return self._end(mark)

    def _open_transaction(self, mail: OutgoingMail) -> None:
        """MAIL, RCPT and DATA; after a refusal RSET first, for the server has an open transaction then."""
        commands = [("RSET", "RSET")] if self._transaction_open else []
        commands += [("MAIL", self._mail(mail)), ("RCPT", f"RCPT TO:<{mail.rcpt_to}>"), ("DATA", "DATA")]
        self._transaction_open = True
        if self._pipelining:
            self.client.send("".join(f"{command}\r\n" for _, command in commands))
            self._read_all([verb for verb, _ in commands])
        else:
            for verb, command in commands:
                self.client.send(f"{command}\r\n")
                _expect(verb, self.client.getreply())

    def _mail(self, mail: OutgoingMail) -> str:
        size = f" SIZE={len(mail.content)}" if self._size else ""
        body = " BODY=8BITMIME" if self._eight_bit and not mail.content.isascii() else ""
        return f"MAIL FROM:<{mail.mail_from or ''}>{size}{body}"

    def _read_all(self, verbs: list[str]) -> None:
        """Each command gets its reply, whatever became of the ones before; the first refusal counts."""
        first: RefusedError | None = None
        for verb in verbs:
            code, text = self.client.getreply()
            try:
                _expect(verb, (code, text))
            except RefusedError as refused:
                first = first or refused
                if code in (421, _NO_REPLY):
                    break
            else:
                # RFC 2920 §3.1: DATA may be accepted although nobody is there to get it. Nothing must follow then.
                self.usable = self.usable and not (verb == "DATA" and first)
        if first is not None:
            raise first

    def _end(self, mark: Mark) -> DeliveryOutcome:
        """The server has all but the dot: without it, it must forget the mail (RFC 5321 §4.1.1.4)."""
        self.usable = False
        try:
            may_end = mark()
        except Exception as error:  # noqa: BLE001  the outbox is in trouble: nothing may go out, and it is tried again
            log.error("outbox_trouble", error=type(error).__name__, at="mark")  # noqa: TRY400
            return Untried(diagnostic=f"it could not be marked: {type(error).__name__}")
        if not may_end:
            return Untried(diagnostic="it is another sender's by now")
        crash_point("outbox.marked")
        try:
            return self._answer_to_the_dot()
        except (OSError, smtplib.SMTPException) as error:
            return Uncertain(diagnostic=f"uncertain: no answer to the final dot: {type(error).__name__}")
        except Exception as error:
            log.exception("submission_broken")
            return Uncertain(diagnostic=f"uncertain: after the final dot: {type(error).__name__}")

    def _answer_to_the_dot(self) -> DeliveryOutcome:
        """From here on the server may have the mail although we do not hear so."""
        self.client.send(_DOT)
        crash_point("outbox.dot_sent")
        assert self.client.sock is not None  # noqa: S101  it has just been used
        before = self.client.sock.gettimeout()
        self.client.sock.settimeout(self._dot_seconds)
        code, text = self.client.getreply()
        if code == _NO_REPLY:
            return Uncertain(diagnostic="uncertain: no answer to the final dot that can be read")
        self.client.sock.settimeout(before)
        self.usable, self._transaction_open = code != 421, False
        return outcome_of(code, text, at="dot")


def on_the_wire(content: bytes) -> bytes:
    """RFC 5321 §2.3.8, §4.5.2: every line ends with CR LF, a leading dot is doubled, a lone dot ends it all.

    smtplib would leave a bare CR or LF as it is, and another server might read an end of mail into it.
    """
    ends = content.count(b"\r\n")
    bare = content.count(b"\r") != ends or content.count(b"\n") != ends
    lines = _LINE_END.sub(b"\r\n", content) if bare else content
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    if lines.startswith(b".") or b"\n." in lines:
        lines = _LEADING_DOT.sub(b"..", lines)
    return lines + _DOT


def _unfit(mail: OutgoingMail) -> Failed | None:
    """A last look at the envelope: nothing but plain addresses gets into a command (RFC 5321 §4.1.2)."""
    if canonical_address(mail.rcpt_to) is None:
        return Failed(diagnostic="the recipient is no plain mail address")
    if mail.mail_from is not None and canonical_address(mail.mail_from) is None:
        return Failed(diagnostic="the reverse-path is no plain mail address")
    return None


def _expect(verb: str, reply: tuple[int, bytes]) -> None:
    code, text = reply
    wanted = 354 if verb == "DATA" else 250
    if code != wanted and not (verb == "RCPT" and code == 251):
        raise RefusedError(outcome_of(code, text, at=verb), code)
