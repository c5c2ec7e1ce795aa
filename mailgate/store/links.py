"""Which tickets belong together, and how."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from mailgate.domain.ticket import TicketId
from mailgate.store.rows import find, insert_ignoring
from mailgate.store.tables import MessageRow, TicketLinkRow


class LinkKind(StrEnum):
    """What the first ticket is to the other: it goes on with what was closed too long ago, has to do with it, or goes
    on there from now on.
    """

    FOLLOWS = "follows"
    RELATED = "related"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``ticket_id`` is ``kind`` to ``other_id``."""

    ticket_id: TicketId
    other_id: TicketId
    kind: LinkKind
    made_at: datetime


_LONGEST_CHAIN = 100
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

    def merge(self, ticket_id: TicketId, into: TicketId, *, now: datetime) -> None:
        """From now on the first ticket goes on in the other, and its messages stand there, in the order they came."""
        if not self.add(ticket_id, into, kind=LinkKind.MERGED, now=now):
            pair = (col(TicketLinkRow.ticket_id) == ticket_id, col(TicketLinkRow.other_id) == into)
            changed = update(TicketLinkRow).where(*pair).values(kind=LinkKind.MERGED.value, made_at=now)
            self._session.connection().execute(changed)
        messages = update(MessageRow).where(col(MessageRow.ticket_id) == ticket_id).values(ticket_id=into)
        self._session.connection().execute(messages)

    def leads_to(self, ticket_id: TicketId) -> TicketId:
        """Where a ticket goes on: itself, or the last of those that it was merged into."""
        for _ in range(_LONGEST_CHAIN):
            following = next((one.other_id for one in self._merged_from(ticket_id)), None)
            if following is None:
                break
            ticket_id = following
        return ticket_id

    def merged_here(self, ticket_id: TicketId) -> list[TicketId]:
        """The tickets that go on in this one, those that were merged into them too."""
        found = [ticket_id]
        for one in found:
            rows = _TO.all(self._session, other_id=one)
            found += [TicketId(row.ticket_id) for row in rows if row.kind == LinkKind.MERGED]
        return found[1:]

    def _merged_from(self, ticket_id: TicketId) -> list[Link]:
        rows = _FROM.all(self._session, ticket_id=ticket_id)
        return [_link(row) for row in rows if row.kind == LinkKind.MERGED]

    def of(self, ticket_id: TicketId) -> list[Link]:
        """Its links, in either direction."""
        rows = [*_FROM.all(self._session, ticket_id=ticket_id), *_TO.all(self._session, other_id=ticket_id)]
        return [_link(row) for row in rows]


def _link(row: Any) -> Link:
    return Link(
        ticket_id=TicketId(row.ticket_id), other_id=TicketId(row.other_id), kind=LinkKind(row.kind), made_at=row.made_at
    )
