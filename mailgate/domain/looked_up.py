"""What was done before that a mail may be about: a held mail that was let through, a mail of ours."""

from dataclasses import dataclass

from mailgate.domain.customer import Customer, SuperUser
from mailgate.domain.outgoing import OutboxId
from mailgate.domain.reply_token import TokenState
from mailgate.domain.ticket import TicketId, TicketRef


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFound:
    """A reply token, as it was judged for this sender. ``told``: key and day, for people who look for a cause.

    ``of_ticket``: it is about a ticket; ``ticket``: which, if we know it. ``act``: the act it asks to confirm.
    """

    state: TokenState
    told: str
    of_ticket: bool = True
    ticket: TicketRef | None = None
    act: int | None = None
