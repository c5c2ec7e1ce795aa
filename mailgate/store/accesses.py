"""Support access that was asked and granted, within one transaction. Row ↔ value; the rules are in ``desk.access``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from mailgate.domain.access import Access, AccessId, AccessState, Span
from mailgate.domain.customer import CustomerId, SpecialistId
from mailgate.domain.orders import Answer
from mailgate.domain.ticket import Ticket, TicketId
from mailgate.store.answers import answer_of_row, answer_values
from mailgate.store.rows import insert_row, is_among, key_of
from mailgate.store.tables import SupportAccessRow

_LIVE = (AccessState.ASKED.value, AccessState.GRANTED.value)


class Accesses:
    """Who may enter where, until when, and by whose word."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, ticket: Ticket, *, by: SpecialistId, reason: str, at: datetime) -> AccessId:
        """Somebody asks; the one before must be over."""
        values = {
            "ticket_id": ticket.ticket_id, "customer_id": ticket.customer_id, "specialist_id": by, "asked_at": at,
            "reason": reason, "state": AccessState.ASKED.value,
        }  # fmt: skip
        return AccessId(insert_row(self._session, SupportAccessRow, values))

    def get(self, access_id: AccessId) -> Access | None:
        """One of them."""
        row = self._session.get(SupportAccessRow, access_id, populate_existing=True)
        return _access(row) if row is not None else None

    def of_ticket(self, ticket_id: TicketId) -> list[Access]:
        """All of a ticket's, oldest first."""
        return self._found(select(SupportAccessRow).where(SupportAccessRow.ticket_id == ticket_id))

    def live(self, ticket_id: TicketId) -> Access | None:
        """The one that is asked or granted on a ticket."""
        at = select(SupportAccessRow).where(SupportAccessRow.ticket_id == ticket_id)
        return next(iter(self._found(at.where(is_among(SupportAccessRow.state, _LIVE)))), None)

    def all_live(self) -> list[Access]:
        """All that are asked or granted anywhere, oldest first."""
        return self._found(select(SupportAccessRow).where(is_among(SupportAccessRow.state, _LIVE)))

    def newest(self, *, limit: int) -> list[Access]:
        """The last that were asked, newest first."""
        found = select(SupportAccessRow).order_by(col(SupportAccessRow.id).desc()).limit(limit)
        return [_access(row) for row in self._session.exec(found)]

    def grant(self, access_id: AccessId, answer: Answer, *, span: Span, ends_at: datetime) -> bool:
        """Keep the yes; False if nobody asks any more."""
        said = answer_values(answer, "answer", at="answered_at", by="answered_by")
        values = {"state": AccessState.GRANTED.value, "span": span.value, "ends_at": ends_at, **said}
        return self._change(access_id, AccessState.ASKED, values)

    def refuse(self, access_id: AccessId, answer: Answer) -> bool:
        """Keep the no."""
        said = answer_values(answer, "answer", at="answered_at", by="answered_by")
        return self._change(access_id, AccessState.ASKED, {"state": AccessState.REFUSED.value, **said})

    def withdraw(self, access_id: AccessId, word: Answer) -> bool:
        """Keep that it was taken back; False if there is nothing to take back."""
        said = answer_values(word, "over", at="over_at", by="over_by")
        return self._change(access_id, AccessState.GRANTED, {"state": AccessState.WITHDRAWN.value, **said})

    def drop(self, access_id: AccessId) -> bool:
        """Nobody asks any more."""
        return self._change(access_id, AccessState.ASKED, {"state": AccessState.DROPPED.value})

    def end(self, access_id: AccessId) -> bool:
        """Its time is over."""
        return self._change(access_id, AccessState.GRANTED, {"state": AccessState.ENDED.value})

    def _change(self, access_id: AccessId, was: AccessState, values: dict[str, Any]) -> bool:
        row: Any = SupportAccessRow
        this = update(row).where(row.id == access_id, row.state == was.value)
        return bool(self._session.connection().execute(this.values(values)).rowcount)

    def _found(self, found: Any) -> list[Access]:
        rows: Iterable[SupportAccessRow] = self._session.exec(
            found.order_by(col(SupportAccessRow.id)).execution_options(populate_existing=True)
        )
        return [_access(row) for row in rows]


def _access(row: SupportAccessRow) -> Access:
    return Access(
        access_id=AccessId(key_of(row.id)),
        ticket_id=TicketId(row.ticket_id),
        customer_id=CustomerId(row.customer_id),
        by=SpecialistId(row.specialist_id),
        asked_at=row.asked_at,
        reason=row.reason,
        state=AccessState(row.state),
        span=Span(row.span) if row.span is not None else None,
        ends_at=row.ends_at,
        answer=answer_of_row(row, "answer", at="answered_at", by="answered_by"),
        over=answer_of_row(row, "over", at="over_at", by="over_by"),
    )
