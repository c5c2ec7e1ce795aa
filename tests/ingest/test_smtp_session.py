import socket
from pathlib import Path

import pytest

from tests.support.dialogue import play, read_reply
from tests.support.smtp_door import MAIL, Listen, WatchedSpool, a_client, begin_mail, send

DIALOGUES = sorted((Path(__file__).parents[1] / "dialogues").glob("*.smtp"))


@pytest.mark.parametrize("script", DIALOGUES, ids=lambda script: script.stem)
def test_the_dialogue_goes_as_written(script: Path, listen: Listen, spool: WatchedSpool) -> None:
    play(script, listen().addresses[0], kept=lambda: len(spool.kept))


def test_what_was_sent_ahead_of_a_closing_is_not_run(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    mail = b"MAIL FROM:<a@kund.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nSubject: x\r\n.\r\n"
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        peer.sendall(b"HELO client.example\r\nNOOP\n" + mail)
        assert read_reply(replies).startswith("250")
        assert read_reply(replies).startswith("500 5.5.2")
        assert read_reply(replies) == "closed"
    listener.drain(5)
    assert spool.puts == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Subject: l\r\n\r\n" + b"x" * 500_000 + b"\r\n", id="a line of 500 kB"),
        pytest.param(b"Subject: r\xe5tt \xff\xfe\r\n\r\nb\xe5t\x00\x80\r\n", id="8-bit header and body"),
        pytest.param(b"Subject: d\r\n\r\n.\r\n..\r\n.x\r\n...\r\n", id="leading dots"),
        pytest.param(b"\r\n", id="an empty mail"),
    ],
)
def test_content_is_kept_byte_for_byte(content: bytes, listen: Listen, spool: WatchedSpool) -> None:
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
def test_a_mail_past_the_limit_is_refused_after_its_dot(line: bytes, listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    with a_client(listener) as client:
        client.ehlo()
        client.mail("anna@kund.example")
        client.rcpt("support@example.com")
        assert client.data(line * (80_000 // len(line) + 1))[0] == 552
        assert client.noop()[0] == 250
    assert send(listener)[0] == 250
    assert len(spool.kept) == 1


def test_half_a_mail_is_none(listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    with socket.create_connection(listener.addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        begin_mail(peer, replies)
        peer.sendall(MAIL)
        peer.shutdown(socket.SHUT_WR)
        assert read_reply(replies) == "closed"
    assert spool.kept == []


def test_a_command_without_end_fills_no_memory(listen: Listen) -> None:
    with socket.create_connection(listen().addresses[0], timeout=20) as peer, peer.makefile("rb") as replies:
        assert read_reply(replies).startswith("220")
        peer.sendall(b"x" * 3000)
        assert read_reply(replies).startswith("500 5.5.2")
        assert read_reply(replies) == "closed"
