"""A ticket goes its way: who is told, what is kept, and which moves are refused with the legal ones named."""

import pytest

from mailgate.desk.hand_on import hand_on
from mailgate.desk.tickets import Refused, answer, ask, close, reopen, resolve, set_type, take
from mailgate.domain.customer import Language, Specialist
from mailgate.domain.moves import HANDS_ON, Holder, Move
from mailgate.domain.ticket import Status, TicketType
from tests.support.desk import TEAM
from tests.support.table import Table

EVA, SVEN = "eva@kund.example", "sven@desk.example"
OPENED = {
    TicketType.QUESTION: "Ärendekategori: Supportfråga",
    TicketType.PROGRAM_ERROR: "Ärendekategori: Programfel\nServicenivå: 3",
    TicketType.WISH: "Ärendekategori: Önskemål\nKan man få se frånvaro?",
    TicketType.ORDER: "Ärendekategori: Beställning",
}
# Each move along the way that needs no words, and the stage that it brings to.
PRODUCT, VERIFICATION = (Move.PRODUCT, "product_department"), (Move.DESK, "verification")
INTERNAL, EXTERNAL = (Move.COUNCIL_INTERNAL, "internal_council"), (Move.COUNCIL_EXTERNAL, "external_council")
WAYS = [
    (TicketType.PROGRAM_ERROR, [PRODUCT, VERIFICATION]),
    (TicketType.PROGRAM_ERROR, [PRODUCT, VERIFICATION, PRODUCT]),
    (TicketType.WISH, [INTERNAL, EXTERNAL, (Move.PLANNED, "planned")]),
    (TicketType.WISH, [INTERNAL, EXTERNAL, (Move.DECLINED, "declined")]),
    (TicketType.WISH, [INTERNAL, (Move.DESK, "service_desk")]),
    (TicketType.ORDER, [(Move.CONSULTANT, "estimation"), (Move.DESK, "service_desk")]),
]


def a_holder(table: Table, role: Holder, address: str) -> Specialist:
    with table.desk.database.transaction() as uow:
        return uow.customers.save_specialist(
            address=address, name="Kim Kvist", team=TEAM, language=Language.SWEDISH, head=False, role=role
        )


def handed_on(table: Table, move: Move, text: str = "") -> None:
    table.moved(hand_on, move, text)


@pytest.mark.parametrize(("kind", "steps"), WAYS)
def test_each_move_along_the_way_tells_the_customer_once_who_has_it_now(
    table: Table, kind: TicketType, steps: list[tuple[Move, str]]
) -> None:
    table.opened(OPENED[kind])
    for number, (move, stage) in enumerate(steps, start=1):
        handed_on(table, move, "Så här är det.")
        assert (table.ticket.stage, table.ticket.status) == (stage, Status.OPEN)
        assert [one for one in table.told() if one[0] == "moved"] == [("moved", EVA)] * number
        kept = table.events[-1]
        assert (kept.kind, kept.detail["stage"], kept.detail["text"]) == (move, stage, "Så här är det.")
        assert "Så här är det." in table.text(table.mails("moved")[-1])


@pytest.mark.parametrize("kind", TicketType)
@pytest.mark.parametrize("move", [*HANDS_ON, Move.ESTIMATE, Move.BILLED])
def test_what_does_not_lead_on_is_refused_and_leaves_no_trace(table: Table, kind: TicketType, move: Move) -> None:
    table.opened(OPENED[kind])
    station = table.desk.house.ways.station(table.ticket)
    if move in station.leads:
        return
    before = (table.ticket, table.told(), table.events)
    done = table.move(hand_on, move)
    assert isinstance(done, Refused)
    assert done.why.startswith("at 'service desk' the way of such tickets")
    assert {Move.TAKE, *(step for step in station.leads if step in set(Move))} <= set(done.legal)
    assert move not in done.legal
    assert (table.ticket, table.told(), table.events) == before


def test_whoever_holds_it_from_now_on_is_told_all_that_is_needed_to_act(table: Table) -> None:
    kim = a_holder(table, Holder.PRODUCT, "kim@desk.example")
    table.opened(OPENED[TicketType.PROGRAM_ERROR] + "\nDen stannar på sista steget.")
    handed_on(table, Move.PRODUCT, "Jag kan återskapa det i version 26.11.")
    (mail,) = table.mails("handed_on")
    assert mail.recipient == kim.address
    text = table.text(mail)
    for told in ("Kund K1", "Eva Ek", "Den stannar på sista steget.", "Jag kan återskapa det", "produktavdelningen"):
        assert told in text
    handed_on(table, Move.DESK, "Rättat i 26.12.")
    back = table.mails("handed_on")[1:]
    assert [one.recipient for one in back] == [SVEN], "the team; not those who had it"
    assert "Rättat i 26.12." in table.text(back[0])


