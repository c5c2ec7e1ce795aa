"""The verdict on a mail together with how it came about: which rules were asked, which tickets might have been meant.

The decision is ``classify.decide``'s alone; here it is only written down. Costs some hundredths of a millisecond.
"""

from collections.abc import Iterator

from mailgate.classify.decide import RULES, answers, deciding, outcome_of
from mailgate.classify.looks import LOOKS, kind_seen, who
from mailgate.domain.authenticity import Proof
from mailgate.domain.looked_up import TokenFound
from mailgate.domain.mail import ParsedMail
from mailgate.domain.reply_token import TokenState
from mailgate.domain.ticket import TicketRef
from mailgate.domain.ticket_number import find_numbers
from mailgate.domain.trace import Candidate, Decided, Known, Look, Trace
from mailgate.domain.verdict import (
    Facts,
    Hold,
    HoldCause,
    Instruct,
    JoinTicket,
    OpenTicket,
    Policy,
    RecordBounce,
    StoreOnly,
    TakeUp,
    Verdict,
)

_STATED = "stated: "
_STATED_KEPT = 60
"""Signs: a stated line is the sender's own; what it states comes first."""
_RULES = tuple((rule.__name__.replace("_", "-"), LOOKS.get(rule.__name__)) for rule in RULES)
"""The name of each, and how it is said what it saw."""


def decide_and_say_why(mail: ParsedMail, facts: Facts, policy: Policy) -> tuple[Verdict, Trace]:
    """What ``decide`` says, and the trace of it."""
    place, verdict = deciding(mail, facts, policy)
    kind = facts.kind
    found = facts.authenticity
    trace = Trace(
        decided=decided(verdict),
        looks=tuple(_looks(place, verdict, mail, facts, policy)),
        candidates=tuple(_candidates(verdict, mail, facts, policy)),
        answer=_answer(verdict, facts),
        kind=(kind.kind.value, kind.evidence) if kind is not None else ("", ""),
        proof=(found.proof.value, found.evidence) if found is not None else None,
        known=known(facts),
        seen=_seen(verdict),
    )
    return verdict, trace


def decided(verdict: Verdict) -> Decided:
    """The verdict as far as two of them are compared."""
    reason = verdict.reason
    opened = verdict.classification if isinstance(verdict, OpenTicket) else None
    return Decided(
        outcome=outcome_of(verdict).value,
        rule=reason.rule,
        evidence=reason.evidence,
        type=opened.type.value if opened is not None else None,
        level=int(opened.level) if opened is not None and opened.level is not None else None,
        module=opened.module if opened is not None else None,
        team=verdict.team if isinstance(verdict, OpenTicket) else None,
        ticket=str(verdict.ticket.number) if isinstance(verdict, JoinTicket) else None,
        cause=verdict.cause.value if isinstance(verdict, Hold) else None,
        answered=answers(verdict),
    )


def known(facts: Facts) -> Known:
    """What may be otherwise tomorrow."""
    return Known(
        author=who(facts),
        said_before=facts.said_before,
        stranger_answered=facts.stranger_answered,
        overdue_since=facts.customer.overdue_since if facts.customer is not None else None,
    )


def _looks(place: int, verdict: Verdict, mail: ParsedMail, facts: Facts, policy: Policy) -> Iterator[Look]:
    for name, saw in _RULES[:place]:
        yield Look(name, saw(mail, facts, policy) if saw is not None else "")
    yield Look(_RULES[place][0], verdict.reason.evidence, outcome_of(verdict).value)


