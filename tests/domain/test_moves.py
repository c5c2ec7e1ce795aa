"""Which move is legal when."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.config_ways import WaysConfig, ways_of
from mailgate.domain.customer import CustomerId, SuperUserId
from mailgate.domain.moves import ALONG_THE_WAY, Move
from mailgate.domain.moves import legal_moves as legal_moves_at
from mailgate.domain.moves import refusal as refusal_at
from mailgate.domain.ticket import ServiceLevel, Stage, Status, Ticket, TicketId, TicketType
from mailgate.domain.ticket_number import TicketNumber

WAYS = ways_of(WaysConfig())
ALWAYS_AT_WORK = {
    Move.TAKE, Move.ANSWER, Move.ASK, Move.TYPE, Move.TEAM, Move.GIVE, Move.MODULE, Move.NOTE, Move.ACCESS,
    Move.RESOLVE, Move.CLOSE, Move.MERGE, Move.LINK, Move.CC,
}  # fmt: skip


AFTER_WORK = {
    Move.ANSWER, Move.MODULE, Move.NOTE, Move.CLOSE, Move.REOPEN, Move.MERGE, Move.LINK, Move.CC,
}  # fmt: skip


def a_ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "ticket_id": TicketId(1), "number": TicketNumber("MG", 100001), "customer_id": CustomerId(1),
        "superuser_id": SuperUserId(1), "subject": "Lönen", "type": TicketType.PROGRAM_ERROR,
        "level": ServiceLevel.STANDSTILL, "module": None, "team": "Handel", "stage": Stage("service_desk"),
        "status": Status.OPEN, "specialist_id": None, "untrained": False,
        "opened_at": datetime(2026, 11, 23, 9, tzinfo=UTC),
    }  # fmt: skip
    return Ticket(**{**values, **changes})


def legal_moves(ticket: Ticket) -> set[Move]:
    return set(legal_moves_at(ticket, WAYS.station(ticket)))


def handling_moves(ticket: Ticket) -> set[Move]:
    return legal_moves(ticket) - ALONG_THE_WAY


def refusal(ticket: Ticket, move: Move) -> str | None:
    return refusal_at(ticket, move, WAYS.station(ticket))


@pytest.mark.parametrize(
    ("status", "legal"),
    [
        (Status.OPEN, ALWAYS_AT_WORK | {Move.LEVEL, Move.WORKAROUND}),
        (Status.WAITING, ALWAYS_AT_WORK | {Move.LEVEL, Move.WORKAROUND}),
        (Status.RESOLVED, AFTER_WORK),
        (Status.CLOSED, {Move.NOTE, Move.REOPEN, Move.LINK}),
    ],
)
def test_what_can_be_done_depends_on_how_it_stands(status: Status, legal: set[Move]) -> None:
    assert handling_moves(a_ticket(status=status)) == legal


@pytest.mark.parametrize("kind", [TicketType.QUESTION, TicketType.WISH, TicketType.ORDER])
def test_only_a_program_error_has_a_level_and_a_workaround(kind: TicketType) -> None:
    ticket = a_ticket(type=kind, level=None)
    assert handling_moves(ticket) == ALWAYS_AT_WORK
    assert refusal(ticket, Move.LEVEL) == "only a program error has a service level: set its type first"


@pytest.mark.parametrize(("level", "can"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_a_workaround_is_for_levels_1_and_2(level: int, can: bool) -> None:
    why = refusal(a_ticket(level=ServiceLevel(level)), Move.WORKAROUND)
    assert (why is None) == can
    assert why in (None, "a workaround is for program errors of level 1 and 2")


def test_a_refusal_names_how_the_ticket_stands() -> None:
    assert refusal(a_ticket(status=Status.CLOSED), Move.TAKE) == "a ticket that is closed cannot be given the move take"


LEGAL_ALONG_THE_WAY: dict[tuple[TicketType, str], set[Move]] = {
    (TicketType.QUESTION, "service_desk"): {Move.RESOLVE, Move.CLOSE},
    (TicketType.QUESTION, "answered"): {Move.RESOLVE, Move.CLOSE},
    (TicketType.PROGRAM_ERROR, "service_desk"): {Move.PRODUCT, Move.RESOLVE, Move.CLOSE},
    (TicketType.PROGRAM_ERROR, "product_department"): {Move.DESK, Move.CLOSE},
    (TicketType.PROGRAM_ERROR, "verification"): {Move.PRODUCT, Move.RESOLVE, Move.CLOSE},
    (TicketType.WISH, "service_desk"): {Move.COUNCIL_INTERNAL, Move.RESOLVE, Move.CLOSE},
    (TicketType.WISH, "internal_council"): {Move.COUNCIL_EXTERNAL, Move.DESK, Move.CLOSE},
    (TicketType.WISH, "external_council"): {Move.PLANNED, Move.DECLINED, Move.CLOSE},
    (TicketType.WISH, "planned"): {Move.RESOLVE, Move.CLOSE},
    (TicketType.WISH, "declined"): {Move.CLOSE},
    (TicketType.ORDER, "service_desk"): {Move.CONSULTANT, Move.RESOLVE, Move.CLOSE},
    (TicketType.ORDER, "estimation"): {Move.ESTIMATE, Move.DESK, Move.CLOSE},
    (TicketType.ORDER, "approval"): {Move.ESTIMATE, Move.CLOSE},
    (TicketType.ORDER, "work"): {Move.ESTIMATE, Move.BILLED},
}
ON_THE_WAY = ALONG_THE_WAY | {Move.RESOLVE, Move.CLOSE, Move.BILLED}


@pytest.mark.parametrize(("kind", "stage"), LEGAL_ALONG_THE_WAY)
def test_the_way_says_how_it_goes_on(kind: TicketType, stage: str) -> None:
    ticket = a_ticket(type=kind, stage=Stage(stage), level=None)
    assert legal_moves(ticket) & ON_THE_WAY == LEGAL_ALONG_THE_WAY[kind, stage]


def test_every_place_of_the_guides_ways_was_looked_at() -> None:
    places = {(kind, one.stage) for kind, way in WAYS.by_type.items() for one in way.stations}
    assert places == set(LEGAL_ALONG_THE_WAY)


def test_a_refusal_names_the_place_on_the_way() -> None:
    order = a_ticket(type=TicketType.ORDER, level=None)
    assert refusal(order, Move.BILLED) == "at 'service desk' the way of such tickets (order) does not go on by billed"


def test_what_the_customer_has_approved_keeps_its_type_until_it_is_billed() -> None:
    order = a_ticket(type=TicketType.ORDER, level=None, stage=Stage("work"))
    assert refusal(order, Move.TYPE) is not None
    assert refusal(a_ticket(type=TicketType.ORDER, level=None, stage=Stage("approval")), Move.TYPE) is None


def test_what_is_solved_can_be_closed_wherever_that_was() -> None:
    assert Move.CLOSE in legal_moves(a_ticket(type=TicketType.ORDER, stage=Stage("work"), status=Status.RESOLVED))


def test_a_place_that_the_configuration_does_not_know_any_more_counts_as_the_beginning() -> None:
    assert WAYS.station(a_ticket(stage=Stage("long_gone"))).stage == "service_desk"
