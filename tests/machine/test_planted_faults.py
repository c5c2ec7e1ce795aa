"""The oracle is no rubber stamp: each of these faults, planted into the desk, is noticed, by the rule that it breaks.

The moves are written out: whether a random run comes to them is up to chance.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailgate.classify.assent import Assent
from mailgate.desk import superuser_answers, tell, tickets
from mailgate.domain.moves import Move
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.store.tickets import Tickets
from tests.machine.moves import Moves
from tests.machine.oracle import BrokenError

AINO, EVA, SVEN, SAGA, KIM = (
    "aino@tva.example", "eva@ett.example", "sven@desk.example", "saga@desk.example", "kim@desk.example"
)  # fmt: skip
QUESTION, ORDER = 0, 3
"""Places of tickets: Aino's question, Eva's order."""
Plant = Callable[[pytest.MonkeyPatch], None]
Try = Callable[[Moves], None]


@pytest.fixture
def moves(tmp_path: Path) -> Iterator[Moves]:
    class Here(Moves):
        within = tmp_path

    machine = Here()
    try:
        machine.the_day_begins()
        yield machine
    finally:
        machine.teardown()


def notes_are_told(patch: pytest.MonkeyPatch) -> None:
    told = NoticeKind.ANSWER
    patch.setattr(tickets, "note", lambda act, text: tickets.make_move(act, Move.NOTE, {}, tells=told, text=text))


def starts_are_told_each_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tickets, "_starting", lambda act: NoticeKind.HANDLING_STARTED)


def anything_is_legal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tickets, "obstacle", lambda ticket, move, at: None)


def messages_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Tickets, "add_message", lambda self, ticket_id, message: None)


def whatever_is_said_is_yes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(superuser_answers, "assent", lambda text, name="": Assent.YES)


def news_go_to_all_customers(patch: pytest.MonkeyPatch) -> None:
    def everybody(uow: Any, ticket: Any) -> list[Any]:
        return [one for customer in uow.customers.customers() for one in uow.customers.superusers(customer.customer_id)]

    patch.setattr(tell, "superusers_of", everybody)


def types(moves: Moves, typed: str, *, author: str = SVEN, place: int = QUESTION) -> None:
    moves.a_specialist_types(author=author, place=place, choice=0, typed=typed)


def note(moves: Moves) -> None:
    moves.a_specialist_replies(
        author=SVEN, place=QUESTION, lines=[], says=False, notes=True, proof="proven", thread="none", naming="right"
    )


def take_twice(moves: Moves) -> None:
    types(moves, "take")
    types(moves, "take", author=SAGA)


def hand_a_question_to_the_product_department(moves: Moves) -> None:
    types(moves, "product")


def change_what_is_closed(moves: Moves) -> None:
    types(moves, "close")
    types(moves, "team")


def reply(moves: Moves) -> None:
    moves.a_superuser_replies(author=AINO, place=QUESTION, first="", proof="proven", thread="none", naming="right")


def refuse_a_price(moves: Moves) -> None:
    types(moves, "consultant", place=ORDER)
    types(moves, "estimate", author=KIM, place=ORDER)
    moves.a_superuser_replies(author=EVA, place=ORDER, first="NEJ", proof="proven", thread="own", naming="right")


def answer(moves: Moves) -> None:
    types(moves, "answer")


@pytest.mark.parametrize(
    ("plant", "what", "noticed"),
    [
        (notes_are_told, note, "no note leaves the desk"),
        (starts_are_told_each_time, take_twice, "told handling_started of ticket 1 2 times"),
        (anything_is_legal, hand_a_question_to_the_product_department, "product leads nowhere"),
        (anything_is_legal, change_what_is_closed, "is closed, and .* changed"),
        (messages_are_dropped, reply, "is in 0 tickets"),
        (whatever_is_said_is_yes, refuse_a_price, "no work without a yes"),
        (news_go_to_all_customers, answer, "ticket 1 of K2 was written to eva"),
    ],
)
def test_a_planted_fault_is_noticed(
    moves: Moves, monkeypatch: pytest.MonkeyPatch, plant: Plant, what: Try, noticed: str
) -> None:
    plant(monkeypatch)
    with pytest.raises(BrokenError, match=noticed):
        what(moves)


@pytest.mark.parametrize("what", [note, take_twice, hand_a_question_to_the_product_department, reply, refuse_a_price])
def test_without_it_nothing_is(moves: Moves, what: Try) -> None:
    what(moves)
