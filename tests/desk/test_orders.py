"""Orders: nothing billable before a yes; what was said to which price is kept word for word."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mailgate.classify.amounts import offer_of
from mailgate.desk.hand_on import hand_on
from mailgate.desk.order_answers import take_answer, void_outcome
from mailgate.desk.orders import billed, estimate
from mailgate.desk.tickets import Refused, answer, ask, close, resolve, set_type
from mailgate.desk.word import Word
from mailgate.domain.customer import Specialist
from mailgate.domain.money import Money, Offer
from mailgate.domain.moves import Holder, Move
from mailgate.domain.news_of_ways import OrderOutcome
from mailgate.domain.orders import Answer, Estimate, EstimateState
from mailgate.domain.ticket import Status, Ticket, TicketType
from tests.desk.test_hand_on import a_holder
from tests.support.postgres import on_both_databases
from tests.support.table import Table, local

pytestmark = on_both_databases

EVA, SVEN, KIM = "eva@kund.example", "sven@desk.example", "kim@desk.example"
YES = "JA\n\nMvh Eva"


def offered(text: str = "4 h, 4800 kr, En rapport över frånvaro.") -> Offer:
    offer = offer_of(text)
    assert isinstance(offer, Offer)
    return offer


class Order:
    """Eva's order, at the consultants."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.kim: Specialist = a_holder(table, Holder.CONSULTANT, KIM)
        table.opened("Ärendekategori: Beställning\nVi vill ha en rapport.")
        table.moved(hand_on, Move.CONSULTANT)

    def estimated(self, text: str = "4 h, 4800 kr, En rapport över frånvaro.") -> Estimate:
        self.table.moved(estimate, offered(text), by=self.kim)
        return self.estimates[-1]

    def answered(self, *, yes: bool = True, text: str = YES) -> Ticket:
        with self.table.desk.database.transaction() as uow:
            ticket = self.table.ticket
            said = Answer(superuser_id=ticket.superuser_id, at=self.table.desk.now, text=text, proof="dkim=pass")
            word = Word(uow=uow, house=self.table.desk.house, ticket=ticket, said=said, now=self.table.desk.now)
            return take_answer(word, self.estimates[-1], yes=yes)

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        return [one for one in self.table.told() if one[0] in kinds]

    @property
    def estimates(self) -> list[Estimate]:
        with self.table.desk.database.reading() as uow:
            return uow.estimates.of_ticket(self.table.ticket_id)


@pytest.fixture
def order(table: Table) -> Order:
    return Order(table)


def test_an_estimate_asks_the_customer_and_waits_for_them(order: Order) -> None:
    made = order.estimated()
    assert (made.offer, made.by, made.state) == (offered(), order.kim.specialist_id, EstimateState.OPEN)
    assert local(made.valid_until) == "2026-12-24 00:00"
    table = order.table
    assert (table.ticket.stage, table.ticket.status) == ("approval", Status.WAITING)
    assert set(table.dues()) == {"reminder", "closing"}
    (mail,) = table.mails("estimate")
    assert mail.recipient == EVA
    text = table.text(mail)
    for told in (
        "4 800\u00a0kr · 4 timmar".replace("4 800", "4\u00a0800"),
        "En rapport över frånvaro.",
        "Svara JA",
        "23 december 2026",
    ):
        assert told in text


def test_the_reminder_asks_the_price_again(order: Order) -> None:
    order.estimated()
    order.table.at("2026-11-30T10:30")
    assert order.table.tick() == 1
    (mail,) = order.table.mails("reminder")
    assert "4 h, 4800 SEK" in order.table.text(mail)


@pytest.mark.parametrize("move", [Move.BILLED, Move.RESOLVE])
def test_nothing_billable_happens_before_a_yes(order: Order, move: Move) -> None:
    for prepare in (lambda: None, order.estimated, lambda: order.answered(yes=False, text="Nej")):
        prepare()
        before = (order.table.ticket, order.table.told(), order.table.events)
        done = order.table.move(*((billed, offered()) if move is Move.BILLED else (resolve,)), by=order.kim)
        assert isinstance(done, Refused)
        assert move not in done.legal
        assert (order.table.ticket, order.table.told(), order.table.events) == before


def test_a_yes_starts_the_work_and_is_kept_word_for_word_with_what_it_answers(order: Order) -> None:
    made = order.estimated()
    moved = order.answered()
    assert (moved.stage, moved.status) == ("work", Status.OPEN)
    kept = order.estimates[-1]
    assert (kept.estimate_id, kept.offer, kept.state) == (made.estimate_id, made.offer, EstimateState.APPROVED)
    assert kept.answer is not None
    assert (kept.answer.text, kept.answer.proof) == (YES, "dkim=pass")
    event = order.table.events[-1]
    assert (event.kind, event.detail["text"], event.detail["offer"]) == ("approve", YES, "4 h, 4800 SEK")
    assert order.told("order_answered", "handed_on") == [
        ("handed_on", KIM),
        ("order_answered", EVA),
        ("handed_on", KIM),
    ]
    assert "Arbetet kan börja" in order.table.text(order.table.mails("handed_on")[-1])


