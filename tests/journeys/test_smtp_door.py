"""The SMTP door is a process of its own, and neither it nor the daemon lives without the other."""

import os
import signal
import socket
from pathlib import Path

import psutil

from mailgate.config_file import load_config
from tests.support.daemon import MailgateDaemon
from tests.support.dialogue import read_reply
from tests.support.smtp_door import begin_mail


def a_mail(subject: str) -> bytes:
    fields = "From: eva@kund.example\r\nTo: support@example.com\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    return f"{fields}Message-ID: <{subject}@kund.example>\r\nSubject: {subject}\r\n\r\nHej\r\n".encode()


def doors(daemon: MailgateDaemon) -> list[int]:
    """The processes that hold the daemon's port."""
    children = psutil.Process(daemon.pid).children()
    return [
        child.pid for child in children if any(held.laddr.port == daemon.port for held in child.net_connections("tcp"))
    ]


def test_a_daemon_whose_door_has_died_says_so_and_ends_to_be_started_anew(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path).start()
    (door,) = doors(daemon)
    os.kill(door, signal.SIGKILL)
    assert daemon.wait_for_death() == 1
    assert "smtp_door_died" in [event["event"] for event in daemon.log_events()]
    assert "the SMTP door's process ended by itself" in daemon.log_path.read_text(encoding="utf-8").splitlines()[-1]
    daemon.database.close()


def test_a_door_whose_daemon_was_killed_says_250_to_nobody_and_ends(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    daemon.start()
    (door,) = doors(daemon)
    process = psutil.Process(door)
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=20) as client, client.makefile("rb") as replies:
        begin_mail(client, replies)
        daemon.kill()
        process.wait(20)
        try:
            client.sendall(a_mail("Sent") + b".\r\n")
            said = replies.readline()
        except OSError:
            said = b""
        assert said == b"", "nobody is there to keep it"
    with daemon:  # its place is free again
        daemon.send(a_mail("Again"))
        assert daemon.wait_settled(1) == {"ticket": 1}


def test_a_daemon_that_listens_nowhere_has_no_door(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    text = daemon.config_path.read_text(encoding="utf-8").replace(f'"127.0.0.1:{daemon.port}"', '""')
    daemon.config_path.write_text(text, encoding="utf-8")
    assert load_config(daemon.config_path).smtp.listen == ""
    daemon._greets = lambda: any(event["event"] == "serving" for event in daemon.log_events())  # type: ignore[method-assign]
    with daemon:
        names = [" ".join(child.cmdline()) for child in psutil.Process(daemon.pid).children()]
        assert all("parser_child" in name for name in names), names


def test_a_place_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    with socket.create_server(("127.0.0.1", daemon.port)):
        daemon.start()
        assert daemon.wait_for_death() == 1
    (line,) = daemon.log_path.read_text(encoding="utf-8").splitlines()
    assert "address already in use" in line
    daemon.database.close()


def test_the_last_reply_of_a_door_that_closes_is_for_whoever_is_in_the_middle(tmp_path: Path) -> None:
    """SIGTERM for the whole group, as a service manager sends it: the mail under way is kept and acknowledged."""
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    daemon.start()
    (door,) = doors(daemon)
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=20) as client, client.makefile("rb") as replies:
        begin_mail(client, replies)
        os.kill(door, signal.SIGTERM)
        os.kill(daemon.pid, signal.SIGTERM)
        client.sendall(a_mail("Sent") + b".\r\n")
        assert read_reply(replies).startswith("250")
    assert daemon.wait_for_death() == 0
    daemon.start()
    assert daemon.wait_settled(1) == {"ticket": 1}
    daemon.stop()
    daemon.database.close()
