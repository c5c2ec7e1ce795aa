"""What there is to tell of a ticket on its way: who holds it now, what an order costs, who may enter an installation.

Contents of notices like those in ``outgoing``: each kind has its templates in every language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from mailgate.domain.money import Money
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedContent:
    """To the SuperUser: who has the ticket now. ``move``: what brought it there (``[moved]`` in ``words.toml``)."""

    number: str
    subject: str
    specialist: str
    move: str
    text: str
    type: TicketType
    kind: NoticeKind = NoticeKind.MOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOnContent:
    """To whoever holds the ticket from now on: what it is about, and how to act.

    ``move``: what brought it here; ``by``: whose word that was, and ``text`` their words. ``question``: what the ticket
    was opened with. ``legal``: the moves that lead on from here, as one types them. ``outside``: it goes to
    the external council, whose members may be other customers: with nothing that the customer wrote, nor who that is.
    """

    number: str
    subject: str
    customer: str
    superuser: str
    type: TicketType
    level: ServiceLevel | None
    holder: str
    move: str
    by: str
    text: str
    question: str
    legal: tuple[str, ...]
    module: str | None = None
    outside: bool = False
    kind: NoticeKind = NoticeKind.HANDED_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateContent:
    """To the SuperUser: what the order costs; it begins with their yes. ``replaces``: an estimate that is void now."""

    number: str
    subject: str
    specialist: str
    hours: Decimal | None
    price: Money
    text: str
    valid_on: date
    replaces: bool = False
    kind: NoticeKind = NoticeKind.ESTIMATE


class OrderOutcome(StrEnum):
    """What came of an answer to an estimate (``[order_answered]`` in ``words.toml``)."""

    APPROVED = "approved"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"
    ANSWERED = "answered"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnsweredContent:
    """To the SuperUser: how their answer counts. ``price`` and ``hours``: of the estimate that was answered."""

    number: str
    subject: str
    outcome: OrderOutcome
    hours: Decimal | None = None
    price: Money | None = None
    text: str = ""
    kind: NoticeKind = NoticeKind.ORDER_ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledContent:
    """To the SuperUser: the order is done, and this is billed. ``approved``: what they had said yes to."""

    number: str
    subject: str
    specialist: str
    hours: Decimal | None
    price: Money
    approved: Money
    text: str
    kind: NoticeKind = NoticeKind.BILLED


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAskedContent:
    """To the SuperUser: may we enter? ``choices``: the spans (``[spans]`` in ``words.toml``), the usual first."""

    number: str
    subject: str
    specialist: str
    text: str
    choices: tuple[str, ...]
    kind: NoticeKind = NoticeKind.ACCESS_ASKED


class AccessChange(StrEnum):
    """What became of support access (``[access_changed]`` in ``words.toml``)."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    UNCLEAR = "unclear"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChangedContent:
    """To all concerned. ``by``: the SuperUser whose word it was; ``choices``: where an answer said none of them;
    ``own``: that is its reader; ``to_desk``: its reader is the specialist, who cannot take it back."""

    number: str
    subject: str
    customer: str
    specialist: str
    change: AccessChange
    by: str = ""
    ends_at: datetime | None = None
    choices: tuple[str, ...] = ()
    own: bool = False
    to_desk: bool = False
    kind: NoticeKind = NoticeKind.ACCESS_CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedContent:
    """To the SuperUser: their ticket goes on in another of the same customer, ``into``."""

    number: str
    subject: str
    specialist: str
    into: str
    into_subject: str
    kind: NoticeKind = NoticeKind.MERGED


WaysContent = (
    MovedContent
    | HandedOnContent
    | EstimateContent
    | OrderAnsweredContent
    | BilledContent
    | AccessAskedContent
    | AccessChangedContent
    | MergedContent
)
