"""Bounces in the many forms that servers write them, and people who write about mail that does not arrive."""

import pytest

from mailgate.classify.kind import kind_of
from mailgate.domain.kind import MailKind
from mailgate.domain.mail import ParsedMail
from mailgate.domain.report import Delivery, DeliveryAction
from tests.support.mails import a_mail

PER = "per@kund.example"


def a_notice(text: str, *, author: str = "MAILER-DAEMON@mx.example", name: str = "", subject: str) -> ParsedMail:
    return a_mail(text, author=author.lower(), author_name=name, subject=subject)


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<per@kund.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 unknown user
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <support@example.com>
Message-ID: <1@example.com>
To: other@kund.example
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  per@kund.example
    mailbox is full: retry timeout exceeded

------ This is a copy of the message, including all the headers. ------

From: support@example.com
"""
EXIM_DELAY = """This message was created automatically by mail delivery software.
A message that you have sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The address to which the message has not yet been delivered is:

  per@kund.example
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated at intervals.
"""
POSTFIX = """This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

<per@kund.example>: host mail.kund.example[192.0.2.9] said: 554 5.7.1
    <per@kund.example>: Relay access denied (in reply to RCPT TO command)
"""
SENDMAIL = """The original message was received at Mon, 2 Mar 2026 10:00:00 +0100
from example.com [192.0.2.1]

   ----- The following addresses had permanent fatal errors -----
<per@kund.example>
    (reason: 550 5.2.1 mailbox disabled)

   ----- Transcript of session follows -----
... while talking to mail.kund.example.:
>>> RCPT To:<per@kund.example>
<<< 550 5.2.1 mailbox disabled
"""
EXCHANGE = """Your message

  To:      support-list@example.com
  Subject: [MG-100042-6]
  Sent:    Mon, 2 Mar 2026 10:00:00 +0100

did not reach the following recipient(s):

per@kund.example on Mon, 2 Mar 2026 10:00:02 +0100
    The recipient name is not recognized
"""
EXCHANGE_SV = """Det gick inte att leverera meddelandet till följande mottagare:

per@kund.example
E-postadressen finns inte i mottagarens e-postsystem.

Diagnostisk information för administratörer:
#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found ##
"""
MICROSOFT_365 = """mx.example rejected your message to the following email addresses:

Per Persson (per@kund.example)

Your message couldn't be delivered because the recipient's mailbox is full.
"""
DOMINO = """Your message

  Subject: [MG-100042-6]

was not delivered to:

  per@kund.example

because:

  User per (per@kund.example) not listed in Domino Directory
"""
GMAIL = """Delivery to the following recipient failed permanently:

     per@kund.example

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the recipient domain. The error was: 550 5.1.1 no such user
"""
GERMAN = """Ihre Nachricht konnte nicht zugestellt werden.

Empfänger: per@kund.example
Grund: 550 5.1.1 Benutzer unbekannt
"""
FINNISH = """Viestiäsi ei voitu toimittaa seuraavalle vastaanottajalle:

per@kund.example

