"""What waits for a SuperUser's yes, within one transaction. Row ↔ value."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from mailgate.domain.customer import SuperUserId
from mailgate.domain.mail import MailId
from mailgate.domain.pending import WAITS_FOR, BindingAct, Deed, Pending, PendingId, PendingState
from mailgate.domain.ticket import TicketId
from mailgate.store.rows import insert_row, key_of
from mailgate.store.tables import PendingActRow


class PendingActs:
    """Each is open once for each ticket, SuperUser and deed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, pending_id: PendingId) -> Pending | None:
        """One of them."""
        row = self._session.get(PendingActRow, pending_id, populate_existing=True)
        return _pending(row) if row is not None else None

    def open(self, ticket_id: TicketId, superuser_id: SuperUserId, deed: Deed, *, now: datetime) -> Pending | None:
        """The one that waits for the same, if one does; of those that have expired meanwhile it is noted."""
        self._expire(ticket_id, now=now)
        found = select(PendingActRow).where(
            PendingActRow.ticket_id == ticket_id,
            PendingActRow.superuser_id == superuser_id,
            PendingActRow.kind == deed.kind.value,
            PendingActRow.value == deed.value,
            PendingActRow.state == PendingState.OPEN.value,
        )
        row = self._session.exec(found.execution_options(populate_existing=True)).first()
        return _pending(row) if row is not None else None

    def add(
        self, ticket_id: TicketId, superuser_id: SuperUserId, deed: Deed, *, mail_id: MailId, now: datetime
    ) -> Pending:
        """A new one, open for a while; there must be none that waits for the same."""
        values = {
            "ticket_id": ticket_id, "superuser_id": superuser_id, "kind": deed.kind.value, "value": deed.value,
            "shown": deed.shown, "state": PendingState.OPEN.value, "asked_at": now, "expires_at": now + WAITS_FOR,
            "mail_id": mail_id,
        }  # fmt: skip
        found = self.get(PendingId(insert_row(self._session, PendingActRow, values)))
        assert found is not None, "it was written just now"  # noqa: S101
        return found

    def end(
        self,
        pending_id: PendingId,
        state: PendingState,
        *,
        now: datetime,
        mail_id: MailId | None = None,
        proof: str | None = None,
    ) -> bool:
        """It waits no more; False if it did not. ``mail_id``: what ended it; ``proof``: why that was believed."""
        this = update(PendingActRow).where(
            col(PendingActRow.id) == pending_id, col(PendingActRow.state) == PendingState.OPEN.value
        )
        ended = this.values(state=state.value, answered_at=now, answer_mail_id=mail_id, answer_proof=proof)
        return bool(self._session.connection().execute(ended).rowcount)

    def _expire(self, ticket_id: TicketId, *, now: datetime) -> None:
        over = update(PendingActRow).where(
            col(PendingActRow.ticket_id) == ticket_id,
            col(PendingActRow.state) == PendingState.OPEN.value,
            col(PendingActRow.expires_at) < now,
        )
        self._session.connection().execute(over.values(state=PendingState.EXPIRED.value))


def _pending(row: PendingActRow) -> Pending:
    return Pending(
        pending_id=PendingId(key_of(row.id)),
        ticket_id=TicketId(row.ticket_id),
        superuser_id=SuperUserId(row.superuser_id),
        deed=Deed(kind=BindingAct(row.kind), value=row.value, shown=row.shown),
        state=PendingState(row.state),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        mail_id=MailId(row.mail_id),
    )
