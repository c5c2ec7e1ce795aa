"""What the team is told of a ticket: that it is new, that somebody wrote, that it was handed over.

Contents of notices like those in ``outgoing``: each kind has its templates in every language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from mailgate.domain.news import TicketLine
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.pending import BindingAct
from mailgate.domain.ticket import ServiceLevel, TicketType


class Doubt(StrEnum):
    """What the team is to know of a mail that may not be from whom it names. ``WITHHELD``: nor was it passed on."""

    UNPROVEN = "unproven"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTicketContent:
    """A ticket of the team is new, or has a new message: all that is needed to see what it is about.

    ``doubt``: where its sender is not proven. ``by``: who handed it over, where it was. Deadlines: of a program error
    whose clocks run. ``overdue_since``: the customer's payment is late. ``confirmed``: what the customer's word did.
    ``commands``: what can be done now, as its reader writes it; ``answerable``: whether an answer can be sent at all.
    """

    serves: ClassVar = frozenset({NoticeKind.TEAM_NEW_TICKET, NoticeKind.TEAM_FOLLOW_UP, NoticeKind.TEAM_HANDED_OVER})
    number: str
    subject: str
    customer: str
    industry: str
    superuser_name: str
    superuser_address: str
    team: str
    type: TicketType
    level: ServiceLevel | None
    module: str | None
    untrained: bool
    evidence: tuple[tuple[str, str], ...]
    text: str
    attachments: tuple[str, ...]
    received_at: datetime
    kind: NoticeKind
    doubt: Doubt | None = None
    by: str = ""
    reopened: bool = False
    similar: tuple[TicketLine, ...] = ()
    handling_due: datetime | None = None
    solution_due: datetime | None = None
    overdue_since: date | None = None
    confirmed: BindingAct | None = None
    commands: tuple[str, ...] = ()
    answerable: bool = True
