"""Which mails are the same mail."""

from datetime import timedelta

import pytest

from mailgate.domain.fingerprint import dedupe_key
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
    ],
    ids=["trace fields", "line ends", "blank lines at the end", "folding", "case", "filter's marks"],
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
