"""Support access: for how long a SuperUser can let us into their installation (guide, "supportinloggning").

8 working hours; on a Friday 24 or 72 hours instead; a consultant gets 24 hours. What was asked and granted is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from mailgate.domain.customer import CustomerId, SpecialistId
from mailgate.domain.moves import Holder
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.orders import Answer
from mailgate.domain.ticket import TicketId
from mailgate.domain.wall_clock import in_utc

AccessId = NewType("AccessId", int)

_FRIDAY = 4


class AccessState(StrEnum):
    """asked → granted | refused | dropped; granted → ended | withdrawn."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    DROPPED = "dropped"
    """Asked anew, or its ticket was closed before anybody answered."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Span(StrEnum):
    """How long it is granted for."""

    EIGHT_WORKING_HOURS = "8"
    DAY = "24"
    THREE_DAYS = "72"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a specialist asked, and what became of it. ``over``: who took it back, and when."""

    access_id: AccessId
    ticket_id: TicketId
    customer_id: CustomerId
    by: SpecialistId
    asked_at: datetime
    reason: str
    state: AccessState
    span: Span | None = None
    ends_at: datetime | None = None
    answer: Answer | None = None
    over: Answer | None = None


def spans(role: Holder | None, *, at: datetime, hours: OpeningHours) -> tuple[Span, ...]:
    """What a SuperUser can choose at that moment, the usual first. ``role``: of whoever asked."""
    if role is Holder.CONSULTANT:
        return (Span.DAY,)
    friday = hours.local_day(at).weekday() == _FRIDAY
    return (Span.EIGHT_WORKING_HOURS, *((Span.DAY, Span.THREE_DAYS) if friday else ()))


def end_of(span: Span, *, at: datetime, hours: OpeningHours) -> datetime:
    """When access granted at that moment ends: working hours are opening hours, 24 and 72 are hours of the clock."""
    if span is Span.EIGHT_WORKING_HOURS:
        return hours.add_open_time(hours.open_at_or_after(at), timedelta(hours=8))
    return in_utc(at) + timedelta(hours=int(span))
