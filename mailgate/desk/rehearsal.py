"""The whole decision on a mail, and all that would follow from it, in a transaction of which nothing remains.

What is looked at is what a real mail would meet: the same gathering, the same rules, the same settling.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailgate.classify.trace import decide_and_say_why
from mailgate.desk import story_words as words
from mailgate.desk.case import Case
from mailgate.desk.gather import gather_facts
from mailgate.desk.house import House
from mailgate.desk.mail_history import MailHistory, mail_history
from mailgate.desk.settle import settle
from mailgate.domain.customer import Customer, Language
from mailgate.domain.fingerprint import Identity, identity_of
from mailgate.domain.mail import Envelope, MailId, ParsedMail, SpooledMail
from mailgate.domain.ticket import Ticket, TicketId
from mailgate.domain.verdict import JoinTicket, RecordBounce, Verdict
from mailgate.store.database import Database
from mailgate.store.outbox import OutboxEntry
from mailgate.store.schema import scratch_database
from mailgate.store.tickets import Clocks, TicketEvent
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would become of a mail. ``same_as``: it is known, and then nothing would; the history is that mail's.

    ``before``, ``after``: the ticket that it would change; no ``before`` for one that it would open. ``mails``: those
    that would go out, with their bytes, in the order in which they would be queued.
    """

    history: MailHistory
    same_as: MailId | None = None
    before: Ticket | None = None
    after: Ticket | None = None
    customer: Customer | None = None
    clocks: Clocks | None = None
    events: Sequence[TicketEvent] = ()
    mails: Sequence[tuple[OutboxEntry, bytes]] = ()


def rehearse(
    database: Database, house: House, envelope: Envelope, mail: ParsedMail, *, now: datetime, as_new: bool = False
) -> Rehearsal:
    """Decide on a mail as if it came now. ``as_new``: also one that has come before.

    Keeps other writers waiting for some milliseconds, as a real mail does.
    """
    identity = identity_of(envelope)
    if as_new:
        identity = Identity(dedupe_key=f"rehearsed:{identity.dedupe_key}", sha256=identity.sha256)
    with database.rehearsing() as uow:
        accepted = uow.spool.put(envelope, identity=identity)
        if accepted.duplicate:
            return Rehearsal(history=_history(uow, accepted.mail_id), same_as=accepted.mail_id)
        spooled = SpooledMail(mail_id=accepted.mail_id, envelope=envelope, attempts=1)
        return _rehearsed(uow, house, spooled, mail, now=now)


def warm_up(house: House, envelope: Envelope, mail: ParsedMail, *, now: datetime) -> None:
    """Rehearse it at a desk that is nobody's first: a new process works out statements and templates meanwhile.

    That takes a fifth of a second, in which the real desk's writers would wait.
    """
    with closing(scratch_database()) as scratch:
        with scratch.transaction() as uow:
            _people_a_desk(uow, mail, house.policy.default_language)
        rehearse(scratch, house, envelope, mail, now=now)


def _people_a_desk(uow: UnitOfWork, mail: ParsedMail, language: Language) -> None:
    """Whoever wrote the mail may open a ticket there, and somebody hears of it."""
    customer = uow.customers.save_customer(code="1", name="", industry="", modules=(), domains=(), overdue_since=None)
    address = mail.author.spec if mail.author is not None else "somebody@example.com"
    uow.customers.save_superuser(
        customer_id=customer.customer_id, address=address, name="", language=language, trained=()
    )
    uow.customers.save_specialist(address="head@example.com", name="", team="", language=language, head=True)


def _rehearsed(uow: UnitOfWork, house: House, spooled: SpooledMail, mail: ParsedMail, *, now: datetime) -> Rehearsal:
    facts = gather_facts(uow, spooled, mail, policy=house.policy, keyring=house.keys(), now=now)
    verdict, trace = decide_and_say_why(mail, facts, house.policy)
    ticket_id = _meant(verdict)
    before = uow.tickets.ticket(ticket_id) if ticket_id is not None else None
    past = len(uow.tickets.events(ticket_id)) if ticket_id is not None else 0
    case = Case(uow=uow, house=house, spooled=spooled, mail=mail, now=now, authenticity=facts.authenticity, trace=trace)
    settled = settle(case, verdict)
    after = settled.ticket if settled is not None else None
    after = uow.tickets.ticket(after.ticket_id) if after is not None else None
    return Rehearsal(
        history=_history(uow, spooled.mail_id),
        before=before,
        after=after,
        customer=uow.customers.customer(after.customer_id) if after is not None else None,
        clocks=uow.tickets.clocks(after.ticket_id) if after is not None else None,
        events=uow.tickets.events(after.ticket_id)[past:] if after is not None else (),
        mails=uow.outbox.rehearsed(),
    )


def _meant(verdict: Verdict) -> TicketId | None:
    """The ticket that is there already, and that the verdict changes."""
    match verdict:
        case JoinTicket():
            return verdict.ticket.ticket_id
        case RecordBounce():
            return verdict.sent.ticket_id
        case _:
            return None


def _history(uow: UnitOfWork, mail_id: MailId) -> MailHistory:
    history = mail_history(uow, mail_id)
    assert history is not None, "it was put in this transaction"  # noqa: S101
    return history


def changes(rehearsal: Rehearsal, *, zone: tzinfo) -> tuple[str, ...]:
    """What would change on a ticket, in lines."""
    return tuple(_changes(rehearsal, zone))


def _changes(rehearsal: Rehearsal, zone: tzinfo) -> Iterator[str]:
    before, after, clocks = rehearsal.before, rehearsal.after, rehearsal.clocks
    if after is None or clocks is None:
        yield "No ticket would be opened or changed."
        return
    if before is None:
        yield f"A new ticket, with the next number, which is {after.number} as long as no other mail takes it."
    else:
        yield f"{after.number} is there already."
    yield from _fields(before, after)
    if rehearsal.customer is not None:
        yield f"customer: {rehearsal.customer.name} ({rehearsal.customer.code})"
    for name, at in (("handling", clocks.handling_due), ("solution", clocks.solution_due)):
        if at is not None:
            yield f"{name} due: {words.moment(at, zone)}"
    for event in rehearsal.events:
        yield words.event(event.kind, event.detail)


def _fields(before: Ticket | None, after: Ticket) -> Iterator[str]:
    """What a new ticket has, or what becomes another of one that is there."""
    for name in ("type", "level", "module", "team", "status", "stage"):
        new, old = _plain(getattr(after, name)), _plain(getattr(before, name, None))
        if new != old:
            yield f"{name}: {new}" if before is None else f"{name}: {old or 'none'} → {new or 'none'}"


def _plain(value: object) -> str:
    if value is None:
        return ""
    return (str(int(value)) if isinstance(value, int) else str(value)).replace("_", " ")
