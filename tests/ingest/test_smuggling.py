"""T24: a CR or an LF that stands alone is refused, or made what every server reads alike; nothing is smuggled by it."""

import pytest

from mailgate.ingest.line_ends import has_bare, normalised
from tests.support.smtp_door import MAIL, Listen, WatchedSpool, a_client, send

HEAD = b"From: anna@kund.example\r\nSubject: Hej\r\n"
# What ends a mail for some server or other (public research on SMTP smuggling), with a second mail behind it.
ENDS = (
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n\n.\r\n", b"\r\n\x00.\r\n\n",
    b"\r\r\n.\r\r\n",
)  # fmt: skip


def a_smuggler(end: bytes) -> bytes:
    return (
        HEAD + b"\r\nett" + end + b"MAIL FROM:<chef@kund.example>\r\nDATA\r\nFrom: chef@kund.example\r\n\r\ntv\xe5\r\n"
    )


@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_a_smuggled_mail_is_refused_and_the_dialogue_goes_on(end: bytes, listen: Listen, spool: WatchedSpool) -> None:
    listener = listen()
    with a_client(listener) as client:
        for content, code in ((a_smuggler(end), 554), (MAIL, 250)):
            client.ehlo()
            client.mail("anna@kund.example")
            client.rcpt("support@example.com")
            assert client.data(content)[0] == code
    assert [mail.content for mail in spool.kept] == [MAIL]


@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_normalised_it_is_one_mail_of_the_sender_of_the_envelope(
    end: bytes, listen: Listen, spool: WatchedSpool
) -> None:
    assert send(listen(bare_line_ends="normalise"), a_smuggler(end))[0] == 250
    (mail,) = spool.kept
    assert mail.mail_from == "anna@kund.example"
    assert mail.content.startswith(HEAD)
    assert mail.content.endswith(b"tv\xe5\r\n")
    assert not has_bare(mail.content)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"X-Foo: bar\rFrom: chef@kund.example\r\n", b"X-Foo: bar From: chef@kund.example\r\n"),
        (b"a\nb\r\nc\r\r\nd\n", b"a\r\nb\r\nc \r\nd\r\n"),
        (b"\r\n\n\r", b"\r\n\r\n "),
    ],
    ids=["T8: a second From behind a bare CR", "mixed", "at the ends"],
)
def test_a_bare_lf_ends_a_line_and_a_bare_cr_ends_none(content: bytes, read: bytes) -> None:
    assert has_bare(content)
    assert normalised(content) == read


def test_what_is_right_is_left_alone() -> None:
    assert not has_bare(MAIL)
    assert not has_bare(b"")
    assert normalised(MAIL) == MAIL
