"""Samples of what comes back to those who give commands by mail."""

from collections.abc import Callable, Mapping

from mailgate.domain.answers import CommandsContent, UndoneLine
from mailgate.domain.commands import CommandName, Trouble
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.samples.story import HANDLING_DUE, NUMBER, SOLUTION_DUE, Story


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


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {NoticeKind.COMMANDS_ANSWERED: _answered}
