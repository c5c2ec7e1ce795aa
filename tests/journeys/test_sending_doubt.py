"""The daemon dies at each step of sending a mail to a relay, or the relay never answers: nothing is lost, and what may
have been said twice is listed, with the same bytes and the same Message-ID.
"""

import contextlib
import json
import signal
import smtplib
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import mailgate
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text
from tests.support.smtp_sink import DROP, SmtpSink, SunkMail

pytestmark = pytest.mark.journey

OUTGOING = """
[outgoing]
host = "127.0.0.1"
port = {port}
tls = "none"
connections = {connections}
{more}
"""
PARK_ALL = "uncertain_resends = 0"
EVA = "eva@kund.example"


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def a_daemon(folder: Path, sink: SmtpSink, more: str = "", *, connections: int = 1) -> MailgateDaemon:
    """By one connection there is one mail at most whose end is not known."""
    daemon = MailgateDaemon(folder, more=OUTGOING.format(port=sink.port, connections=connections, more=more))
    daemon.register()
    return daemon


def dies(daemon: MailgateDaemon, point: str) -> None:
    """A mail comes in, and the daemon dies while it sends the answers."""
    daemon.start(MAILGATE_CRASH=point)
    daemon.send(a_mail_text(subject="Programmet startar inte"))
    assert daemon.wait_for_death() == -signal.SIGKILL, f"{point} was never passed"


def outbox(daemon: MailgateDaemon, *arguments: str) -> str:
    """What the operator's command prints."""
    return mailgate(daemon.config_path, "outbox", *arguments)


def uncertain(daemon: MailgateDaemon) -> list[dict[str, Any]]:
    found = json.loads(outbox(daemon, "list", "--uncertain", "--json"))
    assert isinstance(found, list)
    return found


def copies(sink: SmtpSink, entry: dict[str, Any]) -> list[SunkMail]:
    return [mail for mail in sink.mails if message_from_bytes(mail.content)["Message-ID"] == entry["message_id"]]


@pytest.mark.parametrize(("point", "doubts"), [("outbox.claimed", 0), ("outbox.recorded", 1)])
def test_a_kill_where_no_dot_is_out_says_everything_once(
    tmp_path: Path, sink: SmtpSink, point: str, doubts: int
) -> None:
    """The end of the first mail is recorded with the mark of the second: that one is in doubt, and has not gone out."""
    daemon = a_daemon(tmp_path, sink)
    dies(daemon, point)
    with daemon:
        daemon.wait_settled(1)
        assert sorted(mail.rcpt_to for mail in sink.mails) == [(EVA,), ("sven@desk.example",)]
        assert len(uncertain(daemon)) <= doubts


@pytest.mark.parametrize(("point", "arrived"), [("outbox.marked", 1), ("outbox.dot_sent", 2), ("outbox.answered", 2)])
def test_a_kill_after_the_mark_is_listed_and_the_same_mail_goes_out_once_more(
    tmp_path: Path, sink: SmtpSink, point: str, arrived: int
) -> None:
    daemon = a_daemon(tmp_path, sink)
    dies(daemon, point)
    with daemon:
        daemon.wait_settled(1)
        (entry,) = uncertain(daemon)
        assert (entry["state"], entry["doubts"]) == ("sent", 1)
        assert len(copies(sink, entry)) == arrived
        assert len({mail.content for mail in copies(sink, entry)}) == 1
        assert len(sink.mails) == arrived + 1
        assert any(event["event"] == "outbox_uncertain" for event in daemon.log_events())


@pytest.mark.parametrize(("point", "arrived"), [("outbox.marked", 0), ("outbox.dot_sent", 1), ("outbox.answered", 1)])
def test_a_mail_that_is_to_be_parked_waits_for_the_operator(
    tmp_path: Path, sink: SmtpSink, point: str, arrived: int
) -> None:
    daemon = a_daemon(tmp_path, sink, PARK_ALL)
    dies(daemon, point)
    with daemon:
        daemon.wait_settled(1)
        (entry,) = uncertain(daemon)
        assert (entry["state"], entry["doubts"], len(copies(sink, entry))) == ("parked", 1, arrived)
        assert json.loads(outbox(daemon, "count", "--json"))["parked"] == 1
        outbox(daemon, "retry", str(entry["id"]))
        daemon.wait_until(lambda: len(copies(sink, entry)) == arrived + 1)
        daemon.wait_settled(1)
        assert [(one["id"], one["state"]) for one in uncertain(daemon)] == [(entry["id"], "sent")]


def test_a_relay_that_takes_a_mail_and_hangs_up_leaves_a_doubt_that_is_dropped(tmp_path: Path, sink: SmtpSink) -> None:
    sink.answer("DOT", DROP)
    daemon = a_daemon(tmp_path, sink, PARK_ALL)
    with daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        (entry,) = uncertain(daemon)
        assert (entry["state"], len(copies(sink, entry))) == ("parked", 1)
        assert "waits for your word" in outbox(daemon, "show", str(entry["id"]))
        outbox(daemon, "drop", str(entry["id"]))
        assert uncertain(daemon)[0]["state"] == "dropped"
    with daemon:
        assert len(sink.mails) == 2


def test_with_many_connections_whatever_came_twice_is_listed(tmp_path: Path, sink: SmtpSink) -> None:
    daemon = a_daemon(tmp_path, sink, connections=4)
    daemon.start(MAILGATE_CRASH="outbox.answered:4")
    for number in range(4):
        with contextlib.suppress(smtplib.SMTPException, OSError):
            daemon.send(a_mail_text(message_id=f"<{number}@kund.example>", body=f"Nummer {number}"))
    assert daemon.wait_for_death() == -signal.SIGKILL
    with daemon:
        daemon.wait_until(lambda: daemon.is_done(1))
        listed = {entry["message_id"] for entry in uncertain(daemon)}
        came = Counter(message_from_bytes(mail.content)["Message-ID"] for mail in sink.mails)
        assert {message_id for message_id, times in came.items() if times > 1} <= listed
        assert max(came.values()) <= 2
        with daemon.look() as uow:
            assert {entry.message_id for entry in uow.outbox.entries()} == set(came)
