"""What the sender of a mail that makes no ticket is told, and what the SuperUsers of its house are."""

from dataclasses import dataclass
from datetime import date, datetime

from mailgate.domain.notice_kinds import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerContent:
    """The sender is no SuperUser. Names nobody and nothing: who is a customer is not a stranger's business.

    ``subject``: empty where the sender is not proven. The shipped wording repeats nothing of the mail.
    """

    subject: str
    kind: NoticeKind = NoticeKind.STRANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueContent:
    """Support rests while a payment is late."""

    customer: str
    subject: str
    overdue_since: date
    kind: NoticeKind = NoticeKind.OVERDUE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGistContent:
    """A colleague who is no SuperUser wrote to support; ``gist`` is the beginning of what they wrote."""

    sender_name: str
    sender_address: str
    subject: str
    gist: str
    received_at: datetime
    attachments: tuple[str, ...]
    kind: NoticeKind = NoticeKind.HELD_GIST


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialistWithoutTicketContent:
    """A specialist wrote to the support address, but no ticket could be told from it.

    ``unproven``: it decides on held mail, for which it would need no ticket, but proof.
    """

    subject: str
    unproven: bool = False
    kind: NoticeKind = NoticeKind.SPECIALIST_WITHOUT_TICKET


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A held mail in a list; ``mail`` is the number by which one decides on it, ``cause`` why it waits."""

    mail: str
    sender: str
    subject: str
    cause: str
    received_at: datetime
