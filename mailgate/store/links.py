"""Which tickets belong together, and how."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from mailgate.domain.ticket import TicketId
from mailgate.store.rows import find, insert_ignoring
from mailgate.store.tables import TicketLinkRow


class LinkKind(StrEnum):
    """What the first ticket is to the other: it goes on with what was closed too long ago, or has to do with it."""

    FOLLOWS = "follows"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``ticket_id`` is ``kind`` to ``other_id``."""

    ticket_id: TicketId
    other_id: TicketId
    kind: LinkKind


_FROM = find(TicketLinkRow, "ticket_id", order="other_id")
_TO = find(TicketLinkRow, "other_id", order="ticket_id")


class Links:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ticket_id: TicketId, other_id: TicketId, *, kind: LinkKind, now: datetime) -> bool:
        """Link two tickets; False if they are linked that way round already."""
        values = {"ticket_id": ticket_id, "other_id": other_id, "kind": kind.value, "made_at": now}
        return insert_ignoring(self._session, TicketLinkRow, values, unique=["ticket_id", "other_id"])

    def of(self, ticket_id: TicketId) -> list[Link]:
        """Its links, in either direction."""
        rows = [*_FROM.all(self._session, ticket_id=ticket_id), *_TO.all(self._session, other_id=ticket_id)]
        return [
            Link(ticket_id=TicketId(row.ticket_id), other_id=TicketId(row.other_id), kind=LinkKind(row.kind))
            for row in rows
        ]
