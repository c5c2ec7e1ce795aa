"""Who may not write is held, and told no more than is theirs to know."""

from datetime import date

from mailgate.classify.entitlement import overdue_customer, specialist_without_ticket, stranger, unreadable_author
from mailgate.domain.customer import Language
from mailgate.domain.verdict import Hold, HoldCause, Reason
from tests.support.mails import a_customer, a_mail, a_policy, a_specialist, a_superuser, annas_facts, facts

SINCE = date(2026, 10, 31)


def test_a_mail_of_nobody_is_held_and_not_answered() -> None:
    verdict = unreadable_author(a_mail(author=None), facts(), a_policy())
    assert verdict == Hold(
        reason=Reason(rule="unreadable-author", evidence="From"),
        cause=HoldCause.UNREADABLE_AUTHOR,
        answer=False,
        language=Language.SWEDISH,
    )


def test_a_mail_of_somebody_is_not_unreadable() -> None:
    assert unreadable_author(a_mail(), facts(), a_policy()) is None


def test_a_stranger_is_held_and_answered() -> None:
    assert stranger(a_mail(), facts(), a_policy()) == Hold(
        reason=Reason(rule="stranger"), cause=HoldCause.STRANGER, answer=True, language=Language.SWEDISH
    )


def test_a_stranger_is_not_answered_twice_in_a_week() -> None:
    verdict = stranger(a_mail(), facts(stranger_answered=True), a_policy())
    assert verdict is not None
    assert not verdict.answer


def test_a_strangers_company_gets_the_gist() -> None:
    verdict = stranger(a_mail(), facts(domain_customer=a_customer(customer_id=9)), a_policy())
    assert verdict is not None
    assert (verdict.gist_to, verdict.reason.evidence) == (9, "domain of customer K9")


def test_a_superuser_without_a_customer_has_no_more_rights_than_a_stranger() -> None:
    assert stranger(a_mail(), facts(superuser=a_superuser()), a_policy()) is not None


def test_a_superuser_is_no_stranger() -> None:
    assert stranger(a_mail(), annas_facts(), a_policy()) is None


def test_an_overdue_customers_mail_waits_and_its_superuser_is_told() -> None:
    known = annas_facts(
        customer=a_customer(overdue_since=SINCE), superuser=a_superuser(language=Language.FINNISH, superuser_id=71)
    )
    verdict = overdue_customer(a_mail(), known, a_policy())
    assert verdict is not None
    assert verdict.reason == Reason(rule="overdue-customer", evidence="since 2026-10-31")
    assert (verdict.cause, verdict.answer, verdict.language) == (HoldCause.OVERDUE, True, Language.FINNISH)
    assert (verdict.customer_id, verdict.superuser_id, verdict.overdue_since) == (7, 71, SINCE)


def test_a_customer_who_has_paid_does_not_wait() -> None:
    assert overdue_customer(a_mail(), annas_facts(), a_policy()) is None


def test_nobodys_payment_is_not_asked_for() -> None:
    assert overdue_customer(a_mail(), facts(), a_policy()) is None
    assert overdue_customer(a_mail(), facts(superuser=a_superuser()), a_policy()) is None


def test_a_specialist_who_names_no_ticket_is_asked_for_one() -> None:
    verdict = specialist_without_ticket(a_mail(), facts(specialist=a_specialist(language=Language.ENGLISH)), a_policy())
    assert verdict is not None
    assert (verdict.cause, verdict.answer, verdict.language) == (
        HoldCause.SPECIALIST_WITHOUT_TICKET, True, Language.ENGLISH,
    )  # fmt: skip
    assert verdict.reason == Reason(rule="specialist-without-ticket", evidence="specialist 3")


def test_a_specialist_who_is_superuser_too_is_not_asked() -> None:
    both = facts(specialist=a_specialist(), superuser=a_superuser())
    assert specialist_without_ticket(a_mail(), both, a_policy()) is None
    assert specialist_without_ticket(a_mail(), facts(), a_policy()) is None
