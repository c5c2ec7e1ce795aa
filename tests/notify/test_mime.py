import email
import email.policy
import re

from hypothesis import example, given
from hypothesis import strategies as st

from mailgate.notify.mime import Attachment, alternative, mixed


def both_forms(text: str, html: str) -> tuple[bytes, list[str]]:
    body = alternative(text=text, html=html)
    head = f"MIME-Version: 1.0\r\nContent-Type: {body.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body.content, policy=email.policy.default)
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [defect for part in (message, *parts) for defect in part.defects] == []
    return body.content, [part.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip("\n") for part in parts]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
@example(".\n..\n.")
@example("From me\n>From you\n")
@example("--=_\n--\n")
@example("rad med blanksteg  \n\tindrag\t\n" + "å" * 500)
def test_text_comes_out_as_it_went_in_on_short_lines(text: str) -> None:
    body, forms = both_forms(text, text)
    assert forms == [text.rstrip("\n")] * 2
    assert re.fullmatch(rb"(?:[\t\x20-\x7e]{0,76}\r\n)+", body)
    assert b"\r\n.\r\n" not in body


def test_no_text_can_hold_the_boundary() -> None:
    boundary = alternative(text="", html="").content_type.partition('"')[2].rstrip('"')
    _, forms = both_forms(f"--{boundary}--\n--{boundary}", f"--{boundary}\nContent-Type: text/plain\n\nx")
    assert forms == [f"--{boundary}--\n--{boundary}", f"--{boundary}\nContent-Type: text/plain\n\nx"]


@given(st.binary(max_size=500))
@example(b"\r\n.\r\n--=_\r\n")
def test_a_file_comes_out_to_the_byte_and_leaves_the_words_alone(content: bytes) -> None:
    words = alternative(text="text", html="<p>html</p>")
    file = Attachment(content_type="text/calendar; charset=utf-8; method=PUBLISH", name="deadline.ics", content=content)
    body = mixed(words, [file])
    head = f"MIME-Version: 1.0\r\nContent-Type: {body.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body.content, policy=email.policy.default)
    assert [defect for part in message.walk() for defect in part.defects] == []
    (told, attached) = message.iter_parts()
    assert [part.get_payload(decode=True) for part in told.iter_parts()] == [b"text\r\n", b"<p>html</p>\r\n"]
    assert attached.get_payload(decode=True) == content
    assert (attached.get_filename(), attached.get_param("method")) == ("deadline.ics", "PUBLISH")
    assert max(map(len, body.content.split(b"\r\n"))) <= 76
