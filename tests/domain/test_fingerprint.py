"""Which mails are the same mail."""

from datetime import timedelta

import pytest

from mailgate.domain.fingerprint import dedupe_key
from mailgate.domain.mail import Origin
from tests.support.envelopes import MONDAY, a_mail_text, an_envelope

MAIL = a_mail_text(body="Rad ett\r\n\r\nRad två")


def key(content: bytes, **changes: object) -> str:
    return dedupe_key(an_envelope(content, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b"Received: from mx\r\n\tby us\r\nReturn-Path: <eva@kund.example>\r\nDelivered-To: support@example.com\r\n"
        + MAIL,
        MAIL.replace(b"\r\n", b"\n"),
        MAIL + b"\r\n\r\n",
        MAIL.replace(b"Subject: Hj", b"Subject:  Hj"),
        MAIL.replace(b"Subject:", b"SUBJECT :"),
        MAIL.replace(b"To: support", b"X-Spam-Score: 3\r\nTo: support"),
        b"From eva@kund.example Mon Nov 23 09:00:00 2026\n" + MAIL,
    ],
    ids=["trace fields", "line ends", "blank lines at the end", "folding", "case", "filter's marks", "mbox"],
)
def test_what_servers_add_on_the_way_makes_no_other_mail(content: bytes) -> None:
    assert key(content) == key(MAIL)


@pytest.mark.parametrize(
    "content",
    [
        MAIL.replace(b"Rad ett", b"Rad Ett"),
        MAIL.replace(b"Rad ett\r\n\r\n", b"Rad ett\r\n"),
        MAIL.replace(b"Subject: ", b"Subject: Re: "),
        MAIL.replace(b"<1@", b"<2@"),
        MAIL.replace(b"eva@", b"eve@"),
    ],
)
def test_what_the_author_wrote_makes_another_mail(content: bytes) -> None:
    assert key(content) != key(MAIL)


def without_blank_line(text: str) -> bytes:
    return MAIL.partition(b"\r\n\r\n")[0] + b"\r\n" + text.encode() + b"\r\n\r\nMvh Eva\r\n"


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r", b"\r\r\n"], ids=["CRLF", "CR", "CR CRLF"])
def test_what_a_broken_mail_says_makes_it_another_mail(line_end: bytes) -> None:
    def broken(content: bytes) -> bytes:
        return content.replace(b"\r\n", line_end)

    assert key(broken(a_mail_text(body="Servern"))) != key(broken(a_mail_text(body="Skrivaren")))
    assert key(broken(a_mail_text(subject="Servern"))) != key(broken(a_mail_text(subject="Skrivaren")))
    assert key(broken(without_blank_line("Servern"))) != key(broken(without_blank_line("Skrivaren")))
    assert key(broken(b"Received: from mx\r\n\tby us\r\n" + MAIL)) == key(broken(MAIL))


@pytest.mark.parametrize(
    "hidden",
    [b"Subject: %s\r and more", b"Subject: x\r%s", b" \r\n%s", b"\x0b%s", b"\xef\xbb\xbf%s", b"\xc4mne: %s"],
)
def test_no_line_of_a_broken_header_is_passed_over(hidden: bytes) -> None:
    assert key(hidden % b"Servern" + b"\r\n" + MAIL) != key(hidden % b"Skrivaren" + b"\r\n" + MAIL)


def test_the_envelope_of_a_nameless_report_is_no_part_of_its_text() -> None:
    short, long = (a_mail_text(message_id=None, body=body).rstrip() for body in ("UPS", "UPSa"))
    assert key(short, mail_from="ab@kund.example") != key(long, mail_from="b@kund.example")


def test_a_copy_that_nobody_answers_does_not_take_the_place_of_the_mail_itself() -> None:
    assert key(MAIL, mail_from=None) != key(MAIL)
    assert key(MAIL, rcpt_to=("postmaster@example.com",)) != key(MAIL)
    assert key(b"List-Id: <alla.kund.example>\r\n" + MAIL) != key(MAIL)
    assert key(b"Received: from\r mx\r\n" + MAIL) != key(MAIL), "nobody is its author: see header_scan"


def test_what_has_no_envelope_is_the_same_mail_as_what_came_in_one() -> None:
    assert key(MAIL, origin=Origin.IMAP, mail_from=None) == key(MAIL)


def test_line_ends_that_fall_between_two_pieces_do_not_count() -> None:
    body = "x" * (2**20 - 1) + "\r\n" + "\r\n" * 3 + "y"
    assert key(a_mail_text(body=body)) == key(a_mail_text(body=body).replace(b"\r\n", b"\n"))
    assert key(a_mail_text(body=body)) != key(a_mail_text(body=body.replace("\r\n", "", 1)))


def test_a_nameless_report_that_comes_again_tomorrow_is_news() -> None:
    report = a_mail_text(message_id=None, body="UPS on battery")
    assert key(report) == key(report, received_at=MONDAY + timedelta(minutes=1))
    assert key(report) != key(report, received_at=MONDAY + timedelta(days=1))
    named = MAIL
    assert key(named) == key(named, received_at=MONDAY + timedelta(days=1))


@pytest.mark.parametrize("content", [b"", b"\r\n", b"no header at all", b"\xff\x00" * 10, b"Subject: only a header"])
def test_anything_has_a_key(content: bytes) -> None:
    assert len(key(content)) == 64
