"""Mail that only its own kind of program can open: encrypted, or wrapped in a winmail.dat."""

import base64
import struct

import pytest

from mailgate.domain.report import Sealed
from mailgate.ingest.parse import attachment_bytes, parse


def a_mail(content_type: str, body: str) -> bytes:
    return f"From: eva@kund.example\nSubject: Lön\nContent-Type: {content_type}\n\n{body}\n".encode()


ENCRYPTED = a_mail(
    'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
    "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
    "--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--",
)


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        (a_mail("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIAG"), Sealed.SMIME),
        (a_mail("application/x-pkcs7-mime; smime-type=signed-data", "MIAG"), Sealed.SMIME),
        (ENCRYPTED, Sealed.PGP),
        (a_mail("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"), Sealed.PGP),
        (a_mail("text/plain", "Hej! Så här ser det ut:\n-----BEGIN PGP MESSAGE-----"), None),
        (
            a_mail(
                "multipart/signed; boundary=b; protocol=application/pkcs7-signature",
                "--b\n\nHej!\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nMIAG\n--b--",
            ),
            None,
        ),
        (a_mail("text/plain", ""), None),
    ],
)
def test_what_nobody_here_can_read_is_known_and_kept(raw: bytes, how: Sealed | None) -> None:
    mail = parse(raw)
    assert mail.sealed is how
    if how is not None and not mail.text:
        assert mail.attachments, "what it holds hangs on it"


def an_attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) % 65536)


def a_winmail(*files: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    """TNEF as Outlook writes it (MS-OXTNEF), as little of it as there can be."""
    out = struct.pack("<IH", 0x223E9F78, 1) + an_attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))
    if body:
        out += an_attribute(1, 0x800C, 2, body + b"\0")
    for name, octets in files:
        out += an_attribute(2, 0x9002, 6, b"\0" * 14)
        out += an_attribute(2, 0x800F, 6, octets) + an_attribute(2, 0x8010, 1, name + b"\0")
    return out


def wrapped(winmail: bytes) -> bytes:
    encoded = base64.encodebytes(winmail).decode()
    head = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64"
    return a_mail("multipart/mixed; boundary=b", f"--b\n{head}\n\n{encoded}--b--")


def test_files_in_a_winmail_dat_hang_on_the_mail_beside_it() -> None:
    raw = wrapped(a_winmail((b"l\xf6n.pdf", b"%PDF"), (b"..\\..\\bild.png", b"png")))
    mail = parse(raw)
    assert [(each.part, each.name, each.size) for each in mail.attachments[1:]] == [
        ("1!1", "lön.pdf", 4),
        ("1!2", "bild.png", 3),
    ]
    assert mail.attachments[0].name == "winmail.dat"
    assert attachment_bytes(raw, "1!2") == b"png"
    assert len(attachment_bytes(raw, "1")) == mail.attachments[0].size
    for nowhere in ("1!0", "1!3", "1!x", "2!1", "1!-1"):
        with pytest.raises(KeyError):
            attachment_bytes(raw, nowhere)


def test_what_is_said_only_in_a_winmail_dat_is_the_mails_text() -> None:
    assert (
        parse(wrapped(a_winmail(body="Löneberäkningen stannar.".encode("cp1252")))).text == "Löneberäkningen stannar."
    )


@pytest.mark.parametrize("cut", [0, 3, 6, 7, 12, 20, 40, 60])
def test_a_broken_winmail_dat_is_kept_as_it_came(cut: int) -> None:
    whole = a_winmail((b"a.pdf", b"%PDF"), body=b"Hej")
    mail = parse(wrapped(whole[:cut] + b"\xff" * 9))
    assert mail.attachments[0].name == "winmail.dat"
    assert mail.attachments[0].size == cut + 9
