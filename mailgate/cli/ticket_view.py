"""One ticket as ``mailgate ticket show`` prints it: who, what, how its clocks stand, its thread, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailgate.cli.mails import proof_record
from mailgate.cli.opening import Opened
from mailgate.cli.output import age, in_bytes, local, print_fields, print_heading, print_indented, print_table
from mailgate.cli.sla import hours_of
from mailgate.domain.authenticity import is_proven

if TYPE_CHECKING:
    from mailgate.desk.standing import Standings
    from mailgate.domain.authenticity import Authenticity
    from mailgate.domain.customer import Customer, Specialist, SuperUser
    from mailgate.domain.mail import Attachment, MailId
    from mailgate.domain.ticket import Ticket
    from mailgate.store.bounces import Bounced
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.tickets import Message, TicketEvent
    from mailgate.store.unit_of_work import UnitOfWork

_MOST_MAILS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A ticket, and all that belongs to it."""

    ticket: "Ticket"
    customer: "Customer | None"
    superuser: "SuperUser | None"
    specialist: "Specialist | None"
    stands: "Standings"
    messages: "Sequence[Message]"
    proofs: "Mapping[MailId, Authenticity]"
    events: "Sequence[TicketEvent]"
    attachments: "Sequence[tuple[MailId, Attachment]]"
    repeated: "frozenset[int]"
    told: "Sequence[OutboxEntry]"
    bounced: "Bounced | None"
    linked: "Sequence[tuple[str, str]]"


def whole_ticket(uow: "UnitOfWork", ticket: "Ticket", desk: Opened) -> Whole:
    """All that belongs to a ticket."""
    from mailgate.config_time import service_terms
    from mailgate.desk.linked import linked_with
    from mailgate.desk.repeated import repeated_pictures
    from mailgate.desk.standing import standings

    terms, hours = service_terms(desk.config.terms), hours_of(desk.config)
    messages = uow.tickets.messages(ticket.ticket_id)
    superuser = uow.customers.superuser_by_id(ticket.superuser_id)
    address = superuser.address if superuser is not None else ""
    attachments = uow.mails.attachments([message.mail_id for message in messages])
    return Whole(
        ticket=ticket,
        customer=uow.customers.customer(ticket.customer_id),
        superuser=superuser,
        bounced=uow.bounces.failed([address]).get(address),
        specialist=uow.customers.specialist_by_id(ticket.specialist_id) if ticket.specialist_id is not None else None,
        stands=standings(uow, ticket, terms=terms, hours=hours, now=desk.now),
        messages=messages,
        proofs=uow.mails.proofs([message.mail_id for message in messages]),
        events=uow.tickets.events(ticket.ticket_id),
        attachments=attachments,
        repeated=repeated_pictures(uow, attachments),
        linked=linked_with(uow, ticket.ticket_id),
        told=uow.outbox.entries(ticket_id=ticket.ticket_id, limit=_MOST_MAILS)[::-1],
    )


def print_whole(whole: Whole, desk: Opened, *, full: bool) -> None:
    """For people."""
    ticket, customer, superuser = whole.ticket, whole.customer, whole.superuser
    print_fields(
        {
            "number": str(ticket.number),
            "subject": ticket.subject,
            "customer": f"{customer.name} ({customer.code})" if customer is not None else None,
            "SuperUser": f"{superuser.name} <{superuser.address}>" if superuser is not None else None,
            "mail to them": _came_back(whole, desk),
            "type": ticket.type,
            "level": str(int(ticket.level)) if ticket.level is not None else None,
            "module": f"{ticket.module}{', not trained in it' if ticket.untrained else ''}" if ticket.module else None,
            "team": ticket.team,
            "stage": ticket.stage,
            "status": ticket.status,
            "specialist": whole.specialist.name if whole.specialist is not None else None,
            "linked with": "; ".join(f"{number}, {how}" for number, how in whole.linked) or None,
            "opened": f"{local(ticket.opened_at, desk.zone)}, {age(ticket.opened_at, desk.now)} ago",
            **_deadlines(whole, desk),
        }
    )
    for message in whole.messages:
        who = f"{message.author_name} <{message.author_address}>".strip()
        print_heading(f"{local(message.at, desk.zone)}  {who} ({message.author}), mail {message.mail_id}")
        if (found := whole.proofs.get(message.mail_id)) is not None and not is_proven(found):
            print_indented(f"[the sender is {found.proof}: {found.evidence}]")
        print_indented(message.full_text if full else message.text)
    if whole.attachments:
        print_heading("Attachments (--attachment N > file)")
        rows = [
            _attachment_row(position, *pair)
            for position, pair in enumerate(whole.attachments, start=1)
            if position - 1 not in whole.repeated
        ]
        print_table(("N", "NAME", "TYPE", "SIZE", "MAIL", ""), rows, empty="")
    print_heading("What happened")
    events = [(local(event.at, desk.zone), event.kind, event.actor, _detail(event)) for event in whole.events]
    print_table(("WHEN", "WHAT", "BY", "MORE"), events, empty="nothing")
    print_heading("Mails of ours")
    told = [
        (str(one.outbox_id), local(one.queued_at, desk.zone), one.kind, one.recipient, one.state) for one in whole.told
    ]
    print_table(("ID", "QUEUED", "WHAT", "TO", "STATE"), told, empty="none")


