"""Orders and support access by mail: what specialists ask for, what SuperUsers answer, and what proves who said it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailgate.desk.holds import release
from mailgate.domain.access import AccessState, Span
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.budgets import Budget, Budgets
from mailgate.domain.customer import Language
from mailgate.domain.mail import Address
from mailgate.domain.moves import Holder
from mailgate.domain.orders import EstimateState
from mailgate.domain.ticket import Status, Ticket
from mailgate.store.outbox import OutboxEntry
from tests.desk.test_hand_on import a_holder
from tests.support.desk import from_eva
from tests.support.table import Table, local

EVA, SVEN, KIM = "eva@kund.example", "sven@desk.example", "kim@desk.example"
ORDER, WISH = "Ärendekategori: Beställning", "Ärendekategori: Önskemål"
ERROR = "Ärendekategori: Programfel\nServicenivå: 3"


def answered(table: Table, entry: OutboxEntry, text: str, **changes: object) -> Ticket:
    """Eva replies to this mail of ours, which proves that it is she."""
    return table.replied(text, in_reply_to=(entry.message_id,), **changes)


def the_last(table: Table, kind: str, *, to: str | None = None) -> OutboxEntry:
    return [one for one in table.mails(kind) if to is None or one.recipient == to][-1]


def ordered(table: Table) -> OutboxEntry:
    """An order with an estimate; the mail that asks."""
    a_holder(table, Holder.CONSULTANT, KIM)
    table.opened(ORDER)
    table.sven_replied("#konsult")
    table.sven_replied("#pris 4 h, 4 800 kr, En rapport.")
    return the_last(table, "estimate")


def estimate_states(table: Table) -> list[EstimateState]:
    with table.desk.database.reading() as uow:
        return [one.state for one in uow.estimates.of_ticket(table.ticket_id)]


def access_states(table: Table) -> list[AccessState]:
    with table.desk.database.reading() as uow:
        return [one.state for one in uow.accesses.of_ticket(table.ticket_id)]


@pytest.mark.parametrize(
    ("opened", "commands", "stage"),
    [
        (ERROR, ["#produkt", "#support"], "verification"),
        (ERROR, ["#product\nIt can be reproduced.", "#desk Mended."], "verification"),
        (ERROR, ["#tuote", "#tuki"], "verification"),
        (WISH, ["#råd internt", "#råd externt", "#planerat"], "planned"),
        (WISH, ["#council internal", "#council external", "#declined Too dear."], "declined"),
        (WISH, ["#neuvosto sisäinen", "#neuvosto ulkoinen", "#suunniteltu"], "planned"),
        (ORDER, ["#konsult", "#pris 4 h, 4800 kr"], "approval"),
        (ORDER, ["#consultant", "#estimate €450, a report"], "approval"),
        (ORDER, ["#konsultti", "#arvio 4,5 h, 450 €\nRaportti."], "approval"),
    ],
)
def test_specialists_bring_a_ticket_along_its_way_by_mail(
    table: Table, opened: str, commands: list[str], stage: str
) -> None:
    table.opened(opened)
    for text in commands:
        table.sven_replied(text)
    assert table.ticket.stage == stage
    assert [kind for kind, _ in table.told()].count("commands_answered") == len(commands)


@pytest.mark.parametrize(
    ("opened", "command", "told"),
    [
        (WISH, "#produkt", "#råd internt"),
        (ORDER, "#fakturerat 4800 kr", "#konsult"),
        (ERROR, "#pris 4800 kr", "#produkt"),
        (WISH, "#råd hemligt", "hemligt"),
        (ORDER, "#pris ungefär fem tusen", "4 h, 4800 kr"),
        (ORDER, "#pris 4800", "valuta"),
        (ORDER, "#pris 4000-5000 kr", "valuta"),
    ],
)
def test_what_does_not_lead_on_is_told_with_what_would(table: Table, opened: str, command: str, told: str) -> None:
    table.opened(opened)
    before = table.ticket
    table.sven_replied(command)
    assert table.ticket == before
    (mail,) = table.mails("commands_answered")
    assert mail.recipient == SVEN
    assert told in " ".join(table.text(mail).split())
    assert not [one for one in table.told() if one[1] == EVA]


@pytest.mark.parametrize(
    ("language", "text"),
    [(Language.SWEDISH, "JA"), (Language.ENGLISH, "Yes, please go ahead.\n\nEva"), (Language.FINNISH, "KYLLÄ")],
)
def test_a_yes_to_the_price_starts_the_work_and_is_on_record(table: Table, language: Language, text: str) -> None:
    asks = ordered(table)
    moved = answered(table, asks, text)
    assert (moved.stage, moved.status) == ("work", Status.OPEN)
    with table.desk.database.reading() as uow:
        (one,) = uow.estimates.of_ticket(table.ticket_id)
    assert one.answer is not None
    assert (one.answer.text, one.state) == (text, EstimateState.APPROVED)
    assert one.answer.mail_id is not None
    assert one.answer.proof
    assert (the_last(table, "order_answered").recipient, the_last(table, "handed_on").recipient) == (EVA, KIM)


def test_a_no_ends_the_price_and_not_the_order(table: Table) -> None:
    answered(table, ordered(table), "Nej tack, för dyrt.")
    assert (table.ticket.stage, estimate_states(table)) == ("estimation", [EstimateState.REFUSED])


@pytest.mark.parametrize("text", ["Ja, men inte före mars.", "OK om det blir högst 3000 kr", "Ja?", "24"])
def test_a_perhaps_is_no_yes_it_goes_to_the_consultant_and_is_told_kindly(table: Table, text: str) -> None:
    asks = ordered(table)
    answered(table, asks, text)
    assert (table.ticket.stage, estimate_states(table)) == ("approval", [EstimateState.OPEN])
    says = table.text(the_last(table, "order_answered"))
    assert "Svara med bara JA" in says
    follow_ups = [one for one in table.desk.told("team_follow_up") if text in table.text(one)]
    assert {one.recipient for one in follow_ups} == {SVEN, KIM}
    answered(table, asks, "JA")
    assert table.ticket.stage == "work"


def test_a_yes_to_a_price_that_is_void_is_told_so(table: Table) -> None:
    first = ordered(table)
    table.sven_replied("#pris 5 h, 6 000 kr")
    answered(table, first, "JA")
    assert (table.ticket.stage, estimate_states(table)) == ("approval", [EstimateState.SUPERSEDED, EstimateState.OPEN])
    assert "inte längre gäller" in " ".join(table.text(the_last(table, "order_answered")).split())
    answered(table, the_last(table, "estimate"), "JA")
    assert estimate_states(table) == [EstimateState.SUPERSEDED, EstimateState.APPROVED]


def test_a_yes_that_comes_too_late_is_told_so(table: Table) -> None:
    asks = ordered(table)
    table.replied("Vi återkommer.")
    table.desk.later(table.desk.house.estimates_valid * 2)
    answered(table, asks, "JA")
    assert estimate_states(table) == [EstimateState.OPEN]
    assert "gått ut" in table.text(the_last(table, "order_answered"))
    assert table.ticket.stage == "approval"


def test_a_second_yes_changes_nothing(table: Table) -> None:
    asks = ordered(table)
    answered(table, asks, "JA")
    answered(table, asks, "JA")
    assert [event.kind for event in table.events].count("approve") == 1
    assert "redan besvarats" in table.text(the_last(table, "order_answered"))


def test_a_yes_where_nothing_was_asked_is_a_reply_like_any_other(table: Table) -> None:
    table.opened(ERROR)
    table.replied("Ja")
    assert table.told() == []


def test_a_yes_that_does_not_prove_itself_is_confirmed_first(table: Table) -> None:
    ordered(table)
    table.replied("JA")
    assert (table.ticket.stage, estimate_states(table)) == ("approval", [EstimateState.OPEN])
    confirm = the_last(table, "confirm")
    assert confirm.recipient == EVA
    assert "4 h, 4800 SEK" in table.text(confirm)
    answered(table, confirm, "JA")
    assert (table.ticket.stage, estimate_states(table)) == ("work", [EstimateState.APPROVED])


def test_what_is_confirmed_too_late_for_its_price_is_told_so(table: Table) -> None:
    ordered(table)
    table.replied("JA")
    confirm = the_last(table, "confirm")
    table.sven_replied("#pris 5 h, 6 000 kr")
    answered(table, confirm, "JA")
    assert estimate_states(table) == [EstimateState.SUPERSEDED, EstimateState.OPEN]
    assert the_last(table, "confirm_over").recipient == EVA


def test_what_somebody_else_wrote_is_no_yes_of_the_superuser_it_was_let_through_for(table: Table) -> None:
    ordered(table)
    nils = Address(spec="nils@kund.example", name="Nils Nyman")
    mail = from_eva(f"Re: [{table.ticket.number}]", "JA", author=nils, message_id="<nils@kund.example>")
    spooled = table.desk.spool(mail)
    proven = Authenticity(proof=Proof.PROVEN, evidence="dkim=pass kund.example")
    spooled = replace(spooled, envelope=replace(spooled.envelope, authenticity=proven))
    table.desk.take(mail, spooled=spooled)
    with table.desk.database.transaction() as uow:
        release(uow, spooled.mail_id, superuser=None, by="Sven Sund", now=table.desk.now)
    settled = table.desk.take(mail, spooled=spooled)
    assert settled is not None
    assert settled.ticket is not None
    assert settled.ticket.ticket_id == table.ticket_id
    assert (table.ticket.stage, estimate_states(table)) == ("approval", [EstimateState.OPEN])


def test_a_yes_to_another_question_of_ours_buys_nothing(table: Table) -> None:
    asks = ordered(table)
    table.sven_replied("#fråga Har ni startat om skrivaren?")
    answered(table, the_last(table, "asked"), "Ja")
    assert (table.ticket.stage, estimate_states(table)) == ("approval", [EstimateState.OPEN])
    assert not table.mails("order_answered")
    answered(table, asks, "JA")
    assert table.ticket.stage == "work"


def test_a_yes_that_may_mean_another_question_is_asked_which(table: Table) -> None:
    ordered(table)
    table.desk.later(timedelta(minutes=1))
    table.sven_replied("#fråga Har ni startat om skrivaren?")
    table.replied("Ja", references=("<eva-1@kund.example>",))
    assert estimate_states(table) == [EstimateState.OPEN]
    unclear = the_last(table, "order_answered")
    assert "Svara med bara JA" in table.text(unclear)
    answered(table, unclear, "JA")
    assert estimate_states(table) == [EstimateState.APPROVED]


def test_an_order_is_told_to_its_end_by_mail(table: Table) -> None:
    answered(table, ordered(table), "JA")
    table.sven_replied("#fakturerat 3,5 h, 4 200 kr, Det gick fort.")
    assert (table.ticket.status, estimate_states(table)) == (Status.CLOSED, [EstimateState.BILLED])
    assert "4\u00a0200\u00a0kr" in table.text(the_last(table, "billed"))


def test_more_than_was_agreed_is_refused_in_the_words_of_its_reader(table: Table) -> None:
    answered(table, ordered(table), "JA")
    table.sven_replied("#fakturerat 9 h, 9000 kr")
    said = " ".join(table.text(the_last(table, "commands_answered")).split("\n"))
    assert "mer än de 4\u00a0800\u00a0kr som kunden har godkänt" in said.replace("  ", " ").replace("  ", " ")


@pytest.mark.parametrize(("agreed", "threat"), [(False, "stänger vi ärendet"), (True, "Svara bara på det här mejlet.")])
def test_what_was_agreed_is_reminded_of_and_never_given_up(table: Table, agreed: bool, threat: str) -> None:
    table.at("2026-11-23T10:00")
    asks = ordered(table)
    if agreed:
        answered(table, asks, "JA")
        table.sven_replied("#fråga Vilken skrivare?")
    for _ in table.minutes_until("2026-12-09T10:00"):
        table.tick()
    assert threat in table.text(the_last(table, "reminder"))
    assert ("stänger vi" in table.text(the_last(table, "reminder"))) is not agreed
    assert table.ticket.status is (Status.WAITING if agreed else Status.CLOSED)


def asked_for_access(table: Table, at: str = "2026-11-23T10:00") -> OutboxEntry:
    table.at(at)
    table.opened(ERROR)
    table.sven_replied("#inloggning Jag vill se lönearterna.")
    return the_last(table, "access_asked")


@pytest.mark.parametrize(
    ("at", "text", "until"),
    [
        ("2026-11-23T10:00", "JA", "2026-11-24 11:00"),
        ("2026-11-23T10:00", "8", "2026-11-24 11:00"),
        ("2026-11-27T10:00", "Ja tack", "2026-11-30 11:00"),
        ("2026-11-27T10:00", "24", "2026-11-28 10:00"),
        ("2026-11-27T10:00", "Ja, 72 timmar.\n\nMvh Eva", "2026-11-30 10:00"),
        ("2026-11-27T10:00", "Yes, 24 hours", "2026-11-28 10:00"),
        ("2026-11-27T10:00", "KYLLÄ 72 tuntia", "2026-11-30 10:00"),
    ],
)
def test_access_is_granted_by_replying_for_as_long_as_is_chosen(table: Table, at: str, text: str, until: str) -> None:
    answered(table, asked_for_access(table, at), text)
    with table.desk.database.reading() as uow:
        access = uow.accesses.live(table.ticket_id)
    assert access is not None
    assert (access.state, local(access.ends_at)) == (AccessState.GRANTED, until)
    assert access.answer is not None
    assert access.answer.text == text


@pytest.mark.parametrize("text", ["72", "Ja, men bara i dag", "Ja, 36 timmar", "Varför då?"])
def test_what_is_no_plain_grant_lets_nobody_in(table: Table, text: str) -> None:
    answered(table, asked_for_access(table), text)
    assert access_states(table) == [AccessState.ASKED]
    if text != "Varför då?":
        assert "8 arbetstimmar: svara JA" in table.text(the_last(table, "access_changed"))


def test_consultants_get_a_day(table: Table) -> None:
    asks = asked_for_access(table)
    with table.desk.database.transaction() as uow:
        uow.customers.save_specialist(
            address=SVEN, name="Sven Sund", team=table.sven.team, language=Language.SWEDISH, head=False,
            role=Holder.CONSULTANT,
        )  # fmt: skip
    answered(table, asks, "JA")
    with table.desk.database.reading() as uow:
        access = uow.accesses.live(table.ticket_id)
    assert access is not None
    assert access.span is Span.DAY


def test_access_is_refused_and_taken_back_by_replying(table: Table) -> None:
    asks = asked_for_access(table)
    answered(table, asks, "Nej")
    assert access_states(table) == [AccessState.REFUSED]
    table.sven_replied("#inloggning")
    answered(table, the_last(table, "access_asked"), "JA")
    answered(table, the_last(table, "access_changed", to=EVA), "ÅTERKALLA")
    assert access_states(table) == [AccessState.REFUSED, AccessState.WITHDRAWN]
    answered(table, the_last(table, "access_asked"), "Återkalla!")
    assert "ingen supportinloggning att ändra" in " ".join(table.text(the_last(table, "access_changed")).split())


@pytest.mark.parametrize(
    "text",
    [
        "WITHDRAW", "Peru", "Återkalla, tack.\n\nEva", "Jag återkallar.", "Återkalla supportinloggningen nu",
        "Hi,\nWe withdraw our access.", "Peruuta tukikirjautuminen",
    ],
)  # fmt: skip
def test_it_is_taken_back_in_three_languages(table: Table, text: str) -> None:
    answered(table, asked_for_access(table), "JA")
    answered(table, the_last(table, "access_asked"), text)
    assert access_states(table) == [AccessState.WITHDRAWN]


@pytest.mark.parametrize("text", ["Återkalla inte supportinloggningen", "Återkallar ni fakturan?"])
def test_what_is_no_plain_withdrawal_takes_nothing_back(table: Table, text: str) -> None:
    answered(table, asked_for_access(table), "JA")
    answered(table, the_last(table, "access_asked"), text)
    assert access_states(table) == [AccessState.GRANTED]


def test_what_was_wanted_on_a_friday_cannot_be_granted_on_another_day(table: Table) -> None:
    asked_for_access(table, "2026-11-27T10:00")
    table.replied("72")
    table.at("2026-11-30T10:00")
    answered(table, the_last(table, "confirm"), "JA")
    assert access_states(table) == [AccessState.ASKED]
    assert "72 timmar kan inte ges den här dagen" in " ".join(table.text(the_last(table, "confirm_over")).split())


def test_a_machine_that_says_ok_to_everything_runs_into_its_budget(table: Table) -> None:
    table.desk.house = replace(table.desk.house, budgets=replace(Budgets(), address=Budget(ten_minutes=5, day=9)))
    asks = asked_for_access(table)
    for place in range(9):
        answered(table, asks, f"Ok, your message no {place} has been received by our robot, who is number {place}")
    assert len(table.mails("access_changed")) < 5
    assert [one.kind for one in table.events].count("unanswered") > 0


def test_a_grant_that_does_not_prove_itself_is_confirmed_first(table: Table) -> None:
    asked_for_access(table)
    table.replied("JA")
    assert access_states(table) == [AccessState.ASKED]
    answered(table, the_last(table, "confirm"), "JA")
    assert access_states(table) == [AccessState.GRANTED]


def test_a_yes_answers_the_mail_that_it_replies_to_where_two_are_asked(table: Table) -> None:
    price = ordered(table)
    table.sven_replied("#inloggning")
    access = the_last(table, "access_asked")
    answered(table, access, "JA")
    assert (estimate_states(table), access_states(table)) == ([EstimateState.OPEN], [AccessState.GRANTED])
    answered(table, price, "JA")
    assert estimate_states(table) == [EstimateState.APPROVED]
