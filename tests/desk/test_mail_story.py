"""Mails that nobody would have understood, told so that a head of support does."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from mailgate.desk import holds, story_words
from mailgate.desk.mail_history import MailHistory, mail_history
from mailgate.desk.mail_story import mail_story
from mailgate.desk.ticket_story import ticket_history, ticket_story
from mailgate.desk.tickets import answer, set_level
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.budgets import Budget, Budgets
from mailgate.domain.customer import SuperUserId
from mailgate.domain.mail import Address, MailId, ParsedMail
from mailgate.domain.moves import Move
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Delivered, Failed
from mailgate.domain.pending import PendingState
from mailgate.domain.report import DeliveryAction
from mailgate.domain.sending import DoubtPolicy
from mailgate.domain.ticket import ServiceLevel
from mailgate.domain.verdict import Reason
from mailgate.store.sending import outcome_change
from tests.support.desk import Desk, from_eva
from tests.support.envelopes import an_envelope
from tests.support.table import Table

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BY_RULE = (("auto-submitted", "auto-generated"), ("x-ms-exchange-inbox-rules-loop", "eva@kund.example"))


def history_of(desk: Desk, mail_id: int) -> MailHistory:
    with desk.database.reading() as uow:
        found = mail_history(uow, MailId(mail_id))
    assert found is not None
    return found


def story_of(desk: Desk, mail_id: int) -> dict[str, str]:
    """By heading; the lines of each in one text."""
    return {part.title: "\n".join(part.lines) for part in mail_story(history_of(desk, mail_id), zone=STOCKHOLM)}


def taken(desk: Desk, mail: ParsedMail, *, found: Authenticity | None = None) -> int:
    spooled = desk.spool(mail)
    spooled = replace(spooled, envelope=replace(spooled.envelope, authenticity=found))
    assert desk.take(mail, spooled=spooled) is not None
    return spooled.mail_id


def test_a_mail_that_a_rule_forwarded_is_a_ticket_and_gets_no_receipt(table: Table) -> None:
    story = story_of(
        table.desk, taken(table.desk, from_eva("Lönen", "Servicenivå: 2\n\nDet går inte.", headers=BY_RULE))
    )
    assert story["In short"].startswith("A new ticket, MG-100001-5: a SuperUser writes")
    assert "that a mailbox rule passed on" in story["What it was taken for"]
    assert "The sign: X-Ms-Exchange-Inbox-Rules-Loop" in story["What it was taken for"]
    assert "Level 2: stated: Servicenivå: 2." in story["What it was taken for"]
    told = story["Who was told because of it"]
    assert "The receipt" not in told
    assert "News of the ticket, for the team, to sven@desk.example: waits to be sent." in told
    assert "Its sender gets no automatic answer: the mail bears a mark that forbids automatic answers" in told


def test_of_people_of_two_customers_in_copy_the_other_customers_are_told_nothing(table: Table) -> None:
    other = table.desk.a_superuser("lisa@annan.example", of=table.desk.a_customer("K2"))
    per = table.desk.a_superuser("per@kund.example", of=table.customer)
    copies = (Address(spec="per@kund.example"), Address(spec="lisa@annan.example"))
    story = story_of(table.desk, taken(table.desk, from_eva("Lönen", "Hej", cc=copies)))
    assert f"Copy: SuperUser {per.superuser_id} is told what the sender is told." in story["What became of it, and why"]
    assert f"Copy: SuperUser {other.superuser_id} is another customer's, and is told nothing." in "".join(
        story.values()
    )
    assert "lisa@" not in story["Who was told because of it"]


def test_another_customers_number_is_told_as_what_it_is(table: Table) -> None:
    ticket = table.opened()
    table.desk.a_superuser("lisa@annan.example", of=table.desk.a_customer("K2"))
    lisa = from_eva(f"Re: [{ticket.number}]", "Vad är detta?", author=Address(spec="lisa@annan.example"))
    story = story_of(table.desk, taken(table.desk, lisa))
    assert story["In short"].startswith("A new ticket, MG-100002-8")
    assert story["Which ticket"] == (
        f"{ticket.number}, by the number in its subject: not taken; "
        "it is another customer's, not customer K2's; naming it grants nothing."
    )


def test_a_reply_whose_token_has_expired_says_so_and_that_it_is_not_proven(table: Table) -> None:
    ticket = table.opened()
    (receipt,) = table.desk.told("receipt")
    table.desk.later(timedelta(days=100))
    reply = from_eva("Re: Lönen", "Jo!", in_reply_to=(receipt.message_id,), message_id="<late@kund.example>")
    late = Authenticity(proof=Proof.UNPROVEN, evidence="no dmarc, checked here")
    story = story_of(table.desk, taken(table.desk, reply, found=late))
    assert story["In short"].startswith(f"One more message in {ticket.number}")
    assert f"{ticket.number}, by the thread that it is in: taken" in story["Which ticket"]
    assert "a token of 2026-11-23" in story["Which ticket"]
    assert "expired" in story["Which ticket"]
    assert "That it is truly from there is not proven: no dmarc, checked here." in story["Who wrote it"]


def test_a_loop_that_was_stopped_says_how_often_the_same_was_said(table: Table) -> None:
    away = "Tack för ditt mail! Jag är på semester och är åter den 15 juli. Vid brådskande ärenden, ring växeln."
    mails = [taken(table.desk, from_eva("Frånvaro", away, message_id=f"<{n}@kund.example>")) for n in range(3)]
    told = story_of(table.desk, mails[-1])["Who was told because of it"]
    assert "Not sent: the same was said before. The head of service is told of such." in told
    assert "gets no automatic answer: its author had said the same 2 times within a day: so do machines." in told


def test_a_budget_that_is_used_up_is_named(table: Table) -> None:
    one = Budget(ten_minutes=1, day=1)
    table.desk.house = replace(table.desk.house, budgets=replace(Budgets(), address=one))
    for text in ("Ett", "Något helt annat"):
        mail_id = taken(table.desk, from_eva("Lönen", text, message_id=f"<{text[:2]}@kund.example>"))
    told = story_of(table.desk, mail_id)["Who was told because of it"]
    assert "Not sent: receipt: budget of address." in told
    assert "may have an automatic answer" in told


def test_a_forged_mail_is_held_and_says_on_what_evidence(table: Table) -> None:
    forged = Authenticity(proof=Proof.FORGED, evidence="dmarc=fail, checked here")
    story = story_of(table.desk, taken(table.desk, from_eva("Lönen", "Hej"), found=forged))
    assert story["In short"].startswith("Held, to wait for somebody's decision: the domain in its From says")
    assert "It is forged: dmarc=fail, checked here." in story["Who wrote it"]
    assert "gets no automatic answer: it is not sure" in story["Who was told because of it"]


def test_a_specialists_mail_that_was_passed_on_shows_whom_it_went_to(table: Table) -> None:
    table.opened()
    table.sven_replied("Det är löst nu.")
    story = story_of(table.desk, 2)
    assert "The desk's answer to eva@kund.example: waits to be sent." in story["Who was told because of it"]
    assert "the customer was answered" in story["What happened then"]
    assert "That it is truly from there is proven: replies to our mail" in story["Who wrote it"]
    assert "löst" not in "".join(story.values()), "never the mail's own words"


def test_a_copy_that_came_twice_is_one_mail(table: Table) -> None:
    content = replace(an_envelope(), peer="192.0.2.7")
    with table.desk.database.transaction() as uow:
        mail_id = uow.spool.put(content).mail_id
        again = replace(content, peer="192.0.2.8", received_at=table.desk.now + timedelta(minutes=5))
        assert uow.spool.put(again).duplicate
    story = story_of(table.desk, mail_id)
    assert "by SMTP from 192.0.2.8: the same mail once more. It is one mail" in story["How it came"]
    assert story["What became of it, and why"] == "It waits to be worked on."


def test_a_quarantined_mail_says_why_it_cannot_be_read(table: Table) -> None:
    spooled = table.desk.spool(from_eva("Lönen", "Hej"))
    with table.desk.database.transaction() as uow:
        uow.spool.quarantine(
            spooled.mail_id, reason=Reason(rule="unparsable", evidence="limit:depth"), now=table.desk.now
        )
    story = story_of(table.desk, spooled.mail_id)
    assert story["In short"].startswith(
        "Set aside whole, for somebody to look at (mailgate quarantine): it cannot be read"
    )
    assert "(unparsable: limit:depth)" in story["What became of it, and why"]


def test_a_held_mail_that_was_released_tells_both_decisions(table: Table) -> None:
    nils = from_eva("Lönen", "Hej", author=Address(spec="nils@kund.example", name="Nils"))
    spooled = table.desk.spool(nils)
    table.desk.take(nils, spooled=spooled)
    table.desk.later(timedelta(hours=1))
    with table.desk.database.transaction() as uow:
        eva = uow.customers.superuser_by_id(SuperUserId(1))
        assert holds.release(uow, spooled.mail_id, superuser=eva, by="Karin", now=table.desk.now) == eva
    table.desk.take(nils, spooled=spooled)
    story = story_of(table.desk, spooled.mail_id)
    first, last = story["What became of it, and why"].splitlines()
    assert "held" in first
    assert "a person had let it through" in last
    assert "let through, by Karin." in story["What happened then"]
    assert "Its gist, for the company's SuperUsers, to eva@kund.example" in story["Who was told because of it"]


def test_a_mail_from_before_traces_is_told_as_far_as_it_is_known(table: Table) -> None:
    table.opened()
    with table.desk.database.engine.begin() as connection:
        connection.execute(sql("DELETE FROM trace"))
    story = story_of(table.desk, 1)
    assert "(new-ticket: a SuperUser of customer K1)" in story["What became of it, and why"]
    assert "decided before Mailgate kept traces" in story["What became of it, and why"]
    assert "Level 1: stated: Servicenivå: 1." in story["What it was taken for"], "the ticket remembers that much"
    assert "Which rules looked at it" not in story


def test_what_became_of_our_own_mails_is_told(table: Table) -> None:
    table.opened()
    desk = table.desk
    (receipt,) = desk.told("receipt")
    with desk.database.transaction() as uow:
        claimed = uow.sending.claim_due(owner="me", now=desk.now, lease=timedelta(minutes=1), limit=10)
        for mail in claimed:
            outcome = (
                Delivered(response="250 ok") if mail.outbox_id == receipt.outbox_id else Failed(diagnostic="550 no")
            )
            change = outcome_change(mail, outcome, owner="me", retry_at=desk.now, now=desk.now, policy=DoubtPolicy())
            uow.sending.record([change])
        sent = uow.bounces.sent([receipt.message_id])
        assert sent is not None
        uow.bounces.add(sent, action=DeliveryAction.FAILED, status="5.1.1", mail_id=MailId(1), at=desk.now)
    story = story_of(desk, 1)
    told = story["Who was told because of it"]
    assert "The receipt to eva@kund.example: sent 2026-11-23 10:00 (the next server said: 250 ok)." in told
    assert "could not be sent, and is not tried again (the next server said: 550 no)" in told
    assert f"mail 1 says of our mail {receipt.outbox_id}: failed 5.1.1." in story["What happened then"]


def test_a_ticket_is_told_in_order(table: Table) -> None:
    ticket = table.opened()
    table.desk.later(timedelta(hours=1))
    table.moved(set_level, ServiceLevel.HAMPERED)
    table.desk.later(timedelta(hours=1))
    table.replied("Jo, så är det.")
    table.desk.later(timedelta(hours=1))
    table.moved(answer, "Hemligt svar")
    with table.desk.database.reading() as uow:
        now, order = ticket_story(ticket_history(uow, table.ticket), zone=STOCKHOLM)
    assert now.title == f"{ticket.number}: Lönen"
    assert now.lines[-1] == "Now: open, program error of level 2, with Handel."
    wanted = (
        "10:00  Eva Ek, a SuperUser, opened it by mail 1: type program error, level 1, team Handel",
        "10:00  The receipt to eva@kund.example: waits to be sent",
        "11:00  Sven Sund: its service level was changed: level 2",
        f"12:00  Eva Ek, a SuperUser, wrote to it by mail 2: number {ticket.number}; a SuperUser goes on with a ticket",
        "13:00  Sven Sund: the customer was answered",
        "13:00  The desk's answer to eva@kund.example",
    )
    text = "\n".join(order.lines)
    places = [text.index(one) for one in wanted]
    assert places == sorted(places)
    assert "Hemligt" not in text


@pytest.mark.parametrize("became", ["ticket", "joined", "held", "stored", "quarantined", "new-kind"])
def test_whatever_a_mail_became_there_are_words_for_it(became: str) -> None:
    assert story_words.outcome(became, rule="new-rule", ticket=None)
    assert story_words.rule("new-rule", "x") == "the rule new-rule said so (new-rule: x)"
    assert story_words.event("seen_by_moon", {}) == "seen by moon"
    assert story_words.notice("moon_mail") == "The mail “moon mail”"


@pytest.mark.parametrize("kind", [*Move, *(f"confirmation_{state}" for state in PendingState if state != "open")])
def test_every_move_has_words_of_its_own(kind: str) -> None:
    assert story_words.event(kind, {}) != kind.replace("_", " ")


@pytest.mark.parametrize("kind", sorted(NoticeKind))
def test_every_mail_of_ours_is_named(kind: NoticeKind) -> None:
    named = story_words.notice(kind)
    assert named.startswith(("The ", "Word ", "Its ", "News ", "All "))
    assert not named.startswith("The mail “")
