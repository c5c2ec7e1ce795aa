"""The bench's own corpus, the same for the same seed: mails as people write to a support desk.

Some 70 % are new and 30 % answer a receipt; Swedish and English; a fifth carry an attachment of 20–300 KB, so that the
mean is near 40 KB. Nothing here is anybody's mail. A mail is made from ``Letter`` by ``Letter.rendered``.
"""

import base64
import quopri
import random
import textwrap
from dataclasses import dataclass

CUSTOMERS = 200
SUPERUSERS_EACH = 2
ATTACHED = 0.2
REPLIES = 0.3

_SWEDISH = (
    "När vi skriver ut dagens fakturor stannar programmet vid den tredje sidan.",
    "Det började efter uppdateringen i tisdags och gäller alla våra användare på kontoret.",
    "Vi har provat att starta om servern, men felmeddelandet kommer tillbaka efter en stund.",
    "Går det att få momsen redovisad per projekt i stället för per avdelning?",
    "Vi önskar att rapporten kunde sparas som en tabell med en rad för varje anställd.",
    "Kan ni återkomma före fredag, för då kör vi lönerna för den här månaden?",
    "Jag bifogar en skärmbild som visar hur det ser ut när felet uppstår.",
)
_ENGLISH = (
    "When we print the invoices of the day the program stops at the third page.",
    "It began after the update on Tuesday, and concerns all of our users at the office.",
    "We have restarted the server, but the error message comes back after a while.",
    "Is it possible to show the VAT for each project rather than for each department?",
    "We wish that the report could be saved as a table with one line for each employee.",
    "Please come back to us before Friday, for that is when we run this month's payroll.",
    "I attach a picture that shows what it looks like when the error occurs.",
)
_SUBJECTS = {
    "sv": ("Fel vid utskrift av fakturor", "Fråga om moms", "Önskemål: rapport som tabell", "Löner i december"),
    "en": ("Error when printing invoices", "Question on VAT", "Wish: report as a table", "Payroll in December"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the desk answered to an earlier mail, as far as an answer to it needs it."""

    message_id: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: who writes what. ``tag`` is unique, and is found again in the Message-ID."""

    tag: str
    sender: str
    language: str
    lines: tuple[str, ...]
    subject: str
    attachment: bytes
    replies: bool

    def rendered(self, to: str, receipt: Receipt | None) -> bytes:
        """The mail as it crosses the wire, with CR LF; ``receipt`` is what it answers, if it is a reply."""
        subject, threading, quoted, sender = self.subject, [], [], self.sender
        if receipt is not None:
            subject, sender = f"Re: {receipt.subject}", receipt.to
            threading = [f"In-Reply-To: {receipt.message_id}", f"References: {receipt.message_id}"]
            quoted = ["", "Den 23 november 2026 skrev Support:", *(f"> {line}" for line in self.lines)]
        head = [
            f"From: {sender.partition('@')[0]} <{sender}>",
            f"To: <{to}>",
            f"Subject: {subject}",
            "Date: Mon, 23 Nov 2026 09:30:00 +0100",
            f"Message-ID: <{self.tag}@bench.example>",
            *threading,
            "MIME-Version: 1.0",
            "User-Agent: Mozilla Thunderbird",
        ]
        text = _part("text/plain; charset=utf-8", "\r\n".join([*self.lines, *quoted]).encode())
        html = _part("text/html; charset=utf-8", _html((*self.lines, *quoted)).encode())
        body = _multipart("alternative", [text, html], f"a{self.tag}")
        if self.attachment:
            picture = _part('image/png; name="skarmbild.png"', self.attachment, 'attachment; filename="skarmbild.png"')
            body = _multipart("mixed", [body, picture], f"m{self.tag}")
        return "\r\n".join(head).encode() + b"\r\n" + body


def letters(seed: int, count: int, *, name: str) -> list[Letter]:
    """So many letters; ``name`` keeps the tags of different rounds apart."""
    dice = random.Random(seed)  # noqa: S311 - a corpus that can be made again, no secret
    return [_letter(dice, f"{name}-{number}") for number in range(count)]


def superuser(customer: int, number: int) -> str:
    """The address of a customer's SuperUser."""
    return f"person{number}@kund{customer}.example"


def _letter(dice: random.Random, tag: str) -> Letter:
    language = dice.choices(("sv", "en"), (7, 3))[0]
    lines = dice.choices(_SWEDISH if language == "sv" else _ENGLISH, k=dice.randint(3, 30))
    closing = ("", "Med vänlig hälsning", "Eva Ek") if language == "sv" else ("", "Best regards", "Eva Ek")
    return Letter(
        tag=tag,
        sender=superuser(dice.randrange(CUSTOMERS), dice.randrange(SUPERUSERS_EACH)),
        language=language,
        lines=(*lines, *closing),
        subject=f"{dice.choice(_SUBJECTS[language])} ({tag})",
        attachment=dice.randbytes(round(dice.triangular(20_000, 300_000, 40_000))) if dice.random() < ATTACHED else b"",
        replies=dice.random() < REPLIES,
    )


def _html(lines: tuple[str, ...]) -> str:
    inner = "\r\n".join(f'<p class="MsoNormal">{"<br>".join(textwrap.wrap(line, 70))}</p>' for line in lines if line)
    return f"<html><head><style>p.MsoNormal {{margin:0}}</style></head><body>\r\n{inner}\r\n</body></html>"


def _part(content_type: str, content: bytes, disposition: str = "") -> bytes:
    text = content_type.startswith("text/")
    coded = quopri.encodestring(content) if text else base64.encodebytes(content)
    head = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {'quoted-printable' if text else 'base64'}"]
    head += [f"Content-Disposition: {disposition}"] if disposition else []
    return "\r\n".join(head).encode() + b"\r\n\r\n" + coded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: list[bytes], boundary: str) -> bytes:
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + inner + f"--{boundary}--\r\n".encode()
