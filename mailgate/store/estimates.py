"""Estimates of orders, within one transaction. Row ↔ value; what follows from an answer is for ``desk.orders``."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from mailgate.domain.customer import SpecialistId
from mailgate.domain.money import Money, Offer
from mailgate.domain.orders import Answer, Billed, Estimate, EstimateId, EstimateState
from mailgate.domain.ticket import TicketId
from mailgate.store.answers import answer_of_row, answer_values
from mailgate.store.rows import insert_row, key_of
from mailgate.store.tables import EstimateRow


class Estimates:
    """What was offered, and what was said to it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, ticket_id: TicketId, offer: Offer, *, by: SpecialistId, made_at: datetime, valid_until: datetime
    ) -> Estimate:
        """A new one, open; the one before it must not be."""
        hours = str(offer.hours) if offer.hours is not None else None
        values = {
            "ticket_id": ticket_id, "specialist_id": by, "made_at": made_at, "valid_until": valid_until,
            "hours": hours, "amount": str(offer.price.amount), "currency": offer.price.currency,
            "text": offer.text, "state": EstimateState.OPEN.value,
        }  # fmt: skip
        return self._read(insert_row(self._session, EstimateRow, values))

    def of_ticket(self, ticket_id: TicketId) -> list[Estimate]:
        """All of a ticket's, oldest first."""
        found = select(EstimateRow).where(EstimateRow.ticket_id == ticket_id).order_by(col(EstimateRow.id))
        return [_estimate(row) for row in self._session.exec(found.execution_options(populate_existing=True))]

    def get(self, estimate_id: EstimateId) -> Estimate | None:
        """One of them."""
        row = self._session.get(EstimateRow, estimate_id, populate_existing=True)
        return _estimate(row) if row is not None else None

    def end(self, ticket_id: TicketId, state: EstimateState, *, of: frozenset[EstimateState]) -> int:
        """Those of a ticket that are in one of these states are void from now on; how many that were."""
        void = update(EstimateRow).where(
            col(EstimateRow.ticket_id) == ticket_id, col(EstimateRow.state).in_([one.value for one in of])
        )
        return self._session.connection().execute(void.values(state=state.value)).rowcount

    def answer(self, estimate_id: EstimateId, state: EstimateState, answer: Answer) -> bool:
        """Keep what was said to an open one; False if it is open no more."""
        values = {"state": state.value, **answer_values(answer, "answer", at="answered_at", by="answered_by")}
        return self._change(estimate_id, EstimateState.OPEN, values)

    def bill(self, estimate_id: EstimateId, billed: Billed) -> bool:
        """Keep what was billed for an approved one; False if it is not."""
        offer = billed.offer
        values = {
            "state": EstimateState.BILLED.value, "billed_at": billed.at, "billed_by": billed.by,
            "billed_hours": str(offer.hours) if offer.hours is not None else None,
            "billed_amount": str(offer.price.amount), "billed_currency": offer.price.currency,
            "billed_text": offer.text,
        }  # fmt: skip
        return self._change(estimate_id, EstimateState.APPROVED, values)

    def _change(self, estimate_id: EstimateId, was: EstimateState, values: dict[str, Any]) -> bool:
        this = update(EstimateRow).where(col(EstimateRow.id) == estimate_id, col(EstimateRow.state) == was.value)
        return bool(self._session.connection().execute(this.values(values)).rowcount)

    def _read(self, key: int) -> Estimate:
        found = self.get(EstimateId(key))
        assert found is not None, "it was written just now"  # noqa: S101
        return found


def _estimate(row: EstimateRow) -> Estimate:
    return Estimate(
        estimate_id=EstimateId(key_of(row.id)),
        ticket_id=TicketId(row.ticket_id),
        offer=_offer(row.hours, row.amount, row.currency, row.text),
        by=SpecialistId(row.specialist_id),
        made_at=row.made_at,
        valid_until=row.valid_until,
        state=EstimateState(row.state),
        answer=answer_of_row(row, "answer", at="answered_at", by="answered_by"),
        billed=_billed(row),
    )


def _billed(row: EstimateRow) -> Billed | None:
    if row.billed_at is None or row.billed_by is None or row.billed_amount is None or row.billed_currency is None:
        return None
    offer = _offer(row.billed_hours, row.billed_amount, row.billed_currency, row.billed_text or "")
    return Billed(offer=offer, at=row.billed_at, by=SpecialistId(row.billed_by))


def _offer(hours: str | None, amount: str, currency: str, text: str) -> Offer:
    price = Money(amount=Decimal(amount), currency=currency)
    return Offer(hours=Decimal(hours) if hours is not None else None, price=price, text=text)
