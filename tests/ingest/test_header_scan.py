"""Our own reading of the raw header block."""

from pathlib import Path

import pytest

from mailgate.ingest.header_scan import HeaderBlock, normalised, scan
from mailgate.ingest.limits import MAX_FIELDS, MAX_HEADER_BYTES, Unparsable

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def block_of(name: str) -> HeaderBlock:
    return scan((CORPUS / f"{name}.eml").read_bytes())


def test_a_field_with_a_space_before_its_colon_hides_nothing() -> None:
    block = block_of("space_before_colon")
    assert block.values("from") == ("anna@kund.example",)
    assert block.values("auto-submitted") == ("auto-replied",)
    assert "header: space before a colon" in block.defects


def test_a_line_that_is_no_field_hides_nothing() -> None:
    block = block_of("line_without_colon_in_header")
    assert block.values("auto-submitted") == ("auto-replied",)
    assert block.values("subject") == ("Borta",)
    assert "header: a line that is no field" in block.defects


def test_a_byte_order_mark_does_not_hide_the_first_field() -> None:
    assert block_of("byte_order_mark").values("from") == ("Anna Svensson <anna@kund.example>",)


def test_an_mbox_separator_is_no_field() -> None:
    block = scan(b"From anna@kund.example Tue Mar  3 10:00:00 2026\nFrom: anna@kund.example\n\nHej\n")
    assert [field.name for field in block.fields] == ["from"]
    assert block.defects == ()


def test_text_without_a_blank_line_before_it_is_text() -> None:
    raw = (CORPUS / "no_blank_line_before_text.eml").read_bytes()
    block = scan(raw)
    assert raw[block.body_start :].decode().startswith("Hej, det är fel.\nMvh Anna")
    assert block.values("subject") == ("Utan tomrad",)


def test_a_multipart_body_without_a_blank_line_before_it_begins_at_its_boundary() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=ut\n--ut\nContent-Type: text/plain\n\nHej\n--ut--\n"
    block = scan(raw)
    assert raw[block.body_start :].startswith(b"--ut\n")
    assert len(block.fields) == 1


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_line_ends_make_no_difference(line_end: bytes) -> None:
    raw = b"From: anna@kund.example\nSubject: Ett\n  tu\n\nHej\n"
    as_sent = scan(normalised(raw.replace(b"\n", line_end)))
    assert [(field.name, field.value) for field in as_sent.fields] == [
        ("from", "anna@kund.example"),
        ("subject", "Ett tu"),
    ]
    assert not as_sent.ambiguous


@pytest.mark.parametrize("smuggled", [b"\r", b"\n"])
def test_mixed_line_ends_are_ambiguous(smuggled: bytes) -> None:
    assert scan(b"X-Note: hej" + smuggled + b"From: anna@kund.example\r\nSubject: a\r\n\r\nHej").ambiguous


def test_raw_8_bit_is_read_as_utf_8_or_else_as_cp1252_field_by_field() -> None:
    block = scan("X-A: på\n".encode() + "X-B: på €\n".encode("cp1252") + b"\nHej")
    assert [field.value for field in block.fields] == ["på", "på €"]


def test_what_is_rebuilt_holds_every_field_that_other_parsers_can_read() -> None:
    block = scan("Ämne: a\nFoo : bar\nskräp\nSubject: b\n c\n\nHej".encode())
    assert block.rebuilt() == b"foo: bar\nsubject: b\n c\n\n"


def test_a_header_block_at_its_limit_is_read_and_one_past_it_is_not() -> None:
    line = b"X: " + b"a" * 508 + b"\n"
    lines = MAX_HEADER_BYTES // len(line)
    assert len(scan(line * lines + b"\nHej").fields) == lines
    with pytest.raises(Unparsable, match="limit:header-bytes"):
        scan(line * (lines + 1) + b"\nHej")


def test_one_endless_line_is_past_the_limit() -> None:
    with pytest.raises(Unparsable, match="limit:header-bytes"):
        scan(b"X: " + b"a" * (MAX_HEADER_BYTES + 10))


def test_too_many_fields_are_not_read() -> None:
    scan(b"A: b\n" * MAX_FIELDS + b"\n")
    with pytest.raises(Unparsable, match="limit:fields"):
        scan(b"A: b\n" * (MAX_FIELDS + 1) + b"\n")