def _seen(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    if not isinstance(verdict, OpenTicket):
        return ()
    return tuple(
        (what, seen[:_STATED_KEPT] if seen.startswith(_STATED) else seen)
        for what, seen in verdict.classification.evidence
    )


def _candidates(verdict: Verdict, mail: ParsedMail, facts: Facts, policy: Policy) -> Iterator[Candidate]:
    if facts.numbered or facts.unknown_number or facts.broken_number:  # else there is none to be found in the subject
        found = find_numbers(mail.subject, policy.number_prefix)
        tickets = {ticket.number: ticket for ticket in facts.numbered}
        for number in found.sound:
            ticket = tickets.get(facts.goes_on.get(number, number))
            why = _why(ticket, verdict, facts) if ticket is not None else "there is no such ticket"
            yield Candidate(str(number), "number", _is_taken(ticket, verdict), why)
        if found.broken:
            yield Candidate("", "number", False, "its check digit is wrong, so it is no number")
    if (threaded := facts.threaded) is not None and threaded not in facts.numbered:
        yield Candidate(str(threaded.number), "thread", _is_taken(threaded, verdict), _why(threaded, verdict, facts))
    for token in facts.tokens:
        yield _by_token(token, verdict, facts)


def _by_token(token: TokenFound, verdict: Verdict, facts: Facts) -> Candidate:
    """What the token of the mail that it replies to says: it may find a ticket, and may prove its author."""
    told = f"a token {token.told}"
    if token.state is not TokenState.VALID:
        return Candidate("", "token", False, f"{told}: {token.state}")
    if token.ticket is None:
        return Candidate("", "token", False, f"{told}: about no ticket")
    why = f"{told}: sent to its author; {_why(token.ticket, verdict, facts)}"
    return Candidate(str(token.ticket.number), "token", _is_taken(token.ticket, verdict), why)


def _is_taken(ticket: TicketRef | None, verdict: Verdict) -> bool:
    return isinstance(verdict, JoinTicket) and ticket == verdict.ticket


def _why(ticket: TicketRef, verdict: Verdict, facts: Facts) -> str:
    """Why this ticket was joined, or was not."""
    if isinstance(verdict, JoinTicket):
        return _why_joined(ticket, verdict)
    if not isinstance(verdict, OpenTicket):
        return f"the mail joins no ticket: {verdict.reason.rule}"
    if ticket.customer_id != verdict.customer.customer_id:
        return f"it is another customer's, not customer {verdict.customer.code}'s; naming it grants nothing"
    return "the mail opened a ticket of its own"


def _why_joined(ticket: TicketRef, verdict: JoinTicket) -> str:
    if ticket == verdict.ticket:
        return "a specialist may write to every ticket" if verdict.specialist is not None else "its customer's own"
    if verdict.superuser is not None and ticket.customer_id != verdict.superuser.customer_id:
        return "it is another customer's; naming it grants nothing"
    return f"{verdict.ticket.number} comes first"


def _answer(verdict: Verdict, facts: Facts) -> str:
    """Why the sender gets an automatic answer, or none."""
    if answers(verdict):
        return "nothing speaks against it"
    if verdict.reason.repeats:
        return f"its author had said the same {verdict.reason.repeats} times within a day: so do machines"
    match verdict:
        case Hold():
            return _hold_answer(verdict, facts)
        case JoinTicket(superuser=None):
            return "a specialist's mail gets no receipt"
        case OpenTicket() | JoinTicket() | Instruct():
            return f"the mail bears a mark that forbids automatic answers ({kind_seen(facts)})"
        case TakeUp() | StoreOnly() | RecordBounce():
            return _stored_answer(verdict)


def _stored_answer(verdict: TakeUp | StoreOnly | RecordBounce) -> str:
    if not isinstance(verdict, TakeUp):
        return "machines are never answered"
    return "the receipt of the ticket that comes of it says all" if verdict.wanted else "a no asks for nothing more"


def _hold_answer(hold: Hold, facts: Facts) -> str:
    if hold.cause is not HoldCause.STRANGER:
        return "it is not sure that the address in From has written it"
    if facts.domain_customer is None and facts.looks_like is not None:
        return f"its domain looks like one of customer {facts.looks_like.code}, and is another"
    if facts.stranger_answered:
        return "this address had the same answer less than a week ago"
    if facts.authenticity is not None and facts.authenticity.proof is not Proof.PROVEN:
        return "an address that is neither registered nor proven gets no mail"
    return f"the mail bears a mark that forbids automatic answers ({kind_seen(facts)})"
