import socket
import ssl
from pathlib import Path

import pytest
import structlog

from mailgate.config import OutgoingConfig
from mailgate.domain.outgoing import Deferred, Delivered, Untried
from mailgate.notify.smtp_transport import SmtpTransport
from tests.support.outgoing_mails import CONTENT, a_queued_mail, marked
from tests.support.servers import free_ports
from tests.support.smtp_sink import SILENCE, SinkRules, SmtpSink, Submit


def test_a_mail_is_submitted_and_the_answer_is_kept(sink: SmtpSink, submit_to: Submit) -> None:
    outcome = submit_to(sink).send(a_queued_mail(), marked)
    assert outcome == Delivered(response="250 2.0.0 Ok: queued")
    mail = sink.mails[0]
    assert (mail.mail_from, mail.rcpt_to, mail.content) == ("<>", ("anna@kund.example",), CONTENT)


def test_the_reverse_path_is_the_one_of_the_mail(sink: SmtpSink, submit_to: Submit) -> None:
    submit_to(sink).send(a_queued_mail(mail_from="bounces@example.com"), marked)
    assert sink.mails[0].mail_from == "bounces@example.com"


def test_many_mails_go_over_one_connection(sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink)
    outcomes = [transport.send(a_queued_mail(number), marked) for number in range(5)]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert (len(sink.mails), sink.connections) == (5, 1)


def test_a_connection_that_was_ended_meanwhile_is_made_anew(sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink)
    transport.send(a_queued_mail(1), marked)
    sink.hang_up()
    assert isinstance(transport.send(a_queued_mail(2), marked), Delivered)
    assert (len(sink.mails), sink.connections) == (2, 2)


def test_a_connection_carries_so_many_mails_and_no_more(sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink, mails_per_connection=2)
    outcomes = [transport.send(a_queued_mail(number), marked) for number in range(5)]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert (len(sink.mails), sink.connections) == (5, 3)


def test_nothing_is_asked_between_two_mails(sink: SmtpSink, submit_to: Submit) -> None:
    transport = submit_to(sink)
    for number in range(2):
        transport.send(a_queued_mail(number), marked)
    assert sink.commands == ["CONNECT", "EHLO", *["MAIL", "RCPT", "DATA", "DOT"] * 2]


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_silent_server_defers(stage: str, sink: SmtpSink, submit_to: Submit) -> None:
    sink.answer(stage, SILENCE)
    transport = submit_to(sink, timeout_seconds=0.3)
    outcome = transport.send(a_queued_mail(), marked)
    assert isinstance(outcome, Untried if stage in ("CONNECT", "EHLO") else Deferred)
    assert isinstance(transport.send(a_queued_mail(), marked), Delivered)


def test_nobody_there_defers(submit_to: Submit) -> None:
    transport = submit_to(free_ports(1)[0])
    assert transport.send(a_queued_mail(), marked) == Untried(diagnostic="no connection: Connection refused")


def test_starttls_is_checked_and_used(certificate: ssl.SSLContext, submit_to: Submit) -> None:
    with SmtpSink(SinkRules(starttls=certificate, user=("mailgate", "hemligt"))) as sink:
        transport = submit_to(
            sink, tls="starttls", ca_file="ca.pem", user="mailgate", password_env="X", password=lambda: "hemligt"
        )
        assert isinstance(transport.send(a_queued_mail(), marked), Delivered)


def test_tls_from_the_first_byte_is_checked_and_used(certificate: ssl.SSLContext, submit_to: Submit) -> None:
    with SmtpSink(SinkRules(implicit_tls=certificate)) as sink:
        assert isinstance(submit_to(sink, tls="implicit", ca_file="ca.pem").send(a_queued_mail(), marked), Delivered)
        assert len(sink.mails) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_of_nobody_we_trust_defers_with_an_alarm(
    tls: str, certificate: ssl.SSLContext, submit_to: Submit
) -> None:
    rules = SinkRules(starttls=certificate) if tls == "starttls" else SinkRules(implicit_tls=certificate)
    with SmtpSink(rules) as sink, structlog.testing.capture_logs() as logs:
        outcome = submit_to(sink, tls=tls).send(a_queued_mail(), marked)
        assert outcome == Untried(diagnostic="TLS: CERTIFICATE_VERIFY_FAILED")
        assert sink.mails == []
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("submission_tls_failed", "error")]


def test_nothing_is_sent_in_the_clear_when_starttls_is_not_offered(sink: SmtpSink, submit_to: Submit) -> None:
    outcome = submit_to(sink, tls="starttls").send(a_queued_mail(), marked)
    assert outcome == Untried(diagnostic="no connection: SMTPNotSupportedError")
    assert "MAIL" not in sink.commands


def test_a_wrong_password_defers_with_an_alarm_and_a_new_one_needs_no_restart(
    submit_to: Submit,
) -> None:
    passwords = iter(["gammalt", "hemligt"])
    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(sink, user="mailgate", password_env="X", password=lambda: next(passwords))
        with structlog.testing.capture_logs() as logs:
            outcome = transport.send(a_queued_mail(), marked)
        assert outcome == Untried(diagnostic="535 signing in was refused")
        assert [(entry["event"], entry["log_level"]) for entry in logs] == [("submission_sign_in_refused", "error")]
        assert "gammalt" not in repr(logs)
        assert isinstance(transport.send(a_queued_mail(), marked), Delivered)


def test_a_password_that_cannot_be_read_defers(submit_to: Submit) -> None:
    def unreadable() -> str:
        raise PermissionError("/etc/secret")

    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(sink, user="mailgate", password_env="X", password=unreadable)
        assert transport.send(a_queued_mail(), marked) == Untried(
            diagnostic="the password cannot be read: PermissionError"
        )


def test_no_password_goes_to_another_machine_without_tls(submit_to: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that is not this machine's, and leads here all the same.
    find = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest: find("127.0.0.1", *rest))
    with SmtpSink(SinkRules(user=("mailgate", "hemligt"), auth_in_the_clear=True)) as sink:
        transport = submit_to(
            sink, host="mail.elsewhere.example", user="mailgate", password_env="X", password=lambda: "hemligt"
        )
        outcome = transport.send(a_queued_mail(), marked)
        assert outcome == Untried(diagnostic="no password is sent to another machine without TLS")
        assert sink.mails == []


def test_our_name_is_never_asked_of_dns(sink: SmtpSink, submit_to: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> str:
        raise AssertionError("DNS was asked for our name")

    monkeypatch.setattr(socket, "getfqdn", asked)
    transport = SmtpTransport(
        OutgoingConfig(host="127.0.0.1", port=sink.port, tls="none", timeout_seconds=20), home=Path()
    )
    assert isinstance(transport.send(a_queued_mail(), marked), Delivered)
    transport.close()
