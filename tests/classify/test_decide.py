"""The rules in their order: what each pair of them says when both have an opinion."""

from datetime import date

import pytest

from mailgate.classify import decide as rules
from mailgate.classify.decide import decide
from mailgate.domain.customer import Language
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import MessageAuthor, TicketType
from mailgate.domain.verdict import Facts, Hold, HoldCause, JoinTicket, OpenTicket, StoreOnly, Verdict
from tests.support.mails import (
    a_customer,
    a_mail,
    a_policy,
    a_release,
    a_specialist,
    a_superuser,
    a_ticket_ref,
    annas_facts,
    facts,
)

OURS, THEIRS = a_ticket_ref(100042), a_ticket_ref(100044, customer_id=8)
OVERDUE = a_customer(overdue_since=date(2026, 10, 31))
AUTOMATIC = (("auto-submitted", "auto-replied"),)


def _decided(mail: ParsedMail, known: Facts) -> Verdict:
    return decide(mail, known, a_policy())


@pytest.mark.parametrize(
    ("mail", "known", "rule"),
    [
        (a_mail("Hej"), annas_facts(), "new-ticket"),
        (a_mail("Hej"), annas_facts(numbered=(OURS,)), "follow-up"),
        (a_mail("Hej"), annas_facts(threaded=OURS), "follow-up"),
        (a_mail("Hej"), annas_facts(numbered=(THEIRS,)), "new-ticket"),
        (a_mail("Hej"), annas_facts(customer=OVERDUE), "overdue-customer"),
        (a_mail("Hej"), annas_facts(customer=OVERDUE, numbered=(OURS,)), "overdue-customer"),
        (a_mail("Hej"), facts(), "stranger"),
        (a_mail("Hej"), facts(numbered=(OURS,), threaded=OURS), "stranger"),
        (a_mail("Hej"), facts(specialist=a_specialist(), numbered=(OURS,)), "specialist-reply"),
        (a_mail("Hej"), facts(specialist=a_specialist()), "specialist-without-ticket"),
        (a_mail("Hej", author=None), facts(), "unreadable-author"),
        (a_mail("Hej", author=None), facts(rcpt_to=("postmaster@example.com",)), "role-address"),
        (a_mail("Hej"), annas_facts(rcpt_to=("abuse@example.com",)), "role-address"),
        (a_mail("Hej", headers=AUTOMATIC), annas_facts(numbered=(OURS,)), "automatic-mail"),
        (a_mail("Hej", headers=AUTOMATIC), facts(), "automatic-mail"),
        (a_mail("Hej", headers=AUTOMATIC), facts(specialist=a_specialist(), numbered=(OURS,)), "automatic-mail"),
        (a_mail("Hej", headers=AUTOMATIC, report_type="delivery-status"), annas_facts(), "bounce"),
        (a_mail("Hej", author="support@example.com", report_type="x"), annas_facts(), "own-loop"),
        (a_mail("Hej", author="support@example.com"), facts(release=a_release()), "released-mail"),
        (a_mail("Hej", headers=AUTOMATIC), facts(release=a_release(customer=OVERDUE)), "released-mail"),
        (a_mail("Hej", author=None), facts(release=a_release()), "released-mail"),
    ],
)
def test_the_first_rule_with_an_opinion_settles_it(mail: ParsedMail, known: Facts, rule: str) -> None:
    assert _decided(mail, known).reason.rule == rule


def test_every_verdict_names_a_rule_and_never_the_mail() -> None:
    mail = a_mail("Hemligheten är gurka", subject="Hemligheten")
    cases = [
        annas_facts(),
        facts(),
        annas_facts(customer=OVERDUE),
        annas_facts(threaded=OURS),
        facts(release=a_release()),
    ]
    for known in cases:
        reason = _decided(mail, known).reason
        assert reason.rule == reason.rule.lower().replace("_", "-").replace(" ", "")
        assert "emlig" not in reason.evidence
        assert "@" not in reason.evidence


