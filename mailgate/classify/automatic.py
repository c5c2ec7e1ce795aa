"""What machines write, and so must never be answered: our own mail, bounces, automatic and list mail, role addresses.

Such mail is stored, nothing more. What kind of mail one is, ``classify.kind`` says; here stands what follows. A
person's mail that a rule forwarded is none of these: it goes on to its ticket, and only its receipt is left out.
"""

from collections.abc import Iterator

from mailgate.classify.kind import kind_of
from mailgate.domain.kind import PERSONS, Kind, MailKind
from mailgate.domain.mail import ParsedMail, domain_of, without_tag
from mailgate.domain.verdict import Facts, Policy, Reason, RecordBounce, StoreOnly

_ROLES = frozenset({"postmaster", "abuse"})
_RULES = {MailKind.BOUNCE: "bounce", MailKind.FEEDBACK_REPORT: "feedback-report"}


def own_loop(mail: ParsedMail, facts: Facts, policy: Policy) -> StoreOnly | None:
    """Mail of our own that came back. A relay may strip one mark, hardly all three."""
    if mail.author is not None and without_tag(mail.author.spec) in policy.own_addresses:
        return _stored("own-loop", "From")
    if any(value.strip().lower() == policy.instance for value in _fields(mail, "x-mailgate-loop")):
        return _stored("own-loop", "X-Mailgate-Loop")
    if domain_of((mail.message_id or "").strip("<> ")) == policy.instance:
        return _stored("own-loop", "Message-ID")
    return None


def bounce_of_ours(mail: ParsedMail, facts: Facts, policy: Policy) -> RecordBounce | None:
    """A server tells what became of a mail that we sent; one that is not provably ours changes nothing."""
    kind = _kind(mail, facts, policy)
    if kind.kind is not MailKind.BOUNCE or facts.came_back is None or not kind.deliveries:
        return None
    sent = facts.came_back
    # Its address may have been passed on to others: then whoever failed stands for it.
    same = (each for each in kind.deliveries if each.recipient.lower() == sent.recipient.lower())
    delivery = next(same, kind.deliveries[0])
    reason = Reason(rule="bounce-of-ours", evidence=f"{kind.evidence}; outbox {sent.outbox_id}")
    return RecordBounce(reason=reason, sent=sent, action=delivery.action, status=delivery.status)


def machine(mail: ParsedMail, facts: Facts, policy: Policy) -> StoreOnly | None:
    """Bounces, complaints, answers of machines, newsletters, lists."""
    kind = _kind(mail, facts, policy)
    if kind.kind in PERSONS:
        return None
    if rule := _RULES.get(kind.kind):
        return _stored(rule, kind.evidence)
    back = f", back on {kind.back_on}" if kind.back_on is not None else ""
    return _stored("automatic-mail", f"{kind.kind}: {kind.evidence}{back}")


def calendar_answer(mail: ParsedMail, facts: Facts, policy: Policy) -> StoreOnly | None:
    """Somebody accepted or declined an invitation: a button's mail, which asks for nothing."""
    meeting = mail.meeting
    if meeting is None or meeting.method != "reply" or _kind(mail, facts, policy).kind is not MailKind.CALENDAR:
        return None
    return _stored("calendar-answer", meeting.answer or "reply")


def role_address(mail: ParsedMail, facts: Facts, policy: Policy) -> StoreOnly | None:
    """Mail to nobody but postmaster or abuse is for the operator, and is never answered (RFC 2142)."""
    roles = {
        address.lower().partition("@")[0] for address in facts.rcpt_to if address.lower() not in policy.own_addresses
    }
    own = any(address.lower() in policy.own_addresses for address in facts.rcpt_to)
    if own or not roles or not roles <= _ROLES:
        return None
    return _stored("role-address", ", ".join(sorted(roles)))


def is_silent(mail: ParsedMail, facts: Facts, policy: Policy) -> bool:
    """Whether a mail that becomes a ticket must not be answered automatically (RFC 3834 §2).

    X-Auto-Response-Suppress alone does not count: Exchange puts it on what people write, too, and they want a receipt.
    """
    kind = _kind(mail, facts, policy)
    return kind.kind is not MailKind.PERSON and not kind.answerable


def _kind(mail: ParsedMail, facts: Facts, policy: Policy) -> Kind:
    return facts.kind or kind_of(mail, null_reverse_path=facts.null_reverse_path, own_addresses=policy.own_addresses)


def _stored(rule: str, evidence: str) -> StoreOnly:
    return StoreOnly(reason=Reason(rule=rule, evidence=evidence))


def _fields(mail: ParsedMail, name: str) -> Iterator[str]:
    return (value for field, value in mail.headers if field == name)
