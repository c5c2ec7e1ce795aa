"""What comes back to somebody who gave commands by mail: what was done, what was not and why, how the ticket stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mailgate.domain.causes import Cause
from mailgate.domain.commands import CommandName, Trouble
from mailgate.domain.money import Money
from mailgate.domain.news import TicketLine
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Status, TicketType


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneLine:
    """A command that was followed. ``line``: as written, empty where nobody wrote it."""

    command: CommandName
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneLine:
    """A line that was not followed. ``about``: what the cause is about; ``choices``: what there is.

    ``nearest``: how the command is written that may have been meant, in the reader's language. ``status``: how the
    ticket stands that it was about, if it was about one.
    """

    line: str
    cause: Cause | Trouble
    about: str | Money = ""
    choices: tuple[str, ...] = ()
    nearest: str = ""
    status: Status | None = None
    legal: tuple[CommandName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContent:
    """To a SuperUser: what was understood of their mail's first lines, each line by itself, and what was not.

    ``number``: of the ticket that it was about, if it was about one. ``status``: how tickets stand, if that was asked;
    ``left_out``: how many more there are. ``added``: the rest of the mail was added to the ticket.
    ``listed``: the commands to be explained. ``confirm``: lines that wait until the registered address confirms them.
    """

    number: str
    subject: str
    done: tuple[DoneLine, ...]
    undone: tuple[UndoneLine, ...]
    confirm: tuple[str, ...]
    asked_status: bool
    status: tuple[TicketLine, ...]
    left_out: int
    added: bool
    listed: tuple[CommandName, ...]
    kind: NoticeKind = NoticeKind.REQUEST_ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueContent:
    """To the SuperUser of a ticket: a colleague of theirs, also a SuperUser, wrote in it."""

    number: str
    subject: str
    colleague: str
    text: str
    attachments: tuple[str, ...]
    kind: NoticeKind = NoticeKind.COLLEAGUE_WROTE


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsContent:
    """To a specialist: all that a mail asked was done, or nothing of it was.

    ``legal``: what could be done instead, as one writes it. ``text``: their words to the customer that were not
    sent, so that they need not be written again. ``kept``: files that came along and were not passed on.
    ``meanwhile``: what somebody else wrote before this mail could be followed.
    ``number``: empty for a mail that was about no ticket, and then all of how a ticket stands is, too.
    ``listed``: the commands to be explained, where help was asked for. ``was``: the number of the ticket that goes on
    in the one that is shown, since it was merged.
    """

    serves: ClassVar = frozenset({NoticeKind.COMMANDS_ANSWERED})
    number: str
    subject: str
    done: tuple[DoneLine, ...]
    undone: tuple[UndoneLine, ...]
    customer: str = ""
    legal: tuple[str, ...] = ()
    text: str = ""
    meanwhile: str = ""
    kept: tuple[str, ...] = ()
    listed: tuple[CommandName, ...] = ()
    was: str = ""
    type: TicketType | None = None
    level: ServiceLevel | None = None
    module: str | None = None
    team: str = ""
    specialist: str = ""
    status: Status | None = None
    handling_due: datetime | None = None
    solution_due: datetime | None = None
    kind: NoticeKind = NoticeKind.COMMANDS_ANSWERED
