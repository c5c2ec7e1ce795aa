import threading

import pytest

from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed, Uncertain, Untried
from mailgate.notify.replies import diagnostic
from mailgate.notify.submission import on_the_wire
from tests.support.outgoing_mails import CONTENT, a_queued_mail, marked
from tests.support.smtp_sink import DROP, SILENCE, SmtpSink, Submit


@pytest.mark.parametrize(
    ("stage", "reply", "outcome"),
    [
        ("CONNECT", "421 4.3.2 Later", Untried),
        ("CONNECT", "554 5.3.2 Not you", Untried),
        ("CONNECT", DROP, Untried),
        ("EHLO", DROP, Untried),
        ("MAIL", "451 4.3.0 Later", Deferred),
        ("MAIL", "421 4.3.2 Later", Deferred),
        ("MAIL", "530 5.7.0 Sign in first", Deferred),
        ("MAIL", "553 5.1.8 Not from there", Deferred),
        ("MAIL", "552 5.3.4 Too big", Failed),
        ("MAIL", DROP, Deferred),
        ("RCPT", "450 4.2.0 Greylisted", Deferred),
        ("RCPT", "452 4.5.3 Too many", Deferred),
        ("RCPT", "552 5.2.2 Full", Deferred),
        ("RCPT", "550 5.1.1 Unknown", Failed),
        ("RCPT", "530 5.7.0 Sign in first", Deferred),
        ("RCPT", "299 ?", Deferred),
        ("RCPT", "999 ?", Deferred),
        ("RCPT", "nonsense", Deferred),
        ("RCPT", "421 4.3.2 Later", Deferred),
        ("RCPT", DROP, Deferred),
        ("DATA", "451 4.3.0 Later", Deferred),
        ("DATA", "554 5.5.1 No", Failed),
        ("DATA", "250 2.0.0 Eh", Deferred),
        ("DATA", DROP, Deferred),
        ("DOT", "451 4.3.0 Later", Deferred),
        ("DOT", "552 5.3.4 Too big", Failed),
        ("DOT", "554 5.7.1 Spam", Failed),
        ("DOT", "421 4.3.2 Later", Deferred),
        ("DOT", "354 Again", Deferred),
        ("DOT", "250-2.0.0 first\r\n250 2.0.0 last", Delivered),
    ],
)
def test_each_reply_has_its_meaning_and_the_next_mail_goes_out(
    stage: str, reply: str, outcome: type[DeliveryOutcome], sink: SmtpSink, submit_to: Submit
) -> None:
    sink.answer(stage, reply)
    transport = submit_to(sink)
    first = transport.send(a_queued_mail(1, content=b"Subject: first\r\n\r\n"), marked)
    assert isinstance(first, outcome), first
    assert not sink._answers[stage]
    assert isinstance(transport.send(a_queued_mail(2, content=b"Subject: second\r\n\r\n"), marked), Delivered)
    assert [mail.content for mail in sink.mails][-1] == b"Subject: second\r\n\r\n"
    assert len(sink.mails) == (2 if outcome is Delivered else 1)


def test_a_refusal_keeps_the_connection_and_421_does_not(sink: SmtpSink, submit_to: Submit) -> None:
    sink.answer("RCPT", "550 5.1.1 Unknown", "450 4.2.0 Later")
    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(1), marked), Failed)
    assert isinstance(transport.send(a_queued_mail(2), marked), Deferred)
    assert sink.connections == 1
    sink.answer("MAIL", "421 4.7.0 Enough over this connection")
    assert isinstance(transport.send(a_queued_mail(3), marked), Delivered)
    assert (sink.connections, len(sink.mails)) == (2, 1)


@pytest.mark.parametrize("ending", [DROP, SILENCE, "nonsense"])
def test_an_answer_that_is_lost_after_the_final_dot_is_uncertain(
    ending: str, sink: SmtpSink, submit_to: Submit
) -> None:
    sink.answer("DOT", ending)
    transport = submit_to(sink, dot_seconds=0.5, timeout_seconds=0.5)
    outcome = transport.send(a_queued_mail(), marked)
    assert isinstance(outcome, Uncertain)
    assert outcome.diagnostic.startswith("uncertain: ")
    assert isinstance(transport.send(a_queued_mail(), marked), Delivered)


