"""What an order is estimated at, and what the customer said to it: kept word for word, for it is about money.

A ticket has one open estimate at most; a new one makes the one before it void. Nothing here is ever changed once it is
answered, but for what was billed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailgate.domain.customer import SpecialistId, SuperUserId
from mailgate.domain.mail import MailId
from mailgate.domain.money import Offer
from mailgate.domain.ticket import TicketId

EstimateId = NewType("EstimateId", int)


class EstimateState(StrEnum):
    """open → approved | refused | superseded | lapsed; approved → superseded | billed."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    """Another estimate took its place, or the ticket is no order any more."""
    LAPSED = "lapsed"
    """Answered too late, or its ticket was closed."""
    BILLED = "billed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who said what, exactly, in which mail, if in one, and how we know that it was they."""

    superuser_id: SuperUserId
    at: datetime
    text: str
    proof: str
    mail_id: MailId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What was billed in the end, by whose word."""

    offer: Offer
    at: datetime
    by: SpecialistId


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a consultant offered; ``answer``: what the customer said to this very offer."""

    estimate_id: EstimateId
    ticket_id: TicketId
    offer: Offer
    by: SpecialistId
    made_at: datetime
    valid_until: datetime
    state: EstimateState
    answer: Answer | None = None
    billed: Billed | None = None
