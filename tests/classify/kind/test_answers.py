"""Out-of-office messages in the languages of our readers' contacts, and when they are back; other automatic answers."""

from datetime import UTC, date, datetime

import pytest

from mailgate.classify.kind import kind_of
from mailgate.classify.kind.return_day import return_day
from mailgate.domain.kind import MailKind
from mailgate.domain.mail import ParsedMail
from mailgate.domain.report import Meeting
from tests.support.mails import a_mail

REPLIED = (("auto-submitted", "auto-replied"),)
SENT = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "back_on"),
    [
        ("Jag är på semester och åter den 3 augusti.", date(2026, 8, 3)),
        ("Jag är på semester och är tillbaka på kontoret 2026-08-03.", date(2026, 8, 3)),
        ("Tack för ditt mejl. Jag är ledig t.o.m. 31/7.", date(2026, 8, 1)),
        ("Jag är föräldraledig fram till den 15 januari.", date(2027, 1, 15 + 1)),
        ("Olen lomalla ja palaan töihin 3.8.2026.", date(2026, 8, 3)),
        ("Olen lomalla 31.7. asti.", date(2026, 8, 1)),
        ("Jeg er på ferie og er tilbage den 3. august.", date(2026, 8, 3)),
        ("Jeg er på ferie til og med 31. juli 2026.", date(2026, 8, 1)),
        ("Jeg er ikke på kontoret og er tilbake 3. august", date(2026, 8, 3)),
        ("Ich bin bis einschließlich 31. Juli im Urlaub.", date(2026, 8, 1)),
        ("Ab dem 3.8. bin ich wieder im Büro, bis dahin im Urlaub.", date(2026, 8, 3)),
        ("I am out of the office and will be back on August 3rd.", date(2026, 8, 3)),
        ("I am on annual leave, returning to the office on Monday, 3 August 2026.", date(2026, 8, 3)),
        ("Je suis absent du bureau, de retour le 3 août 2026.", date(2026, 8, 3)),
        ("Estoy fuera de la oficina, regreso el 3 de agosto.", date(2026, 8, 3)),
        ("Ik ben afwezig en terug op 3 augustus.", date(2026, 8, 3)),
        ("Jag är på semester. Vid brådskande ärenden ring växeln.", None),
        ("I am out of office since 1 June.", None),
    ],
)
def test_an_answer_of_somebody_who_is_away_says_when_they_are_back(text: str, back_on: date | None) -> None:
    kind = kind_of(a_mail(text, subject="Re: [MG-100042-6]", headers=REPLIED, date=SENT))
    assert (kind.kind, kind.back_on) == (MailKind.OUT_OF_OFFICE, back_on)
    assert not kind.answerable


