"""T5: whoever has a mail cannot send a spoilt copy of it ahead, so that its author's own is taken for a repetition."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailgate.app import now
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Envelope, MailId, Origin
from mailgate.store.mails import MailSummary
from tests.support.envelopes import a_mail_text
from tests.threats.house import House, a_house

MAIL = a_mail_text(subject="Fel", message_id="<one@kund.example>")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("first_copy")) as house:
        yield house


def comes(house: House, content: bytes, proof: Proof) -> MailSummary:
    """A copy comes in, and goes its way; what has become of the mail then."""
    envelope = Envelope(
        mail_from="x@evil.example", rcpt_to=("support@example.com",), received_at=now(), origin=Origin.SMTP,
        peer="192.0.2.1", content=content, authenticity=Authenticity(proof=proof, evidence="checked"),
    )  # fmt: skip
    with house.shop.database.transaction() as uow:
        mail_id: MailId = uow.spool.put(replace(envelope)).mail_id
    while house.shop.pipeline.work():
        pass
    with house.shop.database.reading() as uow:
        summary = uow.mails.summary(mail_id)
    assert summary is not None
    return summary


def test_the_authors_own_copy_makes_the_ticket_that_a_forged_one_could_not(house: House) -> None:
    forged = comes(house, b"X-Spoilt: yes\r\n" + MAIL, Proof.FORGED)
    assert (forged.outcome, forged.ticket_id) == ("held", None)
    own = comes(house, b"Received: from kund.example\r\n" + MAIL, Proof.PROVEN)
    assert (own.mail_id, own.outcome) == (forged.mail_id, "ticket")
    with house.shop.database.reading() as uow:
        content = uow.mails.content(own.mail_id)
        held = uow.holds.get(own.mail_id)
    assert content is not None
    assert b"X-Spoilt" not in content
    assert held is not None
    assert held.state == "released"


def test_a_forged_copy_that_comes_later_takes_nothing_away(house: House) -> None:
    mail = a_mail_text(subject="Annat fel", message_id="<two@kund.example>")
    own = comes(house, mail, Proof.PROVEN)
    later = comes(house, b"X-Spoilt: yes\r\n" + mail, Proof.FORGED)
    assert (later.mail_id, later.ticket_id, later.authenticity) == (own.mail_id, own.ticket_id, own.authenticity)


def test_what_a_person_has_rejected_stays_rejected(house: House) -> None:
    mail = a_mail_text(subject="Tredje felet", message_id="<three@kund.example>")
    forged = comes(house, mail, Proof.FORGED)
    house.command("held", "reject", str(forged.mail_id), "--by", "sven@desk.example")
    assert comes(house, mail, Proof.PROVEN).ticket_id is None


def test_a_proven_copy_of_what_has_its_ticket_makes_no_second_one(house: House) -> None:
    mail = a_mail_text(subject="Fjärde felet", message_id="<four@kund.example>")
    first = comes(house, mail, Proof.UNPROVEN)
    sent = len(list(house.new_mails()))
    again = comes(house, b"Received: from kund.example\r\n" + mail, Proof.PROVEN)
    assert sent
    assert (again.ticket_id, again.arrivals) == (first.ticket_id, 2)
    assert list(house.new_mails()) == []
    assert again.authenticity is not None
    assert again.authenticity.proof is Proof.PROVEN
