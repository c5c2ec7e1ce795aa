"""What binds a customer happens on proof only; on any other mail the registered address is asked, once, for a week."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailgate.desk.case import Case
from mailgate.desk.confirm import Asked, bind, settle_confirmation
from mailgate.desk.joining import merge
from mailgate.desk.tickets import Done, Refused, close, reopen
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.mail import Address
from mailgate.domain.pending import BindingAct, Confirmation, Deed, PendingId
from mailgate.domain.ticket import ServiceLevel, Status, Ticket, TicketType
from mailgate.domain.verdict import Outcome
from mailgate.store.outbox import OutboxEntry
from tests.support.desk import from_eva
from tests.support.postgres import on_both_databases
from tests.support.table import Table

pytestmark = on_both_databases

EVA = "eva@kund.example"
CLOSE = Deed(kind=BindingAct.CLOSE)
PROVEN = Authenticity(proof=Proof.PROVEN, evidence="dkim=pass kund.example")
UNPROVEN = Authenticity(proof=Proof.UNPROVEN, evidence="neither")


def wants(table: Table, deed: Deed = CLOSE, *, found: Authenticity | None = None) -> Done | Asked:
    """A mail in Eva's name has come that wants this; it is on record already."""
    mail = from_eva(f"Re: [{table.ticket.number}]", "Stäng", message_id=f"<w{len(table.events)}@kund.example>")
    spooled = table.desk.spool(mail)
    with table.desk.database.transaction() as uow:
        superuser = uow.customers.superuser(EVA)
        assert superuser is not None
        case = Case(uow=uow, house=table.desk.house, spooled=spooled, mail=mail, now=table.desk.now, authenticity=found)
        return bind(case, table.ticket, superuser, deed)


def question(table: Table) -> OutboxEntry:
    return table.mails("confirm")[-1]


def says(table: Table, text: str = "JA", *, to: OutboxEntry | None = None, **changes: object) -> str:
    """A reply to the mail that asked; why it became what it became."""
    parent = (to or question(table)).message_id
    mail = from_eva(
        str(changes.pop("subject", "Re: Bekräfta")),
        text,
        **{"message_id": f"<s{len(table.events)}@kund.example>", "in_reply_to": (parent,), **changes},
    )
    settled = table.desk.take(mail)
    assert settled is not None
    return settled.outcome.value


def kinds(table: Table) -> list[str]:
    return [event.kind for event in table.events]


@pytest.mark.parametrize("found", [None, UNPROVEN])
def test_an_unproven_mail_does_nothing_and_the_registered_address_is_asked(
    table: Table, found: Authenticity | None
) -> None:
    table.opened()
    assert isinstance(wants(table, found=found), Asked)
    assert table.ticket.status is Status.OPEN
    asked = question(table)
    assert asked.recipient == EVA
    assert "Stänga ärendet" in table.text(asked)
    assert str(table.ticket.number) in table.text(asked)
    assert "30 november" in table.text(asked), "a week from now"
    assert kinds(table)[-1] == "confirmation_asked"


def test_a_proven_mail_does_it_at_once(table: Table) -> None:
    table.opened()
    done = wants(table, found=PROVEN)
    assert isinstance(done, Ticket)
    assert table.ticket.status is Status.CLOSED
    assert table.mails("confirm") == []


def test_a_token_of_another_ticket_does_not_bind_this_one(table: Table) -> None:
    """A reply to a mail about one ticket may name another in its text: the command is confirmed all the same."""
    table.opened()
    mine, other = str(table.ticket.number), replace(PROVEN, only_for="MG-100099-9")
    assert isinstance(wants(table, found=other), Asked)
    assert isinstance(wants(table, found=replace(PROVEN, only_for="")), Asked)
    assert isinstance(wants(table, found=replace(PROVEN, only_for=mine)), Ticket)


def test_where_nobody_checks_a_desk_may_take_people_at_their_word(table: Table) -> None:
    policy = replace(table.desk.house.policy, confirm_unchecked=False)
    table.desk.house = replace(table.desk.house, policy=policy)
    table.opened()
    assert isinstance(wants(table, found=UNPROVEN), Asked)
    assert isinstance(wants(table), Ticket)


