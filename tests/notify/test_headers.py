import email
import email.header
import email.policy
import email.utils
import re
import sys
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailgate.notify import headers
from mailgate.notify.headers import HeaderBlockError, Mailbox, MessageIds, header_block, is_message_id, references
from mailgate.notify.inert import one_line

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


def parsed(block: bytes) -> EmailMessage:
    message = email.message_from_bytes(block, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def display_name(block: bytes) -> str:
    """As the older reader of the standard library sees it; the newer one puts spaces between encoded-words."""
    name, _ = email.utils.parseaddr(email.message_from_bytes(block)["To"])
    return str(email.header.make_header(email.header.decode_header(name)))


def subject_lines(text: str) -> list[str]:
    return header_block([("Subject", text)]).decode("ascii").removesuffix("\r\n\r\n").split("\r\n")


@given(ANY_TEXT, ANY_TEXT)
@example("hi\r\nBcc: victim@x.example", "=?utf-8?Q?hi=0D=0ABcc:_victim@x.example?=")
@example("\rBcc: a@x.example", "a\nb\x00c\x85d\u2028e\u2029f\u202eg\ud800")
@example("x" * 400, "😀" * 400)
@example('Ek, "Anna" \\', "a=?b")
def test_whatever_the_text_the_fields_are_the_ones_that_were_meant(name: str, text: str) -> None:
    block = header_block([("To", Mailbox(name, "anna@bygg.example")), ("Subject", text), ("X-End", "end")])
    assert block.endswith(b"\r\n\r\n")
    assert [line.partition(b":")[0] for line in block.split(b"\r\n") if line and line[:1] not in b" \t"] == [
        b"To",
        b"Subject",
        b"X-End",
    ]
    assert re.fullmatch(rb"(?:[\x20-\x7e]{1,78}\r\n)+\r\n", block)
    message = parsed(block)
    assert message.keys() == ["To", "Subject", "X-End"]
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@bygg.example"]
    assert display_name(block) == headers._capped(one_line(name), 100)
    assert message["Subject"] == headers._capped(one_line(text), 200)
    assert message["X-End"] == "end"


def test_no_code_point_at_all_begins_a_line_or_a_field() -> None:
    for start in range(0, sys.maxunicode + 1, 64):
        text = "".join(map(chr, range(start, min(start + 64, sys.maxunicode + 1))))
        block = header_block([("From", Mailbox(text, "a@b.example")), ("Subject", f"{text} Bcc: x@y.example")])
        begun = [line for line in block.split(b"\r\n") if line and not line.startswith(b" ")]
        assert [line[:8] for line in begun] == [line[:8] for line in begun if line.startswith((b"From:", b"Subject:"))]
        assert len(begun) == 2


@pytest.mark.parametrize("name", ["Subject\r\nBcc", "Sub ject", "Subject:", "", "Ämne"])
def test_a_name_that_is_no_field_name_is_refused(name: str) -> None:
    with pytest.raises((HeaderBlockError, UnicodeEncodeError)):
        header_block([(name, "text"), ("X-End", "end")])


@pytest.mark.parametrize(
    "text",
    ["a\r\nBcc: x@y.example", "a\nBcc: x@y.example", "a\rBcc: x@y.example", "a\r\n\r\nbody", "a\r\nno field", "a\nb"],
)
def test_the_second_lock_holds_where_the_first_fails(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(headers, "one_line", lambda raw: raw)
    with pytest.raises(HeaderBlockError):
        header_block([("Subject", text), ("X-End", "end")])


def test_an_overlong_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "_needs_encoding", lambda _word: False)
    monkeypatch.setattr(headers, "_TEXT_CAP", 2000)
    with pytest.raises(HeaderBlockError, match="too long"):
        header_block([("Subject", "x" * 999)])


def test_plain_text_stays_readable_in_the_raw_mail() -> None:
    assert subject_lines("[MG-100042-6] Payroll stops") == ["Subject: [MG-100042-6] Payroll stops"]


def test_the_ticket_number_stays_readable_before_encoded_words() -> None:
    (line,) = subject_lines("[MG-100042-6] Lönen stannar")
    assert line == "Subject: [MG-100042-6] =?utf-8?q?L=C3=B6nen_stannar?="


def test_long_text_is_folded_within_76_and_capped_at_200_characters() -> None:
    for text in ("ord " * 3000, "å" * 10_000, "😀" * 10_000, "x" * 10_000):
        lines = subject_lines(text)
        assert max(map(len, lines)) <= 76
        assert len(parsed("\r\n".join([*lines, "", ""]).encode())["Subject"]) <= 200


def test_encoded_words_hold_whole_characters() -> None:
    for line in subject_lines("日本語のとても長い件名です。" * 10):
        word = line.removeprefix("Subject:").strip()
        assert len(word) <= 75
        assert "\ufffd" not in str(email.header.make_header(email.header.decode_header(word)))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "<a@b.example>"),
        ("Service & Kvalitet", "Service & Kvalitet <a@b.example>"),
        ("Ek, Anna", '"Ek, Anna" <a@b.example>'),
        ('Anna "Ankan" \\', '"Anna \\"Ankan\\" \\\\" <a@b.example>'),
        ("x@y.example", '"x@y.example" <a@b.example>'),
        ("Åsa Öst", "=?utf-8?q?=C3=85sa_=C3=96st?= <a@b.example>"),
        ("=?utf-8?q?x?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@b.example>"),
    ],
)
def test_display_names(name: str, written: str) -> None:
    assert header_block([("To", Mailbox(name, "a@b.example"))]) == f"To: {written}\r\n\r\n".encode()


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b.example>, <x@y.example", "a@b.example\r\nBcc: x@y.example", "å@b.example", '"a b"@c.example'],
)
def test_an_address_that_is_none_is_a_bug_and_refused(address: str) -> None:
    with pytest.raises(HeaderBlockError):
        header_block([("To", Mailbox("Anna", address))])


