"""A ticket and its kinds (guide, "Typer av ärenden" and "Servicenivåer")."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from mailgate.domain.customer import CustomerId, SpecialistId, SuperUserId
from mailgate.domain.ticket_number import TicketNumber

TicketId = NewType("TicketId", int)
Stage = NewType("Stage", str)
"""A place on a ticket's way, by the name that the configuration gives it (``domain.ways``)."""


class TicketType(StrEnum):
    """What the customer wants of us."""

    QUESTION = "question"
    PROGRAM_ERROR = "program_error"
    WISH = "wish"
    ORDER = "order"


class ServiceLevel(IntEnum):
    """How bad a program error is: 1 is a standstill, 5 the standard level."""

    STANDSTILL = 1
    HAMPERED = 2
    PARTLY_HAMPERED = 3
    CAN_BE_WORKED_ROUND = 4
    STANDARD = 5


class Status(StrEnum):
    """Whether we work on it, wait for the customer, or are done."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


AT_WORK = frozenset({Status.OPEN, Status.WAITING})
"""Not done with."""


class MessageAuthor(StrEnum):
    """Whose words a message in a ticket's thread are."""

    SUPERUSER = "superuser"
    SPECIALIST = "specialist"
    COLLEAGUE = "colleague"
    """Someone at the customer who is no SuperUser, whose held mail was released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """As much of a ticket as the rules may know: which it is, and whose."""

    ticket_id: TicketId
    number: TicketNumber
    customer_id: CustomerId
    closed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A conversation with a number. ``opened_at``: when the mail that opened it was received."""

    ticket_id: TicketId
    number: TicketNumber
    customer_id: CustomerId
    superuser_id: SuperUserId
    subject: str
    type: TicketType
    level: ServiceLevel | None
    module: str | None
    team: str
    stage: Stage
    status: Status
    specialist_id: SpecialistId | None
    untrained: bool
    opened_at: datetime
