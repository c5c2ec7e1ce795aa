"""What binds a customer, and so is done on proof only: where there is none, it waits until it is confirmed.

Asking and carrying out are for ``desk.confirm``. A pending act belongs to one SuperUser, who alone can confirm it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType

from mailgate.domain.causes import Cause
from mailgate.domain.customer import SuperUserId
from mailgate.domain.mail import MailId
from mailgate.domain.money import Money
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, TicketId, TicketType

PendingId = NewType("PendingId", int)

WAITS_FOR = timedelta(days=7)
"""(ours) So long a pending act can be confirmed."""


class BindingAct(StrEnum):
    """What binds the customer. Its words are in ``words.toml`` (``[deeds]``), its function is in ``desk.binding``."""

    CLOSE = "close"
    LEVEL = "level"
    TYPE = "type"
    APPROVE = "approve"
    DECLINE = "decline"
    GRANT_ACCESS = "grant_access"
    WITHDRAW_ACCESS = "withdraw_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One of them. ``value``: what carries it out again, "2", "wish", an id.

    ``shown``: what stands for that in the mail that asks to confirm it (a price); for levels and types it is known.
    """

    kind: BindingAct
    value: str = ""
    shown: str = ""

    @property
    def level(self) -> ServiceLevel | None:
        """The level that is wanted, if one is."""
        return ServiceLevel(int(self.value)) if self.kind is BindingAct.LEVEL else None

    @property
    def type(self) -> TicketType | None:
        """The type that is wanted, if one is."""
        return TicketType(self.value) if self.kind is BindingAct.TYPE else None


class PendingState(StrEnum):
    """Of a pending act. ``REFUSED``: it was confirmed, and could not be done any more."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A deed that waits for a SuperUser's yes, or did. ``mail_id``: the mail that wanted it."""

    pending_id: PendingId
    ticket_id: TicketId
    superuser_id: SuperUserId
    deed: Deed
    state: PendingState
    asked_at: datetime
    expires_at: datetime
    mail_id: MailId


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What its SuperUser says to a pending act."""

    pending: Pending
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmContent:
    """To a SuperUser: a mail in their name wants something that binds, and does not prove itself. Is it theirs?"""

    number: str
    subject: str
    deed: BindingAct
    level: ServiceLevel | None
    type: TicketType | None
    shown: str
    asked_at: datetime
    until: datetime
    kind: NoticeKind = NoticeKind.CONFIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOverContent:
    """To a SuperUser: their yes changed nothing; it came too late, or (``cause``) the ticket allows it no more."""

    serves: ClassVar = frozenset({NoticeKind.CONFIRM_OVER})
    number: str
    subject: str
    deed: BindingAct
    level: ServiceLevel | None
    type: TicketType | None
    shown: str
    until: datetime
    cause: Cause | None = None
    about: str | Money = ""
    status: Status
    kind: NoticeKind = NoticeKind.CONFIRM_OVER
