"""What somebody could know of a ticket when they wrote: what had happened to it by the mail of ours that they had."""

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from mailgate.domain.ticket import TicketId
from mailgate.store.prepared import Prepared
from mailgate.store.rows import key_of
from mailgate.store.tables import TicketEventRow

_LAST_EVENT = Prepared(
    select(func.max(TicketEventRow.id)).where(col(TicketEventRow.ticket_id) == bindparam("ticket_id"))
)


class Sights:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last_event(self, ticket_id: TicketId) -> int:
        """The key of what last happened to it."""
        return key_of(_LAST_EVENT.scalar(self._session, ticket_id=ticket_id))
