"""Samples of what a SuperUser is told when a specialist moves the ticket."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from mailgate.domain.news import MoveContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.notify.samples.story import HANDLING_DUE, NUMBER, SOLUTION_DUE, Story

# What the specialist writes with each move: a field of the story.
_SAID = {
    NoticeKind.HANDLING_STARTED: "started",
    NoticeKind.ANSWER: "answer",
    NoticeKind.ASKED: "question",
    NoticeKind.WORKAROUND: "workaround",
    NoticeKind.LEVEL_CHANGED: "other_level",
    NoticeKind.TYPE_CHANGED: "other_type",
    NoticeKind.RESOLVED: "solved",
    NoticeKind.CLOSED: "goodbye",
    NoticeKind.REOPENED: "again",
}
_LEVEL_AFTER = {
    NoticeKind.WORKAROUND: ServiceLevel.PARTLY_HAMPERED,
    NoticeKind.LEVEL_CHANGED: ServiceLevel.PARTLY_HAMPERED,
}
_STARTS_THE_CLOCKS = (NoticeKind.LEVEL_CHANGED, NoticeKind.TYPE_CHANGED, NoticeKind.REOPENED)
_LATER = datetime(2026, 12, 22, 15, 0, tzinfo=SOLUTION_DUE.tzinfo)


def _move(kind: NoticeKind, story: Story) -> NoticeContent:
    level = _LEVEL_AFTER.get(kind, ServiceLevel.HAMPERED)
    return MoveContent(
        kind=kind,
        number=NUMBER,
        subject=story.subject,
        specialist=story.specialist,
        text=getattr(story, _SAID[kind]),
        type=TicketType.PROGRAM_ERROR,
        level=level,
        was_type=TicketType.QUESTION if kind is NoticeKind.TYPE_CHANGED else None,
        was_level=ServiceLevel.HAMPERED if kind in _LEVEL_AFTER else None,
        handling_due=HANDLING_DUE if kind in _STARTS_THE_CLOCKS else None,
        solution_due=_LATER if kind in _LEVEL_AFTER else SOLUTION_DUE,
    )


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {kind: partial(_move, kind) for kind in _SAID}
