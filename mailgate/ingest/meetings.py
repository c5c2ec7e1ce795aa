"""Reads what a calendar part says: method, time, title, and an attendee's answer (RFC 5545, RFC 5546).

A small reader of a few properties, with caps; no recurrence, no alarms. Times in zones of names that nobody knows are
read by the offset that the part itself gives for the zone.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from mailgate.domain.report import Meeting
from mailgate.ingest.decoding import decode_text, one_line
from mailgate.ingest.mime_tree import Leaf, Part, content

_TYPES = frozenset(("text/calendar", "application/ics", "text/x-vcalendar"))
_MAX_OCTETS = 256 * 1024
_MAX_LINES = 5_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]{1,40})((?:;[^:\"]{0,400}(?:\"[^\"]{0,400}\")?){0,20}):(.*)")
_ZONE = re.compile(r";TZID=\"?([^\";:]{1,100})\"?", re.IGNORECASE)
_ANSWER = re.compile(r";PARTSTAT=([A-Za-z-]{1,20})", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")
_SPAN = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,5}S)?)?")
_ESCAPE = re.compile(r"\\([\\;,nN])")
# The names that Outlook and Exchange give to the zones that our readers live in (CLDR, windowsZones).
_WINDOWS = {
    "w. europe standard time": "Europe/Berlin", "central europe standard time": "Europe/Budapest",
    "romance standard time": "Europe/Paris", "central european standard time": "Europe/Warsaw",
    "fle standard time": "Europe/Helsinki", "gtb standard time": "Europe/Bucharest",
    "gmt standard time": "Europe/London", "greenwich standard time": "Atlantic/Reykjavik",
    "russian standard time": "Europe/Moscow", "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago", "pacific standard time": "America/Los_Angeles", "utc": "UTC",
}  # fmt: skip

_Property = tuple[str, str, str]


def read_meeting(leaves: Iterable[Leaf]) -> Meeting | None:
    """The first calendar part with a method; None if the mail has none."""
    for leaf in leaves:
        if leaf.part.media_type in _TYPES:
            text = decode_text(content(leaf.part)[:_MAX_OCTETS], _parameter(leaf.part, "charset"))
            meeting = _meeting(text, declared=_parameter(leaf.part, "method"))
            if meeting is not None:
                return meeting
    return None


def _parameter(part: Part, name: str) -> str:
    value = part.get_param(name)
    return value if isinstance(value, str) else ""


def _meeting(text: str, *, declared: str) -> Meeting | None:
    lines = _FOLD.sub("", text).splitlines()[:_MAX_LINES]
    properties = [(match[1].upper(), match[2], match[3].strip()) for match in map(_LINE.match, lines) if match]
    # RFC 6047 §2.4: the type's parameter and the object say the same; where one is missing the other counts.
    method = one_line(declared or _value(properties, "METHOD"))[:20].lower()
    if not method:
        return None
    event = _event(properties)
    start = next((each for each in event if each[0] == "DTSTART"), None)
    starts_at = _instant(start, properties) if start is not None else None
    return Meeting(
        method=method,
        summary=one_line(_ESCAPE.sub(lambda match: " " if match[1] in "nN" else match[1], _value(event, "SUMMARY")))[
            :200
        ],
        uid=one_line(_value(event, "UID"))[:200],
        starts_at=starts_at,
        ends_at=_end(event, properties, starts_at),
        all_day=start is not None and "T" not in start[2],
        answer=_answer(event) if method in ("reply", "counter") else None,
    )


def _event(properties: Sequence[_Property]) -> list[_Property]:
    """The properties of the first event or task, without those of its alarms."""
    found: list[_Property] = []
    inside = ""
    for name, parameters, value in properties:
        kind = value.upper()
        if name == "BEGIN" and kind in ("VEVENT", "VTODO", "VALARM"):
            inside = kind
        elif name == "END" and kind == "VALARM":
            inside = "VEVENT"
        elif name == "END" and kind == inside:
            break
        elif inside in ("VEVENT", "VTODO"):
            found.append((name, parameters, value))
    return found


def _value(properties: Sequence[_Property], name: str) -> str:
    return next((value for found, _, value in properties if found == name), "")


def _answer(event: Sequence[_Property]) -> str | None:
    answers = (_ANSWER.search(parameters) for name, parameters, _ in event if name == "ATTENDEE")
    return next((match[1].lower() for match in answers if match), None)


def _end(event: Sequence[_Property], properties: Sequence[_Property], starts_at: datetime | None) -> datetime | None:
    end = next((each for each in event if each[0] in ("DTEND", "DUE")), None)
    if end is not None:
        return _instant(end, properties)
    span = _SPAN.fullmatch(_value(event, "DURATION"))
    if span is None or starts_at is None:
        return None
    weeks, days, hours, minutes = (int(each or 0) for each in span.groups())
    try:
        return starts_at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _instant(time: _Property, properties: Sequence[_Property]) -> datetime | None:
    _, parameters, value = time
    match = _TIME.fullmatch(value)
    if match is None:
        return None
    named = _ZONE.search(parameters)
    # A time without a zone is "floating", everybody's own (RFC 5545 §3.3.5): UTC is as good as any.
    zone = _zone(named[1], properties) if named and not match[7] else UTC
    try:
        local = datetime(*(int(each or 0) for each in match.groups()[:6]), tzinfo=zone)  # type: ignore[arg-type,misc]
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str, properties: Sequence[_Property]) -> tzinfo:
    known = _WINDOWS.get(name.strip().lower(), name.strip())
    try:
        return ZoneInfo(known)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return _stated_zone(properties)


def _stated_zone(properties: Sequence[_Property]) -> tzinfo:
    """The standard offset of the zone that the part describes; of its summer time nothing is known."""
    match = _OFFSET.match(_value(properties, "TZOFFSETTO"))
    if match is None:
        return UTC
    span = timedelta(hours=min(int(match[2]), 23), minutes=min(int(match[3]), 59))
    return timezone(-span if match[1] == "-" else span)
