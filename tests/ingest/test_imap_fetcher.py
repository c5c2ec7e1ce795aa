import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from mailgate.config import ImapConfig
from mailgate.domain.authenticity import Proof
from mailgate.ingest.imap_back_off import BackOff
from mailgate.ingest.imap_fetcher import ImapFetcher
from mailgate.ingest.imap_sign_in import SignInError, credential_of
from tests.support.envelopes import a_mail_text
from tests.support.fake_imap import DROP, HANG, FakeImap
from tests.support.fake_spool import FakeSpool

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MAILS = [b"Subject: %d\r\n\r\nHej %d!\r\n" % (no, no) * 1 for no in (1, 2, 3)]


def a_mailbox(**keys: Any) -> ImapConfig:
    return ImapConfig.model_validate(
        {
            "name": "support",
            "host": "127.0.0.1",
            "tls": "none",
            "user": "support",
            "password_file": "password",
            "address": "support@example.com",
            "poll_seconds": 0.1,
            "timeout_seconds": 5,
            **keys,
        }
    )


@contextmanager
def fetching(server: FakeImap, home: Path, *, spool: FakeSpool | None = None, **keys: Any) -> Iterator[FakeSpool]:
    (home / "password").write_text("hemligt", encoding="utf-8")
    spool = spool or FakeSpool()
    mailbox = a_mailbox(**{"port": server.port, "idle": False, **keys})
    fetcher = ImapFetcher(mailbox, spool=spool, clock=lambda: NOW, home=home, max_mail_bytes=100_000)
    stop = threading.Event()
    thread = threading.Thread(target=fetcher.run, args=(stop,))
    thread.start()
    try:
        yield spool
    finally:
        stop.set()
        thread.join(timeout=10)
        assert not thread.is_alive(), "the fetcher did not stop"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between connections, for tests of what comes after many of them."""
    monkeypatch.setattr(BackOff, "seconds_after", lambda _self, _error: 0.0)


def until(condition: Any) -> None:
    pause = threading.Event()
    for _ in range(600):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come")


def test_internaldate_becomes_the_time_of_receipt(tmp_path: Path) -> None:
    with FakeImap(MAILS) as server, fetching(server, tmp_path) as spool:
        spool.wait_for(3)
    assert spool.puts[0][0].received_at == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def test_what_the_mailboxs_own_server_found_out_comes_along(tmp_path: Path) -> None:
    said = "Authentication-Results: imap.desk.example; dmarc=pass header.from=kund.example"
    mails = [a_mail_text(extra=said), a_mail_text()]
    with FakeImap(mails) as server, fetching(server, tmp_path, authserv_id="imap.desk.example") as spool:
        spool.wait_for(2)
    found = [envelope.authenticity.proof for envelope, _ in spool.puts if envelope.authenticity is not None]
    assert found == [Proof.PROVEN, Proof.UNPROVEN]


@pytest.mark.parametrize(
    "date", [b'"no date at all"', b"NIL", b'"24-Nov-2026 11:00:00 +0100"', b'"31-Dec-9999 23:59:59 -1400"']
)
def test_an_internaldate_that_is_unreadable_or_in_the_future_is_replaced_by_now(tmp_path: Path, date: bytes) -> None:
    def misbehave(line: str) -> bytes | None:
        if "RFC822.SIZE" not in line:
            return None
        return b"* 1 FETCH (UID 1 RFC822.SIZE %d INTERNALDATE %s)\r\nTAG OK done\r\n" % (len(MAILS[0]), date)

    with FakeImap(MAILS[:1], misbehave=misbehave) as server, fetching(server, tmp_path) as spool:
        assert spool.wait_for(1) == MAILS[:1]
    assert spool.puts[0][0].received_at == NOW


@pytest.mark.usefixtures("at_once")
def test_wherever_the_connection_is_cut_no_partial_mail_gets_in(tmp_path: Path) -> None:
    with FakeImap(MAILS) as server:
        with fetching(server, tmp_path) as spool:
            spool.wait_for(3)
        whole = server.sent
    assert whole > 600
    for cut_after in range(0, whole, 11):
        with FakeImap(MAILS) as server:
            server.cut_after = cut_after
            with fetching(server, tmp_path) as spool:
                until(lambda: server.connections > 1)
                assert spool.contents == MAILS[: len(spool.puts)], cut_after
                server.cut_after = None
                assert spool.wait_for(3) == MAILS, cut_after
        assert spool.refused == [], cut_after


def test_after_a_server_that_never_answered_mail_comes_again(tmp_path: Path) -> None:
    hung = []

    def hang_once(line: str) -> bytes | None:
        if line.startswith("UID SEARCH") and not hung:
            hung.append(line)
            return HANG
        return None

    with (
        FakeImap(MAILS, misbehave=hang_once) as server,
        capture_logs() as logs,
        fetching(server, tmp_path, timeout_seconds=0.3) as spool,
    ):
        assert spool.wait_for(3) == MAILS
        assert server.connections == 2
    assert [event["event"] for event in logs][:3] == ["imap_connected", "imap_trouble", "imap_connected"]


def test_stopping_does_not_wait_for_an_answer(tmp_path: Path) -> None:
    silent = FakeImap(MAILS, misbehave=lambda line: HANG if line.startswith("UID SEARCH") else None)
    with silent as server, fetching(server, tmp_path, timeout_seconds=600):
        until(lambda: server.count("UID SEARCH"))


def test_a_wrong_password_is_tried_once_and_then_left_alone(tmp_path: Path) -> None:
    with (
        FakeImap([], misbehave=lambda line: b"TAG NO wrong\r\n" if line.startswith("LOGIN") else None) as server,
        capture_logs() as logs,
        fetching(server, tmp_path),
    ):
        until(lambda: any(event["event"] == "imap_trouble" for event in logs))
        threading.Event().wait(1.5)
        assert server.count("LOGIN") == server.connections == 1
    assert logs[0]["retry_seconds"] >= 30


def test_refusals_are_waited_out_longer_than_lost_connections() -> None:
    lost, refused = BackOff(), BackOff()
    after_loss = [lost.seconds_after(OSError()) for _ in range(12)]
    after_refusal = [refused.seconds_after(SignInError()) for _ in range(12)]
    assert 1 <= after_loss[0] <= 1.25
    assert 4 <= after_loss[2] <= 5
    assert 300 <= after_loss[-1] <= 375
    assert 30 <= after_refusal[0] <= 37.5
    assert 900 <= after_refusal[-1] <= 1125
    lost.mail_came()
    assert lost.seconds_after(OSError()) <= 1.25


def test_each_connection_reads_the_password_anew(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("old", encoding="utf-8")
    mailbox, stop = a_mailbox(), threading.Event()
    assert credential_of(mailbox, home=tmp_path, stop=stop).secret == "old"
    (tmp_path / "password").write_text("new\n", encoding="utf-8")
    assert credential_of(mailbox, home=tmp_path, stop=stop).secret == "new"


def test_a_missing_password_is_trouble_of_this_mailbox_only(tmp_path: Path) -> None:
    with FakeImap([]) as server, capture_logs() as logs:
        with fetching(server, tmp_path, password_file="", password_env="MAILGATE_TEST_UNSET"):
            until(lambda: logs)
        assert server.connections == 0
    assert logs[0]["error"] == "SignInError"
    assert logs[0]["reason"] == "the environment variable MAILGATE_TEST_UNSET is not set"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-program-anywhere", "cannot be started"),
        ("sh -c 'exit 3'", "ended with 3"),
        ("true", "printed no token"),
        ("echo two words", "printed no token"),
        (r"printf 'a\001b'", "printed no token"),
    ],
)
def test_a_token_command_that_prints_no_token_is_told(tmp_path: Path, command: str, reason: str) -> None:
    mailbox = a_mailbox(password_file="", token_command=command)
    with pytest.raises(SignInError, match=reason):
        credential_of(mailbox, home=tmp_path, stop=threading.Event())


def test_a_token_is_the_first_line_and_no_shell_reads_the_command(tmp_path: Path) -> None:
    mailbox = a_mailbox(password_file="", token_command=r"printf '%s\nmore\n' 'ya29.$HOME;x'")
    credential = credential_of(mailbox, home=tmp_path, stop=threading.Event())
    assert (credential.secret, credential.is_token) == ("ya29.$HOME;x", True)
    assert "ya29" not in repr(credential)


def test_stopping_ends_a_token_command_and_what_it_started(tmp_path: Path) -> None:
    command = f"sh -c 'sleep 600 & echo $! > {tmp_path}/pid; wait'"
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(SignInError, match="in time"):
        credential_of(a_mailbox(password_file="", token_command=command), home=tmp_path, stop=stop)
    child = Path(f"/proc/{int((tmp_path / 'pid').read_text())}/stat")
    until(lambda: not child.exists() or child.read_text().split()[2] == "Z")


@pytest.mark.usefixtures("at_once")
def test_a_mail_that_breaks_each_connection_is_recorded_and_holds_up_no_other(tmp_path: Path) -> None:
    with FakeImap(MAILS, misbehave=lambda line: DROP if line.startswith("UID FETCH 2 (BODY") else None) as server:
        with fetching(server, tmp_path) as spool:
            assert spool.wait_for(3) == [MAILS[0], MAILS[2]]
        assert server.count("UID FETCH 2 (BODY") == 12
    [(envelope, position, reason)] = spool.refused
    assert (position.uid, envelope.content, reason) == (2, b"", "cannot be fetched from the server")


@pytest.mark.usefixtures("at_once")
def test_a_mail_that_the_server_will_not_hand_out_is_recorded_sooner(tmp_path: Path) -> None:
    refusing = FakeImap(
        MAILS, misbehave=lambda line: b"TAG NO no\r\n" if line.startswith("UID FETCH 2 (BODY") else None
    )
    with refusing as server:
        with fetching(server, tmp_path) as spool:
            assert spool.wait_for(3) == [MAILS[0], MAILS[2]]
        assert server.count("UID FETCH 2 (BODY") == 3
    assert [position.uid for _envelope, position, _reason in spool.refused] == [2]


def test_marks_that_are_refused_keep_no_mail_back(tmp_path: Path) -> None:
    refusing = FakeImap(MAILS, misbehave=lambda line: b"TAG NO no\r\n" if line.startswith("UID STORE") else None)
    with refusing as server, capture_logs() as logs, fetching(server, tmp_path) as spool:
        assert spool.wait_for(3) == MAILS
        until(lambda: server.count("UID STORE") == 3)
    assert [event for event in logs if event["event"] == "imap_trouble"] == []


@pytest.mark.usefixtures("at_once")
def test_a_server_that_offers_idle_and_refuses_it_is_polled(tmp_path: Path) -> None:
    with FakeImap([], misbehave=lambda line: b"TAG NO no\r\n" if line == "IDLE" else None) as server:
        with fetching(server, tmp_path, idle=True) as spool:
            until(lambda: server.count("IDLE") == 2 and server.count("SELECT") > 5)
            server.mails = dict(enumerate(MAILS, start=1))
            assert spool.wait_for(3) == MAILS
        assert server.count("IDLE") == 2


def test_news_that_idle_never_tells_are_found_when_its_slice_is_over(tmp_path: Path) -> None:
    with FakeImap([]) as server, fetching(server, tmp_path, idle=True) as spool:
        until(lambda: server.count("IDLE"))
        server.mails = dict(enumerate(MAILS, start=1))
        assert spool.wait_for(3) == MAILS


_DYING = """
import datetime, json, sys, threading
from pathlib import Path
from mailgate.config import ImapConfig
from mailgate.domain.authenticity import Proof
from mailgate.ingest.imap_fetcher import ImapFetcher
from tests.support.fake_spool import FakeSpool

