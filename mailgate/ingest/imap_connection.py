"""A connection to an IMAP server, from the TCP handshake to the sign-in, and its end.

Promises: certificates are verified, nothing waits for ever, and no answer takes more memory than a fixed allowance.
An instance belongs to one thread, but for ``hang_up``. What is said over it is for ``imap_session``.
"""

import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mailgate.config import ImapConfig
from mailgate.ingest.imap_sign_in import Credential, SignInError

_CONNECT_SECONDS = 10.0
_ANSWER_LIMIT = 8 * 1_048_576


class ImapConnection:
    """See the module."""

    def __init__(self, client: Any, mailbox: ImapConfig, tls: ssl.SSLContext | None) -> None:
        self._client = client
        self._mailbox = mailbox
        self._tls = tls
        self._allowance = _Allowance(client)

    @classmethod
    def open(cls, mailbox: ImapConfig, *, home: Path) -> Self:
        """Connect, with TLS where it comes first."""
        tls = None
        if mailbox.tls != "none":
            tls = ssl.create_default_context(cafile=str(home / mailbox.ca_file) if mailbox.ca_file else None)
        timeout = SocketTimeout(min(_CONNECT_SECONDS, mailbox.timeout_seconds), mailbox.timeout_seconds)
        implicit = mailbox.tls == "implicit"
        client = IMAPClient(mailbox.host, mailbox.port, ssl=implicit, ssl_context=tls, timeout=timeout)
        client.normalise_times = False
        return cls(client, mailbox, tls)

    def sign_in(self, credential: Credential) -> None:
        """STARTTLS where it is asked for, then authenticate. Raises ``SignInError``, or whatever went wrong."""
        client, user = self.ready(), self._mailbox.user
        if self._mailbox.tls == "starttls":
            client.starttls(self._tls)
        try:
            if credential.is_token:
                client.oauth2_login(user, credential.secret)
            elif client.has_capability("AUTH=PLAIN"):
                # SASL carries any character; imaplib's LOGIN is ASCII only, and does not quote the user.
                client.plain_login(user, credential.secret)
            else:
                client.login(user, credential.secret)
        except IMAPClientError as error:
            # The server's own words may hold the address. A connection that ends here counts as a refusal too, since
            # some servers answer a wrong password so.
            raise SignInError("the server refused to sign in") from error

    def ready(self) -> Any:
        """The client, with its full allowance for the next answer."""
        self._allowance.renew()
        return self._client

    def log_out(self) -> None:
        """Say goodbye."""
        self.ready().logout()

    def shut(self) -> None:
        """Let go, in whatever state the connection is."""
        with contextlib.suppress(OSError, ValueError):
            self._client.shutdown()

    def hang_up(self) -> None:
        """End the connection under the hands of the thread that uses it, which gets an error then."""
        with contextlib.suppress(OSError):
            # Not SSLSocket.shutdown: it takes the encryption off first, and what is just being sent would go out bare.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)


class _Allowance:
    """Bounds what a server may send as one answer: imaplib believes any announced length, and reserves it at once."""

    def __init__(self, client: Any) -> None:
        connection = client._imap
        self._read, self._readline = connection.read, connection.readline
        connection.read, connection.readline = self.read, self.readline
        self._left = _ANSWER_LIMIT

    def renew(self) -> None:
        self._left = _ANSWER_LIMIT

    def read(self, size: int) -> bytes:
        self._spend(size)
        piece: bytes = self._read(size)
        return piece

    def readline(self) -> bytes:
        line: bytes = self._readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise IMAPClientAbortError("the server's answer is longer than any that was asked for")
