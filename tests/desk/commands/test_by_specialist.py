"""A specialist's commands by mail: all of a mail's are done, or none, and its author hears which."""

import pytest

from mailgate.desk.commands.handlers import HANDLERS
from mailgate.desk.tickets import close
from mailgate.domain.command_table import SPECIALISTS
from mailgate.domain.commands import CommandName
from mailgate.domain.customer import Specialist
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.store.outbox import OutboxEntry
from tests.support.desk import OTHER_TEAM
from tests.support.table import Table

SVEN, EVA, NINA = "sven@desk.example", "eva@kund.example", "nina@desk.example"


@pytest.fixture
def nina(table: Table) -> Specialist:
    return table.a_specialist(NINA, "Nina Ny", team=OTHER_TEAM)


def answered(table: Table) -> str:
    """What Sven was told last."""
    mails = [mail for mail in table.mails("commands_answered") if mail.recipient == SVEN]
    return table.text(mails[-1])


def kinds(table: Table) -> list[str]:
    return [event.kind for event in table.events]


def to_eva(table: Table) -> list[OutboxEntry]:
    return [mail for mail in table.mails() if mail.recipient == EVA]


def test_take(table: Table) -> None:
    table.opened()
    table.sven_replied("#take")
    assert table.ticket.specialist_id == table.sven.specialist_id
    assert table.told() == [("handling_started", EVA), ("commands_answered", SVEN)]
    said = answered(table)
    assert "Klart i ärende" in said
    assert "#take – ärendet är ditt" in said
    assert "Produktspecialist: Sven Sund" in said


def test_give_tells_whoever_has_it_now(table: Table, nina: Specialist) -> None:
    table.opened("Lönen stannar.")
    table.sven_replied("#ge nina")
    assert (table.ticket.specialist_id, table.ticket.team) == (nina.specialist_id, OTHER_TEAM)
    assert table.told() == [("team_handed_over", NINA), ("commands_answered", SVEN)]
    told = table.text(table.mails("team_handed_over")[0])
    assert "Sven Sund har lämnat över ett ärende" in told
    assert "Lönen stannar." in told


def test_team_tells_the_other_team(table: Table, nina: Specialist) -> None:
    table.opened()
    table.sven_replied("#team 2")
    assert (table.ticket.team, table.ticket.specialist_id) == (OTHER_TEAM, None)
    assert table.told() == [("team_handed_over", NINA), ("commands_answered", SVEN)]


def test_type_level_and_module(table: Table) -> None:
    table.opened("Ärendekategori: Supportfråga")
    table.sven_replied("#typ programfel\n#nivå 2\n#modul lön")
    ticket = table.ticket
    assert (ticket.type, ticket.level, ticket.module) == (TicketType.PROGRAM_ERROR, ServiceLevel.HAMPERED, "Lön")
    assert [mail.kind for mail in to_eva(table)] == ["type_changed", "level_changed"]


