"""The rules, in their order: facts in, verdict out. Read ``RULES`` first.

The first rule with an opinion settles it. Each says why, in a ``Reason`` that names rule and evidence but never the
mail's words. What is true of sender and tickets was looked up before; what follows is carried out by ``desk.settle``.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import assert_never

from mailgate.classify.automatic import bounce_of_ours, calendar_answer, is_silent, machine, own_loop, role_address
from mailgate.classify.decides_on_held import decides_on_held
from mailgate.classify.entitlement import (
    forged_author,
    overdue_customer,
    specialist_without_ticket,
    stranger,
    unproven_author,
    unreadable_author,
)
from mailgate.classify.evidence import classify
from mailgate.classify.follow_up import (
    commands_in,
    follow_up,
    follows,
    how_found,
    only_asks,
    only_commands,
    specialist_reply,
    ticket_of,
)
from mailgate.classify.language import language_of
from mailgate.classify.repetition import is_repetition
from mailgate.classify.routing import team_for
from mailgate.classify.take_up import take_up
from mailgate.classify.words import fold
from mailgate.domain.customer import Customer, SuperUser
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import MessageAuthor
from mailgate.domain.verdict import (
    Facts,
    Hold,
    Instruct,
    JoinTicket,
    OpenTicket,
    Outcome,
    Policy,
    Reason,
    RecordBounce,
    StoreOnly,
    TakeUp,
    Verdict,
)

Rule = Callable[[ParsedMail, Facts, Policy], Verdict | None]
HoldRule = Callable[[ParsedMail, Facts, Policy], Hold | None]


def decide(mail: ParsedMail, facts: Facts, policy: Policy) -> Verdict:
    """What becomes of a mail."""
    return deciding(mail, facts, policy)[1]


def deciding(mail: ParsedMail, facts: Facts, policy: Policy) -> tuple[int, Verdict]:
    """The same, and which of ``RULES`` had the opinion: those before it had none, those after it were not asked."""
    for place, rule in enumerate(RULES):
        verdict = rule(mail, facts, policy)
        if verdict is not None:
            silent = is_silent(mail, facts, policy)
            return place, _unanswered(verdict) if silent else _but_once(verdict, mail, facts, policy)
    raise AssertionError("every mail is somebody's: the last rules leave none over")


def released_mail(mail: ParsedMail, facts: Facts, policy: Policy) -> Verdict | None:
    """A specialist has let a held mail be a ticket: that was decided by a person, no rule undoes it."""
    if facts.release is None:
        return None
    release = facts.release
    ticket = ticket_of(facts, release.customer.customer_id)
    if ticket is None:
        reason = Reason(rule="released-mail", evidence=f"by {release.by}")
        opened = _open(mail, facts, policy, (release.customer, release.superuser), reason=reason)
        return replace(opened, released=True)
    reason = Reason(rule="released-mail", evidence=f"by {release.by}, {how_found(ticket, facts)}")
    author = _author(mail, release.superuser)
    return JoinTicket(reason=reason, ticket=ticket, author=author, superuser=release.superuser, released=True)


def new_ticket(mail: ParsedMail, facts: Facts, policy: Policy) -> OpenTicket | None:
    """A SuperUser who may write, and writes of something new, or of what was closed long ago."""
    if facts.superuser is None or facts.customer is None:
        return None
    old = follows(facts)
    goes_on = f", goes on with {old.number}, closed for more than {policy.reopen_days} days" if old is not None else ""
    reason = Reason(rule="new-ticket", evidence=f"a SuperUser of customer {facts.customer.code}{goes_on}")
    opened = _open(mail, facts, policy, (facts.customer, facts.superuser), reason=reason)
    instructions = commands_in(mail, joins=False)
    return replace(opened, follows=old, instructions=instructions, number_unknown=opened.number_unknown and old is None)


def in_its_own_language(rule: HoldRule) -> HoldRule:
    """Who is not registered has no language on file: it is told from what they wrote."""

    @wraps(rule)
    def spoken(mail: ParsedMail, facts: Facts, policy: Policy) -> Hold | None:
        hold = rule(mail, facts, policy)
        if hold is None:
            return None
        text = f"{mail.subject}\n\n{mail.new_text or mail.text}"
        return replace(hold, language=language_of(text, policy.default_language))

    return spoken


RULES: tuple[Rule, ...] = (
    released_mail,  # a person has decided
    own_loop, bounce_of_ours, machine, calendar_answer, role_address,  # never answer a machine
    in_its_own_language(unreadable_author), forged_author, unproven_author,  # who is writing?
    specialist_reply, decides_on_held, specialist_without_ticket,
    in_its_own_language(stranger), only_asks, overdue_customer,  # may they?
    take_up, follow_up, only_commands, new_ticket,  # then: which ticket?
)  # fmt: skip


def _unanswered(verdict: Verdict) -> Verdict:
    """The same, and no automatic answer to the sender."""
    match verdict:
        case OpenTicket() | JoinTicket() | Instruct():
            return replace(verdict, silent=True)
        case Hold():
            return replace(verdict, answer=False)
        case _:
            return verdict


def _but_once(verdict: Verdict, mail: ParsedMail, facts: Facts, policy: Policy) -> Verdict:
    """No automatic answer to what its author says again and again, whatever kind of mail it looks like."""
    if policy.answers_repetitions or facts.release is not None or not answers(verdict):
        return verdict
    if not is_repetition(mail, facts.said_before, joins=isinstance(verdict, JoinTicket)):
        return verdict
    return replace(_unanswered(verdict), reason=replace(verdict.reason, repeats=facts.said_before))


def answers(verdict: Verdict) -> bool:
    """Whether a mail with this verdict may be answered automatically."""
    match verdict:
        case OpenTicket() | Instruct():
            return not verdict.silent
        case JoinTicket():
            return verdict.superuser is not None and not verdict.silent and verdict.confirms is None
        case Hold():
            return verdict.answer
        case _:
            return False


def outcome_of(verdict: Verdict) -> Outcome:
    """How a mail with this verdict counts."""
    match verdict:
        case OpenTicket():
            return Outcome.TICKET
        case JoinTicket():
            return Outcome.JOINED
        case Hold():
            return Outcome.HELD
        case StoreOnly() | RecordBounce() | TakeUp() | Instruct():
            return Outcome.STORED
        case _:
            assert_never(verdict)


def _open(
    mail: ParsedMail, facts: Facts, policy: Policy, whose: tuple[Customer, SuperUser], *, reason: Reason
) -> OpenTicket:
    customer, superuser = whose
    classification = classify(mail, facts, policy)
    return OpenTicket(
        reason=reason,
        customer=customer,
        superuser=superuser,
        author=_author(mail, superuser),
        classification=classification,
        team=team_for(customer.industry, policy),
        untrained=_untrained(classification.module, superuser),
        number_unknown=facts.broken_number or facts.unknown_number or bool(facts.numbered),
    )


def _author(mail: ParsedMail, superuser: SuperUser) -> MessageAuthor:
    if mail.author is not None and mail.author.spec == superuser.address.lower():
        return MessageAuthor.SUPERUSER
    return MessageAuthor.COLLEAGUE  # a released mail is opened for a SuperUser, whoever wrote it


def _untrained(module: str | None, superuser: SuperUser) -> bool:
    # guide, "Utbildning av SuperUsers är ett krav": still a ticket, with a flag (ours)
    return module is not None and fold(module) not in {fold(trained) for trained in superuser.trained}
