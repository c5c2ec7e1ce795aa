"""A number or a thread joins a ticket of the same customer, and nobody else's."""

from mailgate.classify.follow_up import follow_up, specialist_reply
from mailgate.domain.ticket import MessageAuthor, TicketRef
from mailgate.domain.verdict import Facts, JoinTicket
from tests.support.mails import a_mail, a_policy, a_specialist, a_superuser, a_ticket_ref, annas_facts, facts

OURS, ALSO_OURS, THEIRS = a_ticket_ref(100042), a_ticket_ref(100043), a_ticket_ref(100044, customer_id=8)


def _joined(known: Facts) -> tuple[TicketRef, str] | None:
    verdict = follow_up(a_mail(), known, a_policy())
    if verdict is None:
        return None
    assert verdict.author is MessageAuthor.SUPERUSER
    assert verdict.superuser == known.superuser
    return verdict.ticket, verdict.reason.evidence


def test_a_number_of_the_own_company_joins_its_ticket() -> None:
    assert _joined(annas_facts(numbered=(OURS,))) == (OURS, "number MG-100042-6")


def test_a_thread_of_the_own_company_joins_its_ticket() -> None:
    assert _joined(annas_facts(threaded=OURS)) == (OURS, "thread of MG-100042-6")


def test_a_number_outweighs_the_thread() -> None:
    assert _joined(annas_facts(numbered=(OURS,), threaded=ALSO_OURS)) == (
        OURS,
        "number MG-100042-6 (number-over-thread)",
    )


def test_of_several_numbers_the_first_of_the_own_company_counts() -> None:
    assert _joined(annas_facts(numbered=(THEIRS, OURS, ALSO_OURS))) == (OURS, "number MG-100042-6")


def test_with_a_strangers_number_the_own_thread_still_counts() -> None:
    assert _joined(annas_facts(numbered=(THEIRS,), threaded=OURS)) == (
        OURS, "thread of MG-100042-6 (thread-over-number)",
    )  # fmt: skip


def test_another_companys_ticket_is_never_joined() -> None:
    assert _joined(annas_facts(numbered=(THEIRS,), threaded=THEIRS)) is None


def test_without_number_and_thread_nothing_is_joined() -> None:
    assert _joined(annas_facts()) is None


def test_an_unknown_sender_joins_nothing() -> None:
    assert _joined(facts(numbered=(OURS,), threaded=OURS)) is None


def test_a_specialist_joins_any_companys_ticket() -> None:
    saga = a_specialist()
    for known in (facts(specialist=saga, numbered=(THEIRS, OURS)), facts(specialist=saga, threaded=THEIRS)):
        verdict = specialist_reply(a_mail(), known, a_policy())
        assert isinstance(verdict, JoinTicket)
        assert (verdict.ticket, verdict.author, verdict.specialist, verdict.superuser) == (
            THEIRS, MessageAuthor.SPECIALIST, saga, None,
        )  # fmt: skip


def test_a_specialist_without_ticket_joins_nothing() -> None:
    assert specialist_reply(a_mail(), facts(specialist=a_specialist()), a_policy()) is None


def test_who_is_superuser_and_specialist_writes_as_superuser() -> None:
    both = facts(specialist=a_specialist(), superuser=a_superuser(), numbered=(THEIRS,))
    assert specialist_reply(a_mail(), both, a_policy()) is None


def test_who_is_no_specialist_does_not_answer_as_one() -> None:
    assert specialist_reply(a_mail(), facts(numbered=(OURS,)), a_policy()) is None
