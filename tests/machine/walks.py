"""Moves that are written out, for faults that a random run comes to by chance only."""

from collections.abc import Sequence
from datetime import timedelta

from tests.machine.moves import Moves
from tests.machine.office import COLLEAGUES, STRANGERS

AINO, ANNA, EVA, ERIK = "aino@tva.example", "anna@tva.example", "eva@ett.example", "erik@ett.example"
SVEN, SAGA, KIM = "sven@desk.example", "saga@desk.example", "kim@desk.example"
QUESTION, ERROR, WISH, ORDER = 0, 1, 2, 3
"""Places of tickets: Aino's, Anna's, both of K2; Erik's and Eva's, both of K1."""
_NORA, _ = sorted(COLLEAGUES, reverse=True)


def types(moves: Moves, typed: str, *, author: str = SVEN, place: int = QUESTION, choice: int = 0) -> None:
    moves.a_specialist_types(author=author, place=place, choice=choice, typed=typed)


def mails(
    moves: Moves,
    *lines: str,
    place: int = QUESTION,
    notes: bool = False,
    proof: str = "proven",
    naming: str = "right",
) -> None:
    moves.a_specialist_replies(
        author=SVEN, place=place, lines=list(lines), says=False, notes=notes, attaches=notes, proof=proof,
        thread="none", naming=naming,
    )  # fmt: skip


def says(moves: Moves, author: str, first: str, *, place: int = QUESTION) -> None:
    moves.a_superuser_replies(author=author, place=place, first=first, proof="proven", thread="own", naming="right")


def passes(moves: Moves, *spans: timedelta) -> None:
    for span in spans:
        moves.time_passes(span)


def number(moves: Moves, place: int) -> str:
    ticket = moves._ticket(place)
    assert ticket is not None
    return moves._number(ticket)


def note(moves: Moves) -> None:
    mails(moves, notes=True)


def note_beside_an_answer(moves: Moves) -> None:
    mails(moves, "#answer {mark}", notes=True)


def take_twice(moves: Moves) -> None:
    types(moves, "take")
    types(moves, "take", author=SAGA)


def hand_a_question_to_the_product_department(moves: Moves) -> None:
    types(moves, "product")


def change_what_is_closed(moves: Moves) -> None:
    types(moves, "close")
    types(moves, "team")


def reply(moves: Moves) -> None:
    says(moves, AINO, "")


def close_without_proof(moves: Moves) -> None:
    moves.a_superuser_replies(
        author=AINO, place=QUESTION, first="CLOSE", proof="unproven", thread="none", naming="right"
    )


def refuse_a_price(moves: Moves) -> None:
    types(moves, "consultant", place=ORDER)
    types(moves, "estimate", author=KIM, place=ORDER)
    says(moves, EVA, "NEJ", place=ORDER)


def answer(moves: Moves) -> None:
    types(moves, "answer")


def write_while_a_payment_is_late(moves: Moves) -> None:
    moves.a_payment_is_late_or_comes(code="K2", late=True)
    says(moves, AINO, "")


def pay_late(moves: Moves) -> None:
    write_while_a_payment_is_late(moves)
    moves.a_payment_is_late_or_comes(code="K2", late=False)
    passes(moves, timedelta(minutes=1))


def decide_without_proof(moves: Moves) -> None:
    moves.somebody_from_outside_writes(author=_NORA, place=0, thread="none", naming="none", proof="proven", first="")
    moves.a_specialist_decides_by_mail(
        author=SVEN, place=0, released=False, named=False, proof="unproven", thread="none"
    )


def release_a_note(moves: Moves) -> None:
    mails(moves, notes=True, proof="forged")
    moves.a_held_mail_is_decided(place=0, by=SAGA, released=True, named=ANNA)


def put_another_customer_in_cc(moves: Moves) -> None:
    mails(moves, f"#cc {EVA}")


def answer_with_a_colleague_in_cc(moves: Moves) -> None:
    mails(moves, f"#cc {ANNA}")
    answer(moves)


def link(moves: Moves) -> None:
    mails(moves, f"#link {number(moves, ORDER)}")


def merge(moves: Moves) -> None:
    mails(moves, f"#merge {number(moves, ERROR)}")


def open_what_was_merged(moves: Moves) -> None:
    merge(moves)
    types(moves, "reopen")


def note_and_ask_the_external_council(moves: Moves) -> None:
    types(moves, "note", place=WISH)
    mails(moves, place=WISH, notes=True)
    types(moves, "council_internal", place=WISH)
    types(moves, "council_external", place=WISH)


def note_and_ask_for_status(moves: Moves) -> None:
    note(moves)
    merge(moves)
    types(moves, "note", place=ERROR)
    for author in (AINO, ANNA):
        says(moves, author, "STATUS")
        moves.a_superuser_replies(author=author, place=0, first="STATUS", proof="proven", thread="none", naming="none")


def wait_for_the_digest(moves: Moves) -> None:
    note(moves)
    passes(moves, timedelta(hours=22), timedelta(hours=1))


def wait_for_the_overview(moves: Moves) -> None:
    note(moves)
    merge(moves)
    passes(moves, timedelta(minutes=1), timedelta(days=8), timedelta(days=17))


def wait_for_an_alarm(moves: Moves) -> None:
    passes(moves, timedelta(hours=1), timedelta(hours=22), timedelta(days=1))


def leave_a_question_unanswered(moves: Moves) -> None:
    types(moves, "ask")
    passes(moves, timedelta(days=1), timedelta(days=1), timedelta(days=8), timedelta(days=8))


def leave_an_error_alone_overnight(moves: Moves) -> None:
    passes(moves, timedelta(hours=5), timedelta(hours=5), timedelta(hours=22))


def grant_access(moves: Moves) -> None:
    types(moves, "access")
    says(moves, AINO, "JA")
    passes(moves, timedelta(hours=5), timedelta(days=8))


def say_yes_to_what_a_colleague_took_up(moves: Moves) -> None:
    moves.somebody_from_outside_writes(author=_NORA, place=0, thread="none", naming="none", proof="proven", first="")
    moves.a_superuser_answers_a_gist(author=ANNA, place=0, proof="proven", yes="JA")
    types(moves, "access", place=ORDER + 1)
    moves.a_superuser_answers_a_gist(author=AINO, place=0, proof="proven", yes="JA")


def all_that_strangers_do(moves: Moves) -> None:
    for author in (*STRANGERS, *COLLEAGUES):
        moves.somebody_from_outside_writes(
            author=author, place=0, thread="foreign", naming="right", proof="proven", first="JA"
        )
        moves.a_specialist_decides_by_mail(
            author=SVEN, place=0, released=True, named=True, proof="proven", thread="none"
        )


ALL: Sequence[object] = (
    note_beside_an_answer, take_twice, close_without_proof, hand_a_question_to_the_product_department,
    change_what_is_closed, reply, refuse_a_price, pay_late,
    decide_without_proof, release_a_note, put_another_customer_in_cc, answer_with_a_colleague_in_cc, link,
    open_what_was_merged, note_and_ask_the_external_council, note_and_ask_for_status, wait_for_the_overview,
    wait_for_an_alarm, leave_a_question_unanswered, leave_an_error_alone_overnight, grant_access,
    say_yes_to_what_a_colleague_took_up, all_that_strangers_do,
)  # fmt: skip
