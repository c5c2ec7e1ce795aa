"""The week's mails, as their authors' programs would write them, and who works at the desk that week."""

from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailgate.demo.cast import AINO, ANNA, EMMA, ERIK, KARIN, MAJA, ORDERS, SUPPORT, SVEN
from mailgate.demo.mails import Letter

LENA = "lena.berg@desk.example"
"""The head of service: hears of every deadline that has passed."""

DESK = (SVEN, LENA, MAJA)
NAMES = {
    ANNA: "Anna Björk", ERIK: "Erik Lind", EMMA: "Emma Clarke", KARIN: "Karin Lundgren", AINO: "Aino Virtanen",
    SVEN: "Sven Sund", LENA: "Lena Berg", MAJA: "Maja Holm",
}  # fmt: skip

SPECIALISTS = f"""\
[[specialist]]
address = "{SVEN}"
name = "Sven Sund"
team = "Hantverkare, Transport och Konsult"
language = "sv"

[[specialist]]
address = "{LENA}"
name = "Lena Berg"
team = "Hantverkare, Transport och Konsult"
language = "sv"
head = true

[[specialist]]
address = "{MAJA}"
name = "Maja Holm"
team = "Handel, Tjänsteföretag & Organisationer"
language = "en"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes; ``said``: what it is about, for those who do not read Swedish or Finnish.

    ``answers``: the Message-ID of the mail that it answers, if it answers one.
    """

    by: str
    subject: str
    text: str
    said: str
    to: str = SUPPORT
    answers: str = ""

    def about(self, number: str, *, answers: str) -> "Draft":
        """The same as a reply to a mail of the ticket, as every mail program marks it: that proves who wrote it."""
        return replace(self, subject=f"Re: [{number}] {self.subject}", answers=answers)

    def posted(self, at: datetime) -> Letter:
        """As bytes and envelope, written at that moment."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(NAMES[self.by], addr_spec=self.by)
        mail["To"] = self.to
        mail["Subject"] = self.subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{at:%Y%m%d.%H%M}@{self.by.partition('@')[2]}>"
        if self.answers:
            mail["In-Reply-To"] = self.answers
        mail.set_content(self.text)
        return Letter(mail_from=self.by, rcpt_to=self.to, content=mail.as_bytes())


SCHEDULE = Draft(
    by=KARIN,
    subject="Hur lägger jag upp ett nytt schema?",
    text="Hej!\n\nHur lägger jag upp ett nytt schema för våra chaufförer?\n\nKarin\n",
    said="How do I set up a new schedule?",
)
STANDSTILL = Draft(
    by=ANNA,
    subject="Ingen kan logga in",
    text="Hej!\n\nSedan i morse kan ingen logga in. Systemet ligger nere, vi står helt still.\n\nAnna Björk\n",
    said="Nobody can log in, everything stands still.",
)
RATES = Draft(
    by=EMMA,
    subject="How do I change the VAT rate of an article?",
    text="Hello,\n\nHow do I change the VAT rate of an article?\n\nBest regards\nEmma\n",
    said="How do I change the VAT rate of an article?",
)
RATES_ANSWER = Draft(
    by=MAJA,
    subject=RATES.subject,
    text="Open the article, choose the tab Accounting, and pick the rate there. It counts from the next invoice on.\n",
    said="Open the article, choose the tab Accounting, and pick the rate there.",
)
INVOICES = Draft(
    by=EMMA,
    subject="We cannot invoice: error message on every invoice",
    text="Hello,\n\nWe cannot invoice: each invoice ends in an error message about a number series.\n"
    "It is urgent, all users are hit.\n\nEmma\n",
    said="We cannot invoice, it is urgent.",
)
INVOICES_REPLY = Draft(
    by=EMMA,
    subject=INVOICES.subject,
    text="It is series 4, and it began when we split it on Monday.\n\nEmma\n",
    said="It is series 4, and it began when we split it on Monday.",
)
PICKING = Draft(
    by=AINO,
    subject="Miten tulostan keräilylistan?",
    text="Hei!\n\nMiten tulostan keräilylistan uudestaan?\n\nTerveisin\nAino\n",
    said="How do I print a picking list again?",
)
GROUPS = Draft(
    by=EMMA,
    subject="Feature request: one invoice for a group booking",
    text="Hello,\n\nIt would be great if we could put all rooms of a group booking on one invoice.\n\nEmma\n",
    said="One invoice for a group booking would be great.",
)
TRAINING = Draft(
    by=KARIN,
    subject="Utbildning i lönekörning",
    text="Hej!\n\nVi vill gärna beställa en dags utbildning för två personer.\n\nKarin\n",
    said="We would like to order a day's training for two.",
    to=ORDERS,
)
TRAINING_YES = Draft(
    by=KARIN,
    subject=TRAINING.subject,
    text="Ja tack, det blir bra. Vi ses den 9 april.\n\nKarin\n",
    said="Yes please, see you on 9 April.",
)
STUCK = Draft(
    by=AINO,
    subject="Emme voi laskuttaa, kiireellinen",
    text="Hei!\n\nEmme voi laskuttaa: myyntilaskut jäävät jumiin.\n"
    "Vika koskee kaikkia käyttäjiä, kiireellinen.\n\nAino\n",
    said="We cannot invoice: sales invoices get stuck for everybody.",
)
NIGHT_AUDIT = Draft(
    by=EMMA,
    subject="Night audit: the planning board shows an error message",
    text="Hello,\n\nThe night audit stopped with an error message on the planning board.\n"
    "Several users see it.\n\nEmma\n",
    said="The night audit stopped with an error message; several users see it.",
)