class Spool(FakeSpool):
    def put(self, envelope, position=None):
        Path(sys.argv[2], "put").write_text(str(position.uid))
        return super().put(envelope, position)

mailbox = ImapConfig.model_validate(json.loads(sys.argv[1]))
clock = lambda: datetime.datetime.now(datetime.UTC)
ImapFetcher(mailbox, spool=Spool(), clock=clock, home=Path(sys.argv[2]), max_mail_bytes=100_000).run(threading.Event())
"""


@pytest.mark.parametrize(
    ("point", "put", "marked"),
    [("imap.before_commit", False, 0), ("imap.after_commit", True, 0), ("imap.after_mark", True, 1)],
)
def test_what_dies_dies_between_commit_and_mark(tmp_path: Path, point: str, put: bool, marked: int) -> None:
    (tmp_path / "password").write_text("hemligt", encoding="utf-8")
    with FakeImap(MAILS) as server:
        mailbox = a_mailbox(port=server.port, idle=False).model_dump(mode="json")
        child = subprocess.run(
            [sys.executable, "-c", _DYING, json.dumps(mailbox), str(tmp_path)],
            env={**os.environ, "MAILGATE_CRASH": point},
            cwd=Path(__file__).parents[2],
            timeout=60,
            check=False,
            capture_output=True,
        )
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert (tmp_path / "put").exists() is put
        assert server.count("UID STORE") == marked
