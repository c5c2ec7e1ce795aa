"""A SuperUser's first lines by mail, a colleague who steps in, and what was closed and is written to again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailgate.desk.tickets import close, resolve
from mailgate.domain.customer import SuperUser
from mailgate.domain.mail import Address, Attachment, ParsedMail
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.store.links import LinkKind
from mailgate.store.outbox import OutboxEntry
from tests.support.desk import from_eva
from tests.support.mails import a_policy
from tests.support.table import Table

EVA, KARL, SVEN = "eva@kund.example", "karl@kund.example", "sven@desk.example"


@pytest.fixture
def karl(table: Table) -> SuperUser:
    return table.desk.a_superuser(KARL, of=table.customer)


def trusting(table: Table) -> None:
    """A desk where nobody checks who wrote a mail, and that does what is asked all the same."""
    house = table.desk.house
    table.desk.house = replace(house, policy=replace(house.policy, confirm_unchecked=False))


def to(table: Table, address: str, kind: str | None = None) -> list[OutboxEntry]:
    return [one for one in table.desk.told(kind) if one.recipient == address]


def answered(table: Table, address: str = EVA) -> str:
    return table.text(to(table, address, "request_answered")[-1])


def kinds(table: Table) -> list[str]:
    return [event.kind for event in table.events]


def tickets(table: Table) -> int:
    with table.desk.database.reading() as uow:
        return len(uow.tickets.newest())


def anew(table: Table, text: str, subject: str = "", **changes: object) -> None:
    """Eva writes a mail that belongs to nothing."""
    mail = from_eva(subject, text, **{"message_id": f"<{len(table.desk.told())}.new@kund.example>", **changes})
    settled = table.desk.take(mail)
    assert settled is not None


def test_status_of_a_ticket_is_told_and_changes_nothing(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 2")
    table.moved(resolve)
    before = table.ticket
    table.replied("STATUS")
    assert table.ticket == before, "to ask is not to open again"
    said = answered(table)
    assert f"{before.number} · löst · Nivå 2" in said
    assert len(to(table, SVEN, "team_follow_up")) == 0
    assert not to(table, EVA, "joined")


def test_status_alone_opens_no_ticket_and_lists_all_of_theirs(table: Table) -> None:
    table.opened("Lönen stannar.")
    table.moved(resolve)
    first = table.opened("Fakturan är fel.")
    anew(table, "STATUS", subject="Status?")
    anew(table, "", subject="Status")
    assert tickets(table) == 2
    said = answered(table)
    assert str(first.number) in said
    assert said.count("· öppet") == 1
    assert len(to(table, EVA, "request_answered")) == 2


def test_what_is_asked_twice_in_a_mail_is_answered_once(table: Table) -> None:
    table.opened()
    table.replied("STATUS\nHJÄLP\nSTATUS")
    assert answered(table).count("* Lönen") == 1


def test_status_where_nothing_is_open(table: Table) -> None:
    anew(table, "STATUS")
    assert "inga öppna ärenden" in answered(table)


def test_status_by_number_shows_nobody_elses(table: Table) -> None:
    other = table.desk.a_customer("K2")
    table.desk.a_superuser("per@other.example", of=other)
    table.desk.take(from_eva("Hemligt", "Per skriver.", author=Address(spec="per@other.example"), message_id="<p@x>"))
    with table.desk.database.reading() as uow:
        theirs = uow.tickets.newest()[0].number
    anew(table, f"STATUS {theirs}")
    said = answered(table)
    assert "vi hittar inget sådant ärende hos er" in said
    assert "Hemligt" not in said
    own = table.opened("Lönen stannar.").number
    anew(table, f"status: {own}")
    assert f"{own} · öppet" in answered(table)


def test_a_text_below_status_is_added(table: Table) -> None:
    table.opened()
    table.replied("STATUS\n\nNu gäller det även fakturorna.")
    said = answered(table)
    assert "Resten av mejlet är tillagt i ärendet." in said
    assert "fakturorna" in table.text(to(table, SVEN, "team_follow_up")[-1])
    assert not to(table, EVA, "joined"), "one answer is enough"


def test_close_type_and_level_are_done_where_the_mail_is_believed(table: Table) -> None:
    trusting(table)
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    table.replied("NIVÅ: 2")
    assert table.ticket.level is ServiceLevel.HAMPERED
    table.replied("TYP: Önskemål")
    assert table.ticket.type is TicketType.WISH
    table.replied("STÄNG\n\nTack för hjälpen!")
    assert table.ticket.status is Status.CLOSED
    assert [event.actor for event in table.events if event.kind in {"level", "type", "close"}] == ["superuser:1"] * 3
    assert [one.kind for one in to(table, EVA)][1:] == [
        "level_changed", "type_changed", "closed", "request_answered",
    ], "each is told once, by the mail that all of the ticket's SuperUsers get"  # fmt: skip
    assert len(to(table, SVEN, "team_follow_up")) == 3


def test_what_cannot_be_done_is_answered_with_what_can(table: Table) -> None:
    trusting(table)
    table.opened("Ärendekategori: Fråga\n\nHur gör man?")
    table.replied("NIVÅ: 2")
    said = answered(table)
    assert "bara programfel har en servicenivå" in said
    assert "Det här går just nu: STATUS, STÄNG, TYP: Önskemål, MODUL: Lön" in said
    number = table.ticket.number
    table.moved(close)
    anew(table, f"STÄNG {number}")
    said = answered(table)
    assert "det går inte när ärendet är stängt" in said
    assert "Det här går just nu: STATUS\n" in said


def test_where_only_the_value_is_wrong_nothing_else_is_offered(table: Table) -> None:
    trusting(table)
    table.opened("Ärendekategori: Fråga\n\nHur gör man?")
    table.replied("TYP: Fråga")
    said = answered(table)
    assert "ärendet har redan den kategorin" in said
    assert "Det här går just nu" not in said


def test_what_binds_waits_for_a_yes_where_the_mail_is_not_believed(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    table.replied("STÄNG")
    assert table.ticket.status is Status.OPEN
    assert [one.kind for one in to(table, EVA)] == ["receipt", "confirm"]
    (question,) = to(table, EVA, "confirm")
    table.replied("JA", in_reply_to=(question.message_id,))
    assert table.ticket.status is Status.CLOSED


def test_a_reply_to_a_mail_of_ours_is_believed(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    (receipt,) = to(table, EVA, "receipt")
    table.replied("NIVÅ: 2", in_reply_to=(receipt.message_id,))
    assert table.ticket.level is ServiceLevel.HAMPERED


def test_the_module_is_set_and_told(table: Table) -> None:
    table.opened()
    table.replied("modul: lön")
    assert table.ticket.module == "Lön"
    assert "modul: lön – modulen är ändrad" in answered(table)


def test_the_overview_is_turned_off(table: Table) -> None:
    anew(table, "AVSLUTA ÖVERSIKT")
    with table.desk.database.reading() as uow:
        eva = uow.customers.superuser(EVA)
    assert eva is not None
    assert not eva.overview
    assert "du får ingen veckoöversikt längre" in answered(table)
    assert tickets(table) == 0


def test_help_lists_what_one_can_write(table: Table) -> None:
    anew(table, "HJÄLP")
    said = answered(table)
    for write in ("STATUS", "STÄNG", "TYP: Önskemål", "NIVÅ: 2", "MODUL: Lön", "AVSLUTA ÖVERSIKT", "HJÄLP"):
        assert f"* {write} – " in said
    assert tickets(table) == 0


def test_a_cry_for_help_is_a_ticket(table: Table) -> None:
    anew(table, "Hjälp!", subject="Vi kommer inte in i systemet")
    anew(table, "Hjälp!\n\nSystemet ligger nere.")
    assert tickets(table) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STATSU", "STATSU – det kommandot känner vi inte till\n  Menade du STATUS?"),
        ("NIVÅ: 9", "NIVÅ: 9 – det värdet känner vi inte till\n  Menade du NIVÅ?"),
        ("MODUL: Rymd", "MODUL: Rymd – ”Rymd” är ingen av modulerna"),
        ("NIVÅ: 2", "NIVÅ: 2 – bara programfel har en servicenivå"),
    ],
)
def test_what_was_not_understood_is_said_kindly_and_is_no_ticket_text(table: Table, text: str, said: str) -> None:
    trusting(table)
    table.opened("Ärendekategori: Supportfråga")
    before = table.ticket
    table.replied(text)
    assert table.ticket == before
    assert said in answered(table)
    assert not to(table, SVEN, "team_follow_up"), "there is nothing for the team to read"
    with table.desk.database.reading() as uow:
        mails = [one.mail_id for one in uow.tickets.messages(before.ticket_id)]
    assert len(mails) == 2, "it is kept with the ticket all the same"


def test_each_line_is_followed_by_itself(table: Table) -> None:
    table.opened()
    table.replied("STATSU\nMODUL: Lön\nSTATUS")
    assert table.ticket.module == "Lön"
    said = answered(table)
    assert "Menade du STATUS?" in said
    assert "modulen är ändrad" in said
    assert "Så är läget:" in said


def test_who_closes_a_colleagues_ticket_by_its_number_hears_of_it_too(table: Table, karl: SuperUser) -> None:
    trusting(table)
    number = table.opened().number
    anew(table, f"STÄNG {number}", author=Address(spec=karl.address, name="Karl Ek"))
    assert table.ticket.status is Status.CLOSED
    assert {one.recipient for one in table.mails("closed")} == {EVA, KARL}


def test_close_without_a_ticket_asks_which(table: Table) -> None:
    table.opened()
    anew(table, "STÄNG")
    assert table.ticket.status is Status.OPEN
    assert "skriv vilket ärende det gäller" in answered(table)


def test_a_document_makes_it_a_ticket_and_a_logo_does_not(table: Table) -> None:
    logo = Attachment(part="2", name="logo.png", content_type="image/png", size=900)
    anew(table, "STATUS", attachments=(logo,))
    assert tickets(table) == 0
    anew(table, "STATUS", attachments=(replace(logo, name="fel.pdf", content_type="application/pdf"),))
    assert tickets(table) == 1
    assert to(table, EVA, "request_answered")


def test_a_mail_that_a_machine_wrote_is_not_answered(table: Table) -> None:
    anew(table, "STATUS", headers=(("auto-submitted", "auto-generated"),))
    assert table.desk.told() == []


class TestAColleague:
    def by_karl(self, table: Table, text: str, **changes: object) -> None:
        mail = from_eva(
            f"Re: [{table.ticket.number}]", text, author=Address(spec=KARL, name="Karl Öberg"),
            message_id=f"<{len(table.desk.told())}@karl.example>", **changes,
        )  # fmt: skip
        assert table.desk.take(mail) is not None

    def test_may_step_in_and_the_first_is_told_once(self, table: Table, karl: SuperUser) -> None:
        table.opened()
        self.by_karl(table, "Samma sak hos mig.")
        (told,) = to(table, EVA, "colleague_wrote")
        assert "Samma sak hos mig." in table.text(told)
        assert [one.kind for one in to(table, KARL)] == ["joined"]
        self.by_karl(table, "Och nu igen.")
        assert len(to(table, EVA, "colleague_wrote")) == 1
        table.moved(close)
        assert to(table, KARL, "closed")
        assert to(table, EVA, "closed")

    def test_who_was_sent_the_mail_is_not_told_of_it(self, table: Table, karl: SuperUser) -> None:
        table.opened()
        self.by_karl(table, "Samma sak hos mig.", cc=(Address(spec=EVA),))
        assert not to(table, EVA, "colleague_wrote")


class TestAReplyToWhatIsClosed:
    def closed(self, table: Table) -> ParsedMail:
        table.opened("Lönen stannar.")
        table.moved(close)
        return from_eva(f"Re: [{table.ticket.number}]", "Nu är det likadant igen.", message_id="<late@kund.example>")

    def test_opens_it_again_within_14_days(self, table: Table) -> None:
        mail = self.closed(table)
        table.desk.later(timedelta(days=14))
        table.settled(mail)
        assert table.ticket.status is Status.OPEN
        assert tickets(table) == 1
        assert "som nu är öppet igen" in table.text(to(table, EVA, "joined")[-1])
        assert "ärendet är öppet igen" in table.text(to(table, SVEN, "team_follow_up")[-1])
        table.replied("En sak till.")
        assert "öppet igen" not in table.text(to(table, EVA, "joined")[-1])

    def test_opens_a_new_one_after_that_linked_to_the_old(self, table: Table) -> None:
        mail = self.closed(table)
        old = table.ticket
        table.desk.later(timedelta(days=14, minutes=1))
        settled = table.desk.take(mail)
        assert settled is not None
        assert settled.ticket is not None
        assert settled.ticket.number != old.number
        assert table.ticket == old
        with table.desk.database.reading() as uow:
            (link,) = uow.links.of(settled.ticket.ticket_id)
            assert uow.links.of(old.ticket_id) == [link]
        assert (link.ticket_id, link.other_id, link.kind) == (
            settled.ticket.ticket_id, old.ticket_id, LinkKind.FOLLOWS,
        )  # fmt: skip
        receipt = table.text(to(table, EVA, "receipt")[-1])
        assert f"Ärende {old.number} stängdes för länge sedan" in receipt
        assert "hör inte till något av era ärenden" not in receipt

    def test_a_note_made_meanwhile_changes_nothing_of_that(self, table: Table) -> None:
        mail = self.closed(table)
        table.desk.later(timedelta(days=10))
        table.sven_replied("#note Kunden ringde.")
        table.desk.later(timedelta(days=5))
        table.desk.take(mail)
        assert tickets(table) == 2

    def test_the_days_are_configuration(self, table: Table) -> None:
        mail = self.closed(table)
        house = table.desk.house
        table.desk.house = replace(house, policy=replace(house.policy, reopen_days=60))
        table.desk.later(timedelta(days=50))
        table.settled(mail)
        assert table.ticket.status is Status.OPEN


@pytest.mark.parametrize("line", ["MODUL: Lön", "MODULE: Payroll", "MODUULI: Palkat"])
def test_the_modules_that_our_mails_give_as_examples_are_understood(table: Table, line: str) -> None:
    keywords = a_policy().module_keywords
    house = table.desk.house
    table.desk.house = replace(house, policy=replace(house.policy, module_keywords=keywords))
    table.opened("Ärendekategori: Fråga\nModul: Tid")
    table.replied(line)
    assert table.ticket.module == "Lön"


def test_what_a_mail_of_its_own_tells_is_not_told_twice(table: Table) -> None:
    trusting(table)
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    table.replied("NIVÅ: 4\nMODUL: Lön\n\nTack!")
    changed = table.text(to(table, EVA, "level_changed")[-1])
    assert "Som ni bad om har vi ändrat servicenivån" in changed
    assert "bedömt" not in changed, "we have judged nothing"
    said = answered(table)
    assert "MODUL: Lön – modulen är ändrad" in said
    assert "NIVÅ" not in said


def test_help_is_the_list_and_no_deed(table: Table) -> None:
    table.opened()
    table.replied("HJÄLP")
    said = answered(table)
    assert "Det här är gjort" not in said
    for word in ("STATUS", "STÄNG", "AVSLUTA ÖVERSIKT", "JA eller NEJ", "ÅTERKALLA"):
        assert f"* {word} –" in said


MARKED = {"auto-submitted": "auto-generated", "x-ms-exchange-inbox-rules-loop": EVA}


def test_nobody_is_asked_to_confirm_a_mail_that_wants_no_automatic_answer(table: Table) -> None:
    table.opened()
    table.replied("STÄNG", headers=tuple(MARKED.items()))
    assert not table.mails("confirm")
    assert table.ticket.status is Status.OPEN
    assert "STÄNG" in table.text(to(table, SVEN, "team_follow_up")[-1]), "so people see to it"
    table.replied("STÄNG")
    assert len(table.mails("confirm")) == 1, "a mail that may be answered is"
