"""From a parsed mail to its ticket and what is told, on a real database."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from mailgate.desk import holds
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.verdict import Outcome
from tests.support.desk import Desk, a_desk, from_eva


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer(domains=("kund.example",)))
        desk.a_specialist()
        yield desk


def kinds(desk: Desk) -> list[str]:
    return sorted(entry.kind for entry in desk.told())


def opened(desk: Desk) -> str:
    """The number of a ticket that Eva opens."""
    settled = desk.take(from_eva())
    assert settled is not None
    assert settled.ticket is not None
    return str(settled.ticket.number)


def test_a_superusers_mail_is_a_ticket_with_a_receipt_and_word_to_the_team(desk: Desk) -> None:
    settled = desk.take(from_eva())
    assert settled is not None
    assert settled.outcome is Outcome.TICKET
    assert settled.ticket is not None
    assert str(settled.ticket.number).startswith("MG-100001-")
    assert [(entry.kind, entry.recipient) for entry in desk.told()] == [
        ("receipt", "eva@kund.example"),
        ("team_new_ticket", "sven@desk.example"),
    ]


def test_the_receipt_answers_the_mail_and_bears_the_number(desk: Desk) -> None:
    number = opened(desk)
    (receipt,) = desk.told("receipt")
    mail = message_from_bytes(desk.sent_text(receipt))
    assert f"[{number}]" in str(make_header(decode_header(mail["Subject"])))
    assert mail["In-Reply-To"] == "<m1@kund.example>"
    assert mail["References"].split()[-1] == "<m1@kund.example>"
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_mail_is_settled_once_and_told_once(desk: Desk) -> None:
    mail = from_eva()
    spooled = desk.spool(mail)
    assert desk.take(mail, spooled=spooled) is not None
    assert desk.take(mail, spooled=spooled) is None
    assert kinds(desk) == ["receipt", "team_new_ticket"]


@pytest.mark.parametrize("subject", ["Re: [{}] Hjälp", "sv: {} tack", "VS: {}"])
def test_a_reply_with_the_number_joins(desk: Desk, subject: str) -> None:
    number = opened(desk)
    settled = desk.take(from_eva(subject.format(number), message_id="<m2@kund.example>"))
    assert settled is not None
    assert settled.outcome is Outcome.JOINED
    assert kinds(desk) == ["joined", "receipt", "team_follow_up", "team_new_ticket"]


def test_a_reply_in_the_thread_of_the_receipt_joins_without_a_number(desk: Desk) -> None:
    opened(desk)
    (receipt,) = desk.told("receipt")
    settled = desk.take(from_eva("Tack", in_reply_to=(receipt.message_id,), message_id="<m2@kund.example>"))
    assert settled is not None
    assert settled.outcome is Outcome.JOINED


def test_another_customers_number_opens_no_door(desk: Desk) -> None:
    number = opened(desk)
    (receipt,) = desk.told("receipt")
    desk.a_superuser("olle@annan.example", of=desk.a_customer("K2"))
    olle = Address(spec="olle@annan.example", name="Olle")
    settled = desk.take(from_eva(f"Re: [{number}]", author=olle, references=(receipt.message_id,), message_id=None))
    assert settled is not None
    assert settled.outcome is Outcome.TICKET
    assert settled.ticket is not None
    assert str(settled.ticket.number) != number
    last_receipt = desk.told("receipt")[-1]
    assert last_receipt.recipient == "olle@annan.example"
    with desk.database.reading() as uow:
        first = uow.tickets.newest()[-1]
        assert len(uow.tickets.messages(first.ticket_id)) == 1


def test_a_number_that_exists_and_one_that_does_not_are_answered_alike(desk: Desk) -> None:
    number = opened(desk)
    desk.a_superuser("olle@annan.example", of=desk.a_customer("K2"))
    olle = Address(spec="olle@annan.example", name="Olle")
    for message_id, subject in (("<a@x.example>", f"[{number}]"), ("<b@x.example>", "[MG-555555-9]")):
        desk.take(from_eva(subject, author=olle, message_id=message_id))
    exists, unknown = (_text_of(desk.sent_text(entry)) for entry in desk.told("receipt")[-2:])
    assert "MG-" in exists
    assert re.sub(r"MG-[0-9-]+", "N", exists) == re.sub(r"MG-[0-9-]+", "N", unknown)


def _text_of(content: bytes) -> str:
    text = message_from_bytes(content).get_payload()[0]
    return str(text.get_payload(decode=True).decode("utf-8"))


def test_a_stranger_is_held_answered_once_a_week_and_named_to_the_superusers(desk: Desk) -> None:
    colleague = Address(spec="nils@kund.example", name="Nils")
    first = desk.take(from_eva(author=colleague, message_id="<n1@kund.example>"))
    desk.later(timedelta(days=6))
    desk.take(from_eva("Igen", author=colleague, message_id="<n2@kund.example>"))
    desk.later(timedelta(days=2))
    desk.take(from_eva("Och igen", author=colleague, message_id="<n3@kund.example>"))
    assert first is not None
    assert first.outcome is Outcome.HELD
    assert [entry.recipient for entry in desk.told("stranger")] == ["nils@kund.example"] * 2
    assert [entry.recipient for entry in desk.told("held_gist")] == ["eva@kund.example"] * 3


def test_a_stranger_of_nobody_is_held_without_a_gist(desk: Desk) -> None:
    desk.take(from_eva(author=Address(spec="x@nowhere.example")))
    assert kinds(desk) == ["stranger"]


def test_an_overdue_customers_mail_is_held_and_becomes_a_ticket_once_paid(desk: Desk) -> None:
    desk.a_customer(overdue_since=date(2026, 11, 1))
    mail = from_eva()
    spooled = desk.spool(mail)
    settled = desk.take(mail, spooled=spooled)
    assert settled is not None
    assert settled.outcome is Outcome.HELD
    assert kinds(desk) == ["overdue"]
    with desk.database.transaction() as uow:
        assert holds.release_paid(uow, now=desk.now) == []
    desk.a_customer()
    with desk.database.transaction() as uow:
        assert holds.release_paid(uow, now=desk.now) == [spooled.mail_id]
    assert desk.waits(spooled.mail_id)
    again = desk.take(mail, spooled=spooled)
    assert again is not None
    assert again.outcome is Outcome.TICKET
    assert kinds(desk) == ["overdue", "receipt", "team_new_ticket"]


def test_an_overdue_customers_follow_up_joins_its_ticket_once_paid(desk: Desk) -> None:
    number = opened(desk)
    desk.a_customer(overdue_since=date(2026, 11, 1))
    mail = from_eva(f"Re: {number}", message_id="<m2@kund.example>")
    spooled = desk.spool(mail)
    desk.take(mail, spooled=spooled)
    desk.a_customer()
    with desk.database.transaction() as uow:
        holds.release_paid(uow, now=desk.now)
    settled = desk.take(mail, spooled=spooled)
    assert settled is not None
    assert settled.outcome is Outcome.JOINED


def test_a_released_strangers_mail_is_a_ticket_of_the_customers_superuser(desk: Desk) -> None:
    mail = from_eva(author=Address(spec="nils@kund.example"), message_id="<n1@kund.example>")
    spooled = desk.spool(mail)
    desk.take(mail, spooled=spooled)
    with desk.database.transaction() as uow:
        whose = holds.release(uow, spooled.mail_id, superuser=None, by="sven", now=desk.now)
    assert not isinstance(whose, holds.Refusal)
    settled = desk.take(mail, spooled=spooled)
    assert settled is not None
    assert settled.outcome is Outcome.TICKET
    assert [entry.recipient for entry in desk.told("receipt")] == ["eva@kund.example"]
    assert len(desk.told("stranger")) == 1


def test_a_strangers_mail_that_nobody_knows_the_owner_of_needs_a_name(desk: Desk) -> None:
    spooled = desk.spool(from_eva())
    desk.take(from_eva(author=Address(spec="x@nowhere.example")), spooled=spooled)
    with desk.database.transaction() as uow:
        refused = holds.release(uow, spooled.mail_id, superuser=None, by="sven", now=desk.now)
    assert refused is holds.Refusal.NO_CUSTOMER


def test_a_rejected_mail_is_kept_and_counts_as_stored(desk: Desk) -> None:
    spooled = desk.spool(from_eva())
    desk.take(from_eva(author=Address(spec="x@nowhere.example")), spooled=spooled)
    with desk.database.transaction() as uow:
        assert holds.reject(uow, spooled.mail_id, by="sven", now=desk.now) is None
        assert holds.reject(uow, spooled.mail_id, by="sven", now=desk.now) is holds.Refusal.NOT_HELD
    with desk.database.reading() as uow:
        assert uow.mails.sums() == {"stored": 1}


def test_what_machines_write_is_stored_and_answered_by_nobody(desk: Desk) -> None:
    settled = desk.take(from_eva("Autosvar", headers=(("auto-submitted", "auto-replied"),)))
    assert settled is not None
    assert settled.outcome is Outcome.STORED
    assert desk.told() == []


def test_a_specialists_reply_joins_and_is_the_superusers_answer(desk: Desk) -> None:
    number = opened(desk)
    sven = Address(spec="sven@desk.example", name="Sven")
    (told,) = desk.told("team_new_ticket")
    reply = from_eva(f"Re: [{number}]", author=sven, message_id="<s1@desk.example>", in_reply_to=(told.message_id,))
    settled = desk.take(reply)
    assert settled is not None
    assert settled.outcome is Outcome.JOINED
    assert kinds(desk) == ["answer", "receipt", "team_new_ticket"]


def test_a_module_that_the_sender_is_not_trained_in_is_a_flag_and_no_refusal(desk: Desk) -> None:
    settled = desk.take(from_eva(text="Modul: Lön\n\nHur gör man?"))
    assert settled is not None
    assert settled.ticket is not None
    assert settled.ticket.untrained


def test_the_receipt_speaks_the_superusers_language(desk: Desk) -> None:
    desk.a_superuser("matti@kund.example", of=desk.a_customer(), language=Language.FINNISH)
    desk.take(from_eva("Help", author=Address(spec="matti@kund.example"), message_id="<f@kund.example>"))
    (receipt,) = desk.told("receipt")
    assert message_from_bytes(desk.sent_text(receipt))["Content-Language"] == "fi"


@pytest.mark.parametrize("words", ["STATUS", "AVSLUTA ÖVERSIKT"])
def test_a_late_payer_who_only_asks_is_answered_and_nothing_waits(desk: Desk, words: str) -> None:
    number = opened(desk)
    desk.a_customer(overdue_since=date(2026, 11, 1))
    for subject in ("En fråga", f"Re: [{number}]"):
        settled = desk.take(from_eva(subject, words, message_id=f"<{len(subject)}@kund.example>"))
        assert settled is not None
        assert (settled.outcome, settled.reason.rule) == (Outcome.STORED, "only-asks")
    assert kinds(desk).count("request_answered") == 2
    assert "overdue" not in kinds(desk)


@pytest.mark.parametrize("words", ["STÄNG", "STATUS\n\nLönen stannar.", "STATUS\nNIVÅ: 1", "STATSU"])
def test_a_late_payer_who_asks_for_support_waits(desk: Desk, words: str) -> None:
    opened(desk)
    desk.a_customer(overdue_since=date(2026, 11, 1))
    settled = desk.take(from_eva("En fråga", words, message_id="<m2@kund.example>"))
    assert settled is not None
    assert settled.outcome is Outcome.HELD
