import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog
import trustme

from mailgate.config import OutgoingConfig
from mailgate.domain.outgoing import Deferred, Delivered, DeliveryOutcome, Failed
from mailgate.notify.smtp_transport import SmtpTransport
from mailgate.notify.submission import diagnostic, on_the_wire
from tests.support.outgoing_mails import CONTENT, a_queued_mail
from tests.support.servers import free_ports
from tests.support.smtp_sink import DROP, SILENCE, SinkRules, SmtpSink


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture
def submit_to(tmp_path: Path) -> Iterator[Callable[..., SmtpTransport]]:
    """A transport to a sink, or to a port; what is not said is ordinary."""
    with ExitStack() as opened:

        def start(
            where: SmtpSink | int, *, password: Callable[[], str] | None = None, dot_seconds: float = 20, **config: Any
        ) -> SmtpTransport:
            port = where if isinstance(where, int) else where.port
            ordinary = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout_seconds": 20}
            transport = SmtpTransport(
                OutgoingConfig(**ordinary | config),
                home=tmp_path,
                password=password,
                local_hostname="mailgate.example.com",
                dot_seconds=dot_seconds,
            )
            opened.callback(transport.close)
            return transport

        yield start


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's context; its authority lies in ``ca.pem``."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


def test_a_mail_is_submitted_and_the_answer_is_kept(sink: SmtpSink, submit_to: Callable[..., SmtpTransport]) -> None:
    outcome = submit_to(sink).send(a_queued_mail())
    assert outcome == Delivered(response="250 2.0.0 Ok: queued")
    mail = sink.mails[0]
    assert (mail.mail_from, mail.rcpt_to, mail.content) == ("<>", ("anna@kund.example",), CONTENT)


def test_the_reverse_path_is_the_one_of_the_mail(sink: SmtpSink, submit_to: Callable[..., SmtpTransport]) -> None:
    submit_to(sink).send(a_queued_mail(mail_from="bounces@example.com"))
    assert sink.mails[0].mail_from == "bounces@example.com"


def test_many_mails_go_over_one_connection(sink: SmtpSink, submit_to: Callable[..., SmtpTransport]) -> None:
    transport = submit_to(sink)
    outcomes = [transport.send(a_queued_mail(number)) for number in range(5)]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert (len(sink.mails), sink.connections) == (5, 1)


