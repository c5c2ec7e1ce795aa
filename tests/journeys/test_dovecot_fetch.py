"""Mail is fetched from a real Dovecot, while other clients of the mailbox, and the server itself, do as they like."""

import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from mailgate.config import ImapConfig
from mailgate.domain.mail import Origin
from mailgate.ingest.imap_fetcher import ImapFetcher
from tests.support.dovecot import PASSWORD, USER, Dovecot, running_dovecot
from tests.support.fake_spool import FakeSpool

pytestmark = [pytest.mark.servers, pytest.mark.journey]

MOVED = "Klart/Åtgärdat"
Fetching = Callable[..., AbstractContextManager[FakeSpool]]


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def fetching(dovecot: Dovecot, tmp_path: Path) -> Fetching:
    return _fetching_from(dovecot, tmp_path)


def _fetching_from(dovecot: Dovecot, home: Path) -> Fetching:
    """A fetcher that runs for the length of a ``with``; it has to end by itself within seconds."""
    (home / "password").write_text(PASSWORD + "\n", encoding="utf-8")

    @contextmanager
    def fetch(spool: FakeSpool | None = None, *, limit: int = 10_000_000, **keys: Any) -> Iterator[FakeSpool]:
        spool = spool or FakeSpool()
        mailbox = ImapConfig.model_validate({**_defaults(dovecot), **keys})
        fetcher = ImapFetcher(mailbox, spool=spool, clock=_now, home=home, max_mail_bytes=limit)
        stop = threading.Event()
        thread = threading.Thread(target=fetcher.run, args=(stop,))
        thread.start()
        try:
            yield spool
        finally:
            stop.set()
            thread.join(timeout=10)
            assert not thread.is_alive(), "the fetcher did not stop"

    return fetch


def _now() -> datetime:
    return datetime.now(UTC)


def _defaults(dovecot: Dovecot) -> dict[str, Any]:
    return {
        "name": "support",
        "host": "127.0.0.1",
        "port": dovecot.tls_port,
        "ca_file": str(dovecot.ca_file),
        "user": USER,
        "password_file": "password",
        "address": "support@example.com",
        "poll_seconds": 1,
        "timeout_seconds": 30,
    }


def a_mail(no: int = 1, *, body: bytes = b"Hej!\r\n") -> bytes:
    return b"From: anna@example.com\r\nMessage-ID: <%d@example.com>\r\nSubject: %d\r\n\r\n" % (no, no) + body


def test_a_mail_that_is_pushed_comes_without_polling(dovecot: Dovecot, fetching: Fetching) -> None:
    with fetching(poll_seconds=3600) as spool:
        dovecot.deliver(a_mail(1))
        spool.wait_for(1)
        dovecot.deliver(a_mail(2))
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_without_idle_polling_brings_it(dovecot: Dovecot, fetching: Fetching) -> None:
    with fetching(idle=False, poll_seconds=0.2) as spool:
        dovecot.deliver(a_mail(1))
        spool.wait_for(1)
        dovecot.deliver(a_mail(2))
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_the_envelope_says_when_and_whence_it_came(dovecot: Dovecot, fetching: Fetching) -> None:
    before = _now() - timedelta(seconds=2)
    dovecot.deliver(a_mail())
    with fetching() as spool:
        spool.wait_for(1)
    envelope, position = spool.puts[0]
    assert (envelope.mail_from, envelope.rcpt_to) == (None, ("support@example.com",))
    assert (envelope.origin, envelope.peer) == (Origin.IMAP, "imap:support/INBOX")
    assert before <= envelope.received_at <= _now()
    assert position is not None
    assert (position.mailbox, position.folder, position.uid) == ("support", "INBOX", 1)


