"""A reply proves who wrote it only by the token of a mail of ours to that very address; threads find tickets."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailgate.config import Config, policy_of
from mailgate.desk.gather import gather_facts
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Address, ParsedMail, SpooledMail
from mailgate.domain.reply_token import Keyring, ReplyKey, sign
from mailgate.domain.ticket import Ticket
from mailgate.domain.ticket_number import TicketNumber
from mailgate.domain.verdict import Outcome
from mailgate.store.outbox import OutboxEntry
from tests.support.desk import KEYRING, Desk, from_eva
from tests.support.table import Table

BO = Address(spec="bo@kund.example", name="Bo Ek")


def proof_of(desk: Desk, mail: ParsedMail, *, spooled: SpooledMail | None = None) -> Authenticity | None:
    """What the desk thinks of a mail's author."""
    spooled = spooled or desk.spool(mail)
    with desk.database.reading() as uow:
        facts = gather_facts(uow, spooled, mail, policy=desk.house.policy, keyring=desk.house.keys(), now=desk.now)
        return facts.authenticity


def receipt_of(table: Table) -> OutboxEntry:
    return table.desk.told("receipt")[-1]


def in_reply_to(message_id: str, **changes: object) -> ParsedMail:
    return from_eva(
        "Re: Lönen", "Tack!", **{"message_id": "<r1@kund.example>", "in_reply_to": (message_id,), **changes}
    )


def test_a_reply_to_our_mail_is_proven_and_says_by_which_key(table: Table) -> None:
    table.opened()
    found = proof_of(table.desk, in_reply_to(receipt_of(table).message_id))
    assert found is not None
    assert found.proof is Proof.PROVEN
    assert (
        found.evidence
        == f"replies to our mail to that address: token of 2026-11-23 by key {KEYRING.keys[0].key_id.hex()}"
    )


def test_the_same_token_in_a_colleagues_reply_proves_nothing(table: Table) -> None:
    table.opened()
    table.desk.a_superuser(BO.spec, of=table.customer)
    assert proof_of(table.desk, in_reply_to(receipt_of(table).message_id, author=BO)) is None


def test_a_colleagues_reply_still_joins_the_ticket(table: Table) -> None:
    table.opened()
    table.desk.a_superuser(BO.spec, of=table.customer)
    settled = table.desk.take(in_reply_to(receipt_of(table).message_id, author=BO))
    assert settled is not None
    assert settled.outcome is Outcome.JOINED
    assert settled.reason.evidence == f"thread of {table.ticket.number} (token-of-another-recipient)"


def test_a_message_id_without_token_is_no_proof_even_if_it_is_ours(table: Table) -> None:
    """Mails that were sent before there were tokens, and ids that anybody can make up."""
    ticket = table.opened()
    with table.desk.database.transaction() as uow:
        uow.tickets.add_thread_ids(ticket.ticket_id, [f"<{ticket.number}.token7@mailgate.example.com>"])
    for guess in (f"<{ticket.number}.token7@mailgate.example.com>", f"<{ticket.number}.team@mailgate.example.com>"):
        assert proof_of(table.desk, in_reply_to(guess)) is None


def test_a_token_for_another_ticket_finds_the_number_and_proves_nothing_there(table: Table) -> None:
    first = table.opened()
    old = receipt_of(table)
    second = table.opened(text="Något annat")
    assert first.number != second.number
    mail = replace(in_reply_to(old.message_id), subject=f"Re: [{second.number}]")
    assert proof_of(table.desk, mail) is None
    settled = table.desk.take(mail)
    assert settled is not None
    assert settled.ticket is not None
    assert settled.ticket.number == second.number
    assert "token-of-another-ticket" in settled.reason.evidence


def test_an_expired_token_proves_nothing(table: Table) -> None:
    table.opened()
    mail = in_reply_to(receipt_of(table).message_id)
    table.desk.later(timedelta(days=90))
    assert proof_of(table.desk, mail) is not None
    table.desk.later(timedelta(days=1))
    assert proof_of(table.desk, mail) is None


def a_signed_id(ticket: Ticket, *, key: ReplyKey = KEYRING.keys[0], recipient: str = "eva@kund.example") -> str:
    token = sign(
        Keyring(keys=(key,)),
        about=str(ticket.number),
        recipient=recipient,
        instance="mailgate.example.com",
        on=date(2026, 11, 23),
        nonce="x",
    )
    return f"<{ticket.number}.{token}@mailgate.example.com>"


def test_a_token_of_a_key_that_is_not_ours_proves_nothing(table: Table) -> None:
    ticket = table.opened()
    stranger = ReplyKey(secret=b"?" * 32, since=date(2026, 1, 1))
    assert proof_of(table.desk, in_reply_to(a_signed_id(ticket, key=stranger))) is None


def test_a_mangled_token_proves_nothing(table: Table) -> None:
    table.opened()
    sent = receipt_of(table).message_id
    local, _, domain = sent.partition("@")
    last = "a" if local[-1] != "a" else "b"
    for mangled in (f"{local[:-1]}{last}@{domain}", f"{local[:-1]}@{domain}", f"{local}a@{domain}"):
        assert proof_of(table.desk, in_reply_to(mangled)) is None
    assert proof_of(table.desk, in_reply_to(sent.upper())) is not None, "servers change case, and only that"


def test_after_a_restore_a_token_is_proof_though_the_outbox_has_lost_its_mail(table: Table) -> None:
    ticket = table.opened()
    found = proof_of(table.desk, in_reply_to(a_signed_id(ticket)))
    assert found is not None
    assert found.proof is Proof.PROVEN


