"""On the running daemon, where nobody checks senders: what binds is done on a token, or on a yes to our question."""

from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from mailgate.domain.ticket import Status
from tests.support.daemon import MailgateDaemon
from tests.support.envelopes import a_mail_text
from tests.support.postgres import without_rows

pytestmark = pytest.mark.journey

EVA = "eva@kund.example"


def status(daemon: MailgateDaemon) -> Status:
    """Of the only ticket."""
    with daemon.look() as uow:
        (ticket,) = uow.tickets.newest(limit=5)
    return ticket.status


def a_mail(text: str, *, subject: str, to: str = "", place: int, sender: str = f"Eva Ek <{EVA}>") -> bytes:
    extra = f"In-Reply-To: {to}" if to else ""
    return a_mail_text(sender=sender, subject=subject, message_id=f"<c{place}@kund.example>", body=text, extra=extra)


def subject_of(mail: Message) -> str:
    read = BytesParser(_class=EmailMessage, policy=default).parsebytes(mail.as_bytes())
    return f"Re: {read['Subject']}"


def questions(daemon: MailgateDaemon) -> list[Message]:
    return [mail for mail in daemon.sent_to(EVA) if ".act-" in str(mail["Message-ID"])]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def storage(request: pytest.FixtureRequest) -> str:
    """``[storage]`` of the configuration: the file in the folder, or a PostgreSQL."""
    if request.param == "sqlite":
        return ""
    return f'[storage]\ndatabase = "{without_rows(request.getfixturevalue("postgres_url"))}"\n'


def test_a_mail_that_proves_nothing_closes_nothing_until_its_registered_author_says_yes(
    tmp_path: Path, storage: str
) -> None:
    daemon = MailgateDaemon(tmp_path, more=storage)
    daemon.register()
    with daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        (receipt,) = daemon.sent_to(EVA)
        daemon.send(a_mail("STÄNG", subject=subject_of(receipt), place=1), mail_from="x@evil.example")
        daemon.wait_settled(2)
        assert status(daemon) is Status.OPEN
        (asked,) = questions(daemon)
        assert asked["To"] == f"Eva Ek <{EVA}>"
        yes, sender = str(asked["Message-ID"]), "Vem <vem@evil.example>"
        daemon.send(a_mail("JA", subject=subject_of(asked), to=yes, place=2, sender=sender), mail_from="x@evil.example")
        daemon.wait_settled(3)
        assert status(daemon) is Status.OPEN, "somebody else's yes"
        daemon.send(a_mail("Ja tack!", subject=subject_of(asked), to=yes, place=3))
        daemon.wait_settled(4)
        assert status(daemon) is Status.CLOSED
        sent = len(daemon.sent())
        daemon.send(a_mail("JA", subject=subject_of(asked), to=yes, place=4))
        daemon.wait_settled(5)
        assert (status(daemon), len(daemon.sent())) == (Status.CLOSED, sent), "a second yes does nothing"


def test_a_reply_to_a_mail_of_ours_closes_at_once(tmp_path: Path) -> None:
    daemon = MailgateDaemon(tmp_path)
    daemon.register()
    with daemon:
        daemon.send(a_mail_text())
        daemon.wait_settled(1)
        (receipt,) = daemon.sent_to(EVA)
        daemon.send(a_mail("STÄNG", subject=subject_of(receipt), to=str(receipt["Message-ID"]), place=1))
        daemon.wait_settled(2)
        assert status(daemon) is Status.CLOSED
        assert questions(daemon) == []
