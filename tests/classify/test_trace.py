"""What a trace says: who was asked, which tickets might have been meant, why there is an answer or none."""

from dataclasses import replace

import pytest

from mailgate.classify.decide import RULES, decide
from mailgate.classify.kind import kind_of
from mailgate.classify.looks import LOOKS
from mailgate.classify.trace import decide_and_say_why
from mailgate.domain.authenticity import Authenticity, Proof
from mailgate.domain.looked_up import TokenFound
from mailgate.domain.mail import ParsedMail
from mailgate.domain.reply_token import TokenState
from mailgate.domain.trace import Candidate, Look, Trace, as_json, from_json
from mailgate.domain.verdict import Facts
from tests.support.mails import (
    a_customer,
    a_mail,
    a_policy,
    a_release,
    a_specialist,
    a_ticket_ref,
    annas_facts,
    facts,
)

OURS, THEIRS = a_ticket_ref(100042), a_ticket_ref(100044, customer_id=8)
UNPROVEN = Authenticity(proof=Proof.UNPROVEN, evidence="neither spf nor dkim is aligned")


def traced(mail: ParsedMail, known: Facts) -> Trace:
    return decide_and_say_why(mail, known, a_policy())[1]


def test_every_rule_has_a_word_for_what_it_saw() -> None:
    assert [rule.__name__ for rule in RULES if rule.__name__ not in LOOKS] == []


@pytest.mark.parametrize(
    ("mail", "known"),
    [
        (a_mail("Hej"), annas_facts()),
        (a_mail("Hej"), annas_facts(threaded=OURS)),
        (a_mail("Hej"), facts()),
        (a_mail("Hej", author=None), facts()),
        (a_mail("Hej", headers=(("auto-submitted", "auto-replied"),)), annas_facts()),
        (a_mail("Hej"), facts(specialist=a_specialist(), threaded=OURS)),
        (a_mail("Hej"), facts(release=a_release())),
    ],
)
def test_the_verdict_is_the_same_with_a_trace_and_without(mail: ParsedMail, known: Facts) -> None:
    verdict, trace = decide_and_say_why(mail, known, a_policy())
    assert verdict == decide(mail, known, a_policy())
    assert trace.decided.rule == verdict.reason.rule


def test_rules_are_told_in_their_order_up_to_the_one_that_settled_it() -> None:
    looks = traced(a_mail("Hej"), annas_facts(threaded=OURS)).looks
    assert [look.rule for look in looks] == [
        "released-mail", "own-loop", "bounce-of-ours", "machine", "calendar-answer", "role-address",
        "unreadable-author", "forged-author", "unproven-author", "specialist-reply",
        "decides-on-held", "specialist-without-ticket",
        "stranger", "only-asks", "overdue-customer", "take-up",
        "follow-up",
    ]  # fmt: skip
    assert looks[-1] == Look("follow-up", f"thread of {OURS.number}", "joined")
    assert all(look.saw and not look.said for look in looks[:-1])
    assert Look("stranger", "SuperUser 70 of customer K7") in looks


def test_each_ticket_that_was_named_is_told_with_why_it_was_taken_or_not() -> None:
    mail = a_mail("Hej", subject=f"Re: {THEIRS.number} {OURS.number} MG-100099-9 MG-100046-0")
    known = annas_facts(numbered=(THEIRS, OURS), threaded=a_ticket_ref(100050), broken_number=True)
    found = traced(mail, known).candidates
    assert found[0] == Candidate(
        str(THEIRS.number), "number", False, "it is another customer's; naming it grants nothing"
    )
    assert found[1] == Candidate(str(OURS.number), "number", True, "its customer's own")
    assert "its check digit is wrong, so it is no number" in [one.why for one in found]
    assert found[-1] == Candidate(str(a_ticket_ref(100050).number), "thread", False, f"{OURS.number} comes first")


def test_a_number_that_is_nobodys_and_one_that_is_another_customers_open_a_new_ticket() -> None:
    mail = a_mail("Hej", subject=f"{THEIRS.number} {OURS.number}")
    found = traced(mail, annas_facts(numbered=(THEIRS,), broken_number=True)).candidates
    assert [(one.taken, one.why) for one in found] == [
        (False, "it is another customer's, not customer K7's; naming it grants nothing"),
        (False, "there is no such ticket"),
    ]


@pytest.mark.parametrize(
    ("mail", "known", "why"),
    [
        (a_mail("Hej"), annas_facts(), "nothing speaks against it"),
        (a_mail("Hej"), replace(annas_facts(), said_before=3), "its author had said the same 3 times within a day"),
        (a_mail("Hej"), facts(stranger_answered=True), "this address had the same answer less than a week ago"),
        (a_mail("Hej"), replace(facts(), authenticity=UNPROVEN), "an address that is neither registered nor proven"),
        (a_mail("Hej"), replace(facts(), looks_like=a_customer()), "its domain looks like one of customer K7"),
        (a_mail("Hej"), facts(specialist=a_specialist(), threaded=OURS), "a specialist's mail gets no receipt"),
        (a_mail("Hej", headers=(("auto-submitted", "auto-replied"),)), facts(), "machines are never answered"),
        (
            a_mail("Hej", headers=(("auto-submitted", "auto-generated"), ("x-ms-exchange-inbox-rules-loop", "x@y.z"))),
            annas_facts(),
            "the mail bears a mark that forbids automatic answers",
        ),
        (
            a_mail("Hej"),
            replace(annas_facts(), authenticity=Authenticity(proof=Proof.FORGED, evidence="dmarc=fail")),
            "it is not sure that the address in From has written it",
        ),
    ],
)
def test_it_says_why_there_is_an_answer_or_none(mail: ParsedMail, known: Facts, why: str) -> None:
    trace = traced(mail, known)
    assert trace.answer.startswith(why)
    assert trace.decided.answered == (why == "nothing speaks against it")


def test_the_keywords_that_decided_are_told_with_their_points_and_no_other_word() -> None:
    text = "Servicenivå: 2\nModul: Lön och hemliga saker som ingen annan skall läsa, och så vidare och så vidare\n\nfel"
    trace = traced(a_mail(text, subject="Något hemligt går inte att köra"), annas_facts())
    assert ("level", "stated: Servicenivå: 2") in trace.seen
    assert trace.decided.level == 2
    assert all(len(seen) <= 60 for _, seen in trace.seen)
    assert "hemligt" not in as_json(trace)


def test_a_trace_is_one_line_of_json_and_comes_back_the_same() -> None:
    mail = a_mail("Servicenivå: 2", subject=f"{OURS.number}")
    for known in (replace(annas_facts(numbered=(OURS,)), authenticity=UNPROVEN), annas_facts(), facts()):
        whole = replace(known, kind=kind_of(mail))
        trace = traced(mail, whole)
        text = as_json(trace)
        assert "\n" not in text
        assert from_json(text) == trace


def test_each_token_is_told_with_what_it_says() -> None:
    told = "of 2026-11-23 by key 0a1b"
    tokens = (
        TokenFound(state=TokenState.VALID, told=told, ticket=OURS),
        TokenFound(state=TokenState.EXPIRED, told=told),
        TokenFound(state=TokenState.VALID, told=told, of_ticket=False),
    )
    assert traced(a_mail("Hej"), replace(annas_facts(), tokens=tokens)).candidates == (
        Candidate(str(OURS.number), "token", True, f"a token {told}: sent to its author; its customer's own"),
        Candidate("", "token", False, f"a token {told}: expired"),
        Candidate("", "token", False, f"a token {told}: about no ticket"),
    )
