"""Samples of what the clock brings: how things stand, reminders, alarms, digests and overviews."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from mailgate.domain.held_contents import HeldLine
from mailgate.domain.news import (
    AccessLine,
    AlarmClock,
    AlarmContent,
    AlarmLine,
    ClosedUnansweredContent,
    DigestContent,
    DigestSizes,
    OverviewContent,
    ReminderContent,
    SeveralContent,
    StatusContent,
    TeamFigures,
    TicketLine,
    TicketNews,
)
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.notify.samples.story import (
    ASKED_AT,
    HANDLING_DUE,
    NUMBER,
    RECEIVED_AT,
    SAMPLE_TIME,
    SOLUTION_DUE,
    TODAY,
    Story,
)

_CLOSES_ON = date(2026, 12, 2)
_NUMBERS = ("MG-100043-9", "MG-100044-7", "MG-100039-5", "MG-100045-2", "MG-100037-2")


def _main(story: Story, *, started: bool = True) -> TicketLine:
    return TicketLine(
        number=NUMBER,
        subject=story.subject,
        customer=story.customer,
        type=TicketType.PROGRAM_ERROR,
        level=ServiceLevel.HAMPERED,
        status=Status.OPEN,
        specialist=story.specialist if started else "",
        opened_at=RECEIVED_AT,
        handling_started=started,
        handling_due=HANDLING_DUE,
        solution_due=SOLUTION_DUE,
    )


def _other(
    story: Story,
    place: int,
    kind: TicketType = TicketType.QUESTION,
    *,
    level: ServiceLevel | None = None,
    status: Status = Status.OPEN,
    due: datetime | None = None,
) -> TicketLine:
    customer, subject = story.others[place]
    return TicketLine(
        number=_NUMBERS[place],
        subject=subject,
        customer=customer,
        type=kind,
        level=level,
        status=status,
        specialist="" if status is Status.OPEN and due is None else story.specialist,
        opened_at=RECEIVED_AT - timedelta(days=place + 1),
        handling_started=due is not None,
        handling_due=HANDLING_DUE if due is not None else None,
        solution_due=due,
    )


def _standstill(story: Story) -> TicketLine:
    due = SOLUTION_DUE - timedelta(days=2)
    return _other(story, 0, TicketType.PROGRAM_ERROR, level=ServiceLevel.STANDSTILL, due=due)


def _waiting(story: Story) -> TicketLine:
    level, due = ServiceLevel.PARTLY_HAMPERED, SOLUTION_DUE + timedelta(days=14)
    return _other(story, 1, TicketType.PROGRAM_ERROR, level=level, status=Status.WAITING, due=due)


def _known(story: Story) -> TicketLine:
    due = SOLUTION_DUE + timedelta(days=100)
    return _other(story, 2, TicketType.PROGRAM_ERROR, level=ServiceLevel.CAN_BE_WORKED_ROUND, due=due)


def _status(story: Story) -> NoticeContent:
    return StatusContent(tickets=(_main(story), _waiting(story)), next_at=SOLUTION_DUE - timedelta(hours=7))


def _reminder(story: Story) -> NoticeContent:
    return ReminderContent(
        number=NUMBER, subject=story.subject, asked_at=ASKED_AT, question=story.question, closes_on=_CLOSES_ON
    )


def _closed_unanswered(story: Story) -> NoticeContent:
    return ClosedUnansweredContent(number=NUMBER, subject=story.subject, asked_at=ASKED_AT)


def _several(story: Story) -> NoticeContent:
    asked = _other(story, 3, status=Status.WAITING)
    closed = _other(story, 2, status=Status.CLOSED)
    news = (
        TicketNews(ticket=_main(story), told_status=True),
        TicketNews(ticket=asked, reminded=True, closes_on=_CLOSES_ON, asked_at=ASKED_AT, question=story.question),
        TicketNews(ticket=closed, closed=True, asked_at=ASKED_AT),
    )
    return SeveralContent(news=news, reminders=1, closings=1, statuses=1, next_at=SOLUTION_DUE - timedelta(hours=7))


def _sla_alarm(story: Story) -> NoticeContent:
    late, soon = _standstill(story), _main(story, started=False)
    breached = AlarmLine(
        ticket=late, clock=AlarmClock.SOLUTION, due_at=SOLUTION_DUE - timedelta(days=2), span=timedelta(days=1, hours=2)
    )
    warned = AlarmLine(ticket=soon, clock=AlarmClock.HANDLING, due_at=HANDLING_DUE, span=HANDLING_DUE - SAMPLE_TIME)
    return AlarmContent(breached=(breached,), warned=(warned,))


def _digest(story: Story) -> NoticeContent:
    return DigestContent(
        specialist=story.specialist,
        team=story.team,
        day=TODAY,
        breached=(_standstill(story),),
        due_today=(_main(story, started=False),),
        new=(_other(story, 3), _other(story, 4, TicketType.ORDER)),
        waiting=(_waiting(story),),
        mine=(_known(story),),
        sizes=DigestSizes(breached=1, due_today=1, new=14, waiting=1, mine=1),
        figures=TeamFigures(open=31, waiting=7, breached=1, due_today=3, opened_last_day=9, solved_last_day=12),
        access=(AccessLine(number=NUMBER, customer=story.customer, specialist=story.specialist, ends_at=SOLUTION_DUE),),
        held=(
            HeldLine(
                mail="412", sender="nils.nyman@kund.example", subject=story.others[1][1], cause="stranger",
                received_at=RECEIVED_AT,
            ),
            HeldLine(
                mail="415", sender="anna@kund.example", subject=story.subject, cause="unproven",
                received_at=RECEIVED_AT,
            ),
        ),
        held_count=2,
        left_out=12,
    )  # fmt: skip


def _overview(story: Story) -> NoticeContent:
    errors = (_main(story), _waiting(story))
    wish = _other(story, 4, TicketType.WISH)
    solved = (_other(story, 3, status=Status.RESOLVED), _other(story, 2, status=Status.CLOSED))
    return OverviewContent(
        customer=story.customer,
        since=TODAY - timedelta(days=7),
        open=((TicketType.PROGRAM_ERROR, errors), (TicketType.WISH, (wish,))),
        solved=((TicketType.QUESTION, solved),),
    )


SAMPLES: Mapping[NoticeKind, Callable[[Story], NoticeContent]] = {
    NoticeKind.STATUS: _status,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.CLOSED_UNANSWERED: _closed_unanswered,
    NoticeKind.SEVERAL: _several,
    NoticeKind.SLA_ALARM: _sla_alarm,
    NoticeKind.DIGEST: _digest,
    NoticeKind.OVERVIEW: _overview,
}
