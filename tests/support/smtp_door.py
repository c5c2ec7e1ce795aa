"""What tests of the SMTP door share: a spool that can be made to wait or fail, and clients."""

import smtplib
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from mailgate.domain.mail import Accepted, Envelope, ImapPosition
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.dialogue import read_reply
from tests.support.fake_spool import FakeSpool

Listen = Callable[..., SmtpListener]
"""Starts a listener with the configuration that is named; what is not named is ordinary."""

MAIL = b"From: anna@kund.example\r\nSubject: Hej\r\n\r\nHej\r\n"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class WatchedSpool(FakeSpool):
    """``before`` runs before each mail is kept, and may wait or raise."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[Envelope], object] = lambda _mail: None

    def put(self, envelope: Envelope, position: ImapPosition | None = None) -> Accepted:
        self.before(envelope)
        return super().put(envelope, position)

    @property
    def kept(self) -> list[Envelope]:
        return [envelope for envelope, _position in self.puts]


def a_client(listener: SmtpListener) -> smtplib.SMTP:
    host, port = listener.addresses[0]
    return smtplib.SMTP(host, port, local_hostname="client.example", timeout=20)


def send(listener: SmtpListener, content: bytes = MAIL, *, sender: str = "anna@kund.example") -> tuple[int, bytes]:
    """One mail over one connection; the answer to its final dot."""
    with a_client(listener) as client:
        client.ehlo()
        client.mail(sender)
        client.rcpt("support@example.com")
        return client.data(content)


def begin_mail(peer: socket.socket, replies: BinaryIO) -> None:
    """Go as far as 354."""
    assert read_reply(replies).startswith("220")
    for command in ("EHLO client.example", "MAIL FROM:<anna@kund.example>", "RCPT TO:<support@example.com>"):
        peer.sendall(f"{command}\r\n".encode())
        assert read_reply(replies).startswith("250")
    peer.sendall(b"DATA\r\n")
    assert read_reply(replies).startswith("354")
