"""A ticket's deadline as a calendar file (RFC 5545, RFC 5546): one event, published, moved, or taken back.

A later file with the same UID and a higher SEQUENCE takes the place of an earlier one in whatever calendar holds it.
What the words are is for ``compose``.
"""

from datetime import UTC, datetime
from urllib.parse import quote

from mailgate.domain.outgoing import CalendarEntry
from mailgate.notify.inert import one_line

_LINE_OCTETS = 75  # RFC 5545 §3.1, without the line end
_SUMMARY_CAP = 200


def calendar_method(entry: CalendarEntry) -> str:
    """RFC 5546 §3.2.1, §3.2.5: stands in the file, and must stand in its Content-Type (RFC 6047 §2.4)."""
    return "CANCEL" if entry.cancelled else "PUBLISH"


def calendar_file(entry: CalendarEntry, *, uid: str, summary: str, organizer: tuple[str, str], now: datetime) -> bytes:
    """The whole file. ``summary``: in words. ``organizer``: name and address of whoever keeps the deadline."""
    name, address = organizer
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mailgate//Mailgate//EN",
        f"METHOD:{calendar_method(entry)}",
        "BEGIN:VEVENT",
        f"UID:{_escaped(uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(entry.start)}",  # alone it is a point in time (RFC 5545 §3.6.1), as a deadline is
        f"SUMMARY:{_escaped(summary)}",
        f'ORGANIZER;CN="{_quotable(name)}":mailto:{quote(address, safe="@!$*+-._~")}',
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",  # nobody is busy because of it
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


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
    pieces: list[bytes] = [b""]
    for char in line:
        octets = char.encode()
        if len(pieces[-1]) + len(octets) > _LINE_OCTETS:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces) + b"\r\n"
