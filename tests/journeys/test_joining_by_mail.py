"""Over real SMTP, against the running daemon: merge, link, cc, and decisions on held mail by specialists' mails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.domain.customer import Language
from mailgate.domain.ticket import Status, Ticket
from tests.journeys.test_commands_by_mail import EVA, NAMES, SVEN, Correspondence
from tests.support.command_line import mailgate
from tests.support.daemon import MailgateDaemon

pytestmark = [pytest.mark.journey, pytest.mark.servers]

EINAR, NILS = "einar@kund.example", "nils@kund.example"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Correspondence]:
    """Two tickets of Eva's; Einar is a SuperUser, too, and Nils is none."""
    monkeypatch.setitem(NAMES, EINAR, "Einar Ek")
    monkeypatch.setitem(NAMES, NILS, "Nils Ny")
    daemon = MailgateDaemon(tmp_path, more='[identity]\ntrust_specialists = ["smtp"]\n')
    daemon.register(domains=("kund.example",))
    with daemon.database.transaction() as uow:
        eva = uow.customers.superuser(EVA)
        assert eva is not None
        uow.customers.save_superuser(
            customer_id=eva.customer_id, address=EINAR, name="Einar Ek", language=Language.ENGLISH, trained=[]
        )
    with daemon:
        post = Correspondence(daemon)
        post.write(EVA, "Lönen stannar.")
        post.write(EVA, "Lönen stannar igen.", subject="Lönen igen")
        yield post


def tickets(post: Correspondence) -> list[Ticket]:
    """Oldest first."""
    with post.daemon.look() as uow:
        return uow.tickets.newest()[::-1]


def test_merge(two: Correspondence) -> None:
    first, second = tickets(two)
    two.reply(SVEN, f"#merge {first.number}")
    assert "ärendet fortsätter i det andra" in two.last(SVEN)
    assert f"Vi har slagit ihop {second.number}" in two.last(EVA)
    two.write(EVA, "Och nu?", subject=f"Re: [{second.number}]")
    with two.daemon.look() as uow:
        texts = [message.text for message in uow.tickets.messages(first.ticket_id)]
    assert [text.strip() for text in texts if "#merge" not in text] == [
        "Lönen stannar.",
        "Lönen stannar igen.",
        "Och nu?",
    ]
    assert [one.status for one in tickets(two)] == [Status.OPEN, Status.CLOSED]
    two.reply(SVEN, f"#merge {second.number}")
    assert f"{first.number} är det här ärendet" in two.last(SVEN)


def test_link(two: Correspondence) -> None:
    first, second = tickets(two)
    before = len(two.got(EVA))
    two.reply(SVEN, f"#länka {first.number}")
    assert "ärendena är kopplade" in two.last(SVEN)
    assert len(two.got(EVA)) == before, "the customer is not told"
    for one, other in ((first, second), (second, first)):
        shown = _mailgate(two, "ticket", "show", str(one.number), "--json")
        assert json.loads(shown)["linked"] == [{"number": str(other.number), "how": "related"}]


def test_cc(two: Correspondence) -> None:
    two.reply(SVEN, f"#kopia {NILS}")
    assert f"”{NILS}” är inte SuperUser hos kunden" in " ".join(two.last(SVEN).split())
    two.reply(SVEN, f"#kopia {EINAR}")
    two.reply(SVEN, "#stäng")
    assert "Your ticket is now closed." in two.last(EINAR)
    assert two.got(NILS) == []


def test_release(two: Correspondence) -> None:
    two.write(NILS, "Skrivaren skriver inte.", subject="Skrivaren")
    two.reply(SVEN, f"#släpp 3 {EINAR}")
    assert any("mejlet är på väg att bli ett ärende" in text for text in two.texts(SVEN))
    assert [one.subject for one in tickets(two)][2:] == ["Skrivaren"]
    assert any("Skrivaren" in str(mail["Subject"]) for mail in two.got(EINAR))


def test_reject_in_a_mail_that_names_no_ticket(two: Correspondence) -> None:
    two.write(NILS, "Skrivaren skriver inte.", subject="Skrivaren")
    assert _held(two) == "held"
    two.write(SVEN, "#avvisa 3", subject="Skrivaren")
    assert _held(two) == "rejected"
    assert "#avvisa 3 – mejlet blir inget ärende" in " ".join(two.last(SVEN).split())
    assert len(tickets(two)) == 2


def _held(post: Correspondence) -> str:
    with post.daemon.look() as uow:
        return next(one.state for one in uow.holds.newest() if one.mail_id == 3)


def _mailgate(post: Correspondence, *arguments: str) -> str:
    return mailgate(post.daemon.config_path, *arguments)
