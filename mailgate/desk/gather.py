"""The first of three movements: looks up everything that the rules may ask about a mail. Decides nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from mailgate.classify.contradictions import Meant, meant
from mailgate.classify.kind import kind_of
from mailgate.classify.kind.returned import returned_ids
from mailgate.desk.reopening import closed_too_long
from mailgate.desk.tokens import tokens_found
from mailgate.desk.withheld import said_before
from mailgate.domain.authenticity import Authenticity, Proof, is_forged, is_proven
from mailgate.domain.customer import Customer, Specialist, SuperUser
from mailgate.domain.kind import MailKind
from mailgate.domain.lookalikes import looks_like
from mailgate.domain.looked_up import Release
from mailgate.domain.mail import Envelope, MailId, Origin, ParsedMail, SpooledMail
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.pending import Pending, PendingId
from mailgate.domain.reply_token import Keyring
from mailgate.domain.ticket import TicketRef
from mailgate.domain.ticket_number import find_numbers
from mailgate.domain.verdict import Facts, Policy
from mailgate.store.tickets import ref
from mailgate.store.unit_of_work import UnitOfWork

STRANGER_ANSWER_EVERY = timedelta(days=7)
"""(ours) Never more than one answer a week to the same stranger."""


def gather_facts(
    uow: UnitOfWork, spooled: SpooledMail, mail: ParsedMail, *, policy: Policy, keyring: Keyring, now: datetime
) -> Facts:
    """Who wrote this, and which tickets does it speak of?"""
    superuser, specialist = _author(uow, mail)
    release = _release(uow, spooled)
    customer = uow.customers.customer(superuser.customer_id) if superuser is not None else None
    found = find_numbers(mail.subject, policy.number_prefix)
    known = (uow.tickets.by_number(number) for number in found.sound)
    named = [ref(ticket) for ticket in known if ticket is not None]
    numbered = tuple(_end_of(uow, ticket) for ticket in named)
    whose = release.customer if release is not None else customer
    envelope = spooled.envelope
    null_reverse_path = envelope.origin == "smtp" and envelope.mail_from is None
    kind = kind_of(mail, null_reverse_path=null_reverse_path, own_addresses=policy.own_addresses)
    facts = Facts(
        superuser=superuser,
        customer=customer,
        specialist=specialist,
        domain_customer=_domain_customer(uow, mail) if superuser is None and specialist is None else None,
        looks_like=_looks_like(uow, mail) if superuser is None and specialist is None else None,
        numbered=numbered,
        goes_on={one.number: end.number for one, end in zip(named, numbered, strict=True) if one != end},
        threaded=_threaded(uow, mail, whose=whose),
        unknown_number=len(numbered) < len(found.sound),
        broken_number=found.broken,
        tokens=tokens_found(uow, envelope, mail, specialist=specialist, policy=policy, keyring=keyring),
        stranger_answered=superuser is None and _answered(uow, mail, now=now),
        release=release,
        said_before=said_before(uow, mail, now=now),
        rcpt_to=envelope.rcpt_to,
        null_reverse_path=null_reverse_path,
        kind=kind,
        came_back=uow.bounces.sent(returned_ids(mail)) if kind.kind is MailKind.BOUNCE else None,
        trusted_door=_door(envelope) in policy.trusted_doors,
        gist_of=_gist_of(uow, mail, superuser) if superuser is not None else None,
    )
    found_in = meant(facts) if facts.tokens else None
    return replace(
        facts,
        authenticity=authenticity(envelope, found_in),
        pending=_pending(uow, found_in),
        closed_long=closed_too_long(uow, facts, at=envelope.received_at, policy=policy),
    )


def _pending(uow: UnitOfWork, found: Meant | None) -> Pending | None:
    """The act that the mail replies to the question about, by a token that proves its author."""
    if found is None or not found.row.proof or found.token is None or found.token.act is None:
        return None
    pending = uow.pending_acts.get(PendingId(found.token.act))
    return pending if pending is not None and _is_about(uow, pending, found) else None


def _is_about(uow: UnitOfWork, pending: Pending, found: Meant) -> bool:
    """Of its ticket, or of the one in which that goes on by now."""
    return found.ticket is not None and found.ticket.ticket_id in (
        pending.ticket_id,
        uow.links.leads_to(pending.ticket_id),
    )


def authenticity(envelope: Envelope, mail: Meant | None) -> Authenticity | None:
    """What the door found out; and where it found no proof: whether the mail's token is one.

    What a domain disowns stays disowned: threads are quoted and forwarded, and so their tokens become known to others.
    """
    found = envelope.authenticity
    if mail is None or mail.token is None or not mail.row.proof or is_proven(found) or is_forged(found):
        return found
    number = str(mail.ticket.number) if mail.ticket is not None else ""
    evidence = f"replies to our mail to that address: token {mail.token.told}"
    return Authenticity(proof=Proof.PROVEN, evidence=evidence, only_for=number)


def _door(envelope: Envelope) -> str:
    """The door by the name that the configuration gives it."""
    if envelope.origin == Origin.SMTP:
        return "smtp"
    return envelope.peer.removeprefix("imap:").partition("/")[0]


def _author(uow: UnitOfWork, mail: ParsedMail) -> tuple[SuperUser | None, Specialist | None]:
    if mail.author is None:
        return None, None
    return uow.customers.superuser(mail.author.spec), uow.customers.specialist(mail.author.spec)


def _release(uow: UnitOfWork, spooled: SpooledMail) -> Release | None:
    released = uow.spool.released(spooled.mail_id)
    if released is None:
        return None
    superuser = uow.customers.superuser_by_id(released[0])
    customer = uow.customers.customer(superuser.customer_id) if superuser is not None else None
    if superuser is None or customer is None:
        return None
    return Release(superuser=superuser, customer=customer, by=released[1])


def _domain_customer(uow: UnitOfWork, mail: ParsedMail) -> Customer | None:
    return uow.customers.customer_of_domain(mail.author.domain) if mail.author is not None else None


def _looks_like(uow: UnitOfWork, mail: ParsedMail) -> Customer | None:
    """The customer whose people a reader would take this stranger for."""
    forms = looks_like(mail.author.domain) if mail.author is not None else ()
    found = (uow.customers.customer_of_domain(form) for form in forms)
    return next((customer for customer in found if customer is not None), None)


def _threaded(uow: UnitOfWork, mail: ParsedMail, *, whose: Customer | None) -> TicketRef | None:
    """The ticket of the nearest mail in the thread; of two tickets the one of the sender's own house."""
    nearest_first = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    found = dict.fromkeys(uow.tickets.in_thread(list(nearest_first)))  # most of a thread's ids name the same ticket
    candidates = [_end_of(uow, ticket) for ticket in found]
    own = [ticket for ticket in candidates if whose is not None and ticket.customer_id == whose.customer_id]
    return _first(own) or _first(candidates)


def _end_of(uow: UnitOfWork, ticket: TicketRef) -> TicketRef:
    """What was merged into another ticket goes on there; it is closed, so nothing is looked up for others."""
    if not ticket.closed:
        return ticket
    end = uow.links.leads_to(ticket.ticket_id)
    found = uow.tickets.ticket(end) if end != ticket.ticket_id else None
    return ref(found) if found is not None else ticket


def _first(tickets: Iterable[TicketRef]) -> TicketRef | None:
    return next(iter(tickets), None)


def _gist_of(uow: UnitOfWork, mail: ParsedMail, superuser: SuperUser) -> MailId | None:
    """Gists go to each SuperUser of a customer; what one of them was sent, another of them may answer."""
    found = uow.holds.by_gist(mail.in_reply_to or mail.references[-1:])
    whose = uow.customers.superuser(found[1]) if found is not None else None
    return found[0] if found is not None and whose is not None and whose.customer_id == superuser.customer_id else None


def _answered(uow: UnitOfWork, mail: ParsedMail, *, now: datetime) -> bool:
    if mail.author is None:
        return False
    since = now - STRANGER_ANSWER_EVERY
    return uow.holds.answered_since(mail.author.spec, kind=NoticeKind.STRANGER.value, since=since)