@pytest.mark.parametrize("word", ["JA", "Ja tack!\n\n/Eva", "yes", "Kyllä"])
def test_a_yes_does_it_and_both_mails_are_on_record(table: Table, word: str) -> None:
    table.opened()
    wants(table)
    assert says(table, word) == Outcome.JOINED
    assert table.ticket.status is Status.CLOSED
    done = table.events[-1]
    assert done.kind == "confirmation_done"
    assert done.detail["wanted_by_mail"] != done.detail["mail"]
    assert [mail.recipient for mail in table.mails("closed")] == [EVA]


def test_what_is_confirmed_is_what_was_asked(table: Table) -> None:
    table.opened()
    wants(table, Deed(kind=BindingAct.LEVEL, value="3"))
    assert "Ändra servicenivån till 3" in table.text(question(table))
    says(table)
    assert table.ticket.level is ServiceLevel.PARTLY_HAMPERED
    wants(table, Deed(kind=BindingAct.TYPE, value="wish"))
    assert "Ändra ärendekategorin till Önskemål" in table.text(question(table))
    says(table)
    assert table.ticket.type is TicketType.WISH


def test_a_second_yes_does_nothing(table: Table) -> None:
    table.opened()
    wants(table)
    asked = question(table)
    says(table, to=asked)
    table.moved(reopen)
    before = [one.kind for one in table.mails()]
    says(table, to=asked)
    assert table.ticket.status is Status.OPEN
    assert [one.kind for one in table.mails()] == before
    assert kinds(table).count("confirmation_done") == 1


def test_of_two_that_come_at_the_same_time_the_second_sees_what_the_first_did(table: Table) -> None:
    table.opened()
    wants(table)
    with table.desk.database.reading() as uow:
        seen_by_both = uow.pending_acts.get(PendingId(1))
    assert seen_by_both is not None
    says(table)
    table.moved(reopen)
    mail = from_eva("Re: Bekräfta", "JA", message_id="<second@kund.example>")
    spooled = table.desk.spool(mail)
    with table.desk.database.transaction() as uow:
        superuser = uow.customers.superuser(EVA)
        assert superuser is not None
        case = Case(uow=uow, house=table.desk.house, spooled=spooled, mail=mail, now=table.desk.now)
        settle_confirmation(case, table.ticket, superuser, Confirmation(pending=seen_by_both, yes=True))
    assert table.ticket.status is Status.OPEN
    assert kinds(table).count("confirmation_done") == 1


def test_a_second_yes_does_not_open_what_the_first_one_closed(table: Table) -> None:
    table.opened()
    wants(table)
    asked = question(table)
    says(table, to=asked)
    says(table, to=asked)
    assert table.ticket.status is Status.CLOSED


def test_a_yes_that_comes_too_late_says_so_and_does_nothing(table: Table) -> None:
    table.opened()
    wants(table)
    table.desk.later(timedelta(days=7, seconds=1))
    says(table)
    assert table.ticket.status is Status.OPEN
    (told,) = table.mails("confirm_over")
    assert told.recipient == EVA
    assert "för sent" in table.text(told)
    says(table)
    assert len(table.mails("confirm_over")) == 1, "it is told once"


def test_a_no_ends_it(table: Table) -> None:
    table.opened()
    wants(table)
    says(table, "Nej")
    assert kinds(table)[-1] == "confirmation_declined"
    says(table)
    assert table.ticket.status is Status.OPEN


@pytest.mark.parametrize("words", ["Ja, men inte förrän på måndag", "Vad är det här?", "Jag är på semester"])
def test_anything_but_a_yes_or_no_is_a_message_like_any_and_decides_nothing(table: Table, words: str) -> None:
    table.opened()
    wants(table)
    says(table, words)
    assert table.ticket.status is Status.OPEN
    assert "joined" in kinds(table)
    says(table)
    assert table.ticket.status is Status.CLOSED, "the question still stands"


