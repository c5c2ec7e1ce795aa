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
from mailgate.domain.outgoing import Deferred, DeliveryOutcome, QueuedMail
from mailgate.domain.ports import Mark
from mailgate.notify.submission import submit

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
        self._client: smtplib.SMTP | None = None

    def send(self, queued: QueuedMail, mark: Mark) -> DeliveryOutcome:
        """Try once."""
        try:
            client = self._ready_client()
        except SignInError as error:
            return self._trouble("submission_sign_in_refused", str(error))
        except smtplib.SMTPAuthenticationError as error:
            return self._trouble("submission_sign_in_refused", f"{error.smtp_code} signing in was refused")
        except ssl.SSLError as error:
            return self._trouble("submission_tls_failed", f"TLS: {error.reason or type(error).__name__}")
        except (OSError, smtplib.SMTPException) as error:
            return self._trouble("submission_unreachable", f"no connection: {_words(error)}")
        except Exception as error:
            log.exception("submission_broken")
            return self._trouble("submission_broken", f"unexpected: {type(error).__name__}")
        outcome, usable = submit(client, queued.mail, mark=mark, dot_seconds=self._dot_seconds)
        if not usable:
            self._drop()
        return outcome

    def close(self) -> None:
        """Say goodbye."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()

    def _ready_client(self) -> smtplib.SMTP:
        """The connection of the last mail if it still lives, else a new one."""
        if self._client is not None and not _is_alive(self._client):
            self._drop()
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> smtplib.SMTP:
        client = self._open()
        try:
            assert client.sock is not None  # noqa: S101  it is open
            # The dot is a packet of its own, and must not wait until the server has confirmed the text before it.
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._config.tls == "starttls":
                client.starttls(context=self._tls_context())
            client.ehlo_or_helo_if_needed()
            if self._config.user:
                self._sign_in(client)
        except BaseException:
            client.close()
            raise
        return client

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

    def _trouble(self, event: str, diagnostic: str) -> Deferred:
        """Ours or the server's, and no mail's: all of them wait, and the operator is told."""
        log.error(event, diagnostic=diagnostic)
        self._drop()
        return Deferred(diagnostic=diagnostic)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _is_alive(client: smtplib.SMTP) -> bool:
    """Whether a connection that lay idle can be used; leaves nothing of an earlier mail (RFC 5321 §4.1.1.5)."""
    try:
        return client.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


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
