"""Builders of notices: every field has a sober default, so that a test names only what it is about."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from mailgate.domain.answers import ColleagueContent, CommandsContent, DoneLine, RequestContent, UndoneLine
from mailgate.domain.causes import Cause
from mailgate.domain.commands import CommandName, Trouble
from mailgate.domain.customer import Language
from mailgate.domain.held_contents import (
    HeldGistContent,
    OverdueContent,
    SpecialistWithoutTicketContent,
    StrangerContent,
)
from mailgate.domain.news import (
    AccessLine,
    AlarmClock,
    AlarmContent,
    AlarmLine,
    ClosedUnansweredContent,
    DigestContent,
    DigestSizes,
    MoveContent,
    OverviewContent,
    ReminderContent,
    SeveralContent,
    StatusContent,
    TeamFigures,
    TicketLine,
    TicketNews,
)
from mailgate.domain.news_of_teams import TeamTicketContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import (
    CalendarEntry,
    JoinedContent,
    Notice,
    NoticeContent,
    ReceiptContent,
    Recipient,
    Thread,
)
from mailgate.domain.pending import BindingAct, ConfirmContent, ConfirmOverContent
from mailgate.domain.sending import SendingDoubtContent
from mailgate.domain.ticket import ServiceLevel, Status, TicketType
from mailgate.domain.withheld import AnswersStoppedContent, StopCause, Stopped
from mailgate.notify.samples import ways
from mailgate.notify.samples.story import STORIES

NUMBER = "MG-100042-6"
RECEIVED_AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
HANDLING_DUE = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SOLUTION_DUE = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
MOVES = (
    NoticeKind.HANDLING_STARTED,
    NoticeKind.ANSWER,
    NoticeKind.ASKED,
    NoticeKind.WORKAROUND,
    NoticeKind.LEVEL_CHANGED,
    NoticeKind.TYPE_CHANGED,
    NoticeKind.RESOLVED,
    NoticeKind.CLOSED,
    NoticeKind.REOPENED,
)


def a_receipt(**changes: Any) -> ReceiptContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "type": TicketType.QUESTION,
        "level": None,
        "module": None,
        "untrained_module": None,
        "number_unknown": False,
        "attachments": (),
        "released": False,
    }
    return ReceiptContent(**defaults | changes)


def a_team_mail(kind: NoticeKind = NoticeKind.TEAM_NEW_TICKET, **changes: Any) -> TeamTicketContent:
    defaults: dict[str, Any] = {
        "kind": kind,
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "customer": "Bygg & Son AB",
        "industry": "Bygg",
        "superuser_name": "Anna Ek",
        "superuser_address": "anna@bygg.example",
        "team": "Hantverkare, Transport och Konsult",
        "type": TicketType.QUESTION,
        "level": None,
        "module": None,
        "untrained": False,
        "evidence": (),
        "text": "Hej!\n\nDen stannar på sista steget.",
        "attachments": (),
        "received_at": RECEIVED_AT,
    }
    return TeamTicketContent(**defaults | changes)


def a_question(**changes: Any) -> ConfirmContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "deed": BindingAct.CLOSE,
        "level": None,
        "type": None,
        "shown": "",
        "asked_at": RECEIVED_AT,
        "until": RECEIVED_AT + timedelta(days=7),
    }
    return ConfirmContent(**defaults | changes)


def a_late_yes(**changes: Any) -> ConfirmOverContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "deed": BindingAct.CLOSE,
        "level": None,
        "type": None,
        "shown": "",
        "until": RECEIVED_AT,
        "status": Status.OPEN,
    }
    return ConfirmOverContent(**defaults | changes)


def a_commands_answer(**changes: Any) -> CommandsContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "customer": "Bygg & Son AB",
        "done": (),
        "undone": (),
        "legal": (),
        "text": "",
        "meanwhile": "",
        "kept": (),
        "listed": (),
        "type": TicketType.QUESTION,
        "level": None,
        "module": None,
        "team": "Hantverkare, Transport och Konsult",
        "specialist": "",
        "status": Status.OPEN,
        "handling_due": None,
        "solution_due": None,
    }
    return CommandsContent(**defaults | changes)


def a_request_answer(**changes: Any) -> RequestContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "done": (),
        "undone": (),
        "confirm": (),
        "asked_status": False,
        "status": (),
        "left_out": 0,
        "added": False,
        "listed": (),
    }
    return RequestContent(**defaults | changes)


def a_gist(**changes: Any) -> HeldGistContent:
    defaults: dict[str, Any] = {
        "sender_name": "Bo Lund",
        "sender_address": "bo@bygg.example",
        "subject": "Skrivaren",
        "gist": "Hej, skrivaren skriver inte.",
        "received_at": RECEIVED_AT,
        "attachments": (),
    }
    return HeldGistContent(**defaults | changes)


def a_move(kind: NoticeKind = NoticeKind.ANSWER, **changes: Any) -> MoveContent:
    defaults: dict[str, Any] = {
        "kind": kind,
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "specialist": "Sven Sund",
        "type": TicketType.QUESTION,
        "level": None,
    }
    return MoveContent(**defaults | changes)


def a_line(**changes: Any) -> TicketLine:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "customer": "Bygg & Son AB",
        "type": TicketType.PROGRAM_ERROR,
        "level": ServiceLevel.HAMPERED,
        "status": Status.OPEN,
        "specialist": "Sven Sund",
        "opened_at": RECEIVED_AT,
        "handling_started": True,
        "handling_due": HANDLING_DUE,
        "solution_due": SOLUTION_DUE,
    }
    return TicketLine(**defaults | changes)


def an_alarm(*, clock: AlarmClock = AlarmClock.SOLUTION, due_at: datetime = SOLUTION_DUE, **line: Any) -> AlarmLine:
    return AlarmLine(ticket=a_line(**line), clock=clock, due_at=due_at, span=timedelta(minutes=75))


def a_digest(**changes: Any) -> DigestContent:
    defaults: dict[str, Any] = {
        "specialist": "Sven Sund",
        "team": "Hantverkare, Transport och Konsult",
        "day": date(2026, 11, 27),
        "breached": (),
        "due_today": (),
        "new": (),
        "waiting": (),
        "mine": (),
        "figures": TeamFigures(open=31, waiting=7, breached=2, due_today=3, opened_last_day=9, solved_last_day=12),
    }
    values = defaults | changes
    lists = ("breached", "due_today", "new", "waiting", "mine")
    return DigestContent(**{"sizes": DigestSizes(**{name: len(values[name]) for name in lists})} | values)


def a_reminder(**changes: Any) -> ReminderContent:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "subject": "Lönekörningen stannar",
        "asked_at": RECEIVED_AT,
        "question": "Vilken månad gäller det?",
        "closes_on": date(2026, 12, 7),
    }
    return ReminderContent(**defaults | changes)


def a_bundle(**changes: Any) -> SeveralContent:
    """An error whose state is told, a question that is asked again, and one that was given up."""
    waits: dict[str, Any] = {**_NO_ERROR, "status": Status.WAITING}
    defaults: dict[str, Any] = {
        "news": (
            TicketNews(ticket=a_line(), told_status=True),
            TicketNews(
                ticket=a_line(**waits, number="MG-100045-9", subject="Var finns mallen?"),
                closes_on=date(2026, 12, 7),
                asked_at=RECEIVED_AT,
                question="Vilken mall?\nOch vilken månad?",
            ),
            TicketNews(
                ticket=a_line(**waits, number="MG-100046-7", subject="Fel moms"), closed=True, asked_at=RECEIVED_AT
            ),
        ),
        "reminders": 1,
        "closings": 1,
        "statuses": 1,
        "next_at": SOLUTION_DUE,
    }
    return SeveralContent(**defaults | changes)


def an_entry(**changes: Any) -> CalendarEntry:
    defaults: dict[str, Any] = {
        "number": NUMBER,
        "clock": AlarmClock.SOLUTION,
        "sequence": 0,
        "summary": "Lönekörningen stannar",
        "start": SOLUTION_DUE,
    }
    return CalendarEntry(**defaults | changes)


_QUEUED: dict[str, Any] = {"specialist": "", "handling_started": False}
_NO_ERROR: dict[str, Any] = {
    "type": TicketType.QUESTION,
    "level": None,
    "handling_due": None,
    "solution_due": None,
}
_LINES = (
    a_line(),
    a_line(**_QUEUED, number="MG-100043-4", subject="Fakturan skrivs inte ut", level=ServiceLevel.STANDSTILL),
    a_line(number="MG-100044-2", subject="Fel summa", status=Status.WAITING),
    a_line(**_NO_ERROR, number="MG-100045-9", subject="Var finns mallen?", status=Status.RESOLVED),
)
_CHANGED: dict[str, Any] = {
    "type": TicketType.PROGRAM_ERROR,
    "level": ServiceLevel.PARTLY_HAMPERED,
    "was_type": TicketType.QUESTION,
    "was_level": ServiceLevel.HAMPERED,
    "handling_due": HANDLING_DUE,
    "solution_due": SOLUTION_DUE,
    "text": "Hej Anna!\n\nStarta om körningen:\n  1. Meny\n  2. Kör & vänta\n\n/Sven",
}


def _bare_ways() -> dict[NoticeKind, NoticeContent]:
    """Of the same samples as the full ones, with whatever may lack left out."""
    bare: dict[str, Any] = {
        "subject": "", "specialist": "", "text": "", "customer": "", "superuser": "", "by": "", "question": "",
        "hours": None, "replaces": False, "legal": (), "choices": (), "ends_at": None,
    }  # fmt: skip

    def stripped(content: Any) -> NoticeContent:
        names = {field.name for field in fields(content)}
        return cast(NoticeContent, replace(content, **{name: bare[name] for name in names & bare.keys()}))

    full = _full_ways()
    # Who has access, and by whose word, is always known.
    access = replace(full[NoticeKind.ACCESS_CHANGED], subject="")  # type: ignore[arg-type]
    return {**{kind: stripped(content) for kind, content in full.items()}, NoticeKind.ACCESS_CHANGED: access}


def _full_ways() -> dict[NoticeKind, NoticeContent]:
    return {kind: sample(STORIES[Language.SWEDISH]) for kind, sample in ways.SAMPLES.items()}


def _bare_news() -> dict[NoticeKind, NoticeContent]:
    bare = a_line(**_NO_ERROR, subject="", specialist="", status=Status.OPEN, handling_started=False)
    groups = ((TicketType.WISH, ()), (TicketType.QUESTION, ()))
    return {
        **{kind: a_move(kind, subject="", specialist="") for kind in MOVES},
        NoticeKind.STATUS: StatusContent(tickets=(), next_at=None),
        NoticeKind.REMINDER: a_reminder(subject="", question=""),
        NoticeKind.CLOSED_UNANSWERED: ClosedUnansweredContent(number=NUMBER, subject="", asked_at=RECEIVED_AT),
        NoticeKind.SEVERAL: a_bundle(
            news=(TicketNews(ticket=bare, told_status=True), TicketNews(ticket=bare, closed=True, asked_at=RECEIVED_AT))
        ),
        NoticeKind.SLA_ALARM: AlarmContent(
            breached=(),
            warned=(AlarmLine(ticket=bare, clock=AlarmClock.HANDLING, due_at=HANDLING_DUE, span=timedelta()),),
        ),
        NoticeKind.DIGEST: a_digest(),
        NoticeKind.SENDING_DOUBT: SendingDoubtContent(sent_again=1, parked=0),
        NoticeKind.ANSWERS_STOPPED: AnswersStoppedContent(
            stops=(Stopped(cause=StopCause.SAID, whose="eva@kund.example", count=1),)
        ),
        NoticeKind.OVERVIEW: OverviewContent(
            customer="Bygg & Son AB", since=date(2026, 11, 16), open=groups, solved=()
        ),
    }


def _full_news() -> dict[NoticeKind, NoticeContent]:
    subject = "Lönekörningen stannar"
    groups = ((TicketType.PROGRAM_ERROR, _LINES[:3]), (TicketType.WISH, ()), (TicketType.QUESTION, _LINES[3:]))
    return {
        **{kind: a_move(kind, **_CHANGED) for kind in MOVES},
        NoticeKind.STATUS: StatusContent(tickets=_LINES[:3], next_at=SOLUTION_DUE),
        NoticeKind.REMINDER: a_reminder(),
        NoticeKind.CLOSED_UNANSWERED: ClosedUnansweredContent(number=NUMBER, subject=subject, asked_at=RECEIVED_AT),
        NoticeKind.SEVERAL: a_bundle(),
        NoticeKind.SENDING_DOUBT: SendingDoubtContent(sent_again=12, parked=3),
        NoticeKind.ANSWERS_STOPPED: AnswersStoppedContent(
            stops=tuple(Stopped(cause=cause, whose="Bygg & Son AB", count=17) for cause in StopCause), left_out=3
        ),
        NoticeKind.SLA_ALARM: AlarmContent(
            breached=(an_alarm(), an_alarm(clock=AlarmClock.HANDLING, due_at=HANDLING_DUE, **_QUEUED)),
            warned=(an_alarm(number="MG-100044-2"),),
        ),
        NoticeKind.DIGEST: a_digest(
            access=(AccessLine(number=NUMBER, customer="Bygg & Son AB", specialist="Sven Sund", ends_at=SOLUTION_DUE),),
            breached=_LINES[:1],
            due_today=_LINES[1:2],
            new=_LINES[3:],
            waiting=_LINES[2:3],
            mine=_LINES,
        ),
        NoticeKind.OVERVIEW: OverviewContent(
            customer="Bygg & Son AB", since=date(2026, 11, 16), open=groups, solved=groups[2:]
        ),
    }


_PROGRAM_ERROR: dict[str, Any] = {
    "type": TicketType.PROGRAM_ERROR,
    "level": ServiceLevel.HAMPERED,
    "module": "Lön",
    "attachments": ("skärmbild.png", "underlag.pdf"),
}
_FOUND = (("type", "keyword: felmeddelande"), ("level", "stated: Servicenivå: 2"))


def _bare() -> dict[NoticeKind, NoticeContent]:
    return {
        NoticeKind.RECEIPT: a_receipt(subject=""),
        NoticeKind.JOINED: JoinedContent(number=NUMBER, subject="", attachments=()),
        NoticeKind.STRANGER: StrangerContent(subject=""),
        NoticeKind.OVERDUE: OverdueContent(customer="Bygg & Son AB", subject="", overdue_since=date(2026, 10, 3)),
        NoticeKind.HELD_GIST: a_gist(sender_name="", subject="", gist=""),
        NoticeKind.SPECIALIST_WITHOUT_TICKET: SpecialistWithoutTicketContent(subject=""),
        NoticeKind.TEAM_NEW_TICKET: a_team_mail(subject="", industry="", superuser_name="", text=""),
        NoticeKind.TEAM_FOLLOW_UP: a_team_mail(NoticeKind.TEAM_FOLLOW_UP, subject="", superuser_name="", text=""),
        NoticeKind.TEAM_HANDED_OVER: a_team_mail(NoticeKind.TEAM_HANDED_OVER, subject="", by="Sven Sund", text=""),
        NoticeKind.CONFIRM: a_question(subject=""),
        NoticeKind.CONFIRM_OVER: a_late_yes(subject=""),
        NoticeKind.REQUEST_ANSWERED: a_request_answer(asked_status=True),
        NoticeKind.COLLEAGUE_WROTE: ColleagueContent(number=NUMBER, subject="", colleague="B", text="", attachments=()),
        NoticeKind.COMMANDS_ANSWERED: a_commands_answer(
            subject="", done=(DoneLine(command=CommandName.TAKE, line="#ta"),)
        ),
        **_bare_news(),
        **_bare_ways(),
    }


def _full() -> dict[NoticeKind, NoticeContent]:
    subject = "Lönekörningen stannar"
    team = {**_PROGRAM_ERROR, "untrained": True, "evidence": _FOUND}
    return {
        NoticeKind.RECEIPT: a_receipt(**_PROGRAM_ERROR, untrained_module="Lön", number_unknown=True, released=True),
        NoticeKind.JOINED: JoinedContent(number=NUMBER, subject=subject, attachments=("skärmbild.png",)),
        NoticeKind.STRANGER: StrangerContent(subject=subject),
        NoticeKind.OVERDUE: OverdueContent(customer="Bygg & Son AB", subject=subject, overdue_since=date(2026, 10, 3)),
        NoticeKind.HELD_GIST: a_gist(attachments=("skärmbild.png",)),
        NoticeKind.SPECIALIST_WITHOUT_TICKET: SpecialistWithoutTicketContent(subject=subject, unproven=True),
        NoticeKind.TEAM_NEW_TICKET: a_team_mail(**team),
        NoticeKind.TEAM_FOLLOW_UP: a_team_mail(NoticeKind.TEAM_FOLLOW_UP, **team),
        NoticeKind.TEAM_HANDED_OVER: a_team_mail(NoticeKind.TEAM_HANDED_OVER, by="Sven Sund", **team),
        NoticeKind.CONFIRM: a_question(deed=BindingAct.LEVEL, level=ServiceLevel.STANDSTILL),
        NoticeKind.CONFIRM_OVER: a_late_yes(deed=BindingAct.APPROVE, shown="12 500 kr", cause=Cause.STATUS),
        NoticeKind.REQUEST_ANSWERED: a_request_answer(
            done=(DoneLine(command=CommandName.MODULE, line="MODUL: Lön"),),
            undone=(UndoneLine(line="TYP: sak", cause=Cause.NO_SUCH_TYPE, about="sak", choices=tuple(TicketType)),),
            confirm=("STÄNG",),
            asked_status=True,
            status=_LINES,
            left_out=3,
            added=True,
            listed=(CommandName.STATUS, CommandName.CLOSE),
        ),
        NoticeKind.COLLEAGUE_WROTE: ColleagueContent(
            number=NUMBER, subject=subject, colleague="Karl Ö", text="Samma här.", attachments=("bild.png",)
        ),
        NoticeKind.COMMANDS_ANSWERED: a_commands_answer(
            undone=(
                UndoneLine(line="#tem 2", cause=Trouble.UNKNOWN, nearest="#team"),
                UndoneLine(line="#ge Per", cause=Cause.SEVERAL_PEOPLE, about="Per", choices=("Per Ek", "Per Alm")),
            ),
            legal=("#ta", "#fråga"),
            text="Hej Anna!\n\nStarta om.",
            meanwhile="Hej Anna!\n\nVi tittar på det.",
            kept=("bild.png",),
            listed=(CommandName.TAKE, CommandName.NOTE),
            type=TicketType.PROGRAM_ERROR,
            level=ServiceLevel.HAMPERED,
            module="Lön",
            specialist="Sven Sund",
            handling_due=HANDLING_DUE,
            solution_due=SOLUTION_DUE,
        ),
        **_full_news(),
        **_full_ways(),
    }


CONTENTS: dict[str, Callable[[], dict[NoticeKind, NoticeContent]]] = {"bare": _bare, "full": _full}
"""One content of each kind: with as little as possible in it, and with everything."""


def a_notice(
    content: NoticeContent,
    *,
    language: Language = Language.SWEDISH,
    name: str = "Anna Ek",
    address: str = "anna@bygg.example",
    thread: Thread | None = None,
    calendar: CalendarEntry | None = None,
) -> Notice:
    return Notice(
        key="one",
        to=Recipient(address=address, name=name, language=language),
        content=content,
        number=getattr(content, "number", None),
        thread=thread or Thread(),
        calendar=(calendar,) if calendar is not None else (),
    )