@pytest.mark.parametrize(
    "text", ["31 februari är jag åter", "åter 99/99", "tillbaka 2026-13-45", "back on 0 May", "åter " * 5_000 + "1 maj"]
)
def test_a_day_that_is_none_is_no_day(text: str) -> None:
    assert return_day(text, sent=None) is None


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Out of office", "I am out of the office."),
        ("Semesterstängt", "Vi har semesterstängt, åter på kontoret 3 augusti."),
        ("Olen lomalla", "Olen lomalla, palaan 3.8."),
        ("Absence", "Merci de votre message. Je suis en congé jusqu'au 31 juillet."),
        ("Afwezig", "Bedankt voor uw bericht. Ik ben met vakantie."),
        ("Ferie", "Takk for din e-post. Jeg er på ferie til uke 30."),
        ("Abwesenheitsnotiz: Ihr Ticket", "Ich bin im Urlaub."),
        ("Frånvarande: ditt ärende", "Jag är på semester."),
    ],
)
def test_without_any_header_subject_and_text_together_tell(subject: str, text: str) -> None:
    assert kind_of(a_mail(text, subject=subject)).kind is MailKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Semester i lönen", "Jag är på semester nästa vecka. Hur för jag in det?"),
        ("Frånvaro: går inte att registrera", "Anna är frånvarande, men det går inte att spara."),
        ("Ferie", "Hvordan registrerer jeg ferie for 2026? Den ligger ikke i systemet."),
        ("Ferie", "Jeg er på ferie i uke 28."),
        ("Urlaub", "Ich bin im Urlaub, bitte das Update erst danach."),
        ("Urlaub", "Wie trage ich Urlaub ein?"),
        ("Re: Out of office: Anna", "Okej, då ringer jag Per."),
        ("Åter på kontoret", "Nu är jag tillbaka, hur gick det med ärendet?"),
        ("Absence registration", "The absence module fails when I save. What to do?"),
    ],
)
def test_people_write_of_holidays_too(subject: str, text: str) -> None:
    assert kind_of(a_mail(text, subject=subject)).kind is MailKind.PERSON


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("Tack, vi har tagit emot ditt ärende.", headers=REPLIED),
        a_mail("Tack", subject="Autosvar: ditt ärende"),
        a_mail("Merci", subject="Réponse automatique : votre demande"),
        a_mail("Gracias", subject="Respuesta automática: su caso"),
        a_mail("Bedankt", subject="Automatisch antwoord: uw vraag"),
        a_mail("Kiitos", subject="Automaattivastaus: tiketti"),
        a_mail("Dziękuję", subject="Odpowiedź automatyczna: sprawa"),
        a_mail("x", headers=(("x-autorespond", "yes"),)),
        a_mail("x", headers=(("precedence", "auto_reply"),)),
        a_mail("x", author="nyheter-noreply@kund.example"),
    ],
    ids=lambda mail: f"{mail.subject} {mail.headers}",
)
def test_other_answers_of_machines_are_just_that(mail: ParsedMail) -> None:
    assert kind_of(mail).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (a_mail("Hej", headers=(("list-id", "<x.example>"),)), MailKind.LIST),
        (a_mail("Hej", headers=(("list-id", "<x.example>"), ("auto-submitted", "auto-generated"))), MailKind.LIST),
        (a_mail("Hej", headers=(("list-id", "<x.example>"), *REPLIED)), MailKind.AUTO_REPLY),
        (a_mail("Hej", author="noreply@x.example", headers=(("list-unsubscribe", "<x>"),)), MailKind.LIST),
        (a_mail("Kom", meeting=Meeting(method="request")), MailKind.CALENDAR),
        (a_mail("Kom", author="noreply@x.example", meeting=Meeting(method="request")), MailKind.CALENDAR),
        (a_mail("Kom", headers=REPLIED, meeting=Meeting(method="request")), MailKind.AUTO_REPLY),
        (a_mail("Hej", headers=(("auto-submitted", "auto-generated"),)), MailKind.AUTO_REPLY),
        (a_mail("Hej"), MailKind.PERSON),
    ],
    ids=str,
)
def test_where_several_hold_the_stronger_counts(mail: ParsedMail, kind: MailKind) -> None:
    assert kind_of(mail).kind is kind


def test_our_own_list_is_no_list() -> None:
    mail = a_mail("Hej", headers=(("list-id", "Support <support.example.com>"), ("precedence", "list")))
    assert kind_of(mail, own_addresses={"support@example.com"}).kind is MailKind.PERSON
    assert kind_of(mail).kind is MailKind.LIST


GENERATED = ("auto-submitted", "auto-generated")


@pytest.mark.parametrize(
    "field",
    [
        ("x-ms-exchange-inbox-rules-loop", "anna@kund.example"),
        ("x-ms-exchange-generated-message-source", "Mailbox Rules Agent"),
        ("resent-from", "anna@kund.example"),
        ("x-forwarded-to", "support@example.com"),
        ("autoforwarded", "true"),
    ],
)
def test_what_a_rule_forwarded_is_a_persons_and_gets_no_automatic_answer(field: tuple[str, str]) -> None:
    kind = kind_of(a_mail("Fakturan går inte att skriva ut.", headers=(GENERATED, field)))
    assert (kind.kind, kind.answerable) == (MailKind.FORWARDED, False)


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("Hej", headers=(("auto-submitted", "auto-replied"), ("resent-from", "anna@kund.example"))),
        a_mail("Hej", headers=(GENERATED, ("resent-from", "a@b.example"), ("return-path", "<>"))),
        a_mail("Hej", author="noreply@x.example", headers=(GENERATED, ("resent-from", "a@b.example"))),
        a_mail("Hej", subject="Autosvar: x", headers=(GENERATED, ("resent-from", "a@b.example"))),
    ],
    ids=str,
)
def test_a_machines_mail_that_a_rule_forwarded_stays_a_machines(mail: ParsedMail) -> None:
    assert kind_of(mail).kind in (MailKind.AUTO_REPLY, MailKind.OUT_OF_OFFICE)


def test_exchanges_wish_for_silence_is_heard_and_makes_no_machine() -> None:
    for value, answerable in (("All", False), ("DR, OOF, AutoReply", False), ("DR, RN, NRN", True), ("None", True)):
        kind = kind_of(a_mail("Hej", headers=(("x-auto-response-suppress", value),)))
        assert (kind.kind, kind.answerable) == (MailKind.PERSON, answerable)