@pytest.mark.parametrize(
    "text",
    [
        "<a@b>",
        "<AM0PR04MB123$x@AM0PR04.eurprd04.prod.outlook.com>",
        "<CAF=x+y_z@mail.gmail.com>",
        "<a.b@[127.0.0.1]>",
        "<" + "a" * 200 + "@b.example>",
    ],
)
def test_message_ids(text: str) -> None:
    assert is_message_id(text)
    assert parsed(header_block([("Message-ID", MessageIds((text,)))]))["Message-ID"] == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@b",
        "<a>",
        "<@b>",
        "<a@>",
        "<a b@c>",
        "<a@b> <c@d>",
        "<a@b>\r\nBcc: x@y",
        "<a@b>\n",
        "<å@b>",
        "<<a@b>>",
        '<"a"@b>',
        "<a..b@c>",
        "<a@b@c>",
        "<" + "a" * 250 + "@b>",
        "=?utf-8?q?x?=",
    ],
)
def test_what_is_no_message_id(text: str) -> None:
    assert not is_message_id(text)
    with pytest.raises(HeaderBlockError):
        header_block([("Message-ID", MessageIds((text,)))])


def test_a_long_thread_keeps_its_first_and_its_last() -> None:
    ids = [f"<{number}@b.example>" for number in range(100)]
    kept = references(ids).ids
    assert len(kept) == 20
    assert kept == (ids[0], *ids[-19:])


def test_references_leave_out_what_is_no_id_and_what_stands_twice() -> None:
    assert references(["<a@b>", "junk", "<c@d>\r\nX: y", "<a@b>", "<e@f>"]).ids == ("<a@b>", "<e@f>")


def test_references_are_folded_between_ids() -> None:
    ids = tuple(f"<{'x' * 200}{number}@b.example>" for number in range(20))
    block = header_block([("References", MessageIds(ids))])
    assert max(map(len, block.split(b"\r\n"))) <= 998
    assert parsed(block)["References"].split() == list(ids)
