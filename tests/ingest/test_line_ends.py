"""The same mail with LF and with CRLF is the same: mail lies in files with the one and travels with the other."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.domain.mail import ParsedMail
from mailgate.ingest.limits import Unparsable
from mailgate.ingest.parse import parse

OWN = Path(__file__).resolve().parents[1] / "corpus"
CORPUS = OWN.parents[1].parent / "shared" / "corpus"
# Raw UTF-16 in the mail: a line end is two octets there, and cannot be made of one.
NOT_THE_SAME = {"thirdparty-005.eml"}


def read(raw: bytes) -> ParsedMail | str:
    """The mail, but for the sizes of what hangs on it: raw text is a little larger with CRLF."""
    try:
        mail = parse(raw)
    except Unparsable as unparsable:
        return unparsable.reason
    return replace(mail, attachments=tuple(replace(each, size=0) for each in mail.attachments))


def differ(file: Path) -> bool:
    lines = re.sub(rb"\r\n", b"\n", file.read_bytes())
    if b"\r" in lines:
        return False  # bare CRs are part of its trait
    return read(lines) != read(lines.replace(b"\n", b"\r\n"))


def test_our_own_mails_read_the_same() -> None:
    assert [file.name for file in sorted(OWN.glob("*.eml")) if differ(file)] == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs ../shared/corpus (real mail, not part of the project)")
def test_real_mails_read_the_same() -> None:
    assert {file.name for file in sorted(CORPUS.rglob("*.eml")) if differ(file)} <= NOT_THE_SAME


def test_a_line_end_that_was_written_twice_is_one() -> None:
    head = "From: a@b.example\nContent-Transfer-Encoding: quoted-printable\n\n"
    body = "ett=0D\ntv=C3=A5=0D\n"
    for raw in ((head + body).encode(), (head + body).replace("\n", "\r\n").encode()):
        assert parse(raw).text == "ett\ntvå"
