"""What was known at a moment that has passed: tickets and held mails as far as they were there, counts as they stood.

For deciding a mail again. The register is as it is now, and so is what has no history of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from mailgate.domain.mail import MailId
from mailgate.domain.ticket import Ticket, TicketId, TicketRef
from mailgate.domain.ticket_number import TicketNumber
from mailgate.store.customers import Customers
from mailgate.store.holds import HELD, HeldMail, Holds
from mailgate.store.links import Link, Links
from mailgate.store.tallies import Tallies
from mailgate.store.tickets import Tickets
from mailgate.store.unit_of_work import UnitOfWork

_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a mail was decided. ``said_before``, ``stranger_answered``: as they stood then."""

    mail_id: MailId
    at: datetime
    said_before: int
    stranger_answered: bool


class Births:
    """When tickets were opened, and by which mail. Kept from mail to mail, and never more than so many."""

    def __init__(self) -> None:
        self._known: dict[TicketId, tuple[datetime, int]] = {}

    def of(self, tickets: Tickets, ticket_id: TicketId) -> tuple[datetime, int] | None:
        """None for a ticket of whose opening nothing is known."""
        if ticket_id not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            opened = next((event for event in tickets.events(ticket_id) if event.kind == "opened"), None)
            if opened is None:
                return None
            self._known[ticket_id] = opened.at, int(opened.detail.get("mail") or 0)
        return self._known[ticket_id]


class Past(UnitOfWork):
    """One mail's view. ``present``: the transaction, whose register is shared."""

    def __init__(self, session: Session, present: UnitOfWork, *, moment: Moment, births: Births) -> None:
        super().__init__(session)
        self._present = present
        self._moment = moment
        self._births = births

    @cached_property
    def customers(self) -> Customers:
        """As it is now."""
        return self._present.customers

    @cached_property
    def tickets(self) -> Tickets:
        """Those that were there."""
        return _PastTickets(self._session, self._moment, self._births)

    @cached_property
    def holds(self) -> Holds:
        """Those that were held, and not yet decided on."""
        return _PastHolds(self._session, self._moment)

    @cached_property
    def links(self) -> Links:
        """Those that were made."""
        return _PastLinks(self._session, self._moment)

    @cached_property
    def tallies(self) -> Tallies:
        """What had been said."""
        return _PastTallies(self._session, self._moment)


def past(present: UnitOfWork, *, moment: Moment, births: Births) -> Past:
    """What was known at a moment, read in the same transaction as the present."""
    return Past(present.session, present, moment=moment, births=births)


class _PastTickets(Tickets):
    def __init__(self, session: Session, moment: Moment, births: Births) -> None:
        super().__init__(session)
        self._moment = moment
        self._births = births

    def ticket(self, ticket_id: TicketId) -> Ticket | None:
        return self._if_there(super().ticket(ticket_id))

    def by_number(self, number: TicketNumber) -> Ticket | None:
        return self._if_there(super().by_number(number))

    def in_thread(self, message_ids: Sequence[str]) -> list[TicketRef]:
        return [ref for ref in super().in_thread(message_ids) if self._was_there(ref.ticket_id)]

    def _if_there(self, ticket: Ticket | None) -> Ticket | None:
        return ticket if ticket is not None and self._was_there(ticket.ticket_id) else None

    def _was_there(self, ticket_id: TicketId) -> bool:
        born = self._births.of(self, ticket_id)
        if born is None:
            return True
        at, mail_id = born
        if mail_id == self._moment.mail_id:
            return False
        return at < self._moment.at or (at == self._moment.at and mail_id < self._moment.mail_id)


class _PastHolds(Holds):
    def __init__(self, session: Session, moment: Moment) -> None:
        super().__init__(session)
        self._moment = moment

    def get(self, mail_id: MailId) -> HeldMail | None:
        held = super().get(mail_id)
        if held is None or held.held_at > self._moment.at:
            return None
        if held.decided_at is not None and held.decided_at >= self._moment.at:
            return replace(held, state=HELD, decided_at=None, decided_by=None)
        return held

    def answered_since(self, address: str, *, kind: str, since: datetime) -> bool:
        return self._moment.stranger_answered


class _PastLinks(Links):
    def __init__(self, session: Session, moment: Moment) -> None:
        super().__init__(session)
        self._moment = moment

    def _merged_from(self, ticket_id: TicketId) -> list[Link]:
        return [one for one in super()._merged_from(ticket_id) if one.made_at < self._moment.at]


class _PastTallies(Tallies):
    def __init__(self, session: Session, moment: Moment) -> None:
        super().__init__(session)
        self._moment = moment

    def said(self, scope: str, *, since: datetime) -> int:
        return self._moment.said_before
