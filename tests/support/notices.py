"""Builders of notices: every field has a sober default, so that a test names only what it is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from mailgate.domain.customer import Language
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import (
    HeldGistContent,
    JoinedContent,
    Notice,
    NoticeContent,
    OverdueContent,
    ReceiptContent,
    Recipient,
    SpecialistWithoutTicketContent,
    StrangerContent,
    TeamTicketContent,
    Thread,
)
from mailgate.domain.ticket import ServiceLevel, TicketType

NUMBER = "MG-100042-6"
RECEIVED_AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


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
        NoticeKind.SPECIALIST_WITHOUT_TICKET: SpecialistWithoutTicketContent(subject=subject),
        NoticeKind.TEAM_NEW_TICKET: a_team_mail(**team),
        NoticeKind.TEAM_FOLLOW_UP: a_team_mail(NoticeKind.TEAM_FOLLOW_UP, **team),
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
) -> Notice:
    return Notice(
        key="one",
        to=Recipient(address=address, name=name, language=language),
        content=content,
        number=getattr(content, "number", None),
        thread=thread or Thread(),
    )
