"""Estimates and support access: each state is left once, and what was said stays word for word."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from mailgate.domain.access import AccessState, Span
from mailgate.domain.money import Money, Offer
from mailgate.domain.orders import Answer, Billed, Estimate, EstimateState
from mailgate.store.database import Database
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.ticket_rows import a_specialist, a_superuser, a_ticket

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFER = Offer(hours=Decimal("4.5"), price=Money(amount=Decimal("4800.50"), currency="SEK"), text="En rapport")
WITHOUT_HOURS = Offer(price=Money(amount=Decimal("0.10"), currency="EUR"))


class Agreements:
    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.ticket = a_ticket(uow)
        self.by = a_specialist(uow).specialist_id
        self.answer = Answer(
            superuser_id=a_superuser(uow).superuser_id, at=NOW, text="JA\n\nMvh Eva", proof="dkim=pass"
        )

    def estimate(self, offer: Offer = OFFER) -> Estimate:
        until = NOW + timedelta(days=30)
        return self.uow.estimates.add(self.ticket.ticket_id, offer, by=self.by, made_at=NOW, valid_until=until)

    @property
    def estimates(self) -> list[Estimate]:
        return self.uow.estimates.of_ticket(self.ticket.ticket_id)


@pytest.fixture
def made(database: Database) -> Iterator[Agreements]:
    with database.transaction() as uow:
        yield Agreements(uow)


@pytest.mark.parametrize("offer", [OFFER, WITHOUT_HOURS])
def test_an_estimate_and_its_answer_are_kept_exactly(made: Agreements, offer: Offer) -> None:
    one = made.estimate(offer)
    assert (one.offer, one.state, one.answer, one.made_at) == (offer, EstimateState.OPEN, None, NOW)
    assert made.uow.estimates.answer(one.estimate_id, EstimateState.APPROVED, made.answer)
    (kept,) = made.estimates
    assert (kept.offer, kept.state, kept.answer) == (offer, EstimateState.APPROVED, made.answer)
    assert made.uow.estimates.get(one.estimate_id) == kept


def test_what_is_answered_is_answered_once(made: Agreements) -> None:
    one = made.estimate()
    assert made.uow.estimates.answer(one.estimate_id, EstimateState.REFUSED, made.answer)
    assert not made.uow.estimates.answer(one.estimate_id, EstimateState.APPROVED, made.answer)
    assert made.estimates[0].state is EstimateState.REFUSED


def test_what_is_billed_was_approved_and_is_billed_once(made: Agreements) -> None:
    one, billed = made.estimate(), Billed(offer=WITHOUT_HOURS, at=NOW, by=made.by)
    assert not made.uow.estimates.bill(one.estimate_id, billed)
    made.uow.estimates.answer(one.estimate_id, EstimateState.APPROVED, made.answer)
    assert made.uow.estimates.bill(one.estimate_id, billed)
    assert not made.uow.estimates.bill(one.estimate_id, billed)
    assert (made.estimates[0].billed, made.estimates[0].state) == (billed, EstimateState.BILLED)


def test_a_new_estimate_needs_the_one_before_it_to_be_void(made: Agreements) -> None:
    first = made.estimate()
    open_ones = frozenset({EstimateState.OPEN})
    assert made.uow.estimates.end(made.ticket.ticket_id, EstimateState.SUPERSEDED, of=open_ones) == 1
    second = made.estimate()
    assert [one.state for one in made.estimates] == [EstimateState.SUPERSEDED, EstimateState.OPEN]
    assert first.estimate_id < second.estimate_id


def test_the_database_itself_knows_no_two_open_estimates(database: Database) -> None:
    def two_at_once(uow: UnitOfWork) -> None:
        made = Agreements(uow)
        made.estimate()
        made.estimate()

    with pytest.raises(IntegrityError):
        database.commit_together(two_at_once)


def test_access_goes_from_asked_to_granted_to_withdrawn(made: Agreements) -> None:
    accesses = made.uow.accesses
    asked = accesses.ask(made.ticket, by=made.by, reason="Felsökning", at=NOW)
    assert (live := accesses.live(made.ticket.ticket_id)) is not None
    assert (live.access_id, live.state, live.reason) == (asked, AccessState.ASKED, "Felsökning")
    ends_at = NOW + timedelta(hours=24)
    assert accesses.grant(asked, made.answer, span=Span.DAY, ends_at=ends_at)
    assert not accesses.grant(asked, made.answer, span=Span.THREE_DAYS, ends_at=ends_at)
    assert not accesses.refuse(asked, made.answer)
    (granted,) = accesses.all_live()
    assert (granted.span, granted.ends_at, granted.answer) == (Span.DAY, ends_at, made.answer)
    assert accesses.withdraw(asked, made.answer)
    assert not accesses.end(asked)
    assert accesses.all_live() == []
    (over,) = accesses.newest(limit=5)
    assert (over.state, over.over) == (AccessState.WITHDRAWN, made.answer)
    assert accesses.of_ticket(made.ticket.ticket_id) == [over]


def test_access_that_nobody_withdraws_ends_once(made: Agreements) -> None:
    accesses = made.uow.accesses
    asked = accesses.ask(made.ticket, by=made.by, reason="", at=NOW)
    assert not accesses.end(asked)
    accesses.grant(asked, made.answer, span=Span.DAY, ends_at=NOW)
    assert accesses.end(asked)
    assert not accesses.end(asked)
    assert not accesses.withdraw(asked, made.answer)


def test_a_question_that_is_dropped_or_refused_can_be_asked_anew(made: Agreements) -> None:
    accesses = made.uow.accesses
    first = accesses.ask(made.ticket, by=made.by, reason="", at=NOW)
    assert accesses.drop(first)
    second = accesses.ask(made.ticket, by=made.by, reason="", at=NOW)
    assert accesses.refuse(second, made.answer)
    accesses.ask(made.ticket, by=made.by, reason="", at=NOW)
    assert [one.state for one in accesses.of_ticket(made.ticket.ticket_id)] == [
        AccessState.DROPPED, AccessState.REFUSED, AccessState.ASKED,
    ]  # fmt: skip


def test_specialists_with_a_role_are_not_at_the_teams_desk(made: Agreements) -> None:
    customers = made.uow.customers
    kim = customers.save_specialist(
        address="kim@desk.example", name="Kim", team="Handel", language=a_superuser(made.uow).language, head=False,
        role="consultant",
    )  # fmt: skip
    assert [one.name for one in customers.specialists("Handel")] == ["Sven Sund"]
    assert [one for one in customers.specialists() if one.role == "consultant"] == [kim]
