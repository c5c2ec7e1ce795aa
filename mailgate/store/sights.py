"""What somebody could know of a ticket when they wrote: what had happened to it by the mail of ours that they had."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col, select

from mailgate.domain.ticket import TicketId
from mailgate.store.prepared import Prepared
from mailgate.store.rows import key_of
from mailgate.store.tables import ThreadIdRow, TicketEventRow, TicketRow
from mailgate.store.tickets import TicketEvent

_OF_TICKET = col(TicketEventRow.ticket_id) == bindparam("ticket_id")
_LAST_EVENT = Prepared(select(func.max(TicketEventRow.id)).where(_OF_TICKET))
_LAST_UNTIL = Prepared(select(func.max(TicketEventRow.id)).where(_OF_TICKET, col(TicketEventRow.at) <= bindparam("at")))
_SINCE = Prepared(
    select(TicketEventRow.at, TicketEventRow.kind, TicketEventRow.actor, TicketEventRow.detail)
    .where(_OF_TICKET, col(TicketEventRow.id) > bindparam("event_id"))
    .order_by(col(TicketEventRow.id))
)
_SHOWED = Prepared(
    select(ThreadIdRow.event_id).where(
        col(ThreadIdRow.message_id) == bindparam("message_id"), col(ThreadIdRow.ticket_id) == bindparam("ticket_id")
    )
)
_SHOWS = Prepared(
    update(ThreadIdRow)
    .where(col(ThreadIdRow.message_id) == bindparam("sent"), col(ThreadIdRow.ticket_id) == bindparam("of_ticket"))
    .values(event_id=bindparam("shown"))
)
_LOCK = Prepared(select(TicketRow.id).where(col(TicketRow.id) == bindparam("ticket_id")).with_for_update())


class Sights:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold_still(self, ticket_id: TicketId) -> None:
        """Nobody else changes this ticket until the transaction ends. SQLite's only writer has that anyway."""
        _LOCK.first(self._session, ticket_id=ticket_id)

    def last_event(self, ticket_id: TicketId) -> int:
        """The key of what last happened to it."""
        return key_of(_LAST_EVENT.scalar(self._session, ticket_id=ticket_id))

    def shows(self, ticket_id: TicketId, message_id: str) -> None:
        """A mail of the ticket's thread is about to go out, and shows how it stands now."""
        last = self.last_event(ticket_id)
        _SHOWS.run(self._session, sent=message_id, of_ticket=ticket_id, shown=last)

    def showed(self, ticket_id: TicketId, message_ids: Iterable[str]) -> int | None:
        """What had last happened by the first of these mails that shows the ticket; None where none of them does."""
        found = (_SHOWED.scalar(self._session, message_id=one, ticket_id=ticket_id) for one in message_ids)
        return next((event_id for event_id in found if event_id is not None), None)

    def last_until(self, ticket_id: TicketId, at: datetime) -> int:
        """What had last happened at a time; 0 for nothing."""
        return int(_LAST_UNTIL.scalar(self._session, ticket_id=ticket_id, at=at) or 0)

    def since(self, ticket_id: TicketId, event_id: int) -> list[TicketEvent]:
        """What happened after that, oldest first."""
        rows = _SINCE.all(self._session, ticket_id=ticket_id, event_id=event_id)
        return [TicketEvent(at=row.at, kind=row.kind, actor=row.actor, detail=json.loads(row.detail)) for row in rows]