def test_a_new_ticket_knows_all_about_itself() -> None:
    verdict = _decided(a_mail("Lönekörningen kraschar.\nServicenivå: 2", subject="Lön"), annas_facts())
    assert isinstance(verdict, OpenTicket)
    assert (verdict.superuser, verdict.customer) == (a_superuser(), a_customer())
    assert verdict.author is MessageAuthor.SUPERUSER
    assert verdict.team == "Hantverkare, Transport och Konsult"
    found = verdict.classification
    assert (found.type, found.level, found.module) == (TicketType.PROGRAM_ERROR, 2, "Lön")
    assert not verdict.untrained
    assert not verdict.number_unknown
    assert verdict.reason.evidence == "a SuperUser of customer K7"


@pytest.mark.parametrize(
    ("text", "trained", "untrained"),
    [
        ("Modul: Lön", {"Lön"}, False),
        ("Modul: Lön", {"lon", "Tid"}, False),
        ("Modul: Lön", {"Tid"}, True),
        ("Modul: Lön", set(), True),
        ("Hej", set(), False),
    ],
)
def test_who_is_not_trained_in_the_module_still_gets_a_ticket(text: str, trained: set[str], untrained: bool) -> None:
    verdict = _decided(a_mail(text), annas_facts(superuser=a_superuser(trained=frozenset(trained))))
    assert isinstance(verdict, OpenTicket)
    assert verdict.untrained is untrained


@pytest.mark.parametrize("known", [annas_facts(broken_number=True), annas_facts(numbered=(THEIRS,))])
def test_a_number_that_is_not_the_senders_is_said_to_be_unknown(known: Facts) -> None:
    verdict = _decided(a_mail(), known)
    assert isinstance(verdict, OpenTicket)
    assert verdict.number_unknown


@pytest.mark.parametrize(
    ("author", "whose"),
    [
        ("anna.berg@kund.example", MessageAuthor.SUPERUSER),
        ("colleague@kund.example", MessageAuthor.COLLEAGUE),
        (None, MessageAuthor.COLLEAGUE),
    ],
)
def test_a_released_mail_becomes_the_superusers_ticket_whoever_wrote_it(
    author: str | None, whose: MessageAuthor
) -> None:
    verdict = _decided(a_mail("Hej", author=author), facts(release=a_release()))
    assert isinstance(verdict, OpenTicket)
    assert (verdict.superuser, verdict.author, verdict.reason.evidence) == (a_superuser(), whose, "by Saga Ek")


def test_a_released_mail_joins_the_customers_ticket_that_it_names() -> None:
    verdict = _decided(a_mail(author="colleague@kund.example"), facts(release=a_release(), numbered=(THEIRS, OURS)))
    assert isinstance(verdict, JoinTicket)
    assert (verdict.ticket, verdict.author, verdict.superuser) == (OURS, MessageAuthor.COLLEAGUE, a_superuser())
    assert verdict.reason.evidence == "by Saga Ek, number MG-100042-6"


def test_a_released_mail_never_joins_another_companys_ticket() -> None:
    verdict = _decided(a_mail(), facts(release=a_release(), numbered=(THEIRS,), threaded=THEIRS))
    assert isinstance(verdict, OpenTicket)
    assert verdict.number_unknown


@pytest.mark.parametrize(
    ("subject", "text", "language"),
    [
        ("Hjälp", "Vi kan inte logga in.", Language.SWEDISH),
        ("Help", "We cannot log in to the system.", Language.ENGLISH),
        ("Apua", "Emme voi kirjautua, mitä teemme?", Language.FINNISH),
        ("4711", "4711", Language.SWEDISH),
    ],
)
def test_a_stranger_is_answered_in_the_mails_own_language(subject: str, text: str, language: Language) -> None:
    verdict = _decided(a_mail(text, subject=subject), facts())
    assert isinstance(verdict, Hold)
    assert (verdict.cause, verdict.language) == (HoldCause.STRANGER, language)


def test_where_nothing_is_new_the_whole_text_tells_the_language() -> None:
    verdict = _decided(a_mail("", whole_text="> We cannot log in to the system"), facts())
    assert isinstance(verdict, Hold)
    assert verdict.language is Language.ENGLISH


def test_a_machine_is_stored_and_no_more() -> None:
    assert isinstance(_decided(a_mail(headers=AUTOMATIC), annas_facts()), StoreOnly)


def test_a_rule_that_forgets_a_mail_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "RULES", (rules.new_ticket,))
    with pytest.raises(AssertionError, match="none over"):
        decide(a_mail(), facts(), a_policy())
