"""Tickets' deadlines as calendar files (RFC 5545, RFC 5546): events that are published, moved, or taken back.

A later file with the same UID and a higher SEQUENCE takes the place of an earlier one in whatever calendar holds it.
What the words are is for ``compose``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from mailgate.domain.outgoing import CalendarEntry
from mailgate.notify.inert import one_line

_LINE_OCTETS = 75  # RFC 5545 §3.1, without the line end
_SUMMARY_CAP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """An entry with what it is known by in whatever calendar holds it, and its summary in words."""

    entry: CalendarEntry
    uid: str
    summary: str


def calendar_method(events: Sequence[CalendarEvent]) -> str:
    """RFC 5546 §3.2.1, §3.2.5: stands in the file, and must stand in its Content-Type (RFC 6047 §2.4)."""
    return "CANCEL" if events[0].entry.cancelled else "PUBLISH"


def files_of(events: Iterable[CalendarEvent]) -> list[list[CalendarEvent]]:
    """What may stand in one file: any number that is published, but one that is taken back (RFC 5546 §3.2.5)."""
    known = list(events)
    published = [event for event in known if not event.entry.cancelled]
    taken_back = [[event] for event in known if event.entry.cancelled]
    return [published, *taken_back] if published else taken_back


def calendar_file(events: Sequence[CalendarEvent], *, organizer: tuple[str, str], now: datetime) -> bytes:
    """The whole file, of events that go together. ``organizer``: name and address of whoever keeps the deadlines."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mailgate//Mailgate//EN",
        f"METHOD:{calendar_method(events)}",
        *(line for event in events for line in _lines(event, organizer=organizer, now=now)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _lines(event: CalendarEvent, *, organizer: tuple[str, str], now: datetime) -> list[str]:
    entry, (name, address) = event.entry, organizer
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(entry.start)}",  # alone it is a point in time (RFC 5545 §3.6.1), as a deadline is
        f"SUMMARY:{_escaped(event.summary)}",
        f'ORGANIZER;CN="{_quotable(name)}":mailto:{quote(address, safe="@!$*+-._~")}',
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",  # nobody is busy because of it
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    """RFC 5545 §3.3.5, form 2: needs no definition of a time zone."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """RFC 5545 §3.3.11."""
    line = one_line(text)[:_SUMMARY_CAP]
    return line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _quotable(text: str) -> str:
    """RFC 5545 §3.2: a parameter has no way to write a quotation mark."""
    return one_line(text)[:_SUMMARY_CAP].replace('"', "'")


def _folded(line: str) -> bytes:
    """Cut after at most 75 octets, never inside a character, each further line after a space (RFC 5545 §3.1)."""
    pieces: list[bytes] = []
    left, lead = line.encode(), b""
    while len(lead) + len(left) > _LINE_OCTETS:
        cut = _LINE_OCTETS - len(lead)
        while left[cut] & 0b1100_0000 == 0b1000_0000:  # goes on with a character (RFC 3629 §3)
            cut -= 1
        pieces.append(lead + left[:cut])
        left, lead = left[cut:], b" "
    return b"\r\n".join([*pieces, lead + left]) + b"\r\n"
