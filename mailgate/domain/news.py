"""What tickets give to tell after they were opened: moves by specialists, and what the clock brings.

Contents of notices like those in ``outgoing``: each kind has its templates in every language.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from mailgate.domain.held_contents import HeldLine
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveContent:
    """A specialist moved a ticket (``kind`` says how). ``text``: the specialist's own words to the customer.

    ``was_type`` and ``was_level``: before the move, where it changed them. Deadlines: as they now are, for
    program errors whose clocks run. ``status``: where it is another by something that no other mail tells.
    ``by_customer``: a SuperUser made it, and needs no telling why.
    """

    serves: ClassVar = frozenset(
        {
            NoticeKind.HANDLING_STARTED,
            NoticeKind.ANSWER,
            NoticeKind.ASKED,
            NoticeKind.WORKAROUND,
            NoticeKind.LEVEL_CHANGED,
            NoticeKind.TYPE_CHANGED,
            NoticeKind.RESOLVED,
            NoticeKind.CLOSED,
            NoticeKind.REOPENED,
        }
    )
    kind: NoticeKind
    number: str
    subject: str
    specialist: str
    text: str = ""
    type: TicketType
    level: ServiceLevel | None
    was_type: TicketType | None = None
    was_level: ServiceLevel | None = None
    status: Status | None = None
    by_customer: bool = False
    handling_due: datetime | None = None
    solution_due: datetime | None = None


class AlarmClock(StrEnum):
    """Which of a ticket's clocks."""

    HANDLING = "handling"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket, as lists in mails show it. ``specialist``: who has taken it, or empty."""

    number: str
    subject: str
    customer: str
    type: TicketType
    level: ServiceLevel | None
    status: Status
    specialist: str
    opened_at: datetime
    handling_started: bool
    handling_due: datetime | None = None
    solution_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """A ticket and the clock that warns, or has run out. ``span``: how long until then, or since."""

    ticket: TicketLine
    clock: AlarmClock
    due_at: datetime
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmContent:
    """To the team: what has run out, and what soon will. Several at one time are one mail, the worst first.

    ``left_out``: how many more there are than the lists have room for.
    """

    breached: tuple[AlarmLine, ...]
    warned: tuple[AlarmLine, ...]
    left_out: int = 0
    kind: NoticeKind = NoticeKind.SLA_ALARM


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusContent:
    """To a SuperUser: how their program errors stand. ``next_at``: when they hear of it again, the soonest."""

    tickets: tuple[TicketLine, ...]
    next_at: datetime | None
    kind: NoticeKind = NoticeKind.STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderContent:
    """To a SuperUser: we wait for your answer. ``question``: what was asked.

    ``closes_on``: when we give up waiting; None: work that was approved goes on.
    """

    number: str
    subject: str
    asked_at: datetime
    question: str
    closes_on: date | None
    kind: NoticeKind = NoticeKind.REMINDER


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedUnansweredContent:
    """To a SuperUser: closed, because a question was not answered; a reply opens it again."""

    number: str
    subject: str
    asked_at: datetime
    kind: NoticeKind = NoticeKind.CLOSED_UNANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNews:
    """What there is to tell of one ticket among several.

    ``reminded``: we wait for an answer to ``question``, and close it on ``closes_on``, if that is given.
    ``closed``: it was closed unanswered. ``told_status``: how it stands is told.
    """

    ticket: TicketLine
    told_status: bool = False
    closed: bool = False
    reminded: bool = False
    closes_on: date | None = None
    asked_at: datetime | None = None
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralContent:
    """To a SuperUser: news of several kinds at one time, a section for each ticket, the worst first.

    ``reminders``, ``closings`` and ``statuses``: how many of each. ``next_at``: when they next hear how errors stand.
    """

    news: tuple[TicketNews, ...]
    reminders: int
    closings: int
    statuses: int
    next_at: datetime | None
    kind: NoticeKind = NoticeKind.SEVERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFigures:
    """The team as a whole, in numbers."""

    open: int
    waiting: int
    breached: int
    due_today: int
    opened_last_day: int
    solved_last_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSizes:
    """How many tickets belong into each of a digest's lists, whether there is room for them or not."""

    breached: int
    due_today: int
    new: int
    waiting: int
    mine: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """Support access that lasts: to whose installation, who has it, until when."""

    number: str
    customer: str
    specialist: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """A specialist's morning: worst first. A ticket stands in the first of the lists that it fits.

    ``held``: mail that waits for a decision, oldest first; ``held_count``: of how many.
    ``left_out``: how many more tickets there are than the lists have room for.
    """

    specialist: str
    team: str
    day: date
    breached: tuple[TicketLine, ...]
    due_today: tuple[TicketLine, ...]
    new: tuple[TicketLine, ...]
    waiting: tuple[TicketLine, ...]
    mine: tuple[TicketLine, ...]
    sizes: DigestSizes
    figures: TeamFigures
    access: tuple[AccessLine, ...] = ()
    held: tuple[HeldLine, ...] = ()
    held_count: int = 0
    left_out: int = 0
    kind: NoticeKind = NoticeKind.DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewContent:
    """A SuperUser's week: the customer's tickets under the four types, open ones and those solved since ``since``.

    Only types of which there are any. ``left_out``: how many more tickets there are than the lists have room for.
    """

    customer: str
    since: date
    open: tuple[tuple[TicketType, tuple[TicketLine, ...]], ...]
    solved: tuple[tuple[TicketType, tuple[TicketLine, ...]], ...]
    left_out: int = 0
    kind: NoticeKind = NoticeKind.OVERVIEW


NewsContent = (
    MoveContent
    | AlarmContent
    | StatusContent
    | ReminderContent
    | ClosedUnansweredContent
    | SeveralContent
    | DigestContent
    | OverviewContent
)
