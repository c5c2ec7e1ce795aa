import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from imapclient.exceptions import IMAPClientAbortError

from mailgate.config import ImapConfig
from mailgate.ingest.imap_connection import ImapConnection
from mailgate.ingest.imap_session import (
    FolderUnusableError,
    IdleRefusedError,
    ImapSession,
    ListedMail,
    MailGoneError,
    MailTooLargeError,
    MailUnavailableError,
    MarkRefusedError,
    SelectedFolder,
)
from mailgate.ingest.imap_sign_in import Credential, SignInError
from tests.support.fake_imap import DROP, HANG, FakeImap

MAIL = b"Subject: hej\r\n\r\n" + b"R\xe4ksm\xf6rg\xe5s\r\n" * 50
LIMIT = 10_000_000


@contextmanager
def a_session(server: FakeImap, *, select: bool = True, **keys: Any) -> Iterator[ImapSession]:
    mailbox = ImapConfig.model_validate(
        {
            "name": "support",
            "host": "127.0.0.1",
            "port": server.port,
            "tls": "none",
            "user": "support",
            "password_file": "password",
            "address": "support@example.com",
            "timeout_seconds": 5,
            **keys,
        }
    )
    connection = ImapConnection.open(mailbox, home=Path())
    try:
        connection.sign_in(Credential(secret="hemligt", is_token=False))
        session = ImapSession(connection, mailbox)
        if select:
            session.select("INBOX")
        yield session
    finally:
        connection.shut()


def a_folder(*, exists: int = 1, uid_next: int = 2) -> SelectedFolder:
    return SelectedFolder(name="INBOX", uidvalidity=7, exists=exists, uid_next=uid_next)


def a_listed_mail(*, uid: int = 1, size: int | None = len(MAIL)) -> ListedMail:
    return ListedMail(uid=uid, size=size, internal_date=None)


def misbehaving(on: str, answer: bytes, mails: list[bytes] | None = None) -> FakeImap:
    return FakeImap(mails or [MAIL], misbehave=lambda line: answer if line.startswith(on) else None)


def test_a_search_past_the_last_mail_finds_nothing_although_the_server_lists_the_last() -> None:
    with FakeImap([MAIL, MAIL]) as server, a_session(server) as session:
        folder = session.select("INBOX")
        assert session.uids_after(0, folder) == [1, 2]
        assert session.uids_after(1, folder) == [2]
        assert session.uids_after(2, folder) == []


def test_a_huge_folder_is_searched_in_windows() -> None:
    with FakeImap([]) as server, a_session(server) as session:
        server.mails = dict.fromkeys((3, 120_000, 299_999), MAIL)
        folder = a_folder(exists=200_000, uid_next=300_000)
        assert session.uids_after(0, folder) == [3]
        assert session.uids_after(3, folder) == [120_000]
        assert session.uids_after(120_000, folder) == [299_999]
        assert session.uids_after(299_999, folder) == []


def test_a_size_that_the_server_only_estimates_does_not_change_the_bytes() -> None:
    with FakeImap([MAIL]) as server, a_session(server) as session:
        for size in (len(MAIL), len(MAIL) + 9, len(MAIL) - 9, 0, None):
            assert session.content(a_listed_mail(size=size), limit=LIMIT) == MAIL


def test_a_mail_larger_than_announced_is_stopped_at_the_limit() -> None:
    with FakeImap([b"x" * 3_000_000]) as server, a_session(server) as session:
        with pytest.raises(MailTooLargeError):
            session.content(a_listed_mail(size=10), limit=100_000)
        assert server.count("UID FETCH") == 1


def test_a_mail_that_has_gone_is_told_from_one_that_is_withheld() -> None:
    with FakeImap([MAIL]) as server, a_session(server) as session:
        with pytest.raises(MailGoneError):
            session.content(a_listed_mail(uid=9), limit=LIMIT)
        server.misbehave = lambda line: b"TAG OK done\r\n" if line.startswith("UID FETCH") else None
        with pytest.raises(MailUnavailableError):
            session.content(a_listed_mail(uid=1), limit=LIMIT)


