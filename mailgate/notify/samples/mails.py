"""Samples of what answers a mail, and of what is held."""

from collections.abc import Callable, Mapping
from datetime import date

from mailgate.domain.held_contents import (
    HeldGistContent,
    OverdueContent,
    SpecialistWithoutTicketContent,
    StrangerContent,
)
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import JoinedContent, NoticeContent, ReceiptContent
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.notify.samples.story import NUMBER, RECEIVED_AT, Story


def _receipt(story: Story) -> NoticeContent:
    return ReceiptContent(
        number=NUMBER,
        subject=story.subject,
        type=TicketType.PROGRAM_ERROR,
        level=ServiceLevel.HAMPERED,
        module=story.module,
        untrained_module=story.module,
        number_unknown=False,
        attachments=story.attachments,
        released=False,
    )


def _joined(story: Story) -> NoticeContent:
    return JoinedContent(number=NUMBER, subject=story.subject, attachments=story.attachments[:1])


def _stranger(story: Story) -> NoticeContent:
    return StrangerContent(subject=story.gist_subject)


def _overdue(story: Story) -> NoticeContent:
    return OverdueContent(customer=story.customer, subject=story.subject, overdue_since=date(2026, 10, 30))


def _held_gist(story: Story) -> NoticeContent:
    return HeldGistContent(
        sender_name=story.colleague,
        sender_address=story.colleague_address,
        subject=story.gist_subject,
        gist=story.gist,
        received_at=RECEIVED_AT,
        attachments=story.attachments[:1],
    )


def _specialist_without_ticket(story: Story) -> NoticeContent:
    return SpecialistWithoutTicketContent(subject=story.subject)


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.JOINED: _joined,
    NoticeKind.STRANGER: _stranger,
    NoticeKind.OVERDUE: _overdue,
    NoticeKind.HELD_GIST: _held_gist,
    NoticeKind.SPECIALIST_WITHOUT_TICKET: _specialist_without_ticket,
}
