"""What machines report in parts made for machines: delivery (RFC 3464), complaints (RFC 5965), meetings (RFC 5545)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryAction(StrEnum):
    """What became of a mail on its way to one recipient (RFC 3464 §2.3.3); *relayed* and *expanded* are delivered."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The way to one recipient. ``recipient``: the address as the report writes it, empty if it names none.

    ``status``: RFC 3463, ``5.1.1``; None if the report gives none. ``diagnostic``: the server's words, cut.
    """

    recipient: str
    action: DeliveryAction
    status: str | None = None
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A calendar object that came as a part with a method (RFC 5546): an invitation, an answer, a cancellation.

    ``method``: in lower case. ``starts_at``, ``ends_at``: aware; None if there is none that can be understood; the
    midnight (UTC) of the day if ``all_day``. ``answer``: an attendee's, ``accepted`` for one, in a reply.
    """

    method: str
    summary: str = ""
    uid: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    answer: str | None = None


class Sealed(StrEnum):
    """How a mail is encrypted, so that nobody here can read it."""

    SMIME = "smime"
    PGP = "pgp"