def test_the_token_counts_in_the_address_that_the_reply_goes_to(table: Table) -> None:
    table.opened()
    local = receipt_of(table).message_id[1:].partition("@")[0]
    to = (Address(spec=f"support+{local}@example.com".lower()),)
    found = proof_of(table.desk, in_reply_to("<none@kund.example>", to=to))
    assert found is not None
    assert found.proof is Proof.PROVEN
    settled = table.desk.take(in_reply_to("<none@kund.example>", to=to))
    assert settled is not None
    assert settled.reason.evidence == f"token of {table.ticket.number}"


def test_the_same_behind_a_plus_of_somebody_elses_address_does_not(table: Table) -> None:
    table.opened()
    local = receipt_of(table).message_id[1:].partition("@")[0]
    to = (Address(spec=f"support+{local}@evil.example".lower()),)
    assert proof_of(table.desk, in_reply_to("<none@kund.example>", to=to)) is None


def test_what_is_forged_stays_forged_with_any_token(table: Table) -> None:
    table.opened()
    mail = in_reply_to(receipt_of(table).message_id)
    spooled = table.desk.spool(mail)
    forged = Authenticity(proof=Proof.FORGED, evidence="dmarc")
    spooled = replace(spooled, envelope=replace(spooled.envelope, authenticity=forged))
    assert proof_of(table.desk, mail, spooled=spooled) == forged


def test_a_reply_to_a_mail_about_no_ticket_proves_whoever_writes_of_something_new(table: Table) -> None:
    token = sign(
        KEYRING, about="overview", recipient="eva@kund.example", instance="mailgate.example.com", on=date(2026, 11, 23),
        nonce="x",
    )  # fmt: skip
    mail = in_reply_to(f"<overview.{token}@mailgate.example.com>")
    found = proof_of(table.desk, mail)
    assert found is not None
    assert found.proof is Proof.PROVEN
    ticket = table.opened()
    assert proof_of(table.desk, replace(mail, subject=f"Re: [{ticket.number}]")) is None, "it was not about that ticket"


def test_a_strict_customers_mail_with_somebody_elses_token_is_held(table: Table) -> None:
    policy = replace(table.desk.house.policy, prove_customers=frozenset({"K1"}))
    table.opened()
    table.desk.a_superuser(BO.spec, of=table.customer)
    sent = receipt_of(table).message_id
    table.desk.house = replace(table.desk.house, policy=policy)
    held = table.desk.take(in_reply_to(sent, author=BO))
    joined = table.desk.take(in_reply_to(sent))
    assert held is not None
    assert joined is not None
    assert (held.outcome, joined.outcome) == (Outcome.HELD, Outcome.JOINED)


def stripped(table: Table, entry: OutboxEntry, *known: str) -> str:
    """An answer's bytes without what differs between any two mails: ids, and what the asker wrote."""
    text = table.desk.sent_text(entry).decode().replace("\r\n ", " ")  # what is longer is folded elsewhere
    for each in known:
        text = text.replace(each, "KNOWN")
    text = re.sub(r"[a-z2-7]{32}", "TOKEN", text)
    return re.sub(r"=_[0-9a-f]{24}", "BOUNDARY", text)


@pytest.mark.parametrize("beside", ["", " och MG-100099-9"])
def test_a_stranger_sees_no_sign_whether_a_number_is_a_tickets(table: Table, beside: str) -> None:
    """The same bytes but for ids: for a number that is a ticket's, one that is none's, and a broken one."""
    number = str(table.opened().number)
    unknown, broken = str(TicketNumber("MG", 100099)), f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    answers = []
    for place, named in enumerate((number, unknown, broken)):
        author = Address(spec=f"vem{place}@other.example", name="Vem")
        table.desk.take(
            from_eva(f"Re: [{named}]{beside}", author=author, message_id=f"<v@{place}.example>", in_reply_to=())
        )
        (answer,) = [one for one in table.desk.told("stranger") if one.recipient == author.spec]
        answers.append(stripped(table, answer, named, author.spec, f"<v@{place}.example>"))
    assert answers[0] == answers[1] == answers[2]
    assert len(table.desk.told("stranger")) == 3


def test_a_stranger_in_the_thread_sees_no_sign_of_the_ticket_either(table: Table) -> None:
    table.opened()
    sent = receipt_of(table).message_id
    answers = []
    for place, parent in enumerate((sent, "<x@elsewhere.example>")):
        author = Address(spec=f"vem{place}@other.example", name="Vem")
        table.desk.take(from_eva("Re: Lönen", author=author, message_id=f"<v@{place}.example>", in_reply_to=(parent,)))
        (answer,) = [one for one in table.desk.told("stranger") if one.recipient == author.spec]
        answers.append(stripped(table, answer, parent, author.spec, f"<v@{place}.example>"))
    assert answers[0] == answers[1]


def test_the_lists_of_all_who_may_have_a_ticket_are_specialists_lists() -> None:
    config = Config.model_validate(
        {
            "teams": [{"name": "Handel", "address": "handel@desk.example"}],
            "holders": {"product": "produkt@desk.example"},
        }
    )
    assert policy_of(config).team_lists == {"handel@desk.example", "produkt@desk.example"}


def test_a_specialist_who_replies_to_what_went_to_a_list_is_proven_and_a_superuser_is_not(table: Table) -> None:
    ticket = table.opened()
    team = "handel@desk.example"
    table.desk.house = replace(table.desk.house, policy=replace(table.desk.house.policy, team_lists=frozenset({team})))
    sent = a_signed_id(ticket, recipient=team)
    sven = proof_of(table.desk, in_reply_to(sent, author=Address(spec="sven@desk.example")))
    assert sven is not None
    assert sven.proof is Proof.PROVEN
    assert proof_of(table.desk, in_reply_to(sent)) is None
