"""What is wrong with a way, and how one looks."""

from collections.abc import Mapping

import pytest

from mailgate.domain.moves import CustomerMove, Holder, Move, Station, Step
from mailgate.domain.ticket import Stage, TicketType
from mailgate.domain.ways import Way, drawn, faults

DESK, CUSTOMER, CONSULTANT = Holder.DESK, Holder.CUSTOMER, Holder.CONSULTANT


def a_station(
    stage: str,
    leads: Mapping[Step, str] | None = None,
    *,
    holder: Holder = DESK,
    ends: tuple[Move, ...] = (Move.CLOSE,),
) -> Station:
    to = {step: Stage(name) for step, name in (leads or {}).items()}
    return Station(stage=Stage(stage), holder=holder, leads=to, ends=frozenset(ends))


def a_way(*stations: Station) -> Way:
    return Way(type=TicketType.ORDER, stations=stations)


def an_approval(*, approve: str = "work", refuse: str = "desk", holder: Holder = CUSTOMER) -> Station:
    return a_station("approval", {CustomerMove.APPROVE: approve, CustomerMove.REFUSE: refuse}, holder=holder)


SOUND = (
    a_station("desk", {Move.ESTIMATE: "approval"}),
    an_approval(),
    a_station("work", ends=(Move.BILLED,), holder=CONSULTANT),
)
WRONG = {
    "an unknown stage": (
        (a_station("desk", {Move.PRODUCT: "nowhere"}),),
        "desk: product leads to 'nowhere', which is no stage here; there are: desk",
    ),
    "an unreachable stage": ((a_station("desk"), a_station("island")), "island: no move leads there"),
    "no end": (
        (a_station("desk", {Move.PRODUCT: "pit"}), a_station("pit", {Move.PRODUCT: "pit"}, ends=())),
        "pit: from there a ticket can never be closed",
    ),
    "billing without a yes": (
        (a_station("desk", {Move.CONSULTANT: "work"}), a_station("work", ends=(Move.BILLED,))),
        "work: billed would be legal there before the customer has approved anything",
    ),
    "billing round the yes": (
        (*SOUND[:1], an_approval(refuse="work"), *SOUND[2:]),
        "work: billed would be legal there before the customer has approved anything",
    ),
    "approving by another": (
        (*SOUND[:1], an_approval(holder=CONSULTANT), *SOUND[2:]),
        "approval: only the customer can approve or refuse, so the customer must hold it",
    ),
    "a customer who cannot say yes": (
        (a_station("desk", {Move.ESTIMATE: "approval"}), a_station("approval", holder=CUSTOMER)),
        "approval: the customer holds it, so approve and refuse must lead somewhere",
    ),
    "an estimate that nobody answers": (
        (a_station("desk", {Move.ESTIMATE: "other"}), a_station("other")),
        "desk: estimate must lead to a stage that the customer holds, who is asked",
    ),
}


def test_a_way_that_can_be_gone_has_no_faults() -> None:
    assert list(faults(a_way(*SOUND))) == []


@pytest.mark.parametrize("case", WRONG)
def test_each_fault_is_named_where_it_stands(case: str) -> None:
    stations, fault = WRONG[case]
    assert fault in list(faults(a_way(*stations)))


def test_a_picture_shows_who_holds_it_and_where_each_move_leads() -> None:
    assert drawn(a_way(*SOUND)) == (
        "[desk]  held by: desk\n"
        "  ├── estimate ──▶ [approval]\n"
        "  └── close ─────▶ (closed)\n"
        "[approval]  held by: customer\n"
        "  ├── approve ──▶ [work]\n"
        "  ├── refuse ───▶ [desk]\n"
        "  └── close ────▶ (closed)\n"
        "[work]  held by: consultant\n"
        "  └── billed ──▶ (closed)"
    )
