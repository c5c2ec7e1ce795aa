import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from mailgate.notify.calendar_file import CalendarEvent, calendar_file, files_of
from mailgate.notify.inert import one_line
from tests.support.notices import an_entry

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


START = datetime(2026, 11, 27, 16, 0, tzinfo=timezone(timedelta(hours=1)))


def a_file(
    *,
    summary: str = "Mål för lösningen",
    organizer: tuple[str, str] = ("Service & Kvalitet", "support@example.com"),
    **changes: Any,
) -> bytes:
    entry = an_entry(start=START, **changes)
    event = CalendarEvent(entry=entry, uid="MG-100042-6.solution@desk.example", summary=summary)
    return calendar_file([event], organizer=organizer, now=NOW)


def unfolded(content: bytes) -> list[str]:
    """RFC 5545 §3.1, strictly: whole lines of at most 75 octets, which are UTF-8 each for itself."""
    assert content.endswith(b"\r\n")
    pieces = content[:-2].split(b"\r\n")
    for piece in pieces:
        assert len(piece) <= 75
        assert not re.search("[\x00-\x1f\x7f]", piece.decode("utf-8"))
    return b"\r\n".join(pieces).replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def value_of(content: bytes, name: str) -> str:
    (line,) = [line for line in unfolded(content) if line.startswith(f"{name}:")]
    return line.partition(":")[2]


def test_the_whole_file() -> None:
    assert unfolded(a_file(sequence=4)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mailgate//Mailgate//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:MG-100042-6.solution@desk.example",
        "SEQUENCE:4",
        "DTSTAMP:20261123T090500Z",
        "DTSTART:20261127T150000Z",
        "SUMMARY:Mål för lösningen",
        'ORGANIZER;CN="Service & Kvalitet":mailto:support@example.com',
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_taking_back_is_said_in_the_method_and_in_the_status() -> None:
    content = a_file(cancelled=True)
    assert (value_of(content, "METHOD"), value_of(content, "STATUS")) == ("CANCEL", "CANCELLED")


def test_many_deadlines_are_one_file_and_each_that_is_taken_back_is_its_own() -> None:
    events = [
        CalendarEvent(entry=an_entry(sequence=place, cancelled=place in {2, 4}), uid=f"{place}@desk", summary="Mål")
        for place in range(1, 6)
    ]
    files = files_of(events)
    assert [[event.entry.sequence for event in file] for file in files] == [[1, 3, 5], [2], [4]]
    content = calendar_file(files[0], organizer=("Desk", "support@example.com"), now=NOW)
    calendar = Calendar.from_ical(content)
    assert [str(event["UID"]) for event in calendar.events] == ["1@desk", "3@desk", "5@desk"]
    assert calendar["METHOD"] == "PUBLISH"
    assert files_of([]) == []


@pytest.mark.parametrize(
    ("summary", "written"),
    [
        ("ett, två; tre", "ett\\, två\\; tre"),
        ("C:\\Temp\\n", "C:\\\\Temp\\\\n"),
        ("ett\r\nATTENDEE:mailto:x@y.example", "ett ATTENDEE:mailto:x@y.example"),
        ("rtl \u202egnp.exe \x00\ud800", "rtl gnp.exe"),
    ],
)
def test_what_somebody_wrote_stays_in_its_line(summary: str, written: str) -> None:
    assert value_of(a_file(summary=summary), "SUMMARY") == written


def test_a_name_cannot_leave_its_quotation_marks() -> None:
    content = a_file(organizer=('A";ROLE=x:mailto:y\r\nX:1', "a%b@example.com"))
    assert 'ORGANIZER;CN="A\';ROLE=x:mailto:y X:1":mailto:a%25b@example.com' in unfolded(content)


@given(st.text(max_size=200), st.text(max_size=100))
@example("å" * 200, "å")
@example("😀" * 100, '"')
@example(" x" * 80, "")
@example("\\;,:" * 40, ";:,")
def test_another_program_reads_what_was_meant(summary: str, name: str) -> None:
    content = a_file(summary=summary, organizer=(name, "support@example.com"))
    unfolded(content)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.events
    assert str(event.get("SUMMARY", "")) == one_line(summary)
    assert calendar["METHOD"] == "PUBLISH"
    assert event.start == START
    assert [prop for prop, _ in event.property_items(recursive=False)].count("SUMMARY") == 1
