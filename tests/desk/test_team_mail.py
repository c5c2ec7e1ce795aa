"""What the team is told of a ticket: enough to act at once, and what acting is just then."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mailgate.desk.hand_on import hand_on
from mailgate.desk.tickets import close
from mailgate.domain.moves import Move
from mailgate.store.outbox import OutboxEntry
from tests.support.table import Table, a_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    with a_table(tmp_path) as table:
        yield table


def last(table: Table, kind: str) -> OutboxEntry:
    return table.desk.told(kind)[-1]


def hint(table: Table, kind: str = "team_new_ticket") -> str:
    """The commands that its last mail to the team names."""
    text = " ".join(table.text(last(table, kind)).split())
    return text.partition("till exempel: ")[2].partition(". #hjälp")[0]


@pytest.mark.parametrize(
    ("kind", "commands"),
    [
        ("Supportfråga", "#ta, #fråga, #anteckning, #typ, #löst"),
        ("Programfel", "#ta, #produkt, #fråga, #anteckning, #nivå, #löst"),
        ("Önskemål", "#ta, #råd internt, #fråga, #anteckning, #typ, #löst"),
        ("Beställning", "#ta, #konsult, #fråga, #anteckning, #typ, #löst"),
    ],
)
def test_it_names_what_can_be_done_with_such_a_ticket(table: Table, kind: str, commands: str) -> None:
    table.opened(f"Ärendekategori: {kind}")
    assert hint(table) == commands


def test_it_names_what_can_be_done_where_the_ticket_is_now(table: Table) -> None:
    table.opened("Ärendekategori: Beställning")
    table.moved(hand_on, Move.CONSULTANT)
    table.replied("Hur går det?")
    assert hint(table, "team_follow_up") == "#ta, #support, #pris, #fråga, #anteckning, #typ, #stäng"


def test_of_what_is_closed_no_answer_is_promised(table: Table) -> None:
    table.opened()
    answer = "så går ditt svar till Eva Ek"
    assert answer in " ".join(table.text(last(table, "team_new_ticket")).split())
    receipt = last(table, "receipt")
    table.replied("STÄNG", in_reply_to=(receipt.message_id,))
    told = " ".join(table.text(last(table, "team_follow_up")).split())
    assert "Ärendet är avslutat. Börja svaret med ett kommando" in told
    assert answer not in told
    assert hint(table, "team_follow_up") == "#öppna, #anteckning"


def test_it_tells_how_the_customer_stands_with_paying(table: Table) -> None:
    table.opened()
    assert "* Betalning: inget förfallet" in table.text(last(table, "team_new_ticket"))
    table.desk.a_customer(overdue_since=date(2026, 11, 2), domains=("kund.example",))
    nina = table.a_specialist("nina@desk.example", "Nina Nord")
    table.sven_replied("#ge Nina")
    told = last(table, "team_handed_over")
    assert told.recipient == nina.address
    assert "* Betalning: förfallen sedan 2 november 2026" in table.text(told)


def test_what_is_confirmed_is_news_for_the_team(table: Table) -> None:
    table.opened()
    for wanted, heading in (
        ("NIVÅ: 3", "Kunden har ändrat servicenivån till 3"),
        ("TYP: Önskemål", "Kunden har ändrat ärendekategorin till Önskemål"),
        ("STÄNG", "Kunden har stängt ärendet"),
    ):
        before = len(table.desk.told("team_follow_up"))
        table.replied(wanted)
        assert len(table.desk.told("team_follow_up")) == before, "nothing has happened yet"
        (*_, question) = table.mails("confirm")
        table.replied("JA", in_reply_to=(question.message_id,))
        assert len(table.desk.told("team_follow_up")) == before + 1
        told = last(table, "team_follow_up")
        assert told.recipient == "sven@desk.example"
        assert heading in table.text(told)
        table.replied("JA", in_reply_to=(question.message_id,))
        assert len(table.desk.told("team_follow_up")) == before + 1, "told once"


def test_a_no_is_no_news(table: Table) -> None:
    table.opened()
    table.moved(close)
    before = len(table.desk.told("team_follow_up"))
    table.replied("TYP: Önskemål")
    for question in table.mails("confirm"):
        table.replied("NEJ", in_reply_to=(question.message_id,))
    assert len(table.desk.told("team_follow_up")) == before
