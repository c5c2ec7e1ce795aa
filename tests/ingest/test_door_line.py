"""What the SMTP door and the daemon say to each other arrives as it was said."""

import io
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

import pytest

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.fingerprint import identity_of
from mailgate.domain.mail import Accepted, Envelope, MailId, Origin
from mailgate.ingest.door_line import (
    Kept,
    MayWrite,
    Question,
    Trouble,
    read_answers,
    read_questions,
    write_answers,
    write_questions,
)
from mailgate.ingest.smtp_door_process import LineToSpool, SpoolTroubleError

MAIL = Envelope(
    mail_from="anna@kund.example",
    rcpt_to=("support@example.com", "konsult@example.com"),
    received_at=datetime(2026, 11, 23, 10, 0, 1, 250, tzinfo=UTC),
    origin=Origin.SMTP,
    peer="192.0.2.1",
    content=b"Subject: H\xc3\xa5\r\n\r\n\x00\xff\r\n",
    authenticity=Authenticity(proof=Proof.PROVEN, evidence="dkim=pass kund.example, checked here"),
)


def asked(mail: Envelope) -> Kept:
    return Kept(envelope=mail, identity=identity_of(mail))


def test_questions_arrive_as_they_were_asked() -> None:
    questions: list[Question] = [
        asked(MAIL),
        MayWrite("anna@kund.example"),
        asked(replace(MAIL, mail_from=None, authenticity=None, content=b"")),
    ]
    line = io.BytesIO()
    write_questions(line, questions)
    line.seek(0)
    assert read_questions(line) == questions
    assert read_questions(line) is None, "the line has ended"


def test_answers_arrive_as_they_were_given() -> None:
    answers = [Accepted(mail_id=MailId(7), duplicate=True), True, False, Trouble("OperationalError")]
    line = io.BytesIO()
    write_answers(line, answers)
    line.seek(0)
    assert read_answers(line) == answers
    assert read_answers(line) is None


@contextmanager
def a_line() -> Iterator[tuple[LineToSpool, BinaryIO, BinaryIO]]:
    """The door's end; and the daemon's: what it reads, and where it answers."""
    theirs, ours = socket.socketpair()
    over = threading.Event()
    with theirs, ours, theirs.makefile("rb") as source, theirs.makefile("wb") as sink:
        with ours.makefile("rb") as questions, ours.makefile("wb") as answers:
            spool = LineToSpool(source, sink, over=over.set)
            spool.start()
            yield spool, questions, answers
            last = threading.Thread(target=lambda: spool.may_write("the last"), daemon=True)
            last.start()  # who waits for an answer learns that there is none
            read_questions(questions)
        ours.close()
        assert over.wait(20), "the end of the line is heard"


def test_what_waits_while_the_daemon_answers_goes_over_together() -> None:
    with a_line() as (spool, source, sink), ThreadPoolExecutor(8) as clients:
        first = clients.submit(spool.put, MAIL)
        assert len(read_questions(source) or ()) == 1
        others = [clients.submit(spool.put, replace(MAIL, content=b"%d" % number)) for number in range(5)]
        while spool._waiting.qsize() < 5:
            threading.Event().wait(0.01)
        write_answers(sink, [Accepted(mail_id=MailId(1), duplicate=False)])
        assert first.result(20).mail_id == 1
        questions = read_questions(source) or []
        assert sorted(each.envelope.content for each in questions if isinstance(each, Kept)) == [
            b"0", b"1", b"2", b"3", b"4",
        ]  # fmt: skip
        answers = {
            each.envelope.content: Accepted(mail_id=MailId(2 + place), duplicate=False)
            for place, each in enumerate(questions)
            if isinstance(each, Kept)
        }
        write_answers(sink, list(answers.values()))
        assert [other.result(20) for other in others] == [answers[b"%d" % number] for number in range(5)]


def test_trouble_of_the_daemon_is_trouble_by_its_name() -> None:
    with a_line() as (spool, source, sink), ThreadPoolExecutor(1) as client:
        mail = client.submit(spool.put, MAIL)
        read_questions(source)
        write_answers(sink, [Trouble("OperationalError")])
        with pytest.raises(SpoolTroubleError) as trouble:
            mail.result(20)
        assert trouble.value.kind == "OperationalError"
        sender = client.submit(spool.may_write, "anna@kund.example")
        assert read_questions(source) == [MayWrite("anna@kund.example")]
        write_answers(sink, [False])
        assert sender.result(20) is False