def test_ask_answer_workaround_resolve_close_and_reopen(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 1")
    for words, status, kind in (
        ("#ask\nVilken version?", Status.WAITING, "asked"),
        ("#answer\nJag menar den under Hjälp.", Status.WAITING, "answer"),
        ("#workaround Starta om.", Status.WAITING, "workaround"),
        ("#resolve\nNu är det rättat.", Status.RESOLVED, "resolved"),
        ("#close", Status.CLOSED, "closed"),
        ("#reopen\nVi tittar igen.", Status.OPEN, "reopened"),
        ("#close", Status.CLOSED, "closed"),
        ("#reopen", Status.OPEN, "reopened"),
    ):
        table.sven_replied(words)
        assert table.ticket.status is status, words
        assert to_eva(table)[-1].kind == kind
        text = words.partition("\n")[2]
        assert text in table.text(to_eva(table)[-1])
    assert table.ticket.level is ServiceLevel.PARTLY_HAMPERED


def test_help_lists_every_command_and_does_nothing(table: Table) -> None:
    table.opened()
    before = table.ticket
    table.sven_replied("#hjälp")
    assert table.ticket == before
    said = answered(table)
    for write in ("#anteckning …", "#ta", "#ge Nina", "#team 2", "#kringgå", "#hjälp"):
        assert write in said
    assert to_eva(table) == []


def test_a_note_is_kept_and_leaves_by_no_mail(table: Table) -> None:
    table.opened()
    table.sven_replied("#note Kunden hotar att byta leverantör.\nRing Eva i dag.")
    assert table.events[-1].kind == "note"
    assert table.events[-1].detail["text"] == "Kunden hotar att byta leverantör.\nRing Eva i dag."
    assert table.told() == [("commands_answered", SVEN)]
    assert all(b"leverant" not in table.desk.sent_text(mail) for mail in table.desk.told() if mail.kind != "receipt")


def test_words_above_a_note_are_the_answer(table: Table) -> None:
    table.opened()
    table.sven_replied("Hej Eva! Vi tittar.\n\n#note Kunden hotar att byta leverantör.")
    (mail,) = to_eva(table)
    assert "Vi tittar." in table.text(mail)
    assert "hotar" not in table.text(mail)


def test_a_note_that_a_later_reply_quotes_without_marking_it_is_cut_off(table: Table) -> None:
    table.opened()
    note = "Kunden hotar att byta leverantör om detta inte löses i dag."
    table.sven_replied(f"#note {note}")
    table.sven_replied(f"Nu går det igen.\n\nSven skrev:\n#note {note}")
    table.sven_replied(f"Nu går det igen.\n\n{note}")
    assert all("hotar" not in table.text(mail) for mail in to_eva(table))


def test_text_below_commands_is_the_answer_and_tells_all_that_was_done(table: Table) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    table.sven_replied("#ta\n#nivå 2\n#stäng\n\nHej Eva!\n\nNu är det rättat.")
    assert kinds(table) == ["opened", "joined", "level", "answer", "take", "close"]
    (answer,) = to_eva(table)
    assert answer.kind == "answer"
    told = table.text(answer)
    for each in ("Nu är det rättat.", "* Servicenivå: 2 –", "* Tidigare nivå: 3", "* Läge: stängt"):
        assert each in told
    assert "Mål för lösningen" not in told, "of what is closed nothing is due"


@pytest.mark.parametrize("by", ["", "#fråga\n", "#löst\n"])
def test_one_mail_of_ours_tells_what_one_mail_of_a_specialist_did(table: Table, by: str) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    table.sven_replied(f"#ta\n#nivå 2\n{by}Hej Eva! Kör om lönen.")
    (told,) = to_eva(table)
    text = " ".join(table.text(told).split())
    for each in ("Kör om lönen.", "* Servicenivå: 2 –", "* Tidigare nivå: 3"):
        assert each in text
    assert ("Mål för lösningen" in text) == (by == ""), "while it waits, or once it is solved, nothing is due"
    assert ("deadline.ics" in table.desk.sent_text(told).decode()) == (by != "#fråga\n"), "the deadline has moved"


def test_an_answer_to_what_became_something_else_says_so(table: Table) -> None:
    table.opened("Ärendekategori: Supportfråga")
    table.sven_replied("#typ programfel\n#nivå 2\n\nHej Eva! Det är ett fel.")
    (told,) = to_eva(table)
    text = table.text(told)
    for each in ("* Ärendekategori: Programfel", "* Tidigare kategori: Supportfråga", "* Servicenivå: 2 –"):
        assert each in text


def test_what_is_closed_is_opened_before_it_is_answered(table: Table) -> None:
    table.opened()
    table.moved(close)
    table.sven_replied("#öppna\n#typ önskemål\nHej Eva! Vi tittar igen.")
    assert table.ticket.status is Status.OPEN
    assert "Vi tittar igen." in table.text(to_eva(table)[1])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("#level 2\n#tkae\n\nHej Eva!", "#tkae – det kommandot känner vi inte till\n  Menade du #ta?"),
        ("#level 2\n#reopen", "#reopen – det går inte när ärendet är öppet"),
        ("#level 2\n#level 2", "#level 2 – ärendet har redan nivå 2"),
        ("#take\n#level 9\n\nHej Eva!", "#level 9 – ”9” är ingen servicenivå\n  Välj bland: 1, 2, 3, 4, 5"),
        ("#take\n#type sak", "#type sak – ”sak” är ingen ärendekategori"),
        ("#take\n#team 9", "#team 9 – ”9” är inget av teamen\n  Välj bland: 1 Handel, 2 Hantverk"),
        ("#take\n#give Per", "#give Per – det finns ingen som heter ”Per”\n  Välj bland: Sven Sund"),
        ("#take\n#module Rymd", "#module Rymd – ”Rymd” är ingen av modulerna\n  Välj bland: Lön"),
        ("#take\n#ask", "#ask – texten saknas"),
        ("#take\n#note", "#note – texten saknas"),
        ("#take\nHej Eva!\n#close", "#close – kommandon ska stå överst"),
        ("#ask\n#resolve\nHej Eva!", "#resolve – texten kan bara höra till ett kommando"),
        ("#workaround Starta om.\n#workaround Eller så.", "texten kan bara höra till ett kommando"),
    ],
)
def test_where_one_line_cannot_be_followed_nothing_is_done_and_all_is_told(table: Table, words: str, why: str) -> None:
    table.opened("Ärendekategori: Programfel\nServicenivå: 3")
    before, dues = table.ticket, table.dues()
    table.sven_replied(words)
    assert (table.ticket, table.dues()) == (before, dues)
    assert kinds(table) == ["opened", "joined", "not_done"]
    assert table.told() == [("commands_answered", SVEN)], "the customer hears nothing, nor does anybody else"
    said = answered(table)
    assert "Inget är gjort i ärende" in said
    assert why in said
    if "Hej Eva!" in words:
        assert "Kunden har inte fått din text." in said
        assert "Hej Eva!" in said


