import socket
import ssl
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailgate.config import AddressesConfig, Config
from mailgate.config_smtp import SmtpConfig
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.dialogue import read_reply
from tests.support.smtp_door import MAIL, NOW, Listen, WatchedSpool, begin_mail


def test_shutting_down_lets_a_mail_under_way_finish(listen: Listen, spool: WatchedSpool) -> None:
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


def test_shutting_down_does_not_wait_for_ever(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        listener.drain(0.1)
        assert read_reply(replies).startswith("421 4.3.2")
        assert read_reply(replies) == "closed"
    assert spool.kept == []


def test_a_mail_whose_commit_has_begun_is_kept_although_the_door_closes(listen: Listen, spool: WatchedSpool) -> None:
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


def test_nobody_waits_for_his_pace_while_the_door_closes(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen({"mails_per_second_per_client": 0.01, "relays": ()})
    with ExitStack() as stack:
        peers = [stack.enter_context(socket.create_connection(listener.addresses[0], timeout=30)) for _ in range(3)]
        replies = [stack.enter_context(peer.makefile("rb")) for peer in peers]
        for peer, said in zip(peers, replies, strict=True):
            begin_mail(peer, said)
        for number, peer in enumerate(peers):
            peer.sendall(b"Subject: %d\r\n" % number + MAIL + b".\r\n")
        assert read_reply(replies[0]).startswith("250")
        listener.drain(20)
        assert [read_reply(said)[:3] for said in replies[1:]] == ["250", "250"]
    assert len(spool.kept) == 3


def test_an_idle_tls_client_is_told_too(listen: Listen, certificate: tuple[dict[str, str], ssl.SSLContext]) -> None:
    config, trust = certificate
    listener = listen(**config, listen_tls="127.0.0.1:0")
    with (
        socket.create_connection(listener.addresses[1], timeout=20) as plain,
        trust.wrap_socket(plain, server_hostname="localhost") as peer,
        peer.makefile("rb") as replies,
    ):
        assert read_reply(replies).startswith("220")
        draining = threading.Thread(target=listener.drain, args=(20,))
        draining.start()
        assert read_reply(replies).startswith("421 4.3.2")
        assert read_reply(replies) == "closed"
        draining.join(20)
        assert not draining.is_alive()


def test_shutting_down_twice_and_before_the_start_is_nothing(listen: Listen, tmp_path: Path) -> None:
    listener = listen()
    listener.drain(1)
    listener.drain(1)
    SmtpListener(
        Config(home=tmp_path, smtp=SmtpConfig()),
        recipients=recipients_of(AddressesConfig()),
        spool=WatchedSpool(),
        clock=lambda: NOW,
    ).drain(1)
