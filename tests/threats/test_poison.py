"""T18–T21, T30: what is made to break, to swell, to hang, or to be read in two ways is read once, whole, in time."""

import base64
import encodings.aliases
import io
import time
import zipfile

import pytest

from mailgate.domain.mail import ParsedMail
from mailgate.ingest.parse import parse

_HEAD = b"From: eva@kund.example\r\nTo: support@example.com\r\nSubject: Hej\r\nMIME-Version: 1.0\r\n"


def read(fields: str, body: bytes) -> ParsedMail:
    return parse(_HEAD + fields.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)


CODECS = sorted(
    {*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "undefined", "idna", "punycode", "mbcs", "oem",
     "unicode_escape", "raw_unicode_escape", "x" * 500, "a b", "é"}
)  # fmt: skip


def test_t20_no_name_of_a_charset_is_more_than_a_name() -> None:
    for name in CODECS:
        mail = read(f'Content-Type: text/plain; charset="{name}"', b"Hej \\x1b[2J \\u202e\r\n")
        assert "\x1b" not in mail.text, name
        assert "\u202e" not in mail.text, name


@pytest.mark.parametrize("name", ["rot13", "hex", "base64", "zlib", "bz2", "uu", "quopri", "unicode_escape"])
def test_t20_a_codec_that_is_no_charset_changes_nothing(name: str) -> None:
    assert read(f"Content-Type: text/plain; charset={name}", b"Uryyb 4869 =41\r\n").text.strip() == "Uryyb 4869 =41"


def test_t19_an_archive_is_kept_as_it_is_and_never_opened() -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(50_000_000))
    body = base64.encodebytes(page.getvalue()).replace(b"\n", b"\r\n")
    mail = read("Content-Type: application/zip; name=b.zip\nContent-Transfer-Encoding: base64", body)
    assert [(one.name, one.size) for one in mail.attachments] == [("b.zip", len(page.getvalue()))]


@pytest.mark.parametrize(
    ("fields", "body", "said"),
    [
        ("Content-Type: text/plain\nContent-Type: text/html", b"<b>x</b>", "content-type: twice"),
        (
            "Content-Type: multipart/mixed; boundary=a; boundary=b",
            b"--a\r\n\r\none\r\n--a--\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
            "content-type: boundary twice",
        ),
        (
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit",
            b"SGVq",
            "content-transfer-encoding: twice",
        ),
        ("Content-Transfer-Encoding: base64x", b"SGVq", "content-transfer-encoding: unknown"),
        (
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf; FileName=b.exe",
            b"x",
            "content-disposition: filename twice",
        ),
        ("Content-Type: text/plain; charset=utf-8; charset=utf-16", b"x", "content-type: charset twice"),
        (
            "Content-Type: multipart/mixed; boundary=a",
            b"--a\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n--a--\r\n",
            "content-type: twice",
        ),
    ],
)
def test_t21_what_two_programs_may_read_as_two_mails_says_so(fields: str, body: bytes, said: str) -> None:
    assert f"ambiguous: {said}" in read(fields, body).defects


def test_t21_what_is_plain_says_nothing_of_the_kind() -> None:
    fields = 'Content-Type: application/pdf; name="a; name=b; name=c"\nContent-Transfer-Encoding: Base64 (so)'
    assert not [defect for defect in read(fields, b"SGVq").defects if "ambiguous" in defect]


SWELLING = {
    "quotes": b">" * 65_000 + b"x",
    "quotes with blanks": b"> " * 32_000 + b"x",
    "blanks": b" " * 65_000 + b"x",
    "dashes": b"-" * 65_000 + b"x",
    "underlines": b"_ " * 32_000 + b"x",
    "attribution without end": b"On " + b"a " * 32_000,
    "attribution in Swedish": b"Den 1 " * 11_000,
    "header blocks": b"From: a\r\nSent: b\r\n" * 4_000,
    "signatures": b"-- \r\n" * 13_000,
    "deep quotes": (b"> " * 200 + b"x\r\n") * 160,
    "numbers": b"MG-1" * 16_000,
    "addresses": b"a@" * 32_000,
    "links": b"http://" * 9_000,
    "stated lines": b"Modul: " * 9_000,
    "brackets": b"[" * 65_000,
    "tags": b"<b>" * 20_000,
    "line ends": b"\r\n" * 32_000,
}


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("body", SWELLING.values(), ids=SWELLING.keys())
def test_t30_no_pattern_takes_ever_longer_with_length(kind: str, body: bytes) -> None:
    """A pattern that goes back and forth needs minutes for these; the bound is no measure, only far below that."""
    began = time.monotonic()
    read(f"Content-Type: text/{kind}; charset=utf-8", body)
    assert time.monotonic() - began < 20
