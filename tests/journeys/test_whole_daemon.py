"""The running daemon between real servers: Dovecot at one door, Postfix in front of the other and behind it."""

import contextlib
import os
import signal
import smtplib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailgate.domain.sending import SendingState
from tests.support.daemon import MailgateDaemon
from tests.support.dovecot import PASSWORD, USER, Dovecot, running_dovecot
from tests.support.envelopes import a_mail_text
from tests.support.postfix import Postfix
from tests.support.smtp_sink import SmtpSink

pytestmark = [pytest.mark.journey, pytest.mark.servers]

FetchingDaemon = Callable[..., MailgateDaemon]


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def fetching(dovecot: Dovecot, tmp_path: Path) -> FetchingDaemon:
    """A daemon, not started, that fetches from Dovecot; Eva may write."""

    def make(*, folders: str = '["INBOX"]', after: str = "seen") -> MailgateDaemon:
        (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        box = f"""
[[imap]]
name = "support"
host = "127.0.0.1"
port = {dovecot.tls_port}
ca_file = "{dovecot.ca_file}"
user = "{USER}"
password_file = "password"
address = "support@example.com"
folders = {folders}
after = "{after}"
poll_seconds = 1
"""
        daemon = MailgateDaemon(tmp_path, more=box)
        daemon.register()
        return daemon

    return make


def a_mail(number: int, *, subject: str = "Hjälp") -> bytes:
    return a_mail_text(message_id=f"<{number}@kund.example>", subject=subject, body=f"Nummer {number}")


def receipts(daemon: MailgateDaemon) -> int:
    return len(daemon.sent_to("eva@kund.example"))


def test_a_mail_in_the_mailbox_is_pushed_fetched_and_receipted(dovecot: Dovecot, fetching: FetchingDaemon) -> None:
    with fetching() as daemon:
        daemon.wait_until(lambda: bool(dovecot.sessions()))
        dovecot.deliver(a_mail(1))
        assert daemon.wait_settled(1) == {"ticket": 1}
        daemon.wait_until(lambda: any(b"\\Seen" in flags for flags in dovecot.flags_in("INBOX")))
    assert receipts(daemon) == 1


def test_a_killed_session_is_opened_anew_and_nothing_is_missed(dovecot: Dovecot, fetching: FetchingDaemon) -> None:
    with fetching() as daemon:
        dovecot.deliver(a_mail(1))
        daemon.wait_settled(1)
        assert dovecot.kill_sessions() >= 1
        dovecot.deliver(a_mail(2))
        assert daemon.wait_settled(2) == {"ticket": 2}
    assert receipts(daemon) == 2


def test_a_recreated_mailbox_is_fetched_whole_and_no_mail_makes_a_second_ticket(
    dovecot: Dovecot, fetching: FetchingDaemon
) -> None:
    dovecot.create_folder("Stöd")
    with fetching(folders='["Stöd"]') as daemon:
        for number in (1, 2):
            dovecot.deliver(a_mail(number), folder="Stöd")
        daemon.wait_settled(2)
        dovecot.delete_folder("Stöd")
        dovecot.create_folder("Stöd")  # with another UIDVALIDITY, and UIDs from 1 again
        for number in (2, 1, 3):
            dovecot.deliver(a_mail(number), folder="Stöd")
        assert daemon.wait_settled(3) == {"ticket": 3}
        daemon.wait_until(lambda: len(dovecot.flags_in("Stöd")) == 3)
    assert receipts(daemon) == 3


def test_the_same_mail_in_two_folders_and_by_smtp_is_one_ticket(dovecot: Dovecot, fetching: FetchingDaemon) -> None:
    dovecot.create_folder("Kopior")
    with fetching(folders='["INBOX", "Kopior"]') as daemon:
        dovecot.deliver(b"Delivered-To: support@example.com\r\n" + a_mail(1))
        dovecot.deliver(b"Received: by elsewhere\r\n" + a_mail(1), folder="Kopior")
        daemon.send(b"Received: by a relay\r\n\tin two lines\r\n" + a_mail(1))
        dovecot.deliver(a_mail(2), folder="Kopior")
        assert daemon.wait_settled(2) == {"ticket": 2}

        def came_three_times() -> bool:
            with daemon.look() as uow:
                return sorted(mail.arrivals for mail in uow.mails.summaries()) == [1, 3]

        daemon.wait_until(came_three_times)
    assert receipts(daemon) == 2


@pytest.mark.parametrize("point", ["imap.before_commit", "imap.after_commit", "imap.after_mark"])
def test_a_fetched_mail_survives_a_kill(dovecot: Dovecot, fetching: FetchingDaemon, point: str) -> None:
    daemon = fetching()
    dovecot.deliver(a_mail(1))
    daemon.start(MAILGATE_CRASH=point)
    assert daemon.wait_for_death() == -signal.SIGKILL, f"{point} was never passed"
    with daemon:
        assert daemon.wait_settled(1) == {"ticket": 1}
        daemon.wait_until(lambda: any(b"\\Seen" in flags for flags in dovecot.flags_in("INBOX")))
    assert receipts(daemon) == 1


def test_what_we_cannot_keep_now_postfix_brings_again_and_it_is_one_ticket(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    with daemon, Postfix({"example.com": daemon.port}) as postfix:
        other = sqlite3.connect(tmp_path / "data" / "mailgate.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # somebody holds the database for longer than we are ready to wait
        with smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="kund.example", timeout=30) as client:
            client.sendmail("eva@kund.example", ["support@example.com"], a_mail(1))
        daemon.wait_until(lambda: "451 4.3.0" in postfix.log)
        other.execute("ROLLBACK")
        other.close()
        postfix.wait_until_empty()
        assert daemon.wait_settled(1) == {"ticket": 1}
        assert "status=bounced" not in postfix.log
    assert receipts(daemon) == 1


def test_receipts_go_out_through_postfix(tmp_path: Path) -> None:
    with SmtpSink() as sink, Postfix({"kund.example": sink.port, "desk.example": sink.port}) as postfix:
        relay = f'[outgoing]\nhost = "127.0.0.1"\nport = {postfix.port}\ntls = "none"\n'
        daemon = MailgateDaemon(tmp_path, more=relay)
        daemon.register()
        with daemon:
            daemon.send(a_mail(1))
            daemon.wait_settled(1)
            postfix.wait_until_empty()
            with daemon.look() as uow:
                assert [entry.state for entry in uow.outbox.entries()] == [SendingState.SENT, SendingState.SENT]
        assert sorted(mail.rcpt_to for mail in sink.mails) == [("eva@kund.example",), ("sven@desk.example",)]
        assert all(mail.mail_from in ("", "<>") for mail in sink.mails), "the null reverse-path: no machine answers"
        assert b"MG-100001-" in sink.mails[0].content


def test_sigterm_in_the_middle_of_work_loses_nothing(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    daemon.start()
    taken = []
    with contextlib.suppress(smtplib.SMTPException, OSError):
        for number in range(200):
            daemon.send(a_mail(number))
            taken.append(number)
            if number == 20:
                daemon.stop()
    assert daemon.wait_for_death() == 0
    assert len(taken) >= 21
    with daemon:
        assert daemon.wait_settled(len(taken)) == {"ticket": len(taken)}
    assert receipts(daemon) == len(taken)


def test_a_second_daemon_on_the_same_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    with daemon:
        second = MailgateDaemon(tmp_path)
        second.log_path = tmp_path / "second.log"
        second.start()
        assert second.wait_for_death() == 1
        second.database.close()
    (line,) = second.log_path.read_text(encoding="utf-8").splitlines()
    assert "another mailgate serves from" in line


def test_the_log_names_no_address_and_no_text(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    with daemon:
        daemon.send(a_mail_text(subject="Hemligheten", body="Mycket hemligt"))
        daemon.wait_settled(1)
    log = daemon.log_path.read_text(encoding="utf-8")
    assert daemon.log_events()
    assert len(daemon.log_events()) == len(log.splitlines()), "every line is JSON"
    for secret in ("Hemligheten", "hemligt", "eva@kund.example", "sven@desk.example", "support@example.com"):
        assert secret not in log
    ids = [event.get("mail") for event in daemon.log_events() if event["event"] in ("smtp_accepted", "mail_settled")]
    assert ids == [1, 1], "one id runs through all lines of a mail"


def test_a_hang_up_without_a_terminal_ends_nothing(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    with daemon:
        os.kill(daemon.pid, signal.SIGHUP)
        daemon.send(a_mail(1))
        assert daemon.wait_settled(1) == {"ticket": 1}


def test_a_database_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    with daemon:
        pass
    for file in (tmp_path / "data").glob("mailgate.db*"):
        file.unlink()
    again = daemon.start()
    assert again.wait_for_death() != 0
    assert "restore a backup" in daemon.log_path.read_text(encoding="utf-8").splitlines()[-1]
