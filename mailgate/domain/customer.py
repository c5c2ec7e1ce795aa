"""Who may write: customers, their SuperUsers, and the specialists who answer (guide, "SuperUser").

Seats and training are counted here; who a given mail is from is for ``classify.entitlement``.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

CustomerId = NewType("CustomerId", int)
SuperUserId = NewType("SuperUserId", int)
SpecialistId = NewType("SpecialistId", int)


class Language(StrEnum):
    """The languages that mails are written in (guide: offices in Sweden and Finland)."""

    SWEDISH = "sv"
    ENGLISH = "en"
    FINNISH = "fi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A company with a licence. ``overdue_since``: since when a payment is late; None while all is paid."""

    customer_id: CustomerId
    code: str
    name: str
    industry: str
    modules: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    overdue_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperUser:
    """A named contact of one customer, the only people who may contact support.

    ``overview``: whether they want the week's mail on how their tickets stand.
    """

    superuser_id: SuperUserId
    customer_id: CustomerId
    address: str
    name: str
    language: Language
    trained: frozenset[str] = frozenset()
    overview: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialist:
    """One who works in a support team; ``head`` marks the head of service, who receives escalations.

    ``role``: another holder of tickets whom they work for, a consultant or the product department; empty: the desk.
    """

    specialist_id: SpecialistId
    address: str
    name: str
    team: str
    language: Language
    head: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRule:
    """How modules become seats. The guide gives 2 seats and a cap of 4; the steps between are ours."""

    base: int = 2
    free_modules: int = 4
    modules_per_extra_seat: int = 4
    maximum: int = 4


def seats(modules: int, rule: SeatRule) -> int:
    """How many SuperUsers a customer with so many modules may appoint (guide, "Supporträttigheter")."""
    past = max(0, modules - rule.free_modules)
    return min(rule.maximum, rule.base + past // rule.modules_per_extra_seat)
