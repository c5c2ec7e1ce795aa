"""The mails of the demo, as their authors' programs would write them: whole bytes, ready for SMTP or a mailbox."""

import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailgate.demo.cast import AINO, ANNA, EMMA, ERIK, KARIN, NILS, ORDERS, SUPPORT

NESTED_DEEP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail and its envelope."""

    mail_from: str
    rcpt_to: str
    content: bytes


class Post:
    """Writes the mails of one performance, all dated ``now``."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def program_error(self) -> Letter:
        """A SuperUser whose invoices are wrong, with a picture of it."""
        mail = self._mail("momsfel", "Anna Björk", ANNA, "Momsen blir fel på fakturorna")
        mail.set_content(
            "Hej!\n\nSedan uppdateringen i går räknas momsen fel på våra kundfakturor.\n"
            "Vi kan inte fakturera, så det är akut. Se bilden.\n\nHälsningar\nAnna Björk\n"
        )
        mail.add_attachment(_picture(), maintype="image", subtype="png", filename="skärmbild.png")
        return _letter(mail, ANNA)

    def follow_up(self, number: str) -> Letter:
        """A colleague who types the number from memory, in a mail of his own."""
        mail = self._mail("mer-om-momsen", "Erik Lind", ERIK, f"Re: sv: {number} momsen")
        mail.set_content("Hej!\n\nDet gäller bara fakturor med omvänd moms, såg vi nu.\n\n/Erik\n")
        return _letter(mail, ERIK)

    def wish(self) -> Letter:
        """A wish, in English."""
        mail = self._mail("group-bookings", "Emma Clarke", EMMA, "Feature request: one invoice for a group booking")
        mail.set_content(
            "Hello,\n\nIt would be great if we could put all rooms of a group booking on one invoice.\n"
            "Today we join them by hand.\n\nBest regards\nEmma\n"
        )
        return _letter(mail, EMMA)

    def from_a_colleague(self) -> Letter:
        """A question of somebody who is no SuperUser."""
        mail = self._mail("semester", "Nils Karlsson", NILS, "Hur registrerar jag semester?")
        mail.set_content("Hej!\n\nHur registrerar jag semester för en timanställd?\n\nMvh Nils\n")
        return _letter(mail, NILS)

    def from_an_overdue_customer(self) -> Letter:
        """A program error, from a customer who is late with a payment."""
        mail = self._mail("tidrapporter", "Karin Lundgren", KARIN, "Tidrapporterna sparas inte")
        mail.set_content(
            "Hej!\n\nNär vi sparar en tidrapport händer ingenting.\nFlera användare har samma fel.\n\nKarin\n"
        )
        return _letter(mail, KARIN)

    def out_of_office(self, *, receipt_id: str, receipt_subject: str) -> Letter:
        """What a mail program answers to a receipt while its owner is away (RFC 3834)."""
        mail = self._mail("away", "Emma Clarke", EMMA, f"Automatic reply: {receipt_subject}")
        mail["In-Reply-To"] = receipt_id
        mail["References"] = receipt_id
        mail["Auto-Submitted"] = "auto-replied"
        mail.set_content("I am out of the office until Monday, and will read your mail then.\n")
        return _letter(mail, EMMA)

    def with_another_customers_number(self, number: str) -> Letter:
        """A SuperUser who has got hold of a number that is not hers."""
        mail = self._mail("whose-number", "Emma Clarke", EMMA, f"Re: [{number}] What is this about?")
        mail.set_content("Hello,\n\nI found this number on a note. Could you send me what the ticket says?\n\nEmma\n")
        return _letter(mail, EMMA)

    def pretending_to_be_a_superuser(self) -> Letter:
        """Somebody else, in Anna's name."""
        mail = self._mail("nytt-konto", "Anna Björk", ANNA, "Ändra vårt kontonummer, det brådskar")
        mail.set_content("Hej!\n\nVi har bytt bank. Lägg in det nya kontot i dag.\n\nAnna\n")
        return _letter(mail, ANNA)

    def nested_too_deep(self) -> Letter:
        """MIME within MIME within MIME: made to exhaust whoever unpacks it."""
        mail = self._mail("djupt", "Anna Björk", ANNA, "Vidarebefordrat: se bifogat")
        parts = b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
            for level in range(NESTED_DEEP)
        )
        head = mail.as_bytes().rpartition(b"\r\n\r\n")[0].rstrip(b"\r\n")
        content = head + b"\r\nMIME-Version: 1.0\r\n" + parts + b"\r\nHej!\r\n"
        return Letter(mail_from=ANNA, rcpt_to=SUPPORT, content=content)

    def question_in_finnish(self) -> Letter:
        """A question, in Finnish; to be fetched by IMAP."""
        mail = self._mail("varastosaldo", "Aino Virtanen", AINO, "Miten korjaan varastosaldon?")
        mail.set_content("Hei!\n\nMiten korjaan varastosaldon inventaarion jälkeen?\n\nTerveisin\nAino\n")
        return _letter(mail, AINO)

    def order(self) -> Letter:
        """Written to the consultants' address."""
        mail = self._mail("utbildning", "Karin Lundgren", KARIN, "Utbildning i lönekörning", to=ORDERS)
        mail.set_content("Hej!\n\nVi vill gärna beställa en dags utbildning för två personer.\n\nKarin\n")
        return _letter(mail, KARIN, rcpt_to=ORDERS)

    def delivered_copy(self, letter: Letter) -> bytes:
        """The same mail as it lies in a mailbox: servers have written their lines on top."""
        trace = f"Return-Path: <{letter.mail_from}>\r\nReceived: by mx.example.com; {format_datetime(self._now)}\r\n"
        return trace.encode("ascii") + letter.content

    def _mail(self, slug: str, name: str, address: str, subject: str, *, to: str = SUPPORT) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(name, addr_spec=address)
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self._now - timedelta(seconds=20))
        mail["Message-ID"] = f"<{slug}@{address.partition('@')[2]}>"
        return mail


def _letter(mail: EmailMessage, mail_from: str, *, rcpt_to: str = SUPPORT) -> Letter:
    return Letter(mail_from=mail_from, rcpt_to=rcpt_to, content=mail.as_bytes())


def _picture(width: int = 64, height: int = 36) -> bytes:
    """A small PNG (RFC 2083): a grey window with a red field in it."""
    rows = b"".join(
        b"\0" + b"".join(b"\xd0\x30\x30" if 8 < x < 40 and 10 < y < 20 else b"\xe0\xe0\xe0" for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
