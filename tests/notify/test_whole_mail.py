import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.notify.headers import HeaderBlockError, HeaderValue, Mailbox
from mailgate.notify.mime import Attachment, Body, alternative, mixed
from mailgate.notify.whole_mail import whole_mail


def fields(body: Body, *, subject: str = "Hej") -> list[tuple[str, HeaderValue]]:
    return [
        ("To", Mailbox("Anna", "anna@bygg.example")),
        ("Subject", subject),
        ("MIME-Version", "1.0"),
        ("Content-Type", body.content_type),
    ]


def a_body(*, text: str = "Hej", file: Attachment | None = None) -> Body:
    words = alternative(text=text, html=f"<p>{text}</p>")
    return words if file is None else mixed(words, [file])


def a_file(*, content_type: str = "text/calendar", name: str = "deadline.ics", content: bytes = b"x") -> Attachment:
    return Attachment(content_type=content_type, name=name, content=content)


_NASTY = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('\r\n\x00":;=-_'), max_size=80)


@given(subject=_NASTY, text=_NASTY.map(lambda text: text.replace("\r", "")), name=_NASTY, kind=_NASTY)
def test_whatever_stands_in_it_the_fields_of_the_mail_and_of_each_part_are_those_that_were_meant(
    subject: str, text: str, name: str, kind: str
) -> None:
    body = a_body(text=text, file=a_file(name=name, content_type=f"text/calendar; {kind}"))
    content = whole_mail(fields(body, subject=subject), body)
    for policy in (email.policy.compat32, email.policy.default):
        mail = email.message_from_bytes(content, policy=policy)
        assert mail.keys() == ["To", "Subject", "MIME-Version", "Content-Type"]
        assert [part.get_content_type() for part in mail.walk()][1:4] == [
            "multipart/alternative", "text/plain", "text/html",
        ]  # fmt: skip
        assert [part.keys() for part in mail.walk()][4:] == [
            ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
        ]


@pytest.mark.parametrize(
    "body",
    [
        Body(
            content_type='multipart/mixed; boundary="=_a"', content=b"--=_a\r\nBcc: x\r\n\r\n--=_a--\r\n", parts=((),)
        ),
        Body(content_type='multipart/mixed; boundary="=_a"', content=b"--=_a\r\n\r\nx\r\n--=_a\r\n\r\n", parts=((),)),
        Body(content_type='multipart/mixed; boundary="=_a"', content=b"--=_a\r\n\r\nx\r\n--=_a--\r\nx", parts=((),)),
        Body(content_type='multipart/mixed; boundary="=_a"', content=b"no part at all", parts=()),
        Body(content_type="text/plain", content=b"one\ntwo\r\n", parts=()),
        Body(content_type="text/plain", content=b"one\rtwo\r\n", parts=()),
        Body(content_type="text/plain", content=b"x" * 999 + b"\r\n", parts=()),
        Body(content_type="text/plain", content=b"x", parts=()),
        Body(content_type="message/rfc822", content=b"A: x\r\nB: x\r\n\r\nx\r\n", parts=(("A", "B"),)),
        Body(content_type='multipart/mixed; boundary="=_a"', content=b"x\r\n--=_a\r\n\r\n--=_a--\r\n", parts=((),)),
        Body(
            content_type='multipart/mixed; boundary="=_a"',
            content=b"--=_a\r\n\r\n--=_a--\r\n\r\nx\r\n",
            parts=((),),
        ),
    ],
    ids=[
        "a field too many",
        "a part too many",
        "text after the end",
        "no part",
        "bare LF",
        "bare CR",
        "a long line",
        "no line end",
        "a mail within",
        "text before the first part",
        "text after the last part",
    ],
)
def test_what_reads_back_as_something_else_is_never_sent(body: Body) -> None:
    with pytest.raises(HeaderBlockError):
        whole_mail(fields(body), body)


_LINES = (
    b"", b"", b"text", b"more text", b"--=_a", b"--=_a--", b"--=_b", b"--=_b--", b"-- ", b"--", b"Bcc: x", b" folded",
    b"Content-Type: text/plain", b'Content-Type: multipart/alternative; boundary="=_b"', b"From x", b"x: y", b"=3D",
    b" ", b"Content-Type: message/rfc822", b'Content-Type: multipart/digest; boundary="=_b"',
)  # fmt: skip


@given(st.lists(st.sampled_from(_LINES), max_size=25))
def test_lines_of_text_that_the_parser_is_not_given_change_nothing(lines: list[bytes]) -> None:
    below = b"--=_a\r\n" + b"".join(line + b"\r\n" for line in lines)
    content_type = 'multipart/mixed; boundary="=_a"'
    whole = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + below)
    parts = tuple(tuple(part.keys()) for part in whole.walk())[1:]
    sound = not any(
        part.defects or part.preamble or part.epilogue or part.get_content_maintype() == "message"
        for part in whole.walk()
    )
    body = Body(content_type=content_type, content=below, parts=parts)
    if sound:
        assert whole_mail(fields(body), body).endswith(below)
    else:
        with pytest.raises(HeaderBlockError):
            whole_mail(fields(body), body)


def test_a_mail_that_was_sound_vouches_for_none_that_is_not() -> None:
    """What a mail reads back as is remembered, for all mails that differ in their words only."""
    sound = a_body(text="Hej Anna")
    whole_mail(fields(sound), sound)
    for below in (b"--=_mailgate_words\r\nBcc: x\r\n\r\nHej\r\n", b"--=_mailgate_words--\r\n", b"Hej\r\n"):
        other = Body(content_type=sound.content_type, content=sound.content + below, parts=sound.parts)
        with pytest.raises(HeaderBlockError):
            whole_mail(fields(other), other)


def test_what_is_as_meant_is_sent() -> None:
    body = a_body()
    assert whole_mail(fields(body), body).endswith(body.content)
