import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import trustme

from mailgate.config import AddressesConfig, SmtpConfig
from mailgate.domain.mail import Accepted, Envelope, ImapPosition, Origin
from mailgate.ingest import smtp_reader, smtp_session
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.dialogue import play, read_reply
from tests.support.fake_spool import FakeSpool

DIALOGUES = sorted((Path(__file__).parents[1] / "dialogues").glob("*.smtp"))
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


@pytest.fixture
def spool() -> WatchedSpool:
    return WatchedSpool()


@pytest.fixture
def listen(spool: WatchedSpool, tmp_path: Path) -> Iterator[Callable[..., SmtpListener]]:
    """Start a listener; what is not said is ordinary."""
    started: list[SmtpListener] = []

    def start(**config: Any) -> SmtpListener:
        ordinary = {"listen": "127.0.0.1:0", "hostname": "mx.example.com", "max_mail_bytes": 65536}
        addresses = AddressesConfig(support=("support@example.com",), orders=("konsult@example.com",))
        listener = SmtpListener(
            SmtpConfig(**ordinary | config),
            recipients=recipients_of(addresses),
            spool=spool,
            clock=lambda: NOW,
            home=tmp_path,
        )
        listener.start()
        started.append(listener)
        return listener

    yield start
    for listener in started:
        listener.drain(0)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[dict[str, str], ssl.SSLContext]:
    """The configuration of a certificate for localhost, and a client's context that trusts it."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    for index, pem in enumerate(issued.cert_chain_pems):
        pem.write_to_path(tmp_path / "cert.pem", append=index > 0)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return {"certificate": "cert.pem", "key": "key.pem"}, context


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


@pytest.mark.parametrize("script", DIALOGUES, ids=lambda script: script.stem)
def test_the_dialogue_goes_as_written(script: Path, listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    play(script, listen().addresses[0], kept=lambda: len(spool.kept))


def test_an_envelope_says_who_when_where_and_what(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    with a_client(listen()) as client:
        client.sendmail("anna@kund.example", ["Support+x@Example.com", "support@example.com"], MAIL)
    assert spool.kept == [
        Envelope(
            mail_from="anna@kund.example",
            rcpt_to=("support@example.com",),
            received_at=NOW,
            origin=Origin.SMTP,
            peer="127.0.0.1",
            content=MAIL,
        )
    ]


def test_the_null_reverse_path_is_none(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    assert send(listen(), sender="")[0] == 250
    assert spool.kept[0].mail_from is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Subject: l\r\n\r\n" + b"x" * 500_000 + b"\r\n", id="a line of 500 kB"),
        pytest.param(b"Subject: r\xe5tt \xff\xfe\r\n\r\nb\xe5t\x00\x80\r\n", id="8-bit header and body"),
        pytest.param(b"Subject: d\r\n\r\n.\r\n..\r\n.x\r\n...\r\n", id="leading dots"),
        pytest.param(b"Subject: b\r\n\r\nbare\nlf and\rcr\r\n", id="bare LF and CR in the text"),
        pytest.param(b"\r\n", id="an empty mail"),
    ],
)
def test_content_is_kept_byte_for_byte(
    content: bytes, listen: Callable[..., SmtpListener], spool: WatchedSpool
) -> None:
    listener = listen(max_mail_bytes=1_000_000)
    with a_client(listener) as client:
        client.ehlo()
        client.docmd("MAIL FROM:<anna@kund.example>")
        client.docmd("RCPT TO:<support@example.com>")
        client.docmd("DATA")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
        client.send(stuffed + b".\r\n")
        assert client.getreply()[0] == 250
    assert spool.kept[0].content == content


@pytest.mark.parametrize("line", [b"x" * 78 + b"\r\n", b"x" * 70_000 + b"\r\n"], ids=["short lines", "one long line"])
def test_a_mail_past_the_limit_is_refused_after_its_dot(
    line: bytes, listen: Callable[..., SmtpListener], spool: WatchedSpool
) -> None:
    listener = listen()
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        client.rcpt("support@example.com")
        assert client.data(line * (80_000 // len(line) + 1))[0] == 552
        assert client.noop()[0] == 250
    assert send(listener)[0] == 250
    assert len(spool.kept) == 1


def test_a_resent_mail_is_answered_like_the_first(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    listener = listen()
    assert send(listener) == send(listener) == (250, b"2.0.0 Ok: kept as 1")


def test_250_is_said_after_the_commit(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    begun, go = threading.Event(), threading.Event()
    spool.before = lambda _mail: (begun.set(), go.wait(20))
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL + b".\r\n")
        assert begun.wait(20)
        peer.settimeout(0.2)
        with pytest.raises(TimeoutError):
            peer.recv(1)
        go.set()
        peer.settimeout(20)
        assert peer.recv(100) == b"250 2.0.0 Ok: kept as 1\r\n"


def begin_mail(peer: socket.socket, replies: Any) -> None:
    """Go as far as 354."""
    assert read_reply(replies).startswith("220")
    for command in ("EHLO client.example", "MAIL FROM:<anna@kund.example>", "RCPT TO:<support@example.com>"):
        peer.sendall(f"{command}\r\n".encode())
        assert read_reply(replies).startswith("250")
    peer.sendall(b"DATA\r\n")
    assert read_reply(replies).startswith("354")


def test_a_slow_commit_makes_nobody_else_wait(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(mail: Envelope) -> None:
        if b"slow" in mail.content:
            begun.set()
            assert go.wait(20)

    spool.before = slow
    listener = listen()
    answers: list[tuple[int, bytes]] = []
    waiting = threading.Thread(target=lambda: answers.append(send(listener, b"Subject: slow\r\n\r\n")))
    waiting.start()
    assert begun.wait(20)
    for number in range(5):
        assert send(listener, b"Subject: %d\r\n\r\n" % number)[0] == 250
    assert answers == []
    go.set()
    waiting.join(20)
    assert answers == [(250, b"2.0.0 Ok: kept as 6")]


def test_commits_run_side_by_side(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    together = threading.Barrier(8, timeout=20)
    spool.before = lambda _mail: together.wait()
    listener = listen()
    clients = [threading.Thread(target=send, args=(listener, b"Subject: %d\r\n\r\n" % number)) for number in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)
    assert len(spool.kept) == 8


def test_trouble_of_ours_is_temporary_and_says_nothing_of_itself(
    listen: Callable[..., SmtpListener], spool: WatchedSpool
) -> None:
    def broken(_mail: Envelope) -> None:
        raise RuntimeError("password=hunter2 for anna@kund.example")

    spool.before = broken
    listener = listen()
    with structlog.testing.capture_logs() as logs:
        assert send(listener) == (451, b"4.3.0 Local trouble, please try again later")
    troubles = [entry for entry in logs if entry["event"] == "smtp_trouble"]
    assert troubles == [{"event": "smtp_trouble", "log_level": "error", "error": "RuntimeError"}]
    spool.before = lambda _mail: None
    assert send(listener)[0] == 250


def test_trouble_in_the_dialogue_itself_is_temporary_too(
    listen: Callable[..., SmtpListener], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    listener = listen()
    monkeypatch.setattr("mailgate.ingest.recipients.Recipients.address_for", broken)
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        assert client.rcpt("support@example.com") == (451, b"4.3.0 Local trouble, please try again later")


def test_a_client_that_vanishes_does_not_stop_the_commit(
    listen: Callable[..., SmtpListener], spool: WatchedSpool
) -> None:
    begun, go, kept = threading.Event(), threading.Event(), threading.Event()
    spool.before = lambda _mail: (begun.set(), go.wait(20))
    listener = listen()
    peer = socket.create_connection(listener.addresses[0], timeout=20)
    with peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL + b".\r\n")
    assert begun.wait(20)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()
    while listener._connections.live:
        kept.wait(0.01)
    go.set()
    assert spool.wait_for(1) == [MAIL]
    assert send(listener) == (250, b"2.0.0 Ok: kept as 1")
    listener.drain(5)
    assert spool.mails == 1


def test_half_a_mail_is_none(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL)
        peer.shutdown(socket.SHUT_WR)
        assert read_reply(replies) == "closed"
    assert spool.kept == []


def test_a_hundred_recipients_are_taken_and_no_more(listen: Callable[..., SmtpListener]) -> None:
    with a_client(listen()) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        codes = [client.rcpt(f"support+{number}@example.com")[0] for number in range(101)]
    assert codes == [250] * 100 + [452]


def test_starttls_is_offered_once_and_takes_mail(
    listen: Callable[..., SmtpListener], spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with a_client(listen(**config)) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        client._host = "localhost"
        client.starttls(context=trust)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert [mail.content for mail in spool.kept] == [MAIL]


def test_what_was_sent_ahead_of_tls_is_not_run(
    listen: Callable[..., SmtpListener], certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with socket.create_connection(listen(**config).addresses[0], timeout=20) as peer:
        with peer.makefile("rb") as replies:
            assert read_reply(replies).startswith("220")
            peer.sendall(b"EHLO client.example\r\n")
            assert "STARTTLS" in read_reply(replies)
            peer.sendall(b"STARTTLS\r\nEHLO injected\r\nMAIL FROM:<evil@x.example>\r\n")
            assert read_reply(replies).startswith("220")
        with trust.wrap_socket(peer, server_hostname="localhost") as secured:
            secured.sendall(b"RCPT TO:<support@example.com>\r\n")
            assert secured.recv(1000).startswith(b"503")


def test_require_tls_refuses_mail_in_the_clear(
    listen: Callable[..., SmtpListener], spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    with a_client(listen(**config, require_tls=True)) as client:
        client.ehlo()
        assert client.mail("anna@kund.example") == (530, b"5.7.0 Must issue a STARTTLS command first")
        client._host = "localhost"
        client.starttls(context=trust)
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert len(spool.kept) == 1


def test_tls_from_the_first_byte(
    listen: Callable[..., SmtpListener], spool: WatchedSpool, certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    listener = listen(**config, listen_tls="127.0.0.1:0", require_tls=True)
    host, port = listener.addresses[1]
    with smtplib.SMTP_SSL(host, port, local_hostname="client.example", context=trust, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert len(spool.kept) == 1


def test_old_tls_is_refused(
    listen: Callable[..., SmtpListener], certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, trust = certificate
    listener = listen(**config, listen_tls="127.0.0.1:0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        trust.minimum_version = trust.maximum_version = ssl.TLSVersion.TLSv1_1
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(listener.addresses[1], timeout=20) as peer,
        pytest.raises((ssl.SSLError, ConnectionError)),
        trust.wrap_socket(peer, server_hostname="localhost"),
    ):
        pass


def test_a_broken_handshake_hurts_nobody_else(
    listen: Callable[..., SmtpListener], certificate: tuple[dict[str, str], ssl.SSLContext]
) -> None:
    config, _ = certificate
    listener = listen(**config)
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        read_reply(replies)
        peer.sendall(b"EHLO client.example\r\n")
        read_reply(replies)
        peer.sendall(b"STARTTLS\r\n")
        assert read_reply(replies).startswith("220")
        peer.sendall(b"this is no TLS\r\n")
        while peer.recv(1000):
            pass
    assert send(listener)[0] == 250


def test_shutting_down_lets_a_mail_under_way_finish(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    listener = listen()
    with (
        socket.create_connection(listener.addresses[0], timeout=20) as idle,
        idle.makefile("rb") as idle_replies,
        socket.create_connection(listener.addresses[0], timeout=20) as busy,
        busy.makefile("rb") as busy_replies,
    ):
        assert read_reply(idle_replies).startswith("220")
        begin_mail(busy, busy_replies)
        busy.sendall(b"Subject: half\r\n")
        draining = threading.Thread(target=listener.drain, args=(20,))
        draining.start()
        assert read_reply(idle_replies).startswith("421 4.3.2")
        assert read_reply(idle_replies) == "closed"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(listener_address(busy), timeout=20)
        busy.sendall(b"\r\nrest\r\n.\r\n")
        assert read_reply(busy_replies) == "250 2.0.0 Ok: kept as 1"
        assert read_reply(busy_replies).startswith("421 4.3.2")
        assert read_reply(busy_replies) == "closed"
        draining.join(20)
        assert not draining.is_alive()
    assert [mail.content for mail in spool.kept] == [b"Subject: half\r\n\r\nrest\r\n"]


def listener_address(connected: socket.socket) -> tuple[str, int]:
    host, port = connected.getpeername()
    return host, port


def test_shutting_down_does_not_wait_for_ever(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        listener.drain(0.1)
        assert read_reply(replies).startswith("421 4.3.2")
        assert read_reply(replies) == "closed"
    assert spool.kept == []


def test_a_mail_whose_commit_has_begun_is_kept_although_the_door_closes(
    listen: Callable[..., SmtpListener], spool: WatchedSpool
) -> None:
    begun, go = threading.Event(), threading.Event()
    spool.before = lambda _mail: (begun.set(), go.wait(20))
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL + b".\r\n")
        assert begun.wait(20)
        draining = threading.Thread(target=listener.drain, args=(20,))
        draining.start()
        go.set()
        assert read_reply(replies) == "250 2.0.0 Ok: kept as 1"
        draining.join(20)
    assert len(spool.kept) == 1


def test_a_silent_client_is_told_and_cut(listen: Callable[..., SmtpListener], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_session, "COMMAND_SECONDS", 0.1)
    with socket.create_connection(listen().addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        assert read_reply(replies).startswith("421 4.4.2")
        assert read_reply(replies) == "closed"


def test_the_time_out_is_for_clients_and_not_for_commits(
    listen: Callable[..., SmtpListener], spool: WatchedSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_session, "DATA_SECONDS", 0.3)
    spool.before = lambda _mail: threading.Event().wait(0.6)
    assert send(listen())[0] == 250


def test_one_connection_too_many_is_turned_away(listen: Callable[..., SmtpListener]) -> None:
    listener = listen()
    listener._connections.limit = 1
    with a_client(listener) as client:
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            a_client(listener)
        assert refused.value.smtp_code == 421
        assert client.noop()[0] == 250


def test_mail_that_would_fill_the_memory_is_put_off(listen: Callable[..., SmtpListener], spool: WatchedSpool) -> None:
    listener = listen()
    listener._connections.memory = 30_000
    big = b"Subject: big\r\n\r\n" + b"x" * 40_000 + b"\r\n"
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        client.rcpt("support@example.com")
        assert client.data(big)[0] == 421
    assert send(listener)[0] == 250
    assert listener._connections.held == 0
    assert len(spool.kept) == 1


def test_a_command_without_end_fills_no_memory(listen: Callable[..., SmtpListener]) -> None:
    with socket.create_connection(listen().addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        peer.sendall(b"x" * 3000)
        assert read_reply(replies).startswith("500 5.5.2")
        assert read_reply(replies) == "closed"


def test_a_place_that_is_taken_stops_the_start(listen: Callable[..., SmtpListener]) -> None:
    host, port = listen().addresses[0]
    with pytest.raises(OSError, match="address already in use"):
        listen(listen=f"{host}:{port}")


def test_a_certificate_that_is_not_there_stops_the_start(listen: Callable[..., SmtpListener]) -> None:
    with pytest.raises(FileNotFoundError):
        listen(certificate="none.pem", key="none.pem")


def test_logs_name_no_addresses(listen: Callable[..., SmtpListener]) -> None:
    listener = listen()
    with structlog.testing.capture_logs() as logs:
        send(listener)
        with a_client(listener) as client:
            client.ehlo()
            client.mail("anna@kund.example")
            client.rcpt("nobody@example.com")
    told = [entry for entry in logs if entry["log_level"] != "debug"]
    assert {"event": "smtp_accepted", "log_level": "info", "mail": 1, "bytes": len(MAIL), "duplicate": False} in told
    assert {"event": "smtp_refused", "log_level": "info", "code": 550} in told
    assert "@" not in repr(told)


def test_the_reader_gives_back_what_it_held() -> None:
    connections = smtp_reader.Connections(memory=100)
    connections.hold(90)
    with pytest.raises(smtp_reader.OverloadedError):
        connections.hold(20)
    connections.hold(-110)
    assert connections.held == 0


def test_received_at_is_the_moment_of_the_final_dot(spool: WatchedSpool, tmp_path: Path) -> None:
    moments = iter(NOW + timedelta(seconds=second) for second in range(10))
    listener = SmtpListener(
        SmtpConfig(listen="127.0.0.1:0"),
        recipients=recipients_of(AddressesConfig()),
        spool=spool,
        clock=lambda: next(moments),
        home=tmp_path,
    )
    listener.start()
    try:
        send(listener)
        send(listener, b"Subject: two\r\n\r\n")
    finally:
        listener.drain(1)
    assert [mail.received_at for mail in spool.kept] == [NOW, NOW + timedelta(seconds=1)]
