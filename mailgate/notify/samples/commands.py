"""Samples of what comes back to those who give commands by mail."""

from collections.abc import Callable, Mapping

from mailgate.domain.answers import ColleagueContent, CommandsContent, DoneLine, RequestContent, UndoneLine
from mailgate.domain.causes import Cause
from mailgate.domain.command_table import command
from mailgate.domain.commands import CommandName, Role, Trouble
from mailgate.domain.news import TicketLine
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.samples.story import HANDLING_DUE, NUMBER, OTHER_NUMBER, RECEIVED_AT, SOLUTION_DUE, Story


def _answered(story: Story) -> NoticeContent:
    return CommandsContent(
        number=NUMBER,
        subject=story.subject,
        customer=story.customer,
        done=(),
        undone=(UndoneLine(line="#tem 2", cause=Trouble.UNKNOWN, nearest="#team"),),
        legal=(),
        text=story.answer,
        meanwhile="",
        kept=story.attachments[:1],
        listed=(CommandName.TAKE, CommandName.LEVEL, CommandName.NOTE),
        type=TicketType.PROGRAM_ERROR,
        level=ServiceLevel.HAMPERED,
        module=story.module,
        team=story.team,
        specialist="",
        status=Status.OPEN,
        handling_due=HANDLING_DUE,
        solution_due=SOLUTION_DUE,
    )


def _requested(story: Story) -> NoticeContent:
    line = TicketLine(
        number=NUMBER,
        subject=story.subject,
        customer="",
        type=TicketType.PROGRAM_ERROR,
        level=ServiceLevel.HAMPERED,
        status=Status.OPEN,
        specialist=story.specialist,
        opened_at=RECEIVED_AT,
        handling_started=True,
        handling_due=HANDLING_DUE,
        solution_due=SOLUTION_DUE,
    )
    close = command(CommandName.CLOSE, Role.SUPERUSER)
    return RequestContent(
        number=NUMBER,
        subject=story.subject,
        done=(DoneLine(command=CommandName.MODULE, line=f"{story.module}"),),
        undone=(
            UndoneLine(line="STATSU", cause=Trouble.UNKNOWN, nearest="STATUS"),
            UndoneLine(
                line=f"{close.spellings[story.language][0].upper()} {OTHER_NUMBER}",
                cause=Cause.STATUS,
                status=Status.CLOSED,
                legal=(CommandName.STATUS,),
            ),
        ),
        confirm=(),
        asked_status=True,
        status=(line,),
        left_out=0,
        added=True,
        listed=(),
    )


def _colleague(story: Story) -> NoticeContent:
    return ColleagueContent(
        number=NUMBER, subject=story.subject, colleague=story.colleague, text=story.follow_up, attachments=()
    )


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.COMMANDS_ANSWERED: _answered,
    NoticeKind.REQUEST_ANSWERED: _requested,
    NoticeKind.COLLEAGUE_WROTE: _colleague,
}
