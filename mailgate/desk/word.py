"""A SuperUser's word on a ticket, with its proof; what estimates and access have in common. A no needs none."""

from dataclasses import dataclass
from datetime import datetime

from mailgate.desk.house import House
from mailgate.desk.tell import superusers_of
from mailgate.domain.orders import Answer
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What was said to which ticket, and the moment at which it is made true."""

    uow: UnitOfWork
    house: House
    ticket: Ticket
    said: Answer
    now: datetime

    @property
    def actor(self) -> str:
        """As events name who said it."""
        return f"superuser:{self.said.superuser_id}"

    def join(self) -> str:
        """Who decides hears what comes of it, as the ticket's own SuperUser does; their name."""
        if self.said.superuser_id != self.ticket.superuser_id:
            self.uow.tickets.add_participant(self.ticket.ticket_id, self.said.superuser_id)
        everyone = superusers_of(self.uow, self.ticket)
        return next((one.name for one in everyone if one.superuser_id == self.said.superuser_id), "")
