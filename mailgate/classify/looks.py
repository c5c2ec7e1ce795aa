"""What a rule saw in a mail on which it had no opinion, in a word: for the trace. The rules know nothing of it.

One line for each rule of ``classify.decide.RULES``, by its name. Ids and names of fields, never the mail's words.
"""

from collections.abc import Callable, Mapping

from mailgate.domain.authenticity import is_proven
from mailgate.domain.kind import PERSONS, MailKind
from mailgate.domain.mail import ParsedMail
from mailgate.domain.verdict import Facts, Policy

Saw = Callable[[ParsedMail, Facts, Policy], str]


def who(facts: Facts) -> str:
    """Who the author is in the register."""
    if facts.superuser is not None:
        code = facts.customer.code if facts.customer is not None else "?"
        also = ", and a specialist" if facts.specialist is not None else ""
        return f"SuperUser {facts.superuser.superuser_id} of customer {code}{also}"
    if facts.specialist is not None:
        return f"specialist {facts.specialist.specialist_id}"
    if facts.domain_customer is not None:
        return f"not registered, in a domain of customer {facts.domain_customer.code}"
    return "not registered"


def kind_seen(facts: Facts) -> str:
    """The kind of mail, and by which sign."""
    if facts.kind is None:
        return "kind not told"
    return f"{facts.kind.kind}{f': {facts.kind.evidence}' if facts.kind.evidence else ''}"


def _bounce(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    if facts.kind is None or facts.kind.kind is not MailKind.BOUNCE:
        return "no bounce"
    return "a bounce, but of no mail that we know" if facts.came_back is None else "a bounce that names no recipient"


def _machine(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    person = facts.kind is None or facts.kind.kind in PERSONS
    return f"{'a person wants something' if person else 'a machine'}: {kind_seen(facts)}"


def _calendar(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    return f"method {mail.meeting.method}" if mail.meeting is not None else "no calendar part"


def _forged(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    found = facts.authenticity
    return "nobody checked" if found is None else f"{found.proof}: {found.evidence}"


def _unproven(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    if facts.superuser is None and facts.specialist is None:
        return "claims to be nobody who is registered"
    strict = facts.customer is not None and facts.customer.code in policy.prove_customers
    return "it is proven" if strict or policy.prove_all else "proof is not asked for"


def _specialist(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    if facts.specialist is None:
        return "no specialist"
    return "a SuperUser as well, and writes as one" if facts.superuser is not None else "names no ticket"


def _decides(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    if facts.specialist is None or facts.superuser is not None:
        return _specialist(mail, facts, policy)
    believed = is_proven(facts.authenticity) or facts.trusted_door
    return "neither #release nor #reject at its top" if believed else "not proven to be the specialist's"


def _overdue(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    return "no payment is late" if facts.customer is not None else "no customer"


def _follow_up(mail: ParsedMail, facts: Facts, policy: Policy) -> str:
    named = len(facts.numbered) + (facts.threaded is not None)
    if not named:
        return "names no ticket" + (
            ", only a number that is none" if facts.broken_number or facts.unknown_number else ""
        )
    return "names tickets of other customers only"


LOOKS: Mapping[str, Saw] = {
    "released_mail": lambda mail, facts, policy: "nobody released it",
    "own_loop": lambda mail, facts, policy: "none of our marks",
    "bounce_of_ours": _bounce,
    "machine": _machine,
    "calendar_answer": _calendar,
    "role_address": lambda mail, facts, policy: "not to postmaster or abuse alone",
    "unreadable_author": lambda mail, facts, policy: "one author in one From",
    "forged_author": _forged,
    "unproven_author": _unproven,
    "specialist_reply": _specialist,
    "decides_on_held": _decides,
    "specialist_without_ticket": _specialist,
    "stranger": lambda mail, facts, policy: who(facts),
    "only_asks": lambda mail, facts, policy: "no late payer's question for how tickets stand",
    "overdue_customer": _overdue,
    "take_up": lambda mail, facts, policy: "no reply to the gist of a held mail",
    "follow_up": _follow_up,
    "only_commands": lambda mail, facts, policy: "more than commands",
    "new_ticket": lambda mail, facts, policy: "nobody's",
}
"""By the name of the rule's function."""