def test_the_same_is_asked_once_while_it_waits(table: Table) -> None:
    table.opened()
    assert wants(table) == wants(table)
    assert len(table.mails("confirm")) == 1
    table.desk.later(timedelta(days=8))
    wants(table)
    assert len(table.mails("confirm")) == 2, "and anew once that has expired"


def test_what_cannot_be_done_is_refused_without_asking(table: Table) -> None:
    table.opened()
    table.moved(close)
    assert isinstance(wants(table), Refused)
    assert table.mails("confirm") == []


def test_what_cannot_be_done_any_more_is_told(table: Table) -> None:
    table.opened()
    wants(table)
    table.moved(close)
    says(table)
    assert kinds(table)[-1] == "confirmation_refused"
    (told,) = table.mails("confirm_over")
    assert "gick inte att göra" in table.text(told)


def test_a_colleague_cannot_confirm_even_with_the_question_before_them(table: Table) -> None:
    table.opened()
    table.desk.a_superuser("bo@kund.example", of=table.customer)
    wants(table)
    says(table, author=Address(spec="bo@kund.example", name="Bo Ek"))
    assert table.ticket.status is Status.OPEN


def test_a_stranger_cannot_confirm_with_the_question_before_them(table: Table) -> None:
    table.opened()
    wants(table)
    assert says(table, author=Address(spec="vem@other.example")) == Outcome.HELD
    assert table.ticket.status is Status.OPEN


def test_a_yes_without_the_questions_token_confirms_nothing(table: Table) -> None:
    """Not even from a server that proves it: nobody could tell what was meant."""
    table.opened()
    wants(table)
    (receipt,) = table.desk.told("receipt")
    says(table, in_reply_to=(), subject=f"Re: [{table.ticket.number}]")
    says(table, to=receipt)
    assert table.ticket.status is Status.OPEN


def test_the_token_of_one_question_does_not_answer_another(table: Table) -> None:
    table.opened()
    wants(table)
    first = question(table)
    wants(table, Deed(kind=BindingAct.LEVEL, value="3"))
    mangled = first.message_id.replace(".act-1.", ".act-2.")
    assert mangled != first.message_id
    says(table, in_reply_to=(mangled,))
    assert table.ticket.level is ServiceLevel.STANDSTILL


def test_where_the_budget_is_used_up_nothing_waits_that_nobody_heard_of(table: Table) -> None:
    table.opened()
    budgets = table.desk.house.budgets
    table.desk.house = replace(
        table.desk.house, budgets=replace(budgets, address=replace(budgets.address, ten_minutes=1))
    )
    wants(table)
    assert table.mails("confirm") == []
    table.desk.house = replace(table.desk.house, budgets=budgets)
    wants(table)
    assert len(table.mails("confirm")) == 1


def test_trying_out_what_is_asked_leaves_nothing_behind(table: Table) -> None:
    table.opened()
    before = (len(table.events), table.dues())
    wants(table)
    assert (len(table.events), table.dues()) == (before[0] + 1, before[1])
    assert [one.kind for one in table.mails()] == ["confirm"]


@pytest.mark.parametrize(("word", "state"), [("JA", "confirmation_refused"), ("NEJ", "confirmation_declined")])
def test_an_answer_for_a_ticket_that_was_merged_meanwhile_does_nothing_to_the_other(
    table: Table, word: str, state: str
) -> None:
    """Neither is it added in silence, as if it were a message."""
    other = table.opened()
    table.opened()
    wants(table)
    merged = table.ticket
    table.moved(merge, str(other.number))
    asked, before = question(table), len(table.desk.told("joined"))
    says(table, word, to=asked)
    assert kinds(table)[-1] == state
    assert table.status_of(other) is Status.OPEN
    over = table.mails("confirm_over")
    assert len(over) == (word == "JA")
    if over:
        text = table.text(over[-1])
        assert f"Det här gick inte att göra i ärende {merged.number}" in text
        assert f"ärendet fortsätter i {other.number}" in text
    says(table, word, to=asked)
    assert len(table.mails("confirm_over")) == len(over), "told once"
    assert len(table.desk.told("joined")) == before
