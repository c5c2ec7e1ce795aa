"""The oracle is no rubber stamp: each of these faults, planted into the desk, is noticed, by the rule that it breaks.

What is done is in ``walks``; how the desk is spoilt, in ``planted``.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machine import planted, walks
from tests.machine.moves import Moves
from tests.machine.oracle import BrokenError

Plant = Callable[[pytest.MonkeyPatch], None]
Walk = Callable[[Moves], None]


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All in one folder: they share a register."""
    return tmp_path_factory.mktemp("offices")


@pytest.fixture
def moves(offices: Path) -> Iterator[Moves]:
    class Here(Moves):
        within = offices

    machine = Here()
    try:
        machine.the_day_begins()
        yield machine
    finally:
        machine.teardown()


@pytest.mark.parametrize(
    ("plant", "walk", "noticed"),
    [
        (planted.notes_are_told, walks.note, "no note leaves the desk"),
        (planted.files_of_notes_are_told, walks.note_beside_an_answer, "no note leaves the desk"),
        (planted.starts_are_told_each_time, walks.take_twice, "told handling_started of ticket 1 2 times"),
        (planted.anything_is_legal, walks.hand_a_question_to_the_product_department, "product leads nowhere"),
        (planted.anything_is_legal, walks.change_what_is_closed, "is closed, and .* changed"),
        (planted.messages_are_dropped, walks.reply, "is in 0 tickets"),
        (planted.whatever_is_said_is_yes, walks.refuse_a_price, "no work without a yes"),
        (planted.a_yes_to_anything_will_do, walks.say_yes_to_what_a_colleague_took_up, "no access without a yes"),
        (planted.nothing_need_be_proven, walks.close_without_proof, "what binds is proven"),
        (planted.news_go_to_all_customers, walks.answer, "ticket 1 of K2 was written to eva"),
        (planted.late_payers_are_heard, walks.write_while_a_payment_is_late, "support rests while a payment is late"),
        (planted.payments_are_not_noticed, walks.pay_late, "what is paid waits no more"),
        (planted.anybody_is_believed, walks.decide_without_proof, "held mail is decided by those who may"),
        (planted.specialists_mail_is_released, walks.release_a_note, "no note leaves the desk"),
        (planted.anybody_can_be_in_cc, walks.put_another_customer_in_cc, "only a customer's SuperUsers are in Cc"),
        (planted.who_is_in_cc_is_forgotten, walks.answer_with_a_colleague_in_cc, "news reach whom they concern"),
        (planted.links_are_told, walks.link, "what the desk does for itself is not told"),
        (planted.merged_tickets_can_be_opened, walks.open_what_was_merged, "what is merged stays closed"),
        (planted.merging_is_told_by_the_minute, walks.merge, "what is told has happened: .* told merged"),
        (planted.notes_go_to_the_council, walks.note_and_ask_the_external_council, "no note leaves the desk"),
        (planted.notes_are_in_status_lists, walks.note_and_ask_for_status, "no note leaves the desk"),
        (planted.overviews_are_of_everybody, walks.wait_for_the_overview, "nobody is told words of others"),
        (planted.rounds_are_forgotten, walks.wait_for_the_digest, "tells a thing twice: .*'digest'"),
        (planted.digests_have_favourites, walks.wait_for_the_digest, "each specialist has a digest"),
        (planted.alarms_go_to_everybody, walks.wait_for_an_alarm, "alarms go to the ticket's team"),
        (planted.customers_have_two_days, walks.leave_a_question_unanswered, "a customer has five days to answer"),
        (planted.questions_are_not_asked_again, walks.leave_a_question_unanswered, "not answered is asked again"),
        (planted.questions_wait_for_ever, walks.leave_a_question_unanswered, "never answered is closed"),
        (planted.the_clock_works_at_night, walks.leave_an_error_alone_overnight, "the clock wakes no customer"),
        (planted.access_never_ends, walks.grant_access, "access ends"),
    ],
)
def test_a_planted_fault_is_noticed(
    moves: Moves, monkeypatch: pytest.MonkeyPatch, plant: Plant, walk: Walk, noticed: str
) -> None:
    plant(monkeypatch)
    with pytest.raises(BrokenError, match=noticed):
        walk(moves)


@pytest.mark.parametrize("walk", walks.ALL)
def test_without_it_nothing_is(moves: Moves, walk: Walk) -> None:
    walk(moves)
