import resource
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from mailgate.config import AddressesConfig, Config
from mailgate.config_smtp import SmtpConfig
from mailgate.domain.mail import Envelope, Origin
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.smtp_door import MAIL, NOW, Listen, WatchedSpool, a_client, begin_mail, send


def test_an_envelope_says_who_when_where_and_what(listen: Listen, spool: WatchedSpool) -> None:
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


def test_the_null_reverse_path_is_none(listen: Listen, spool: WatchedSpool) -> None:
    assert send(listen(), sender="")[0] == 250
    assert spool.kept[0].mail_from is None


def test_a_resent_mail_is_answered_like_the_first(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    assert send(listener) == send(listener) == (250, b"2.0.0 Ok: kept as 1")


def test_250_is_said_after_the_commit(listen: Listen, spool: WatchedSpool) -> None:
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


def test_a_slow_commit_makes_nobody_else_wait(listen: Listen, spool: WatchedSpool) -> None:
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


def test_commits_run_side_by_side(listen: Listen, spool: WatchedSpool) -> None:
    together = threading.Barrier(8, timeout=20)
    spool.before = lambda _mail: together.wait()
    listener = listen()
    clients = [threading.Thread(target=send, args=(listener, b"Subject: %d\r\n\r\n" % number)) for number in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)
    assert len(spool.kept) == 8


def test_trouble_of_ours_is_temporary_and_says_nothing_of_itself(listen: Listen, spool: WatchedSpool) -> None:
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


def test_trouble_in_the_dialogue_itself_is_temporary_too(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    listener = listen()
    monkeypatch.setattr("mailgate.ingest.recipients.Recipients.address_for", broken)
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        assert client.rcpt("support@example.com") == (451, b"4.3.0 Local trouble, please try again later")


def test_a_client_that_vanishes_does_not_stop_the_commit(listen: Listen, spool: WatchedSpool) -> None:
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


def test_a_place_that_is_taken_stops_the_start(listen: Listen) -> None:
    host, port = listen().addresses[0]
    with pytest.raises(OSError, match="address already in use"):
        listen(listen=f"{host}:{port}")


def test_a_certificate_that_is_not_there_stops_the_start(listen: Listen) -> None:
    with pytest.raises(FileNotFoundError):
        listen(certificate="none.pem", key="none.pem")


def test_logs_name_no_addresses(listen: Listen) -> None:
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


def test_received_at_is_the_moment_of_the_final_dot(spool: WatchedSpool, tmp_path: Path) -> None:
    moments = iter(NOW + timedelta(seconds=second) for second in range(10))
    listener = SmtpListener(
        Config(home=tmp_path, smtp=SmtpConfig(listen="127.0.0.1:0")),
        recipients=recipients_of(AddressesConfig()),
        spool=spool,
        clock=lambda: next(moments),
    )
    listener.start()
    try:
        send(listener)
        send(listener, b"Subject: two\r\n\r\n")
    finally:
        listener.drain(1)
    assert [mail.received_at for mail in spool.kept] == [NOW, NOW + timedelta(seconds=1)]


def test_where_descriptors_run_out_the_log_is_not_flooded_and_the_door_opens_again(
    listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    listener = listen()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    clients = [socket.socket() for _ in range(4)]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(client.fileno() for client in clients) + 1, hard))
        clients += _all_descriptors_left()
        for client in clients:
            client.connect(listener.addresses[0])
        while not caplog.records:  # the first that cannot be accepted
            time.sleep(0.01)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for client in clients:
            client.close()
    assert send(listener)[0] == 250
    assert len(caplog.records) < 50


def _all_descriptors_left() -> list[socket.socket]:
    taken: list[socket.socket] = []
    while True:
        try:
            taken.append(socket.socket())
        except OSError:
            return taken
