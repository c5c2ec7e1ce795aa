"""Mails made wrong in seeded, repeatable ways: what torn transfers, broken programs and hostile people send."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

OWN = Path(__file__).resolve().parents[1] / "corpus"
CORPUS = OWN.parents[1].parent / "shared" / "corpus"
_LARGEST = 100_000
_TOKENS = (
    b"=?utf-8?b?", b"=?iso-8859-1?q?=E5?=", b"?=", b"=?", b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\xff\xfe",
    b"\xe5", b"\xc3\x28", b"--", b"--\r\n", b":", b" :", b";", b'"', b"\\", b"(", b"((((((((", b"<", b">",
    b"@", b",,,,,,,,",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"\r\n--b\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n", b"charset=utf-16",
    b"charset=utf-7", b"charset=\0", b"name*0*=utf-8''%", b"name*1=x; name*3=y", b"filename=../../../etc/passwd",
    b"From: a@b.example\r\n", b"Subject: \r\n", b"begin 644 x\r\n", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDTSTART:",
    b"Final-Recipient: rfc822;\r\n", b"<div>" * 50, b"<table><td>" * 20, b"> " * 40, b"\xef\xbb\xbf", b"%00%ff",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def seeds() -> list[bytes]:
    """Our own small mails, and the real ones where they are at hand; the same order everywhere."""
    files = [*sorted(OWN.glob("*.eml")), *(sorted(CORPUS.rglob("*.eml")) if CORPUS.is_dir() else [])]
    return [raw for raw in (file.read_bytes() for file in files) if len(raw) <= _LARGEST]


def mutants(count: int, *, seed: int) -> Iterator[bytes]:
    """So many mails; the n-th is the same each time, whatever the count."""
    originals = seeds()
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")  # noqa: S311 - to be repeatable is the point
        mail = dice.choice(originals)
        for _ in range(dice.randint(1, 6)):
            mail = dice.choice(MUTATIONS)(dice, mail, originals)
        yield mail[: 2 * _LARGEST]


def _place(dice: random.Random, mail: bytes) -> int:
    """Half of the time within the header, where a byte means more."""
    end = mail.find(b"\n\n") if dice.random() < 0.5 else len(mail)
    return dice.randint(0, max(end, min(2_000, len(mail))))


def _flip(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    changed = bytearray(mail)
    for _ in range(dice.randint(1, 20)):
        if changed:
            changed[min(_place(dice, mail), len(changed) - 1)] = dice.randrange(256)
    return bytes(changed)


def _insert(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    at = _place(dice, mail)
    return mail[:at] + dice.choice(_TOKENS) * dice.choice((1, 1, 1, 2, 30)) + mail[at:]


def _cut(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    at = _place(dice, mail)
    return mail[:at] + mail[at + dice.choice((1, 2, 10, 100, 1_000)) :]


def _repeat(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    at = _place(dice, mail)
    piece = mail[at : at + dice.choice((1, 10, 100, 1_000))]
    return mail[:at] + piece * dice.choice((2, 3, 50)) + mail[at:]


def _truncate(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    return mail[: _place(dice, mail)]


def _splice(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    other = dice.choice(others)
    return mail[: _place(dice, mail)] + other[_place(dice, other) :]


def _number(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(mail[:20_000]))
    if not found:
        return mail
    match = dice.choice(found)
    return mail[: match.start()] + dice.choice((b"0", b"-1", b"99999999999", b"1e9")) + mail[match.end() :]


def _line_ends(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    plain = mail.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n", b"\r\r\n", b"\n\r")))


def _lines(dice: random.Random, mail: bytes, others: Sequence[bytes]) -> bytes:
    lines = mail.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _insert, _insert, _insert, _cut, _repeat, _truncate, _splice, _number, _line_ends, _lines,
)  # fmt: skip
