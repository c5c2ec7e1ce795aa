"""A deadline in the reader's calendar: it comes with the receipt, moves with the ticket, and goes when it is done."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from icalendar import Calendar

from mailgate.desk.tickets import Act, ask, close, set_level
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import ServiceLevel, Ticket
from tests.support.desk import Desk, a_desk, from_eva


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        desk.a_superuser(of=desk.a_customer())
        desk.a_specialist()
        yield desk


def opened(desk: Desk, text: str = "Ärendekategori: Programfel\nServicenivå: 2") -> Ticket:
    settled = desk.take(from_eva(text=text))
    assert settled is not None
    assert settled.ticket is not None
    return settled.ticket


def move(desk: Desk, ticket: Ticket, what: object, *arguments: object) -> Ticket:
    with desk.database.transaction() as uow:
        (by,) = uow.customers.specialists()
        present = uow.tickets.ticket(ticket.ticket_id)
        assert present is not None
        act = Act(uow=uow, house=desk.house, ticket=present, by=by, now=desk.now)
        moved = what(act, *arguments)  # type: ignore[operator]
    assert isinstance(moved, Ticket)
    return moved


def entries(desk: Desk, kind: NoticeKind) -> list[tuple[str, int, str, str]]:
    """UID, sequence, start and method of what went along with mails of a kind."""
    found = []
    for told in desk.told(kind):
        for part in message_from_bytes(desk.sent_text(told)).walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_payload(decode=True))
                (event,) = calendar.walk("VEVENT")
                start = event["DTSTART"].dt.isoformat()
                found.append((str(event["UID"]), int(event["SEQUENCE"]), start, str(calendar["METHOD"])))
    return found


def test_a_program_errors_receipt_brings_its_deadline_and_other_receipts_none(desk: Desk) -> None:
    opened(desk)
    ((_, _, start, method),) = entries(desk, NoticeKind.RECEIPT)
    assert (start, method) == ("2026-11-27T15:00:00+00:00", "PUBLISH")
    desk.take(from_eva(text="Hur gör man?", message_id="<q@kund.example>"))
    assert len(entries(desk, NoticeKind.RECEIPT)) == 1


def test_another_level_moves_the_same_entry(desk: Desk) -> None:
    ticket = opened(desk)
    move(desk, ticket, set_level, ServiceLevel.STANDSTILL)
    ((uid, first, _, _),) = entries(desk, NoticeKind.RECEIPT)
    ((again, second, start, method),) = entries(desk, NoticeKind.LEVEL_CHANGED)
    assert (again, start, method) == (uid, "2026-11-23T15:00:00+00:00", "PUBLISH")
    assert second > first


def test_the_wait_for_the_customer_moves_it_when_it_is_over(desk: Desk) -> None:
    ticket = opened(desk)
    move(desk, ticket, ask, "Vilken version?")
    assert entries(desk, NoticeKind.ASKED) == []
    desk.later(timedelta(days=1))
    desk.take(from_eva(f"Re: [{ticket.number}]", text="Den nya.", message_id="<a@kund.example>"))
    ((_, _, start, _),) = entries(desk, NoticeKind.JOINED)
    assert start == "2026-11-30T15:00:00+00:00"


def test_closing_takes_it_out_of_the_calendar(desk: Desk) -> None:
    ticket = opened(desk)
    move(desk, ticket, close)
    ((uid, first, start, _),) = entries(desk, NoticeKind.RECEIPT)
    ((again, second, was, method),) = entries(desk, NoticeKind.CLOSED)
    assert (again, was, method) == (uid, start, "CANCEL")
    assert second > first
