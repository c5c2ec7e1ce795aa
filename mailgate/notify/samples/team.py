"""Samples of what the team is told of its tickets."""

from collections.abc import Callable, Mapping

from mailgate.domain.customer import Language
from mailgate.domain.news_of_teams import Doubt, TeamTicketContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.notify.samples.story import HANDLING_DUE, NUMBER, RECEIVED_AT, SOLUTION_DUE, Story

_COMMANDS = {
    Language.SWEDISH: ("#ta", "#produkt", "#fråga", "#anteckning", "#nivå", "#löst"),
    Language.ENGLISH: ("#take", "#product", "#ask", "#note", "#level", "#resolve"),
    Language.FINNISH: ("#ota", "#tuote", "#kysy", "#muistiinpano", "#taso", "#ratkaistu"),
}


def _told(kind: NoticeKind, story: Story, *, text: str, doubt: Doubt | None = None, by: str = "") -> NoticeContent:
    return TeamTicketContent(
        kind=kind,
        number=NUMBER,
        subject=story.subject,
        customer=story.customer,
        industry=story.industry,
        superuser_name=story.superuser,
        superuser_address=story.superuser_address,
        team=story.team,
        type=TicketType.PROGRAM_ERROR,
        level=ServiceLevel.HAMPERED,
        module=story.module,
        untrained=True,
        evidence=(("type", f"keyword: {story.keyword} (4)"), ("level", "stated: 2")),
        text=text,
        attachments=story.attachments,
        received_at=RECEIVED_AT,
        doubt=doubt,
        by=by,
        handling_due=HANDLING_DUE,
        solution_due=SOLUTION_DUE,
        commands=_COMMANDS[story.language],
    )


def _new_ticket(story: Story) -> NoticeContent:
    return _told(NoticeKind.TEAM_NEW_TICKET, story, text=story.mail)


def _follow_up(story: Story) -> NoticeContent:
    return _told(NoticeKind.TEAM_FOLLOW_UP, story, text=story.follow_up, doubt=Doubt.UNPROVEN)


def _handed_over(story: Story) -> NoticeContent:
    return _told(NoticeKind.TEAM_HANDED_OVER, story, text=story.follow_up, by=story.specialist)


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.TEAM_NEW_TICKET: _new_ticket,
    NoticeKind.TEAM_FOLLOW_UP: _follow_up,
    NoticeKind.TEAM_HANDED_OVER: _handed_over,
}