def test_the_mark_is_asked_for_when_the_server_has_all_but_the_dot(sink: SmtpSink, submit_to: Submit) -> None:
    seen: list[list[str]] = []

    def mark() -> bool:
        seen.append(list(sink.commands))
        return True

    assert isinstance(submit_to(sink).send(a_queued_mail(), mark), Delivered)
    assert [commands[-1] for commands in seen] == ["DATA"]
    assert sink.commands[-1] == "DOT"


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
def test_what_ends_before_the_dot_is_never_marked(stage: str, sink: SmtpSink, submit_to: Submit) -> None:
    sink.answer(stage, DROP)

    def mark() -> bool:
        raise AssertionError("marked, although nothing can have gone out")

    assert isinstance(submit_to(sink).send(a_queued_mail(), mark), Deferred | Untried)


def test_without_a_mark_no_dot_goes_out_and_the_server_forgets_the_mail(sink: SmtpSink, submit_to: Submit) -> None:
    def locked() -> bool:
        raise RuntimeError("database is locked")

    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(1), locked), Untried)
    assert isinstance(transport.send(a_queued_mail(2), lambda: False), Untried)
    assert isinstance(transport.send(a_queued_mail(3, content=b"Subject: third\r\n\r\n"), marked), Delivered)
    assert [mail.content for mail in sink.mails] == [b"Subject: third\r\n\r\n"]


def test_the_answer_to_the_final_dot_may_take_longer_than_others(sink: SmtpSink, submit_to: Submit) -> None:
    sink.answer("DOT", SILENCE)
    threading.Timer(1, sink.hang_up).start()
    outcome = submit_to(sink, timeout_seconds=0.3, dot_seconds=20).send(a_queued_mail(), marked)
    assert outcome == Uncertain(diagnostic="uncertain: no answer to the final dot: SMTPServerDisconnected")


def test_only_the_answer_to_the_final_dot_may_take_longer(sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink, timeout_seconds=15, dot_seconds=300)
    assert isinstance(transport.send(a_queued_mail(), marked), Delivered)
    assert transport._open_one is not None
    assert transport._open_one.client.sock is not None
    assert transport._open_one.client.sock.gettimeout() == 15


@pytest.mark.parametrize(
    "bad",
    [
        "anna@kund.example\r\nRCPT TO:<evil@x.example>",
        "anna@kund.example> SIZE=1",
        "anna @kund.example",
        "anna\0@kund.example",
        "\u00e5nna@kund.example",
        "anna",
        "",
    ],
)
def test_an_envelope_that_is_no_plain_address_never_gets_into_a_command(
    bad: str, sink: SmtpSink, submit_to: Submit
) -> None:
    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(rcpt_to=bad), marked), Failed)
    assert isinstance(transport.send(a_queued_mail(mail_from=bad), marked), Failed)
    assert set(sink.commands) <= {"CONNECT", "EHLO", "RSET"}
    assert sink.mails == []


@pytest.mark.parametrize(
    ("content", "arrives"),
    [
        (b"Subject: x\n\nlf\n", b"Subject: x\r\n\r\nlf\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n.\r\nb\r\n"),
        (b".\r\n..\r\n", b".\r\n..\r\n"),
        (b"a\n.\nMAIL FROM:<evil@x.example>\r\n", b"a\r\n.\r\nMAIL FROM:<evil@x.example>\r\n"),
        (b"a\r.\rb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"no end", b"no end\r\n"),
        ("Hej på dig".encode(), "Hej på dig\r\n".encode()),
    ],
)
def test_no_text_ends_a_mail_early(content: bytes, arrives: bytes, sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(1, content=content), marked), Delivered)
    assert isinstance(transport.send(a_queued_mail(2), marked), Delivered)
    assert [mail.content for mail in sink.mails] == [arrives, CONTENT]


def test_a_diagnostic_is_one_short_line_that_no_terminal_acts_on() -> None:
    assert diagnostic(550, b"5.1.1 no\x1b[31m such\r\nuser\xff\x00") == "550 5.1.1 no [31m such user\ufffd"
    assert len(diagnostic(550, b"x" * 1000)) == 200


def test_a_lone_dot_on_the_wire_is_the_end_and_nothing_else() -> None:
    assert on_the_wire(b".\n.") == b"..\r\n..\r\n.\r\n"
    assert on_the_wire(b"") == b"\r\n.\r\n"