def test_a_list_stands_for_all_who_hold_it(table: Table) -> None:
    a_holder(table, Holder.PRODUCT, "kim@desk.example")
    table.desk.holder_list(Holder.PRODUCT, "produkt@desk.example")
    table.opened(OPENED[TicketType.PROGRAM_ERROR])
    handed_on(table, Move.PRODUCT)
    assert [one.recipient for one in table.mails("handed_on")] == ["produkt@desk.example"]


def test_where_nobody_holds_it_the_team_is_told(table: Table) -> None:
    table.opened(OPENED[TicketType.PROGRAM_ERROR])
    handed_on(table, Move.PRODUCT)
    assert [one.recipient for one in table.mails("handed_on")] == [SVEN]


def test_the_external_council_is_not_told_whose_wish_it_is(table: Table) -> None:
    table.desk.holder_list(Holder.COUNCIL_EXTERNAL, "radet@kunder.example")
    table.opened(OPENED[TicketType.WISH])
    handed_on(table, Move.COUNCIL_INTERNAL)
    handed_on(table, Move.COUNCIL_EXTERNAL, "Frånvaro per avdelning i lönerapporten.")
    mail = table.mails("handed_on")[-1]
    assert mail.recipient == "radet@kunder.example"
    text = table.text(mail)
    assert "Frånvaro per avdelning i lönerapporten." in text
    assert text.startswith(f"[{table.ticket.number}] Önskemål"), "in the place of a subject that may name the customer"
    for whose in ("Kund K1", "Eva", table.ticket.subject, "Kan man få se frånvaro?", "#"):
        assert whose not in text


def test_another_type_begins_its_own_way(table: Table) -> None:
    table.opened(OPENED[TicketType.WISH])
    handed_on(table, Move.COUNCIL_INTERNAL)
    table.moved(set_type, TicketType.PROGRAM_ERROR)
    assert table.ticket.stage == "service_desk"
    handed_on(table, Move.PRODUCT)
    assert table.ticket.stage == "product_department"


def test_an_answer_brings_a_question_on_and_a_reply_brings_it_back(table: Table) -> None:
    table.opened(OPENED[TicketType.QUESTION])
    table.moved(answer, "Så här gör man.")
    assert table.ticket.stage == "answered"
    table.replied("Det hjälpte inte.")
    assert (table.ticket.stage, table.ticket.status) == ("service_desk", Status.OPEN)


def test_what_is_opened_again_begins_its_way_anew(table: Table) -> None:
    table.opened(OPENED[TicketType.PROGRAM_ERROR])
    handed_on(table, Move.PRODUCT)
    handed_on(table, Move.DESK)
    table.moved(resolve)
    assert table.ticket.stage == "verification"
    table.replied("Felet är kvar.")
    assert (table.ticket.stage, table.ticket.status) == ("service_desk", Status.OPEN)
    table.moved(close)
    table.moved(reopen)
    assert table.ticket.stage == "service_desk"


def test_who_holds_it_does_not_stop_its_clocks(table: Table) -> None:
    table.opened(OPENED[TicketType.PROGRAM_ERROR])
    table.moved(take)
    due = table.clocks
    handed_on(table, Move.PRODUCT)
    table.desk.later(table.desk.house.estimates_valid)
    handed_on(table, Move.DESK)
    assert table.clocks == due


def test_handing_it_on_is_the_start_of_handling(table: Table) -> None:
    table.opened(OPENED[TicketType.PROGRAM_ERROR])
    handed_on(table, Move.PRODUCT)
    assert table.clocks.handling_started_at == table.desk.now
    table.moved(take)
    assert "handling_started" not in [kind for kind, _ in table.told()]


def test_a_question_to_the_customer_waits_wherever_the_ticket_is(table: Table) -> None:
    table.opened(OPENED[TicketType.WISH])
    handed_on(table, Move.COUNCIL_INTERNAL)
    table.moved(ask, "Gäller det alla avdelningar?")
    assert set(table.dues()) == {"reminder", "closing"}
    table.replied("Ja.")
    assert (table.ticket.stage, table.ticket.status) == ("internal_council", Status.OPEN)
