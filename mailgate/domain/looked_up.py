"""What was done before that a mail may be about: a held mail that was let through, a mail of ours."""

from dataclasses import dataclass

from mailgate.domain.customer import Customer, SuperUser
from mailgate.domain.outgoing import OutboxId
from mailgate.domain.ticket import TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A specialist's decision on a held mail: it is to be a ticket of this SuperUser, whoever wrote it."""

    superuser: SuperUser
    customer: Customer
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail that we sent to one recipient, about a ticket or about none."""

    outbox_id: OutboxId
    ticket_id: TicketId | None
    recipient: str
