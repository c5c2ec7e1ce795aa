"""Our two doors against a real Postfix: in front of us as the border, behind us as the submission server."""

import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.config import AddressesConfig, Config, OutgoingConfig
from mailgate.config_smtp import SmtpConfig
from mailgate.domain.outgoing import Delivered, Failed
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from mailgate.notify.smtp_transport import SmtpTransport
from tests.support.fake_spool import FakeSpool
from tests.support.outgoing_mails import a_queued_mail
from tests.support.postfix import Postfix
from tests.support.smtp_sink import SmtpSink

pytestmark = [pytest.mark.journey, pytest.mark.servers]

MAIL = b"From: anna@kund.example\r\nTo: support@example.com\r\nSubject: Hej\r\nMessage-ID: <1@kund.example>\r\n\r\n"


class TroubledSpool(FakeSpool):
    """Raises for the first ``troubles`` mails."""

    def __init__(self, troubles: int = 0) -> None:
        super().__init__(fail=self._maybe)
        self.tries = 0
        self._troubles = troubles
        self._count = threading.Lock()

    def _maybe(self) -> None:
        with self._count:
            self.tries += 1
            if self.tries <= self._troubles:
                raise RuntimeError("the disk is full")


def a_listener(spool: FakeSpool, home: Path) -> SmtpListener:
    return SmtpListener(
        Config(
            home=home, smtp=SmtpConfig(listen="127.0.0.1:0", hostname="mailgate.example.com", max_mail_bytes=10_000_000)
        ),
        recipients=recipients_of(AddressesConfig()),
        spool=spool,
        clock=lambda: datetime.now(UTC),
    )


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def hand_over(postfix: Postfix, content: bytes, rcpt_to: str = "support@example.com") -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="kund.example", timeout=30) as client:
        client.sendmail("anna@kund.example", [rcpt_to], content)


def body_of(content: bytes) -> bytes:
    return content.partition(b"\r\n\r\n")[2]


def test_what_we_cannot_keep_twice_comes_a_third_time_and_is_kept_once(tmp_path: Path) -> None:
    spool = TroubledSpool(troubles=2)
    listener = a_listener(spool, tmp_path)
    listener.start()
    try:
        with Postfix({"example.com": listener.addresses[0][1]}) as postfix:
            hand_over(postfix, MAIL + b"Hej\r\n")
            assert body_of(spool.wait_for(1, seconds=40)[0]) == b"Hej\r\n"
            postfix.wait_until_empty()
            assert postfix.log.count("451 4.3.0 Local trouble, please try again later") == 2
            assert "status=bounced" not in postfix.log
    finally:
        listener.drain(5)
    assert (spool.tries, spool.mails, len(spool.puts)) == (3, 1, 1)


def test_mails_of_every_shape_come_through_unchanged(tmp_path: Path) -> None:
    shapes = [
        MAIL + b".\r\n..\r\n.x\r\n",
        MAIL + "Blåbär åt älgen\r\n".encode("latin-1"),
        MAIL + b"line\r\n" * 300_000,
        MAIL + b"\r\n\r\n",
    ]
    spool = FakeSpool()
    listener = a_listener(spool, tmp_path)
    listener.start()
    try:
        with Postfix({"example.com": listener.addresses[0][1]}) as postfix:
            for content in shapes:
                hand_over(postfix, content)
            arrived = spool.wait_for(len(shapes), seconds=40)
            postfix.wait_until_empty()
    finally:
        listener.drain(5)
    assert sorted(map(body_of, arrived)) == sorted(map(body_of, shapes))


def test_mail_for_nobody_here_goes_back_with_our_words(tmp_path: Path) -> None:
    spool = FakeSpool()
    listener = a_listener(spool, tmp_path)
    listener.start()
    try:
        with Postfix({"example.com": listener.addresses[0][1]}) as postfix:
            hand_over(postfix, MAIL, rcpt_to="nobody@example.com")
            postfix.wait_until_empty()
            assert "550 5.1.1 No such address here" in postfix.log
    finally:
        listener.drain(5)
    assert spool.puts == []


def submission(postfix: Postfix, home: Path) -> SmtpTransport:
    config = OutgoingConfig(host="127.0.0.1", port=postfix.port, tls="none", timeout_seconds=30)
    return SmtpTransport(config, home=home, local_hostname="mailgate.example.com")


def test_our_mail_goes_through_postfix_to_its_recipient(sink: SmtpSink, tmp_path: Path) -> None:
    content = b"From: support@example.com\r\nSubject: ut\r\n\r\n.\r\n.x\r\n\r\nslut\r\n"
    with Postfix({"kund.example": sink.port}) as postfix:
        transport = submission(postfix, tmp_path)
        outcomes = [transport.send(a_queued_mail(number, content=content), lambda: True) for number in range(3)]
        transport.close()
        mails = sink.wait_for(3, seconds=40)
        connections = postfix.log.count(": connect from localhost[127.0.0.1]")
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert {(mail.mail_from, mail.rcpt_to) for mail in mails} == {("<>", ("anna@kund.example",))}
    assert [body_of(mail.content) for mail in mails] == [b".\r\n.x\r\n\r\nslut\r\n"] * 3
    assert connections == 2  # one looked whether Postfix is there, one brought all mails


def test_what_postfix_refuses_for_good_has_failed(sink: SmtpSink, tmp_path: Path) -> None:
    with Postfix({"kund.example": sink.port}, smtpd_recipient_restrictions="reject") as postfix:
        transport = submission(postfix, tmp_path)
        outcome = transport.send(a_queued_mail(), lambda: True)
        transport.close()
    assert isinstance(outcome, Failed)
    assert outcome.diagnostic.startswith("554 5.7.1")
    assert sink.mails == []
