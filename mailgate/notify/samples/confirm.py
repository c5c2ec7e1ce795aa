"""Samples of the mails by which what binds a customer is confirmed."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.pending import WAITS_FOR, BindingAct, ConfirmContent, ConfirmOverContent
from mailgate.domain.ticket import ServiceLevel, Status
from mailgate.notify.samples.story import NUMBER, SAMPLE_TIME, Story


def _confirm(story: Story) -> NoticeContent:
    asked_at = SAMPLE_TIME - timedelta(minutes=2)
    return ConfirmContent(
        number=NUMBER,
        subject=story.subject,
        deed=BindingAct.LEVEL,
        level=ServiceLevel.STANDSTILL,
        type=None,
        shown="",
        asked_at=asked_at,
        until=asked_at + WAITS_FOR,
    )


def _over(story: Story) -> NoticeContent:
    return ConfirmOverContent(
        number=NUMBER,
        subject=story.subject,
        deed=BindingAct.CLOSE,
        level=None,
        type=None,
        shown="",
        until=SAMPLE_TIME - timedelta(days=1),
        status=Status.OPEN,
    )


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.CONFIRM: _confirm,
    NoticeKind.CONFIRM_OVER: _over,
}
