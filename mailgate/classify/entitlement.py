"""Who may write: SuperUsers whose company has paid; specialists to a ticket (guide, "Att tänka på för en SuperUser").

Everyone else's mail is held, whole, until somebody decides. Nothing here throws mail away.
"""

from mailgate.domain.authenticity import Proof, is_forged, is_proven
from mailgate.domain.mail import ParsedMail
from mailgate.domain.verdict import Facts, Hold, HoldCause, Policy, Reason


def unreadable_author(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """No From, two of them, or one that readers disagree about: that is nobody, and nobody gets an answer."""
    if mail.author is not None:
        return None
    return Hold(
        reason=Reason(rule="unreadable-author", evidence="From"),
        cause=HoldCause.UNREADABLE_AUTHOR,
        answer=False,
        language=policy.default_language,
    )


def forged_author(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """The domain in From disowns the mail. No answer: it would go to somebody who wrote nothing."""
    if not is_forged(facts.authenticity):
        return None
    return _silent_hold(facts, policy, rule="forged-author", cause=HoldCause.FORGED)


def unproven_author(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """It claims to be somebody who is registered, does not prove it, and this desk or this customer asks for proof."""
    if is_proven(facts.authenticity) or (facts.superuser is None and facts.specialist is None):
        return None
    strict = facts.customer is not None and facts.customer.code in policy.prove_customers
    if not (strict or policy.prove_all):
        return None
    return _silent_hold(facts, policy, rule="unproven-author", cause=HoldCause.UNPROVEN)


def _silent_hold(facts: Facts, policy: Policy, *, rule: str, cause: HoldCause) -> Hold:
    evidence = facts.authenticity.evidence if facts.authenticity is not None else "nobody checked"
    return Hold(
        reason=Reason(rule=rule, evidence=evidence), cause=cause, answer=False, language=policy.default_language
    )


def specialist_without_ticket(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """A specialist belongs to no customer, so the mail opens no ticket: the author is told, and can name one."""
    if facts.specialist is None or facts.superuser is not None:
        return None
    return Hold(
        reason=Reason(rule="specialist-without-ticket", evidence=f"specialist {facts.specialist.specialist_id}"),
        cause=HoldCause.SPECIALIST_WITHOUT_TICKET,
        answer=True,
        language=facts.specialist.language,
    )


def stranger(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """Contact always goes through SuperUsers; those of the sender's company are told what it was about."""
    if facts.superuser is not None and facts.customer is not None:
        return None
    company = facts.domain_customer
    if company is None and facts.looks_like is not None:
        evidence = f"looks like a domain of customer {facts.looks_like.code}, and is another"
        return Hold(
            reason=Reason(rule="stranger", evidence=evidence),
            cause=HoldCause.STRANGER,
            answer=False,
            language=policy.default_language,
        )
    # Where somebody checks, an address that is neither registered nor proven may be anybody's: it gets no mail.
    doubtful = facts.authenticity is not None and facts.authenticity.proof is not Proof.PROVEN
    return Hold(
        reason=Reason(rule="stranger", evidence=f"domain of customer {company.code}" if company is not None else ""),
        cause=HoldCause.STRANGER,
        answer=not facts.stranger_answered and not doubtful and _is_somewhere_else(mail),
        language=policy.default_language,
        gist_to=company.customer_id if company is not None else None,
    )


def _is_somewhere_else(mail: ParsedMail) -> bool:
    """Whether the address is one of the Internet's. ``root@localhost`` or ``alarm@printer`` are the relay's own people.

    What begins with a sign is an option or a pipe to some old programs, and nobody's name.
    """
    local, _, domain = mail.author.spec.partition("@") if mail.author is not None else ("", "", "")
    return "." in domain and local[0].isalnum() and not domain.endswith((".localhost", ".localdomain", ".local"))


def overdue_customer(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
    """Support rests while a payment is late; the hold goes by itself once it is settled."""
    if facts.superuser is None or facts.customer is None or facts.customer.overdue_since is None:
        return None
    return Hold(
        reason=Reason(rule="overdue-customer", evidence=f"since {facts.customer.overdue_since:%Y-%m-%d}"),
        cause=HoldCause.OVERDUE,
        answer=True,
        language=facts.superuser.language,
        customer_id=facts.customer.customer_id,
        superuser_id=facts.superuser.superuser_id,
        overdue_since=facts.customer.overdue_since,
    )
