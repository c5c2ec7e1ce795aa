"""Which move is legal when."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.domain.customer import CustomerId, SuperUserId
from mailgate.domain.moves import Move, legal_moves, refusal
from mailgate.domain.ticket import ServiceLevel, Stage, Status, Ticket, TicketId, TicketType
from mailgate.domain.ticket_number import TicketNumber

ALWAYS_AT_WORK = {Move.TAKE, Move.ANSWER, Move.ASK, Move.TYPE, Move.TEAM, Move.RESOLVE, Move.CLOSE}


def a_ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "ticket_id": TicketId(1), "number": TicketNumber("MG", 100001), "customer_id": CustomerId(1),
        "superuser_id": SuperUserId(1), "subject": "Lönen", "type": TicketType.PROGRAM_ERROR,
        "level": ServiceLevel.STANDSTILL, "module": None, "team": "Handel", "stage": Stage.SERVICE_DESK,
        "status": Status.OPEN, "specialist_id": None, "untrained": False,
        "opened_at": datetime(2026, 11, 23, 9, tzinfo=UTC),
    }  # fmt: skip
    return Ticket(**{**values, **changes})


@pytest.mark.parametrize(
    ("status", "legal"),
    [
        (Status.OPEN, ALWAYS_AT_WORK | {Move.LEVEL, Move.WORKAROUND}),
        (Status.WAITING, ALWAYS_AT_WORK | {Move.LEVEL, Move.WORKAROUND}),
        (Status.RESOLVED, {Move.ANSWER, Move.CLOSE, Move.REOPEN}),
        (Status.CLOSED, {Move.REOPEN}),
    ],
)
def test_what_can_be_done_depends_on_how_it_stands(status: Status, legal: set[Move]) -> None:
    assert set(legal_moves(a_ticket(status=status))) == legal


@pytest.mark.parametrize("kind", [TicketType.QUESTION, TicketType.WISH, TicketType.ORDER])
def test_only_a_program_error_has_a_level_and_a_workaround(kind: TicketType) -> None:
    ticket = a_ticket(type=kind, level=None)
    assert set(legal_moves(ticket)) == ALWAYS_AT_WORK
    assert refusal(ticket, Move.LEVEL) == "only a program error has a service level: set its type first"


@pytest.mark.parametrize(("level", "can"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_a_workaround_is_for_levels_1_and_2(level: int, can: bool) -> None:
    why = refusal(a_ticket(level=ServiceLevel(level)), Move.WORKAROUND)
    assert (why is None) == can
    assert why in (None, "a workaround is for program errors of level 1 and 2")


def test_a_refusal_names_how_the_ticket_stands() -> None:
    assert refusal(a_ticket(status=Status.CLOSED), Move.TAKE) == "a ticket that is closed cannot be given the move take"
