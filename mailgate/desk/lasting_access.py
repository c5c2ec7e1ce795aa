"""Support access that lasts at this moment, for the digests of those whom it concerns."""

from dataclasses import dataclass
from datetime import datetime

from mailgate.domain.access import AccessState
from mailgate.domain.customer import Specialist, SpecialistId
from mailgate.domain.news import AccessLine
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """Whose it is, and of which team the ticket is."""

    by: SpecialistId
    team: str
    line: AccessLine

    def concerns(self, specialist: Specialist) -> bool:
        """Who has it, the ticket's team, and the head of service."""
        return specialist.head or self.by == specialist.specialist_id or self.team == specialist.team


def lasting_access(uow: UnitOfWork, *, now: datetime) -> list[Lasting]:
    """All that is granted and has not ended."""
    found = []
    for access in uow.accesses.all_live():
        ticket, specialist = uow.tickets.ticket(access.ticket_id), uow.customers.specialist_by_id(access.by)
        customer = uow.customers.customer(access.customer_id)
        if access.state is not AccessState.GRANTED or access.ends_at is None or access.ends_at <= now:
            continue
        assert ticket is not None, "access is asked on a ticket"  # noqa: S101
        line = AccessLine(
            number=str(ticket.number),
            customer=customer.name if customer is not None else "",
            specialist=specialist.name if specialist is not None else "",
            ends_at=access.ends_at,
        )
        found.append(Lasting(by=access.by, team=ticket.team, line=line))
    return found
