"""What comes back to somebody who gave commands by mail: what was done, what was not and why, how the ticket stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mailgate.domain.causes import Cause
from mailgate.domain.commands import CommandName, Trouble
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

    ``nearest``: how the command is written that may have been meant, in the reader's language.
    """

    line: str
    cause: Cause | Trouble
    about: str = ""
    choices: tuple[str, ...] = ()
    nearest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsContent:
    """To a specialist: all that a mail asked was done, or nothing of it was.

    ``legal``: what could be done instead, as one writes it. ``text``: their words to the customer that were not
    sent, so that they need not be written again. ``kept``: files that came along and were not passed on.
    ``meanwhile``: what somebody else wrote before this mail could be followed.
    ``listed``: the commands to be explained, where help was asked for.
    """

    serves: ClassVar = frozenset({NoticeKind.COMMANDS_ANSWERED})
    number: str
    subject: str
    customer: str
    done: tuple[DoneLine, ...]
    undone: tuple[UndoneLine, ...]
    legal: tuple[str, ...]
    text: str
    meanwhile: str
    kept: tuple[str, ...]
    listed: tuple[CommandName, ...]
    type: TicketType
    level: ServiceLevel | None
    module: str | None
    team: str
    specialist: str
    status: Status
    handling_due: datetime | None
    solution_due: datetime | None
    kind: NoticeKind = NoticeKind.COMMANDS_ANSWERED