550 5.1.1 tuntematon vastaanottaja
"""

FAILED, DELAYED, DELIVERED = DeliveryAction.FAILED, DeliveryAction.DELAYED, DeliveryAction.DELIVERED


@pytest.mark.parametrize(
    ("mail", "action", "status"),
    [
        (a_notice(QMAIL, subject="failure notice"), FAILED, "5.1.1"),
        (a_notice(EXIM, name="Mail Delivery System", subject="Mail delivery failed"), FAILED, "5.2.2"),
        (a_notice(EXIM_DELAY, subject="Warning: message 1abc delayed 24 hours"), DELAYED, "4.4.7"),
        (
            a_notice(
                "There was a temporary problem delivering your message to per@kund.example. Gmail will retry "
                "for 46 more hours. You'll be notified if the delivery fails permanently.",
                author="mailer-daemon@googlemail.com",
                subject="Delivery Status Notification (Delay)",
            ),
            DELAYED,
            "4.4.7",
        ),
        (a_notice(POSTFIX, subject="Undelivered Mail Returned to Sender"), FAILED, "5.7.1"),
        (a_notice(SENDMAIL, subject="Returned mail: see transcript for details"), FAILED, "5.2.1"),
        (a_notice(EXCHANGE, author="postmaster@kund.example", subject="Undeliverable: ticket"), FAILED, "5.1.1"),
        (a_notice(EXCHANGE_SV, author="postmaster@kund.example", subject="Går inte att leverera"), FAILED, "5.1.10"),
        (
            a_notice(
                MICROSOFT_365,
                author="MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@kund.example",
                name="Microsoft Outlook",
                subject="Undeliverable: hej",
            ),
            FAILED,
            "5.2.2",
        ),
        (
            a_notice(DOMINO, author="postmaster@kund.example", subject="DELIVERY FAILURE: User not listed"),
            FAILED,
            "5.1.1",
        ),
        (
            a_notice(GMAIL, author="mailer-daemon@googlemail.com", subject="Delivery Status Notification"),
            FAILED,
            "5.1.1",
        ),
        (a_notice(GERMAN, subject="Unzustellbar: Ihr Ticket"), FAILED, "5.1.1"),
        (a_notice(FINNISH, subject="Viestiä ei voitu toimittaa"), FAILED, "5.1.1"),
        (
            a_notice("Your message was successfully delivered to:\n\n<per@kund.example>\n", subject="Delivery report"),
            DELIVERED,
            "2.0.0",
        ),
    ],
    ids=lambda value: value.subject if isinstance(value, ParsedMail) else "",
)
def test_a_notice_in_words_tells_whom_what_and_why(mail: ParsedMail, action: DeliveryAction, status: str) -> None:
    kind = kind_of(mail)
    assert kind.kind is MailKind.BOUNCE
    assert [(each.recipient, each.action, each.status) for each in kind.deliveries] == [(PER, action, status)]
    assert not kind.answerable


def test_several_recipients_have_each_their_own_code() -> None:
    text = "<a@kund.example>: 550 5.1.1 unknown user\n<b@kund.example>: 552 5.2.2 mailbox full\n"
    kind = kind_of(a_notice(text, subject="Undelivered Mail Returned to Sender"))
    assert [(each.recipient, each.status) for each in kind.deliveries] == [
        ("a@kund.example", "5.1.1"),
        ("b@kund.example", "5.2.2"),
    ]


def test_the_part_for_machines_beats_the_words_and_the_words_fill_what_it_leaves_open() -> None:
    vague = Delivery(recipient=PER, action=FAILED, status="5.0.0")
    mail = a_mail(
        "<per@kund.example>: 552 5.2.2 mailbox full\n",
        author="mailer-daemon@mx.example",
        content_type="multipart/report",
        report_type="delivery-status",
        deliveries=(vague,),
    )
    (delivery,) = kind_of(mail).deliveries
    assert (delivery.recipient, delivery.status) == (PER, "5.2.2")


def test_exims_header_names_the_recipients() -> None:
    mail = a_mail("It failed: 550 5.1.1\n", headers=(("x-failed-recipients", "per@kund.example, Eva@kund.example"),))
    assert [each.recipient for each in kind_of(mail).deliveries] == [PER, "Eva@kund.example"]


def test_a_gateways_notice_under_an_odd_name_takes_subject_text_and_recipient() -> None:
    text = "Your message could not be delivered to the following recipients:\n\nper@kund.example\n"
    gateway = a_notice(text, author="antivirus_smtp_gateway@mx.example", subject="Delivery failure notification")
    assert kind_of(gateway).kind is MailKind.BOUNCE
    person = a_notice(text, author="anna.berg@kund.example", name="Anna Berg", subject="Delivery failure notification")
    assert kind_of(person).kind is MailKind.PERSON


@pytest.mark.parametrize(
    "mail",
    [
        a_mail(
            "Hej!\n\nFakturorna till kund@bolag.example kommer i retur:\n550 5.1.1 <kund@bolag.example>: user unknown",
            subject="Undelivered mail when we send invoices",
        ),
        a_mail("Hej, det här fick vi:\n\n" + POSTFIX, subject="Fakturor levereras inte: failure notice"),
        a_mail("Se nedan.\n\n" + EXCHANGE, subject="VB: Undeliverable: Faktura 17"),
        a_mail(
            "Vad betyder detta?\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1", subject="Fel"
        ),
        a_mail("Vår leveransrapport är tom.", subject="Leveransrapport: fel i utskriften"),
        a_mail("Zustellung fehlt", subject="Zustellung der Rechnung"),
        a_mail(
            "Mailet till x@y.example kommer i retur: 550 5.1.1 user unknown",
            author="andreas.sandros@kund.example",
            author_name="Andreas Sandros",
            subject="Undelivered mail",
        ),
    ],
    ids=lambda mail: mail.subject,
)
def test_a_person_who_writes_about_bounces_is_a_person(mail: ParsedMail) -> None:
    assert kind_of(mail).kind is MailKind.PERSON


def test_complaints_come_in_other_forms_too() -> None:
    arf = a_mail("source: 192.0.2.1\n", headers=(("x-xarf", "PLAIN"),))
    flattened = a_mail("Feedback-Type: abuse\nVersion: 1\n", parts=("message/rfc822",))
    asked = a_mail("Vad betyder detta?\n\nFeedback-Type: abuse\n", subject="VB: klagomål", parts=("message/rfc822",))
    assert [kind_of(mail).kind for mail in (arf, flattened)] == [MailKind.FEEDBACK_REPORT] * 2
    assert kind_of(asked).kind is MailKind.PERSON


def test_hostile_notices_end() -> None:
    for unit in ("could not be delivered ", "<a@b.example>: ", " ", "Original message\n", "5.5.5.", '"a" ', "> "):
        kind = kind_of(a_notice(unit * 40_000, subject=unit * 1_000))
        assert len(kind.deliveries) <= 100