def test_a_refused_move_names_the_legal_ones_as_one_writes_them(table: Table) -> None:
    table.opened()
    table.moved(close)
    table.sven_replied("#ta")
    assert "Det här går just nu:\n#anteckning #öppna #länka\n" in answered(table)


def test_a_mail_that_does_nothing_of_what_it_asks_is_followed_once_it_is_corrected(table: Table) -> None:
    table.opened()
    table.sven_replied("#nivå två\n\nHej Eva!")
    assert to_eva(table) == []
    table.sven_replied("#nivå 2\n\nHej Eva!")
    assert [mail.kind for mail in to_eva(table)] == ["answer"]


def test_a_line_of_hash_in_the_signature_is_no_command(table: Table) -> None:
    table.opened()
    table.sven_replied(
        "Hej Eva! Prova igen.\n\nMed vänlig hälsning\nSven Sund\nService & Kvalitet\n#tillsammans #close"
    )
    assert [mail.kind for mail in to_eva(table)] == ["answer"]
    assert "#tillsammans" not in table.text(to_eva(table)[0])


def test_a_command_that_is_only_quoted_is_none(table: Table) -> None:
    table.opened()
    table.sven_replied("Hej Eva! Prova igen.\n\n> #close\n> #note hemligt")
    assert table.ticket.status is Status.OPEN
    assert [mail.kind for mail in to_eva(table)] == ["answer"]


def test_a_customers_line_of_hash_is_text(table: Table) -> None:
    table.opened()
    table.replied("#close\n#note hej")
    assert table.ticket.status is Status.OPEN
    assert kinds(table) == ["opened", "joined"]


def test_every_command_of_the_table_can_be_carried_out() -> None:
    assert set(HANDLERS) == {one.name for one in SPECIALISTS}
    assert CommandName.STATUS not in HANDLERS


def test_a_number_of_thousands_of_digits_is_no_team(table: Table) -> None:
    table.opened()
    table.sven_replied(f"#team {'9' * 5000}")
    assert table.mails()[-1].kind == "commands_answered"


def test_all_that_is_wrong_with_a_mail_is_told_at_once(table: Table) -> None:
    table.opened()
    table.sven_replied("#niva 9\n#tta\n#ge Ingen")
    said = answered(table)
    faults = [line for line in said.splitlines() if line.startswith("* #")]
    assert [line.split(" –")[0] for line in faults] == ["* #niva 9", "* #tta", "* #ge Ingen"], "in their order"
    assert kinds(table)[-1] == "not_done"
    assert table.ticket.specialist_id is None


def test_what_only_follows_from_the_first_fault_is_not_told(table: Table) -> None:
    table.opened()
    table.moved(close)
    table.sven_replied("#ta\n#nivå 2\n#ge Ingen")
    faults = [line for line in answered(table).splitlines() if line.startswith("* #")]
    assert [line.split(" –")[0] for line in faults] == ["* #ta", "* #ge Ingen"]