def _came_back(whole: Whole, desk: Opened) -> str | None:
    bounced = whole.bounced
    return f"came back {local(bounced.at, desk.zone)} ({bounced.status or 'no code'})" if bounced is not None else None


def _deadlines(whole: Whole, desk: Opened) -> dict[str, str | None]:
    due, stands = whole.stands.due, whole.stands
    if due is None:
        return {}
    return {
        "handling due": f"{local(due.handling_due, desk.zone)} ({stands.handling})",
        "solution due": f"{local(due.solution_due, desk.zone)} ({stands.solution})",
    }


def _detail(event: "TicketEvent") -> str:
    told = {name: value for name, value in event.detail.items() if value not in (None, [], "", False)}
    return ", ".join(f"{name}: {_plain(value)}" for name, value in told.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):  # of evidence: what was found, and by what
        return "; ".join(" by ".join(each) if isinstance(each, list) else str(each) for each in value)
    return "yes" if value is True else str(value)


def _attachment_row(position: int, mail_id: "MailId", attachment: "Attachment") -> tuple[str, ...]:
    inline = "in the text" if attachment.inline else ""
    size = in_bytes(attachment.size)
    return (str(position), attachment.name, attachment.content_type, size, str(mail_id), inline)


def record(ticket: "Ticket", customer: "Customer | None", specialist: "Specialist | None") -> dict[str, Any]:
    """A ticket for programs."""
    return {
        "number": str(ticket.number),
        "subject": ticket.subject,
        "customer": customer.code if customer is not None else None,
        "type": ticket.type,
        "level": ticket.level,
        "module": ticket.module,
        "team": ticket.team,
        "stage": ticket.stage,
        "status": ticket.status,
        "specialist": specialist.name if specialist is not None else None,
        "untrained": ticket.untrained,
        "opened_at": ticket.opened_at,
    }


def whole_record(whole: Whole, *, full: bool) -> dict[str, Any]:
    """All of it for programs."""
    superuser, stands = whole.superuser, whole.stands
    return {
        **record(whole.ticket, whole.customer, whole.specialist),
        "handling_started_at": stands.state.handling_started_at,
        "handling_due": stands.due.handling_due if stands.due is not None else None,
        "handling": stands.handling,
        "solution_due": stands.due.solution_due if stands.due is not None else None,
        "solution": stands.solution,
        "superuser": {"address": superuser.address, "name": superuser.name} if superuser is not None else None,
        "linked": [{"number": number, "how": how} for number, how in whole.linked],
        "superuser_bounced_at": whole.bounced.at if whole.bounced is not None else None,
        "messages": [
            {
                "mail": message.mail_id,
                "at": message.at,
                "author": message.author,
                "address": message.author_address,
                "authenticity": proof_record(whole.proofs.get(message.mail_id)),
                "name": message.author_name,
                "subject": message.subject,
                "text": message.full_text if full else message.text,
            }
            for message in whole.messages
        ],
        "attachments": [
            {
                "number": position,
                "mail": mail_id,
                "name": one.name,
                "content_type": one.content_type,
                "size": one.size,
                "inline": one.inline,
                "repeated": position - 1 in whole.repeated,
            }
            for position, (mail_id, one) in enumerate(whole.attachments, start=1)
        ],
        "events": [
            {"at": event.at, "kind": event.kind, "actor": event.actor, "detail": event.detail} for event in whole.events
        ],
        "mails_of_ours": [
            {"id": one.outbox_id, "kind": one.kind, "to": one.recipient, "state": one.state, "queued_at": one.queued_at}
            for one in whole.told
        ],
    }
