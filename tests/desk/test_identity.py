"""What follows from a mail's proof: what is forged counts for nothing, and nobody speaks for the desk unproven."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Address, SpooledMail
from mailgate.domain.verdict import HoldCause, Outcome
from tests.support.desk import Desk, from_eva
from tests.support.table import Table

SVEN = Address(spec="sven@desk.example", name="Sven Sund")


def found(desk: Desk, mail: object, proof: Proof) -> SpooledMail:
    """The mail as a door gives it that found this out."""
    spooled = desk.spool(mail)  # type: ignore[arg-type]
    told = Authenticity(proof=proof, evidence="mx.desk.example: dmarc")
    return replace(spooled, envelope=replace(spooled.envelope, authenticity=told))


def test_a_forged_mail_is_held_and_nobody_is_answered(table: Table) -> None:
    mail = from_eva()
    settled = table.desk.take(mail, spooled=found(table.desk, mail, Proof.FORGED))
    assert settled is not None
    assert (settled.outcome, settled.reason.rule) == (Outcome.HELD, "forged-author")
    assert table.desk.told() == []
    with table.desk.database.reading() as uow:
        (held,) = uow.holds.waiting(cause=HoldCause.FORGED)
        summary = uow.mails.summary(held.mail_id)
    assert summary is not None
    assert summary.authenticity == Authenticity(proof=Proof.FORGED, evidence="mx.desk.example: dmarc")


def test_a_forged_stranger_reaches_nobody(table: Table) -> None:
    mail = from_eva(author=Address(spec="okand@kund.example"))
    table.desk.take(mail, spooled=found(table.desk, mail, Proof.FORGED))
    assert table.desk.told() == []


def test_an_unproven_mail_makes_its_ticket_and_the_team_is_told_of_the_doubt(table: Table) -> None:
    mail = from_eva()
    settled = table.desk.take(mail, spooled=found(table.desk, mail, Proof.UNPROVEN))
    assert settled is not None
    assert settled.outcome is Outcome.TICKET
    (told,) = table.desk.told("team_new_ticket")
    assert "inte styrkt" in table.text(told)
    assert {each.recipient for each in table.desk.told("receipt")} == {"eva@kund.example"}


def test_a_stranger_who_is_unproven_is_not_answered(table: Table) -> None:
    mail = from_eva(author=Address(spec="vem@other.example"))
    table.desk.take(mail, spooled=found(table.desk, mail, Proof.UNPROVEN))
    assert table.desk.told() == []


@pytest.mark.parametrize(("proof", "outcome"), [(Proof.UNPROVEN, Outcome.HELD), (Proof.PROVEN, Outcome.TICKET)])
def test_a_strict_customer_is_believed_only_with_proof(table: Table, proof: Proof, outcome: Outcome) -> None:
    table.desk.house = replace(
        table.desk.house, policy=replace(table.desk.house.policy, prove_customers=frozenset({"K1"}))
    )
    mail = from_eva()
    settled = table.desk.take(mail, spooled=found(table.desk, mail, proof))
    assert settled is not None
    assert settled.outcome is outcome


def test_whoever_names_a_specialist_and_a_number_writes_to_no_customer(table: Table) -> None:
    table.opened()
    table.sven_replied("Betala till det här kontot.", in_reply_to=(), message_id="<x@evil.example>")
    assert table.mails("answer") == []
    assert [event.kind for event in table.events][-1] == "not_sent"
    (told,) = table.desk.told("team_follow_up")
    assert told.recipient == SVEN.spec
    assert "Svara på det här mejlet" in table.text(told)


def test_a_reply_to_what_we_told_the_specialist_is_proof(table: Table) -> None:
    table.opened()
    table.sven_replied("Starta om.", in_reply_to=(), message_id="<s1@desk.example>")
    (told,) = table.desk.told("team_follow_up")
    table.sven_replied("Starta om.", in_reply_to=(told.message_id,), message_id="<s2@desk.example>")
    assert len(table.mails("answer")) == 1


def test_a_reply_to_something_old_proves_nothing(table: Table) -> None:
    table.opened()
    table.desk.later(timedelta(days=91))
    table.sven_replied("Starta om.", message_id="<s1@desk.example>")
    assert table.mails("answer") == []


def test_an_id_that_went_to_somebody_else_is_no_proof(table: Table) -> None:
    table.opened()
    (receipt,) = table.desk.told("receipt")
    table.sven_replied("Betala hit.", in_reply_to=(receipt.message_id,), message_id="<x@evil.example>")
    assert table.mails("answer") == []


def test_a_check_of_the_door_is_proof_for_a_specialist(table: Table) -> None:
    table.opened()
    mail = from_eva(f"Re: [{table.ticket.number}]", "Starta om.", author=SVEN, message_id="<s1@desk.example>")
    table.desk.take(mail, spooled=found(table.desk, mail, Proof.PROVEN))
    assert len(table.mails("answer")) == 1


def test_a_reply_does_not_outweigh_that_it_is_forged(table: Table) -> None:
    table.opened()
    (told,) = table.desk.told("team_new_ticket")
    mail = from_eva(
        f"Re: [{table.ticket.number}]", author=SVEN, message_id="<x@evil.example>", in_reply_to=(told.message_id,)
    )
    settled = table.desk.take(mail, spooled=found(table.desk, mail, Proof.FORGED))
    assert settled is not None
    assert settled.outcome is Outcome.HELD


def test_by_a_trusted_way_a_specialist_is_taken_at_their_word(table: Table) -> None:
    table.desk.house = replace(
        table.desk.house, policy=replace(table.desk.house.policy, trusted_doors=frozenset({"smtp"}))
    )
    table.opened()
    table.sven_replied("Starta om.", in_reply_to=(), message_id="<s1@desk.example>")
    assert len(table.mails("answer")) == 1


def test_a_domain_that_looks_like_a_customers_is_a_strangers_and_says_so(table: Table) -> None:
    settled = table.desk.take(from_eva(author=Address(spec="eva@kund.examp1e")))
    assert settled is not None
    assert (settled.reason.rule, settled.outcome) == ("stranger", Outcome.HELD)
    assert settled.reason.evidence == "looks like a domain of customer K1, and is another"
    assert table.desk.told() == []