@pytest.mark.parametrize(
    "answer",
    [
        b"TAG NO I would rather not\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> 17)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> (what))\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {2000000}\r\n" + b"x" * 2_000_000 + b")\r\nTAG OK done\r\n",
    ],
    ids=["no", "nil", "number", "list", "more than asked"],
)
def test_an_answer_that_is_no_mail_is_never_taken_for_one(answer: bytes) -> None:
    with (
        misbehaving("UID FETCH", answer) as server,
        a_session(server) as session,
        pytest.raises(MailUnavailableError),
    ):
        session.content(a_listed_mail(), limit=LIMIT)


def test_nothing_in_the_middle_of_a_mail_is_not_its_end() -> None:
    first = b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc)\r\nTAG OK done\r\n"
    rest = b"* 1 FETCH (UID 1 BODY[]<3> NIL)\r\nTAG OK done\r\n"
    with FakeImap([MAIL]) as server, a_session(server) as session:
        server.misbehave = lambda line: {"<0.": first, "<3.": rest}.get(line[24:27])
        with pytest.raises(MailUnavailableError):
            session.content(a_listed_mail(size=10), limit=LIMIT)
        assert server.count("UID FETCH 1 (BODY.PEEK[]<3.") == 1


def test_a_literal_of_three_gigabytes_is_neither_reserved_nor_waited_for() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[]<0> {3000000000}\r\n"
    with misbehaving("UID FETCH", answer) as server, a_session(server) as session:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(IMAPClientAbortError, match="longer than any"):
            session.content(a_listed_mail(), limit=LIMIT)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_an_answer_without_end_is_cut_off() -> None:
    flood = b"* 1 FETCH (FLAGS (x" + b"x" * 900_000 + b"))\r\n"
    with (
        misbehaving("UID SEARCH", flood * 20) as server,
        a_session(server) as session,
        pytest.raises(IMAPClientAbortError, match="longer than any"),
    ):
        session.uids_after(0, a_folder())


def test_one_unlistable_mail_does_not_hide_the_others() -> None:
    with FakeImap([MAIL, MAIL, MAIL]) as server, a_session(server) as session:
        server.misbehave = lambda line: (
            b"TAG NO 2 is broken\r\n" if line.startswith("UID FETCH") and "2" in line[10:15] else None
        )
        sizes = [(mail.uid, mail.size) for mail in session.list_mails([1, 2, 3])]
    assert sizes == [(1, len(MAIL)), (2, None), (3, len(MAIL))]


def test_a_folder_that_cannot_be_opened_spoils_no_connection() -> None:
    with FakeImap([MAIL]) as server, a_session(server) as session:
        server.misbehave = lambda line: b"TAG NO [NONEXISTENT] no\r\n" if "Borta" in line else None
        with pytest.raises(FolderUnusableError):
            session.select("Borta")
        assert session.select("INBOX") == a_folder()


def test_a_folder_without_uidvalidity_is_not_used() -> None:
    with (
        misbehaving("SELECT", b"* 1 EXISTS\r\nTAG OK done\r\n") as server,
        a_session(server, select=False) as session,
        pytest.raises(FolderUnusableError, match="UIDVALIDITY"),
    ):
        session.select("INBOX")


def test_a_folder_that_is_read_only_is_opened_all_the_same() -> None:
    answer = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\nTAG OK [READ-ONLY] done\r\n"
    with misbehaving("SELECT", answer) as server, a_session(server, select=False) as session:
        assert session.select("INBOX") == a_folder()
        assert server.count("EXAMINE") == 1


def test_a_mailbox_that_nothing_is_done_to_is_opened_read_only() -> None:
    with FakeImap([MAIL]) as server, a_session(server, select=False, after="nothing") as session:
        session.select("INBOX")
        assert server.count("SELECT") == 0


def test_a_refused_mark_spoils_no_connection() -> None:
    with misbehaving("UID STORE", b"TAG NO read-only\r\n") as server, a_session(server) as session:
        with pytest.raises(MarkRefusedError):
            session.mark([1])
        assert session.uids_after(0, a_folder()) == [1]


