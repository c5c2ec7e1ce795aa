"""Samples of what the head of service is told of our own sending."""

from collections.abc import Callable, Mapping

from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.sending import SendingDoubtContent
from mailgate.domain.withheld import AnswersStoppedContent, StopCause, Stopped
from mailgate.notify.samples.story import Story


def _sending_doubt(_story: Story) -> NoticeContent:
    return SendingDoubtContent(sent_again=12, parked=3)


def _answers_stopped(story: Story) -> NoticeContent:
    stops = (
        Stopped(cause=StopCause.STRANGERS, whose="", count=61),
        Stopped(cause=StopCause.SAID, whose=story.superuser_address, count=17),
        Stopped(cause=StopCause.CUSTOMER, whose=story.customer, count=4),
    )
    return AnswersStoppedContent(stops=stops, left_out=2)


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.SENDING_DOUBT: _sending_doubt,
    NoticeKind.ANSWERS_STOPPED: _answers_stopped,
}
