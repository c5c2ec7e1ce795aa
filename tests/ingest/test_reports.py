"""Parts that machines write for machines: delivery status, complaints, returned mail; and calendar objects."""

from datetime import UTC, datetime

import pytest

from mailgate.domain.mail import ParsedMail
from mailgate.domain.report import Delivery, DeliveryAction, Meeting
from mailgate.ingest.parse import parse


def with_parts(*parts: tuple[str, str], kind: str = "multipart/report; report-type=delivery-status") -> ParsedMail:
    body = "".join(f"--b\nContent-Type: {media}\n\n{text}\n" for media, text in parts)
    return parse(f"From: a@b.example\nContent-Type: {kind}; boundary=b\n\n{body}--b--\n".encode())


STATUS = """Reporting-MTA: dns; mx.example

Original-Recipient: rfc822;Anna@kund.example
Final-Recipient: rfc822; <anna.berg@kund.example>
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.1.1 unknown user

Final-Recipient: rfc822;per@kund.example
Action: delayed (will retry)
Status: 4.4.1 (no answer)

Final-Recipient: rfc822;eva@kund.example
Action: relayed
Status: 2.1.5
"""


def test_each_recipient_has_action_status_and_the_servers_words() -> None:
    mail = with_parts(("text/plain", "Not delivered."), ("message/delivery-status", STATUS))
    assert mail.deliveries == (
        Delivery(
            recipient="Anna@kund.example",
            action=DeliveryAction.FAILED,
            status="5.1.1",
            diagnostic="smtp; 550 5.1.1 unknown user",
        ),
        Delivery(recipient="per@kund.example", action=DeliveryAction.DELAYED, status="4.4.1"),
        Delivery(recipient="eva@kund.example", action=DeliveryAction.DELIVERED, status="2.1.5"),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_in_odd_places_cost_no_recipient(end: str) -> None:
    text = "\n\nReporting-MTA: dns; x\n\n\n \nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n\n"
    body = f"--b\nContent-Type: message/delivery-status\n\n{text}\n--b--\n"
    raw = f"From: a@b.example\nContent-Type: multipart/report; boundary=b\n\n{body}".replace("\n", end)
    assert [each.recipient for each in parse(raw.encode()).deliveries] == ["a@b.example"]


@pytest.mark.parametrize("media", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_the_id_of_the_mail_that_came_back_is_known(media: str) -> None:
    mail = with_parts(
        ("text/plain", "x"), (media, "Received: by x\nMessage-ID: <7.abc@mailgate.example>\nTo: x\n\nHej")
    )
    assert mail.returned_ids == ("<7.abc@mailgate.example>",)


def test_a_bounce_that_somebody_attached_reports_nothing() -> None:
    inner = (
        f"Content-Type: multipart/report; boundary=c\n\n--c\nContent-Type: message/delivery-status\n\n{STATUS}\n--c--"
    )
    mail = with_parts(("text/plain", "Se bifogat."), ("message/rfc822", inner), kind="multipart/mixed")
    assert (mail.deliveries, mail.feedback) == ((), None)


def test_a_complaint_says_of_what_kind_it_is() -> None:
    mail = with_parts(
        ("message/feedback-report", "Feedback-Type: abuse\nVersion: 1\n"),
        ("message/rfc822", "Message-ID: <1@x.example>\n\nHej"),
        kind="multipart/report; report-type=feedback-report",
    )
    assert (mail.feedback, mail.returned_ids) == ("abuse", ("<1@x.example>",))


def test_reports_are_read_only_so_far() -> None:
    many = "".join(f"Final-Recipient: rfc822; a{n}@b.example\nAction: failed\n\n" for n in range(5_000))
    assert 0 < len(with_parts(("message/delivery-status", many)).deliveries) <= 101


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Egen
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@kund.example
SUMMARY:Möte om lön\\, del
  2
ATTENDEE;PARTSTAT=ACCEPTED;CN="Berg, Anna":mailto:anna@kund.example
{times}
BEGIN:VALARM
DTSTART:19990101T000000Z
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def a_meeting(times: str, *, media: str = "text/calendar; method=REQUEST; charset=utf-8") -> Meeting | None:
    return with_parts(("text/plain", "x"), (media, EVENT.format(times=times)), kind="multipart/mixed").meeting


TEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART:20260302T090000Z",
        "DTSTART;TZID=Europe/Stockholm:20260302T100000",
        'DTSTART;TZID="W. Europe Standard Time":20260302T100000',
        "DTSTART;TZID=FLE Standard Time:20260302T110000",
        "DTSTART;TZID=Egen:20260302T100000",
    ],
)
def test_a_meetings_time_is_understood_in_every_zone(start: str) -> None:
    meeting = a_meeting(f"{start}\nDURATION:PT1H30M")
    assert meeting is not None
    assert (meeting.method, meeting.summary, meeting.uid) == ("request", "Möte om lön, del 2", "1@kund.example")
    assert (meeting.starts_at, meeting.ends_at) == (TEN, TEN.replace(hour=10, minute=30))


def test_a_whole_day_is_one() -> None:
    meeting = a_meeting("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303")
    assert meeting is not None
    assert (meeting.all_day, meeting.starts_at) == (True, datetime(2026, 3, 2, tzinfo=UTC))


def test_an_answer_says_which() -> None:
    meeting = a_meeting("DTSTART:20260302T090000Z", media="text/calendar; method=REPLY")
    assert meeting is not None
    assert (meeting.method, meeting.answer) == ("reply", "accepted")


@pytest.mark.parametrize(
    "times",
    [
        "DTSTART:99999999T999999Z",
        "DTSTART;TZID=../../etc/passwd:20260302T100000",
        "DTSTART;TZID=\x00:2",
        "DTSTART:x",
        "",
    ],
)
def test_hostile_times_are_no_times_and_nothing_breaks(times: str) -> None:
    assert a_meeting(times) is not None


def test_a_calendar_without_a_method_is_an_attachment_like_others() -> None:
    mail = with_parts(("text/calendar", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"), kind="multipart/mixed")
    assert mail.meeting is None
    assert [each.content_type for each in mail.attachments] == ["text/calendar"]