def test_a_connection_that_was_ended_meanwhile_is_made_anew(
    sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    transport = submit_to(sink)
    transport.send(a_queued_mail(1))
    sink.hang_up()
    assert isinstance(transport.send(a_queued_mail(2)), Delivered)
    assert (len(sink.mails), sink.connections) == (2, 2)


@pytest.mark.parametrize(
    ("stage", "reply", "outcome"),
    [
        ("CONNECT", "421 4.3.2 Later", Deferred),
        ("CONNECT", "554 5.3.2 Not you", Deferred),
        ("CONNECT", DROP, Deferred),
        ("EHLO", DROP, Deferred),
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
    stage: str, reply: str, outcome: type[DeliveryOutcome], sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    sink.answer(stage, reply)
    transport = submit_to(sink)
    first = transport.send(a_queued_mail(1, content=b"Subject: first\r\n\r\n"))
    assert isinstance(first, outcome), first
    assert isinstance(transport.send(a_queued_mail(2, content=b"Subject: second\r\n\r\n")), Delivered)
    assert [mail.content for mail in sink.mails][-1] == b"Subject: second\r\n\r\n"
    assert len(sink.mails) == (2 if outcome is Delivered else 1)


def test_a_refusal_keeps_the_connection_and_421_does_not(
    sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    sink.answer("RCPT", "550 5.1.1 Unknown", "421 4.3.2 Later")
    transport = submit_to(sink)
    transport.send(a_queued_mail(1))
    transport.send(a_queued_mail(2))
    assert sink.connections == 1
    transport.send(a_queued_mail(3))
    assert sink.connections == 2


@pytest.mark.parametrize("ending", [DROP, SILENCE, "nonsense"])
def test_an_answer_that_is_lost_after_the_final_dot_is_uncertain(
    ending: str, sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    sink.answer("DOT", ending)
    transport = submit_to(sink, dot_seconds=0.5, timeout_seconds=0.5)
    outcome = transport.send(a_queued_mail())
    assert isinstance(outcome, Deferred)
    assert outcome.diagnostic.startswith("uncertain: ")
    assert isinstance(transport.send(a_queued_mail()), Delivered)


def test_the_answer_to_the_final_dot_may_take_longer_than_others(
    sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    sink.answer("DOT", SILENCE)
    threading.Timer(1, sink.hang_up).start()
    outcome = submit_to(sink, timeout_seconds=0.3, dot_seconds=20).send(a_queued_mail())
    assert outcome == Deferred(diagnostic="uncertain: no answer to the final dot: SMTPServerDisconnected")


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_silent_server_defers(stage: str, sink: SmtpSink, submit_to: Callable[..., SmtpTransport]) -> None:
    sink.answer(stage, SILENCE)
    transport = submit_to(sink, timeout_seconds=0.3)
    outcome = transport.send(a_queued_mail())
    assert isinstance(outcome, Deferred)
    assert not outcome.diagnostic.startswith("uncertain")
    assert isinstance(transport.send(a_queued_mail()), Delivered)


def test_nobody_there_defers(submit_to: Callable[..., SmtpTransport]) -> None:
    transport = submit_to(free_ports(1)[0])
    assert transport.send(a_queued_mail()) == Deferred(diagnostic="no connection: Connection refused")


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
    bad: str, sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(rcpt_to=bad)), Failed)
    assert isinstance(transport.send(a_queued_mail(mail_from=bad)), Failed)
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
def test_no_text_ends_a_mail_early(
    content: bytes, arrives: bytes, sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    transport = submit_to(sink)
    assert isinstance(transport.send(a_queued_mail(1, content=content)), Delivered)
    assert isinstance(transport.send(a_queued_mail(2)), Delivered)
    assert [mail.content for mail in sink.mails] == [arrives, CONTENT]


def test_starttls_is_checked_and_used(certificate: ssl.SSLContext, submit_to: Callable[..., SmtpTransport]) -> None:
    with SmtpSink(SinkRules(starttls=certificate, user=("mailgate", "hemligt"))) as sink:
        transport = submit_to(
            sink, tls="starttls", ca_file="ca.pem", user="mailgate", password_env="X", password=lambda: "hemligt"
        )
        assert isinstance(transport.send(a_queued_mail()), Delivered)


def test_tls_from_the_first_byte_is_checked_and_used(
    certificate: ssl.SSLContext, submit_to: Callable[..., SmtpTransport]
) -> None:
    with SmtpSink(SinkRules(implicit_tls=certificate)) as sink:
        assert isinstance(submit_to(sink, tls="implicit", ca_file="ca.pem").send(a_queued_mail()), Delivered)
        assert len(sink.mails) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_of_nobody_we_trust_defers_with_an_alarm(
    tls: str, certificate: ssl.SSLContext, submit_to: Callable[..., SmtpTransport]
) -> None:
    rules = SinkRules(starttls=certificate) if tls == "starttls" else SinkRules(implicit_tls=certificate)
    with SmtpSink(rules) as sink, structlog.testing.capture_logs() as logs:
        outcome = submit_to(sink, tls=tls).send(a_queued_mail())
        assert outcome == Deferred(diagnostic="TLS: CERTIFICATE_VERIFY_FAILED")
        assert sink.mails == []
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("submission_tls_failed", "error")]


def test_nothing_is_sent_in_the_clear_when_starttls_is_not_offered(
    sink: SmtpSink, submit_to: Callable[..., SmtpTransport]
) -> None:
    outcome = submit_to(sink, tls="starttls").send(a_queued_mail())
    assert outcome == Deferred(diagnostic="no connection: SMTPNotSupportedError")
    assert "MAIL" not in sink.commands


def test_a_wrong_password_defers_with_an_alarm_and_a_new_one_needs_no_restart(
    submit_to: Callable[..., SmtpTransport],
) -> None:
    passwords = iter(["gammalt", "hemligt"])
    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(sink, user="mailgate", password_env="X", password=lambda: next(passwords))
        with structlog.testing.capture_logs() as logs:
            outcome = transport.send(a_queued_mail())
        assert outcome == Deferred(diagnostic="535 signing in was refused")
        assert [(entry["event"], entry["log_level"]) for entry in logs] == [("submission_sign_in_refused", "error")]
        assert "gammalt" not in repr(logs)
        assert isinstance(transport.send(a_queued_mail()), Delivered)


def test_a_password_that_cannot_be_read_defers(submit_to: Callable[..., SmtpTransport]) -> None:
    def unreadable() -> str:
        raise PermissionError("/etc/secret")

    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(sink, user="mailgate", password_env="X", password=unreadable)
        assert transport.send(a_queued_mail()) == Deferred(diagnostic="the password cannot be read: PermissionError")


def test_no_password_goes_to_another_machine_without_tls(
    submit_to: Callable[..., SmtpTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name that is not this machine's, and leads here all the same.
    find = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest: find("127.0.0.1", *rest))
    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(
            sink, host="mail.elsewhere.example", user="mailgate", password_env="X", password=lambda: "hemligt"
        )
        outcome = transport.send(a_queued_mail())
        assert outcome == Deferred(diagnostic="no password is sent to another machine without TLS")
        assert sink.mails == []


def test_our_name_is_never_asked_of_dns(
    sink: SmtpSink, submit_to: Callable[..., SmtpTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> str:
        raise AssertionError("DNS was asked for our name")

    monkeypatch.setattr(socket, "getfqdn", asked)
    transport = SmtpTransport(
        OutgoingConfig(host="127.0.0.1", port=sink.port, tls="none", timeout_seconds=20), home=Path()
    )
    assert isinstance(transport.send(a_queued_mail()), Delivered)
    transport.close()


def test_a_diagnostic_is_one_short_line_that_no_terminal_acts_on() -> None:
    assert diagnostic(550, b"5.1.1 no\x1b[31m such\r\nuser\xff\x00") == "550 5.1.1 no [31m such user\ufffd"
    assert len(diagnostic(550, b"x" * 1000)) == 200


def test_a_lone_dot_on_the_wire_is_the_end_and_nothing_else() -> None:
    assert on_the_wire(b".\n.") == b"..\r\n..\r\n.\r\n"
    assert on_the_wire(b"") == b"\r\n.\r\n"
