"""Submits outgoing mail to the operator's server (RFC 6409), over one connection for many mails.

Promises: never raises; a reply that is not understood, and anything between us and the server, is ``Deferred``, after
the final dot ``Uncertain``; only a 5xx for this recipient or this mail is ``Failed``. No password without TLS, except
to this machine. When to try again is decided by the outbox.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import structlog

from mailgate.config_outgoing import OutgoingConfig
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, QueuedMail, Untried
from mailgate.domain.ports import Mark
from mailgate.notify.submission import LOST, Submission

log = structlog.get_logger()

# RFC 5321 §4.5.3.2.6: who gives up sooner on the answer to the final dot sends mails twice.
_DOT_SECONDS = 600.0


class SignInError(Exception):
    """We may not, or must not, sign in: the configuration is wrong, not the mail."""


class SmtpTransport:
    """A ``Transport`` over SMTP. ``password`` is asked for at each connection, so that a new one needs no restart."""

    def __init__(
        self,
        config: OutgoingConfig,
        *,
        home: Path,
        password: Callable[[], str] | None = None,
        local_hostname: str = "",
        dot_seconds: float = _DOT_SECONDS,
    ) -> None:
        self._config = config
        self._home = home
        self._password = password
        # Never smtplib's default: that asks DNS for our name, and waits for it.
        self._local_hostname = local_hostname or socket.gethostname()
        self._dot_seconds = max(dot_seconds, config.timeout_seconds)
        self._open_one: Submission | None = None

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        """Try once. A server that has ended the last mail's connection meanwhile is asked again, over a new one."""
        outcome, again = self._try(queued, mark)
        return self._try(queued, mark)[0] if again else outcome

    def _try(self, queued: QueuedMail, mark: Mark) -> tuple[DeliveryOutcome, bool]:
        """Also says whether the connection was an old one that was of no use for this mail."""
        reused = self._open_one is not None
        try:
            line = self._open_one = self._open_one or self._connect()
        except Exception as error:  # noqa: BLE001  told by what it is
            return self._no_way(error), False
        outcome = line.submit(queued.mail, mark)
        useless = _is_useless(outcome)
        if not line.usable:
            self._drop()
        elif line.mails >= self._config.mails_per_connection:
            self.close()
        if isinstance(outcome, Untried) and not reused and outcome.diagnostic.startswith(LOST):
            # A fresh connection that ends under a mail, each time, may be the mail's doing: the attempt counts.
            outcome = Deferred(diagnostic=outcome.diagnostic)
        return outcome, reused and useless

    def close(self) -> None:
        """Say goodbye."""
        line, self._open_one = self._open_one, None
        if line is None:
            return
        try:
            line.client.quit()
        except (OSError, smtplib.SMTPException):
            line.client.close()

    def _no_way(self, error: Exception) -> Untried:
        """Ours or the server's trouble, and no mail's: all of them wait, and the operator is told."""
        event, words = _trouble(error)
        if event == "submission_broken":
            log.error(event, diagnostic=words, exc_info=error)
        else:
            log.error(event, diagnostic=words)
        self._drop()
        return Untried(diagnostic=words)

    def _connect(self) -> Submission:
        client = self._open()
        try:
            if self._config.tls == "starttls":
                client.starttls(context=self._tls_context())
            client.ehlo_or_helo_if_needed()
            if self._config.user:
                self._sign_in(client)
            return Submission(client, dot_seconds=self._dot_seconds)
        except BaseException:
            client.close()
            raise

    def _open(self) -> smtplib.SMTP:
        host, port, timeout = self._config.host, self._config.port, self._config.timeout_seconds
        if self._config.tls == "implicit":
            return smtplib.SMTP_SSL(
                host, port, local_hostname=self._local_hostname, timeout=timeout, context=self._tls_context()
            )
        return smtplib.SMTP(host, port, local_hostname=self._local_hostname, timeout=timeout)

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(
            cafile=str(self._home / self._config.ca_file) if self._config.ca_file else None
        )
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
        return context

    def _sign_in(self, client: smtplib.SMTP) -> None:
        if self._config.tls == "none" and not _is_this_machine(self._config.host):
            raise SignInError("no password is sent to another machine without TLS")
        try:
            password = self._password() if self._password else ""
        except Exception as error:
            raise SignInError(f"the password cannot be read: {type(error).__name__}") from error
        client.login(self._config.user, password)

    def _drop(self) -> None:
        line, self._open_one = self._open_one, None
        if line is not None:
            line.client.close()


def _is_useless(outcome: DeliveryOutcome) -> bool:
    """Whether the server wanted no more mails over this connection: it was gone, or said 421 to MAIL."""
    match outcome:
        case Untried(diagnostic=words):
            return words.startswith(LOST)
        case Deferred(diagnostic=words):
            return words.startswith("421")
        case _:
            return False


def _trouble(error: Exception) -> tuple[str, str]:
    """What kind of trouble a connection met with: the event to log, and words without secrets or addresses."""
    match error:
        case SignInError():
            return "submission_sign_in_refused", str(error)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return "submission_sign_in_refused", f"{code} signing in was refused"
        case ssl.SSLError(reason=reason):
            return "submission_tls_failed", f"TLS: {reason or type(error).__name__}"
        case OSError() | smtplib.SMTPException():
            return "submission_unreachable", f"no connection: {_words(error)}"
        case _:
            return "submission_broken", f"unexpected: {type(error).__name__}"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words(error: Exception) -> str:
    """What kind of trouble, without what a server may have said about addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