def test_without_uidplus_a_moved_mail_is_never_expunged() -> None:
    with FakeImap([MAIL]) as server:
        server.capabilities = b"IMAP4rev1"
        with a_session(server, after="move", move_to="Klart") as session:
            session.mark([1])
        assert server.count("UID COPY") == server.count("UID STORE") == 1
        assert server.count("UID EXPUNGE") == server.count("EXPUNGE") == 0


@pytest.mark.parametrize("answer", [b"TAG NO not now\r\n", b"* 2 EXISTS\r\n"], ids=["no", "something else first"])
def test_an_idle_that_is_refused_is_told(answer: bytes) -> None:
    with misbehaving("IDLE", answer) as server, a_session(server) as session, pytest.raises(IdleRefusedError):
        session.wait_for_news(5, threading.Event())


def test_news_that_share_a_packet_with_the_answer_to_idle_end_no_later_than_the_slice() -> None:
    with misbehaving("IDLE", b"+ idling\r\n* 2 EXISTS\r\n") as server, a_session(server) as session:
        session.wait_for_news(0.5, threading.Event())
        assert session.uids_after(0, a_folder()) == [1]


@pytest.mark.parametrize("tail", [b"", b"* 2 EXI", b"* BYE going down\r\n"], ids=["silent", "half a line", "bye"])
def test_a_connection_that_ends_during_idle_is_an_error_and_not_a_busy_loop(tail: bytes) -> None:
    def misbehave(line: str) -> bytes | None:
        if line != "IDLE":
            return None
        server.push(b"+ idling\r\n" + tail)
        return DROP

    broken = pytest.raises((IMAPClientAbortError, OSError))
    with FakeImap([MAIL], misbehave=misbehave) as server, a_session(server) as session, broken:
        session.wait_for_news(20, threading.Event())


def test_a_server_that_never_answers_is_given_up() -> None:
    with (
        misbehaving("UID SEARCH", HANG) as server,
        a_session(server, timeout_seconds=0.3) as session,
        pytest.raises((TimeoutError, IMAPClientAbortError)),
    ):
        session.uids_after(0, a_folder())


def test_a_server_that_never_greets_is_given_up() -> None:
    with FakeImap([]) as server:
        server.greeting = b""
        with pytest.raises(TimeoutError), a_session(server, timeout_seconds=0.3):
            pass


def test_hanging_up_wakes_a_reader() -> None:
    with misbehaving("UID SEARCH", HANG) as server:
        mailbox_session = a_session(server, timeout_seconds=60)
        with mailbox_session as session:
            threading.Timer(0.2, session._connection.hang_up).start()
            began = time.monotonic()
            with pytest.raises((OSError, IMAPClientAbortError)):
                session.uids_after(0, a_folder())
            assert time.monotonic() - began < 30


def test_no_password_goes_to_a_server_that_lacks_the_starttls_it_should_have() -> None:
    with FakeImap([]) as server:
        with pytest.raises(Exception, match="STARTTLS"), a_session(server, tls="starttls"):
            pass
        assert server.count("LOGIN") == server.count("AUTHENTICATE") == 0


def test_no_password_goes_to_a_server_that_claims_to_be_signed_in_before_starttls() -> None:
    with FakeImap([]) as server:
        server.greeting = b"* PREAUTH welcome\r\n"
        server.capabilities = b"IMAP4rev1 STARTTLS"
        with pytest.raises(Exception, match="STARTTLS"), a_session(server, tls="starttls"):
            pass
        assert server.count("LOGIN") == server.count("AUTHENTICATE") == 0


def test_a_refusal_names_neither_the_user_nor_the_servers_words() -> None:
    with misbehaving("LOGIN", b"TAG NO support@example.com is unknown\r\n") as server:
        with pytest.raises(SignInError) as refusal, a_session(server):
            pass
        assert str(refusal.value) == "the server refused to sign in"