def test_bytes_stay_as_they_are(dovecot: Dovecot, fetching: Fetching) -> None:
    odd = a_mail(body=bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n \r\n.\r\n\xe5\xe4\xf6")
    large = a_mail(2, body=b"x" * 76 + b"\r\n" + b"\xff" * 998 + b"\r\n" * 1_200_000)
    for mail in (odd, large):
        dovecot.deliver(mail)
    with fetching() as spool:
        assert spool.wait_for(2) == [odd, large]


def test_a_mail_that_fills_its_slices_exactly_is_whole(dovecot: Dovecot, fetching: Fetching) -> None:
    mail = a_mail(body=b"x" * (2 * 1_048_576 - len(a_mail(body=b""))))
    assert len(mail) == 2 * 1_048_576
    dovecot.deliver(mail)
    with fetching() as spool:
        assert spool.wait_for(1) == [mail]


def test_mails_that_somebody_has_read_are_fetched_all_the_same(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.deliver(a_mail(1), flags=(rb"\Seen",))
    dovecot.deliver(a_mail(2))
    with fetching() as spool:
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_after_a_killed_session_the_next_mail_comes(dovecot: Dovecot, fetching: Fetching) -> None:
    with fetching(poll_seconds=3600) as spool:
        dovecot.deliver(a_mail(1))
        spool.wait_for(1)
        assert dovecot.kill_sessions() == 1
        dovecot.deliver(a_mail(2))
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_after_a_restart_of_the_server_the_next_mail_comes(dovecot: Dovecot, fetching: Fetching) -> None:
    with fetching() as spool:
        dovecot.deliver(a_mail(1))
        spool.wait_for(1)
        dovecot.stop()
        dovecot.start()
        dovecot.deliver(a_mail(2))
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_a_second_run_goes_on_where_the_first_ended(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.deliver(a_mail(1))
    with fetching() as spool:
        spool.wait_for(1)
    dovecot.deliver(a_mail(2))
    with fetching(spool):
        assert spool.wait_for(2) == [a_mail(1), a_mail(2)]


def test_in_a_folder_that_was_made_anew_nothing_is_skipped(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.create_folder("Support")
    for no in (1, 2):
        dovecot.deliver(a_mail(no), folder="Support")
    with fetching(folders=["Support"]) as spool:
        spool.wait_for(2)
        dovecot.delete_folder("Support")
        dovecot.create_folder("Support")
        for no in (2, 3):
            dovecot.deliver(a_mail(no), folder="Support")
        assert spool.wait_for(4) == [a_mail(1), a_mail(2), a_mail(2), a_mail(3)]
    assert spool.mails == 3
    positions = [position for _envelope, position in spool.puts if position is not None]
    assert [position.uid for position in positions] == [1, 2, 1, 2]
    assert positions[0].uidvalidity != positions[2].uidvalidity


def test_the_same_mail_in_two_folders_is_one_mail(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.create_folder("Konsult")
    dovecot.deliver(a_mail())
    with dovecot.client("INBOX") as client:
        client.copy([1], "Konsult")
    with fetching(folders=["INBOX", "Konsult"]) as spool:
        spool.wait_for(2)
    assert spool.mails == 1
    assert {envelope.peer for envelope, _position in spool.puts} == {"imap:support/INBOX", "imap:support/Konsult"}


def test_a_missing_folder_keeps_no_other_from_being_fetched(dovecot: Dovecot, fetching: Fetching) -> None:
    with capture_logs() as logs, fetching(folders=["Nytt", "INBOX", "Årkiv"], poll_seconds=0.3) as spool:
        dovecot.deliver(a_mail(1))
        spool.wait_for(1)
        dovecot.create_folder("Årkiv")
        dovecot.deliver(a_mail(2), folder="Årkiv")
        spool.wait_for(2)
        dovecot.create_folder("Nytt")
        dovecot.deliver(a_mail(3), folder="Nytt")
        assert spool.wait_for(3) == [a_mail(1), a_mail(2), a_mail(3)]
    missing = {event["folder"] for event in logs if event["event"] == "imap_folder_unusable"}
    assert missing == {"Nytt", "Årkiv"}
    assert not [event for event in logs if event["event"] == "imap_trouble"]


@pytest.mark.parametrize("extra", ["", "imap_capability = IMAP4rev1 IDLE UIDPLUS"], ids=["move", "copy"])
def test_moved_mails_lie_in_a_folder_that_was_made_for_them(extra: str, tmp_path: Path) -> None:
    with running_dovecot(extra=extra) as dovecot:
        for no in (1, 2):
            dovecot.deliver(a_mail(no))
        with _fetching_from(dovecot, tmp_path)(after="move", move_to=MOVED) as spool:
            spool.wait_for(2)
            dovecot.deliver(a_mail(3))
            spool.wait_for(3)
        assert dovecot.mails_in(MOVED) == [a_mail(1), a_mail(2), a_mail(3)]
        assert dovecot.mails_in("INBOX") == []


def test_what_a_crash_left_unmoved_is_moved_at_the_next_start(dovecot: Dovecot, fetching: Fetching) -> None:
    for no in (1, 2):
        dovecot.deliver(a_mail(no))
    with fetching(after="nothing") as spool:
        spool.wait_for(2)
    dovecot.deliver(a_mail(3))
    with fetching(spool, after="move", move_to=MOVED):
        spool.wait_for(3)
    assert sorted(dovecot.mails_in(MOVED)) == [a_mail(1), a_mail(2), a_mail(3)]
    assert spool.mails == len(spool.puts) == 3


def test_marks_are_set_and_nothing_else_is(dovecot: Dovecot, fetching: Fetching) -> None:
    for no in (1, 2, 3):
        dovecot.deliver(a_mail(no))
    spool = FakeSpool()
    seen_marks = {}
    for after in ("nothing", "flag", "seen"):
        with fetching(spool, after=after):
            dovecot.deliver(a_mail(len(spool.puts) + 4))
            spool.wait_for(len(seen_marks) + 4)
        seen_marks[after] = [
            tuple(flag for flag in flags if flag != rb"\Recent") for flags in dovecot.flags_in("INBOX")
        ]
    assert seen_marks["nothing"] == [(), (), (), ()]
    # All that lies there is ours, so all of it carries the keyword; \Seen is set on what came since, and on the last.
    assert seen_marks["flag"] == [(b"$Mailgate",)] * 5
    assert [rb"\Seen" in flags for flags in seen_marks["seen"]] == [False, False, False, False, True, True]


def test_a_spool_in_trouble_marks_nothing_and_is_tried_again(dovecot: Dovecot, fetching: Fetching) -> None:
    flags_at_failure = []

    def fail_twice() -> None:
        if len(flags_at_failure) < 2:
            flags_at_failure.append(dovecot.flags_in("INBOX")[0])
            raise OSError("disk full")

    dovecot.deliver(a_mail())
    with capture_logs() as logs, fetching(FakeSpool(fail_twice)) as spool:
        assert spool.wait_for(1) == [a_mail()]
    assert not any(rb"\Seen" in flags for flags in flags_at_failure)
    troubles = [event for event in logs if event["event"] == "imap_trouble"]
    assert [event["error"] for event in troubles] == ["OSError", "OSError"]


def test_a_mail_past_the_limit_is_refused_with_its_header_and_holds_up_no_other(
    dovecot: Dovecot, fetching: Fetching
) -> None:
    large = a_mail(1, body=b"x" * 70_000)
    for mail in (large, a_mail(2)):
        dovecot.deliver(mail)
    with fetching(limit=65_536) as spool:
        assert spool.wait_for(2) == [a_mail(2)]
    [(envelope, position, reason)] = spool.refused
    assert envelope.content == a_mail(1, body=b"")
    assert (position.uid, reason) == (1, "larger than 65536 bytes")


def test_starttls_verifies_the_certificate_too(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.deliver(a_mail())
    with fetching(port=dovecot.port, tls="starttls") as spool:
        assert spool.wait_for(1) == [a_mail()]


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(dovecot: Dovecot, fetching: Fetching, tls: str) -> None:
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    with capture_logs() as logs, fetching(port=port, tls=tls, ca_file="") as spool:
        _until(lambda: any(event["event"] == "imap_trouble" for event in logs))
    assert logs[0]["error"] == "SSLCertVerificationError"
    assert spool.puts == []
    assert "Login:" not in dovecot.log()


def test_a_printed_token_signs_in(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.deliver(a_mail())
    command = shlex.join([sys.executable, "-c", f"print({dovecot.token()!r})"])
    with fetching(password_file="", token_command=command) as spool:
        assert spool.wait_for(1) == [a_mail()]
    assert "method=XOAUTH2" in dovecot.log()


def test_an_expired_token_is_a_refusal_and_is_waited_out(dovecot: Dovecot, fetching: Fetching) -> None:
    command = shlex.join([sys.executable, "-c", f"print({dovecot.token(expires_in=-600)!r})"])
    with capture_logs() as logs, fetching(password_file="", token_command=command) as spool:
        _until(lambda: any(event["event"] == "imap_trouble" for event in logs))
    [trouble] = [event for event in logs if event["event"] == "imap_trouble"]
    assert (trouble["error"], trouble["reason"]) == ("SignInError", "the server refused to sign in")
    assert trouble["retry_seconds"] >= 30
    assert spool.puts == []


def test_logs_hold_neither_secrets_nor_addresses(dovecot: Dovecot, fetching: Fetching) -> None:
    dovecot.deliver(a_mail())
    with capture_logs() as logs, fetching(after="move", move_to=MOVED) as spool:
        spool.wait_for(1)
        dovecot.kill_sessions()
        dovecot.deliver(a_mail(2))
        spool.wait_for(2)
    assert {"imap_connected", "imap_fetched", "imap_trouble"} <= {event["event"] for event in logs}
    assert not any(word in repr(logs) for word in (PASSWORD, "@", "Hej!"))


def _until(condition: Callable[[], bool]) -> None:
    """Wait for something that will surely come, and fail where it does not."""
    waited = threading.Event()
    for _ in range(300):
        if condition():
            return
        waited.wait(0.05)
    raise AssertionError("it did not come")