def test_a_no_costs_nothing_and_the_consultant_can_offer_something_else(order: Order) -> None:
    order.estimated()
    moved = order.answered(yes=False, text="Nej, för dyrt.")
    assert (moved.stage, moved.status) == ("estimation", Status.OPEN)
    assert "Nej, för dyrt." in order.table.text(order.table.mails("handed_on")[-1])
    order.estimated("2 h, 2400 kr")
    assert [one.state for one in order.estimates] == [EstimateState.REFUSED, EstimateState.OPEN]


def test_a_new_estimate_makes_the_one_before_it_void(order: Order) -> None:
    first = order.estimated()
    order.estimated("5 h, 6000 kr")
    states = [one.state for one in order.estimates]
    assert states == [EstimateState.SUPERSEDED, EstimateState.OPEN]
    assert void_outcome(order.estimates[0], at=order.table.desk.now) is OrderOutcome.SUPERSEDED
    assert "ersätter det tidigare" in order.table.text(order.table.mails("estimate")[-1])
    assert len(order.table.mails("estimate")) == 2
    order.answered()
    assert order.estimates[0] == first.__class__(**{
        **{name: getattr(first, name) for name in first.__dataclass_fields__}, "state": EstimateState.SUPERSEDED,
    })  # fmt: skip


def test_work_that_turns_out_dearer_needs_a_new_yes(order: Order) -> None:
    order.estimated()
    order.answered()
    order.estimated("8 h, 9600 kr")
    assert [one.state for one in order.estimates] == [EstimateState.SUPERSEDED, EstimateState.OPEN]
    assert isinstance(order.table.move(billed, offered()), Refused)


def test_a_price_can_be_agreed_to_until_the_end_of_its_last_day(order: Order) -> None:
    made = order.estimated()
    last = made.valid_until - timedelta(seconds=1)
    assert void_outcome(made, at=last) is None
    assert void_outcome(made, at=made.valid_until) is OrderOutcome.LAPSED
    assert void_outcome(None, at=last) is OrderOutcome.NOTHING


@pytest.mark.parametrize("ending", ["close", "clock", "type"])
def test_a_price_is_void_once_its_ticket_is_done_with(order: Order, ending: str) -> None:
    order.estimated()
    table = order.table
    if ending == "clock":
        table.at("2026-12-07T10:30")
        table.tick()
        assert table.ticket.status is Status.CLOSED
    else:
        table.moved(*((close,) if ending == "close" else (set_type, TicketType.QUESTION)))
    (void,) = order.estimates
    assert void.state is (EstimateState.SUPERSEDED if ending == "type" else EstimateState.LAPSED)
    assert void_outcome(void, at=table.desk.now) in (OrderOutcome.LAPSED, OrderOutcome.SUPERSEDED)


def test_what_was_billed_closes_it_and_is_told(order: Order) -> None:
    order.estimated()
    order.answered()
    moved = order.table.moved(billed, offered("3,5 h, 4 200,00 kr, Det gick fort."), by=order.kim)
    assert moved.status is Status.CLOSED
    kept = order.estimates[-1].billed
    assert kept is not None
    assert (kept.offer.price, kept.offer.hours) == (Money(amount=Decimal("4200.00"), currency="SEK"), Decimal("3.50"))
    (mail,) = order.table.mails("billed")
    text = order.table.text(mail)
    assert mail.recipient == EVA
    for told in ("4\u00a0200\u00a0kr · 3,5 timmar", "4\u00a0800\u00a0kr", "Det gick fort."):
        assert told in text
    assert "closed" not in [kind for kind, _ in order.table.told()], "told once"


@pytest.mark.parametrize("bill", ["4 800,01 kr", "1 EUR"])
def test_no_more_is_billed_than_was_approved(order: Order, bill: str) -> None:
    order.estimated()
    order.answered()
    done = order.table.move(billed, offered(bill))
    assert isinstance(done, Refused)
    assert done.why == "more than the 4800 SEK that the customer has approved: give a new estimate first"
    assert order.table.ticket.status is Status.OPEN


def test_what_the_customer_approved_is_closed_by_billing_alone(order: Order) -> None:
    order.estimated()
    order.answered()
    for move in ((close,), (resolve,), (set_type, TicketType.WISH)):
        assert isinstance(order.table.move(*move), Refused)
    order.table.moved(ask, "Vilken månad?")
    assert set(order.table.dues()) == {"reminder"}, "it is not closed unanswered"


def test_an_answer_leaves_the_price_standing(order: Order) -> None:
    order.estimated()
    order.table.replied("Vad ingår?")
    assert (order.table.ticket.stage, order.table.ticket.status) == ("approval", Status.OPEN)
    order.table.moved(answer, "Allt ingår.", by=order.kim)
    assert order.estimates[-1].state is EstimateState.OPEN
    order.answered()
    assert order.table.ticket.stage == "work"
