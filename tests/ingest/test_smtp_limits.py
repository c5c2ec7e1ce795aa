"""Each limit of ``[limits]``, over real sockets, with small values."""

import smtplib
import socket
import threading
import time
from pathlib import Path

import pytest
import structlog

from mailgate.config_smtp import LimitsConfig
from mailgate.domain.mail import Envelope
from mailgate.ingest import conduct, doorman, patience, smtp_session
from mailgate.ingest.smtp_listener import SmtpListener
from tests.support.dialogue import read_reply
from tests.support.smtp_door import MAIL, Listen, WatchedSpool, a_client, begin_mail, send

STRANGERS = {"relays": (), "mails_per_second_per_client": 0}
"""With no relays, the tests' own address is a client like any other."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorman, "WAIT_SECONDS", 0.02)
    monkeypatch.setattr(conduct, "PAUSE_SECONDS", 0.02)


def refused(listener: SmtpListener) -> tuple[int, bytes]:
    """What a client is told that is not let in."""
    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        a_client(listener)
    assert isinstance(refusal.value.smtp_error, bytes)
    return refusal.value.smtp_code, refusal.value.smtp_error


def events(logs: list[dict[str, object]]) -> list[object]:
    return [entry["event"] for entry in logs if str(entry["event"]) not in ("smtp_mail_arrived", "smtp_accepted")]


def test_one_connection_too_many_is_turned_away_and_the_log_says_so_once(listen: Listen) -> None:
    listener = listen({"connections": 1})
    with structlog.testing.capture_logs() as logs:
        with a_client(listener) as client:
            for _ in range(3):
                assert refused(listener) == (421, b"4.3.2 Too many connections, please come back later")
            assert client.noop()[0] == 250
        while listener._connections.live:
            time.sleep(0.01)
        assert send(listener)[0] == 250
    assert events(logs)[:2] == ["smtp_crowded", "smtp_has_places_again"]


def test_one_client_cannot_take_all_places(listen: Listen) -> None:
    listener = listen(STRANGERS | {"connections_per_client": 2})
    with a_client(listener), a_client(listener):
        assert refused(listener) == (
            421,
            b"4.7.0 Too many connections from you at the same time, please come back later",
        )
        with from_elsewhere(listener) as other, other.makefile("rb") as replies:
            assert read_reply(replies).startswith("220")


def from_elsewhere(listener: SmtpListener, source: str = "127.0.0.2") -> socket.socket:
    return socket.create_connection(listener.addresses[0], timeout=20, source_address=(source, 0))


def test_what_is_turned_away_and_what_has_gone_takes_no_place(listen: Listen) -> None:
    listener = listen(STRANGERS | {"connections_per_client": 1})
    with a_client(listener):
        for _ in range(5):
            assert refused(listener)[0] == 421
    while listener._connections.live:
        time.sleep(0.01)
    assert send(listener)[0] == 250


def test_a_relay_brings_as_many_as_it_likes(listen: Listen) -> None:
    ones = ("connections_per_client", "connections_per_minute_per_client", "mails_per_minute_per_client")
    listener = listen({"relays": ("127.0.0.0/8",), "mails_per_connection": 1, **dict.fromkeys(ones, 1)})
    with a_client(listener), a_client(listener) as client:
        for number in range(3):
            client.sendmail(f"anna{number}@kund.example", ["support@example.com"], MAIL)


def test_connecting_again_and_again_is_slowed_down_and_told_once(listen: Listen) -> None:
    listener = listen(STRANGERS | {"connections_per_minute_per_client": 2})
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            assert send(listener)[0] == 250
        for _ in range(3):
            assert refused(listener) == (
                421,
                b"4.7.0 Too many connections from you in a short time, please come back later",
            )
    assert events(logs) == ["smtp_slowed_down"]


def test_whoever_comes_too_often_waits_for_the_refusal_and_keeps_nobody_from_shutting_down(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorman, "WAIT_SECONDS", 60)
    listener = listen(STRANGERS | {"connections_per_minute_per_client": 1})
    assert send(listener)[0] == 250
    with socket.create_connection(listener.addresses[0], timeout=0.2) as peer:
        with pytest.raises(TimeoutError):
            peer.recv(1)
        with from_elsewhere(listener) as other, other.makefile("rb") as replies:
            assert read_reply(replies).startswith("220")
        listener.drain(5)
        peer.settimeout(20)
        assert peer.recv(1) == b""


def test_a_client_that_goes_away_while_it_waits_is_forgotten(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorman, "WAIT_SECONDS", 3)
    listener = listen(STRANGERS | {"connections_per_minute_per_client": 1})
    assert send(listener)[0] == 250
    with socket.create_connection(listener.addresses[0], timeout=20):
        while not listener._connections.turned_away:
            time.sleep(0.01)
    while listener._connections.turned_away:
        time.sleep(0.01)
    with from_elsewhere(listener) as other, other.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")


@pytest.mark.parametrize("declared", ["SIZE=3000000", "BODY=8BITMIME"])
def test_a_large_mail_counts_as_several(listen: Listen, declared: str) -> None:
    limits = STRANGERS | {"mails_per_minute_per_client": 4, "in_flight_mib": 20}
    listener = listen(limits, max_mail_bytes=10_000_000)
    big = b"Subject: big\r\n\r\n" + (b"x" * 78 + b"\r\n") * 38_000
    with a_client(listener) as client:
        client.ehlo()
        assert client.mail("anna@kund.example", [declared])[0] == 250
        client.rcpt("support@example.com")
        assert client.data(big)[0] == 250
        assert client.mail("anna@kund.example")[0] == 250
        client.rset()
        assert client.mail("anna@kund.example")[0] == 451


def test_a_clients_mails_in_a_minute_are_counted_over_all_its_connections(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen(STRANGERS | {"mails_per_minute_per_client": 2, "mails_per_minute_per_sender": 0})
    for _ in range(2):
        assert send(listener)[0] == 250
    with structlog.testing.capture_logs() as logs, a_client(listener) as client:
        client.ehlo()
        for _ in range(3):
            assert client.mail("anna@kund.example") == (
                451,
                b"4.7.1 Too many mails from you in a short time, please try again later",
            )
    assert events(logs) == ["smtp_slowed_down"]
    with from_elsewhere(listener) as other, other.makefile("rb") as replies:
        begin_mail(other, replies)
    assert len(spool.kept) == 2


def test_a_senders_mails_in_a_minute_are_counted_behind_a_relay_too(listen: Listen) -> None:
    listener = listen({"mails_per_minute_per_sender": 2})
    with a_client(listener) as client:
        client.ehlo()
        for sender in ("eva@kund.example", "EVA@kund.example"):
            client.sendmail(sender, ["support@example.com"], MAIL)
        assert client.mail("eva@kund.example") == (
            451,
            b"4.7.1 Too many mails of this sender in a short time, please try again later",
        )
        assert client.mail("anna@kund.example")[0] == 250
        for _ in range(4):  # bounces have no sender of their own
            client.rset()
            assert client.mail("")[0] == 250


def test_a_stranger_who_forges_a_sender_cannot_silence_him(listen: Listen) -> None:
    listener = listen({"relays": ("127.0.0.1",), "mails_per_minute_per_sender": 1})
    for _ in range(2):
        with from_elsewhere(listener) as stranger, stranger.makefile("rb") as replies:
            assert read_reply(replies).startswith("220")
            stranger.sendall(b"HELO x\r\nMAIL FROM:<eva@kund.example>\r\n")
            read_reply(replies)
            told = read_reply(replies)
    assert told.startswith("451 4.7.1")
    assert send(listener, sender="eva@kund.example")[0] == 250


def test_after_so_many_mails_one_connects_anew(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen(STRANGERS | {"mails_per_connection": 2})
    with a_client(listener) as client:
        for _ in range(2):
            client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
        assert client.mail("anna@kund.example") == (421, b"4.7.0 Enough mails for one connection, please connect anew")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
    assert send(listener)[0] == 250
    assert len(spool.kept) == 3


def test_a_hundred_recipients_are_taken_and_no_more(listen: Listen) -> None:
    with a_client(listen()) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        codes = [client.rcpt(f"support+{number}@example.com")[0] for number in range(101)]
    assert codes == [250] * 100 + [452]


def test_recipients_are_as_many_as_configured(listen: Listen, spool: WatchedSpool) -> None:
    with a_client(listen({"recipients": 2})) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        codes = [client.rcpt(f"support+{number}@example.com") for number in range(3)]
        assert [code for code, _ in codes] == [250, 250, 452]
        assert client.data(MAIL)[0] == 250
    assert len(spool.kept) == 1


@pytest.mark.parametrize("nonsense", ["FOO", "RCPT TO:<nobody@example.com>", "VRFY", "EXPN staff"])
def test_faults_end_a_connection_and_the_log_is_not_flooded(listen: Listen, nonsense: str) -> None:
    listener = listen({"faults": 4})
    with (
        structlog.testing.capture_logs() as logs,
        socket.create_connection(listener.addresses[0], timeout=20) as peer,
        peer.makefile("rb") as replies,
    ):
        assert read_reply(replies).startswith("220")
        peer.sendall(b"HELO x\r\nMAIL FROM:<a@kund.example>\r\n" + f"{nonsense}\r\n".encode() * 400)
        told = []
        while (reply := read_reply(replies)) != "closed":
            told.append(reply)
        assert told[-1].startswith(("421 4.7.0", "502 5.5.1 Too many unrecognized"))
    assert len(told) <= 310
    assert events(logs).count("smtp_refused") <= 3


@pytest.mark.parametrize("command", [b"NOOP", b"RSET", b"EHLO x", b"HELP", b"VRFY <a@b.example>"])
def test_commands_without_a_mail_have_an_end(listen: Listen, command: bytes) -> None:
    listener = listen({"recipients": 1})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        peer.sendall((command + b"\r\n") * 120)
        told = "220"
        while told.startswith(("220", "25")):
            told = read_reply(replies)
        assert told == "421 4.7.0 Too many commands without a mail, closing"


def test_many_mails_on_one_connection_are_no_idle_commands(listen: Listen, spool: WatchedSpool) -> None:
    with a_client(listen({"recipients": 1, "mails_per_minute_per_sender": 0})) as client:
        for _ in range(60):
            client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert len(spool.kept) == 60


def test_a_silent_client_is_told_and_cut(listen: Listen) -> None:
    listener = listen({"command_seconds": 0.1})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        assert read_reply(replies).startswith("421 4.4.2")
        assert read_reply(replies) == "closed"


def test_a_command_that_trickles_in_gains_no_time(listen: Listen) -> None:
    listener = listen({"command_seconds": 0.3})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        told = threading.Thread(target=_trickle, args=(peer, b"NOOP" * 400))
        told.start()
        assert read_reply(replies).startswith("421 4.4.2")
        told.join(20)


def _trickle(peer: socket.socket, octets: bytes) -> None:
    try:
        for octet in octets:
            peer.sendall(bytes([octet]))
            time.sleep(0.01)
    except OSError:
        return


def test_a_silent_client_is_waited_for_less_where_others_want_in(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_session, "CROWDED_SECONDS", 0.1)
    listener = listen({"connections": 2})
    with socket.create_connection(listener.addresses[0], timeout=20) as idle, idle.makefile("rb") as idle_replies:
        assert read_reply(idle_replies).startswith("220")
        with a_client(listener) as busy:
            busy.ehlo()
            busy.mail("anna@kund.example")
            assert read_reply(idle_replies).startswith("421 4.4.2")
            busy.rcpt("support@example.com")
            assert busy.data(MAIL)[0] == 250


def test_the_time_out_is_for_clients_and_not_for_commits(listen: Listen, spool: WatchedSpool) -> None:
    spool.before = lambda _mail: threading.Event().wait(0.6)
    assert send(listen({"data_seconds": 0.3}))[0] == 250


def test_the_text_of_a_mail_has_its_time(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen({"data_seconds": 0.2})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        assert read_reply(replies).startswith("421 4.4.2")
        assert read_reply(replies) == "closed"
    assert spool.kept == []


def test_a_mail_that_trickles_in_is_cut_off(
    listen: Listen, spool: WatchedSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WINDOW_SECONDS", 0.2)
    listener = listen({"slowest_bytes_per_second": 1000})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        trickle = threading.Thread(target=_trickle, args=(peer, b"x\r\n" * 1000))
        trickle.start()
        assert read_reply(replies) == "421 4.4.2 Too slow, closing"
        trickle.join(20)
    assert spool.kept == []


def test_a_slow_mail_that_is_fast_enough_is_taken(
    listen: Listen, spool: WatchedSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WINDOW_SECONDS", 0.2)
    listener = listen({"slowest_bytes_per_second": 50})
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        for _ in range(6):
            peer.sendall(b"x" * 98 + b"\r\n")
            time.sleep(0.1)
        peer.sendall(b".\r\n")
        assert read_reply(replies).startswith("250")
    assert len(spool.kept[0].content) == 600


def test_a_connection_ends_when_its_time_is_over_but_not_amid_a_mail(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen({"session_seconds": 0.3})
    with (
        socket.create_connection(listener.addresses[0], timeout=20) as idle,
        idle.makefile("rb") as idle_replies,
        socket.create_connection(listener.addresses[0], timeout=20) as busy,
        busy.makefile("rb") as busy_replies,
    ):
        assert read_reply(idle_replies).startswith("220")
        begin_mail(busy, busy_replies)
        assert read_reply(idle_replies) == "421 4.4.2 This connection has lasted long enough, please connect anew"
        time.sleep(0.4)
        busy.sendall(MAIL + b".\r\n")
        assert read_reply(busy_replies).startswith("250")
        assert read_reply(busy_replies).startswith("421 4.4.2 This connection")
    assert len(spool.kept) == 1


def test_mail_that_would_fill_the_memory_is_put_off(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen({"in_flight_mib": 1}, max_mail_bytes=2_000_000)
    big = b"Subject: big\r\n\r\n" + b"x" * 1_200_000 + b"\r\n"
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        client.rcpt("support@example.com")
        assert client.data(big)[0] == 421
    assert send(listener)[0] == 250
    assert listener._connections.held == 0
    assert len(spool.kept) == 1


def test_where_there_is_no_memory_left_the_next_mail_is_put_off_before_its_text(
    listen: Listen, spool: WatchedSpool
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(mail: Envelope) -> None:
        if len(mail.content) > 1000:
            begun.set()
            assert go.wait(20)

    spool.before = slow
    listener = listen({"in_flight_mib": 1}, max_mail_bytes=2_000_000)
    first = threading.Thread(target=send, args=(listener, b"Subject: big\r\n\r\n" + b"x" * 700_000 + b"\r\n"))
    with structlog.testing.capture_logs() as logs, a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example", ["SIZE=900000"])
        client.rcpt("support@example.com")
        first.start()
        assert begun.wait(20)
        assert client.docmd("DATA")[0] == 452
        assert client.mail("anna@kund.example", ["SIZE=900000"]) == (
            452,
            b"4.3.1 Too much mail at once, please try again later",
        )
        assert client.mail("anna@kund.example", ["SIZE=1000"])[0] == 250
        client.rcpt("support@example.com")
        assert client.data(MAIL)[0] == 250
        go.set()
        first.join(20)
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert events(logs) == ["smtp_overloaded", "smtp_has_room_again"]
    assert listener._connections.held == 0


def test_one_client_cannot_take_all_the_memory(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen(STRANGERS | {"in_flight_mib": 1}, max_mail_bytes=2_000_000)
    with a_client(listener) as client:
        client.ehlo()
        assert client.mail("anna@kund.example", ["SIZE=600000"])[0] == 452
        assert client.mail("anna@kund.example", ["SIZE=500000"])[0] == 250


def test_of_one_client_so_many_mails_are_made_durable_at_once(listen: Listen, spool: WatchedSpool) -> None:
    together, most, lock, go = set(), [0], threading.Lock(), threading.Event()

    def watch(mail: Envelope) -> None:
        with lock:
            together.add(mail.content)
            most[0] = max(most[0], len(together))
        if mail.peer == "127.0.0.1":
            assert go.wait(20)
        with lock:
            together.remove(mail.content)

    spool.before = watch
    listener = listen(STRANGERS | {"mails_at_once_per_client": 2})
    crowd = [threading.Thread(target=send, args=(listener, b"Subject: %d\r\n\r\n" % number)) for number in range(6)]
    for one in crowd:
        one.start()
    while len(together) < 2:
        time.sleep(0.01)
    with from_elsewhere(listener) as other, other.makefile("rb") as replies:
        begin_mail(other, replies)
        other.sendall(MAIL + b".\r\n")
        assert read_reply(replies).startswith("250")
    go.set()
    for one in crowd:
        one.join(20)
    assert len(spool.kept) == 7
    assert most[0] <= 3


def test_mails_that_come_too_fast_wait_for_their_answer(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen(STRANGERS | {"mails_per_second_per_client": 0.1})
    assert send(listener)[0] == 250
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL + b".\r\n")
        with from_elsewhere(listener) as other, other.makefile("rb") as other_replies:
            begin_mail(other, other_replies)
            other.sendall(MAIL + b".\r\n")
            assert read_reply(other_replies).startswith("250")
        assert [mail.peer for mail in spool.kept][1:] == ["127.0.0.2"]


def test_one_who_pipelines_lets_others_speak(listen: Listen) -> None:
    listener = listen(STRANGERS | {"recipients": 1000})
    with (
        from_elsewhere(listener) as flood,
        flood.makefile("rb") as flood_replies,
        a_client(listener) as quiet,
    ):
        assert read_reply(flood_replies).startswith("220")
        flood.sendall(b"HELO x\r\n" + b"NOOP\r\n" * 1500)
        assert read_reply(flood_replies).startswith("250")
        for _ in range(5):
            assert quiet.noop()[0] == 250
        told = sum(read_reply(flood_replies).startswith("250") for _ in range(1500))
    assert told == 1500


def test_where_the_disk_is_nearly_full_no_mail_begins_and_the_log_says_so_once(
    listen: Listen, spool: WatchedSpool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    free = [50 * 2**20]
    monkeypatch.setattr("mailgate.ingest.disk_space.free_octets", lambda _folder: free[0])
    monkeypatch.setattr("mailgate.ingest.disk_space.GOOD_FOR_SECONDS", 0)
    listener = listen({"free_disk_mib": 20}, max_mail_bytes=26_214_400)
    full = (452, b"4.3.1 No room to store mail now, please try again later")
    with structlog.testing.capture_logs() as logs, a_client(listener) as client:
        client.ehlo()
        assert client.mail("anna@kund.example", ["SIZE=20000000"]) == full
        assert client.mail("anna@kund.example", ["SIZE=200000"])[0] == 250
        client.rcpt("support@example.com")
        free[0] = 10 * 2**20
        assert client.docmd("DATA") == full
        for _ in range(3):
            assert client.mail("anna@kund.example") == full
        free[0] = 50 * 2**20
        client.sendmail("anna@kund.example", ["support@example.com"], MAIL)
    assert events(logs) == ["disk_nearly_full", "disk_has_room_again"]
    assert len(spool.kept) == 1


def test_more_than_the_largest_mail_is_refused_when_it_is_declared(listen: Listen) -> None:
    with a_client(listen()) as client:
        client.ehlo()
        assert client.mail("anna@kund.example", ["SIZE=65537"]) == (552, b"5.3.4 Error: Too much mail data")
        assert client.mail("anna@kund.example", ["SIZE=65536"])[0] == 250


def test_the_defaults_are_those_that_the_documentation_names() -> None:
    limits = LimitsConfig()
    assert (limits.connections, limits.connections_per_client, limits.recipients) == (500, 50, 100)
    assert (limits.command_seconds, limits.data_seconds, limits.session_seconds) == (300, 900, 1800)
    assert (limits.slowest_bytes_per_second, limits.mails_per_connection) == (1024, 100)
