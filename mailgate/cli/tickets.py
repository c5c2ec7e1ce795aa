"""``mailgate ticket``: tickets, their threads, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson, Limit
from mailgate.cli.output import (
    age,
    in_bytes,
    local,
    print_fields,
    print_heading,
    print_indented,
    print_json,
    print_table,
    write_bytes,
)
from mailgate.domain.ticket_number import find_numbers

if TYPE_CHECKING:
    from mailgate.domain.customer import Customer, SuperUser
    from mailgate.domain.mail import Attachment, MailId
    from mailgate.domain.ticket import Ticket
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.tickets import Message, TicketEvent
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="ticket", help="Tickets and their threads.", no_args_is_help=True)

_MOST_MAILS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A ticket, and all that belongs to it."""

    ticket: "Ticket"
    customer: "Customer | None"
    superuser: "SuperUser | None"
    messages: "Sequence[Message]"
    events: "Sequence[TicketEvent]"
    attachments: "Sequence[tuple[MailId, Attachment]]"
    told: "Sequence[OutboxEntry]"


@app.command("list")
def listing(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option("--customer", metavar="CODE", help="Of this customer only.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The newest tickets."""
    from mailgate.cli.register import customer_of

    with opened(context) as desk, desk.database.reading() as uow:
        whose = customer_of(uow, customer).customer_id if customer is not None else None
        found = uow.tickets.newest(customer_id=whose, limit=limit)
        codes = {one.customer_id: one for one in uow.customers.customers()}
        if as_json:
            print_json([_record(one, codes.get(one.customer_id)) for one in found], zone=desk.zone)
            return
        rows = [_row(one, codes.get(one.customer_id), desk) for one in found]
        print_table(("NUMBER", "AGE", "CUSTOMER", "TYPE", "MODULE", "TEAM", "SUBJECT"), rows, empty="no tickets")


@app.command("show")
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="MG-100042-6, in any writing.")],
    full: Annotated[bool, typer.Option("--full", help="With what the mails quote.")] = False,
    attachment: Annotated[
        int | None, typer.Option("--attachment", min=1, metavar="N", help="Write this attachment to stdout.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One ticket: who, what, its thread, its attachments, what happened, and what was sent."""
    with opened(context) as desk, desk.database.reading() as uow:
        whole = _whole(uow, _ticket(uow, number, prefix=desk.config.desk.number_prefix))
        if attachment is not None:
            write_bytes(_attachment(uow, whole, attachment))
        elif as_json:
            print_json(_whole_record(whole, full=full), zone=desk.zone)
        else:
            _print_whole(whole, desk, full=full)


def _ticket(uow: "UnitOfWork", written: str, *, prefix: str) -> "Ticket":
    found = find_numbers(written, prefix)
    if not found.sound and not found.broken:
        found = find_numbers(f"{prefix} {written}", prefix)  # the figures alone
    if not found.sound:
        why = "its check digit is wrong" if found.broken else f"write it like {prefix}-100042-6"
        raise Failure(f"{written!r} is no ticket number: {why}", code=MISUSED)
    ticket = uow.tickets.by_number(found.sound[0])
    if ticket is None:
        raise Failure(f"there is no ticket {found.sound[0]}")
    return ticket


def _whole(uow: "UnitOfWork", ticket: "Ticket") -> _Whole:
    messages = uow.tickets.messages(ticket.ticket_id)
    return _Whole(
        ticket=ticket,
        customer=uow.customers.customer(ticket.customer_id),
        superuser=uow.customers.superuser_by_id(ticket.superuser_id),
        messages=messages,
        events=uow.tickets.events(ticket.ticket_id),
        attachments=uow.mails.attachments([message.mail_id for message in messages]),
        told=uow.outbox.entries(ticket_id=ticket.ticket_id, limit=_MOST_MAILS)[::-1],
    )


def _attachment(uow: "UnitOfWork", whole: _Whole, position: int) -> bytes:
    from mailgate.ingest.limits import Unparsable
    from mailgate.ingest.parse import attachment_bytes

    count = len(whole.attachments)
    if position > count:
        raise Failure(f"{whole.ticket.number} has {count} attachment{'' if count == 1 else 's'}")
    mail_id, attachment = whole.attachments[position - 1]
    content = uow.mails.content(mail_id)
    try:
        return attachment_bytes(content or b"", attachment.part)
    except (KeyError, Unparsable) as error:
        raise Failure(f"attachment {position} cannot be read out of mail {mail_id}: {error}") from error


def _print_whole(whole: _Whole, desk: Opened, *, full: bool) -> None:
    ticket, customer, superuser = whole.ticket, whole.customer, whole.superuser
    print_fields(
        {
            "number": str(ticket.number),
            "subject": ticket.subject,
            "customer": f"{customer.name} ({customer.code})" if customer is not None else None,
            "SuperUser": f"{superuser.name} <{superuser.address}>" if superuser is not None else None,
            "type": ticket.type,
            "level": str(int(ticket.level)) if ticket.level is not None else None,
            "module": f"{ticket.module}{', not trained in it' if ticket.untrained else ''}" if ticket.module else None,
            "team": ticket.team,
            "stage": ticket.stage,
            "opened": f"{local(ticket.opened_at, desk.zone)}, {age(ticket.opened_at, desk.now)} ago",
        }
    )
    for message in whole.messages:
        who = f"{message.author_name} <{message.author_address}>".strip()
        print_heading(f"{local(message.at, desk.zone)}  {who} ({message.author}), mail {message.mail_id}")
        print_indented(message.full_text if full else message.text)
    if whole.attachments:
        print_heading("Attachments (--attachment N > file)")
        rows = [_attachment_row(position, *pair) for position, pair in enumerate(whole.attachments, start=1)]
        print_table(("N", "NAME", "TYPE", "SIZE", "MAIL", ""), rows, empty="")
    print_heading("What happened")
    events = [(local(event.at, desk.zone), event.kind, event.actor, _detail(event)) for event in whole.events]
    print_table(("WHEN", "WHAT", "BY", "MORE"), events, empty="nothing")
    print_heading("Mails of ours")
    told = [
        (str(one.outbox_id), local(one.queued_at, desk.zone), one.kind, one.recipient, one.state) for one in whole.told
    ]
    print_table(("ID", "QUEUED", "WHAT", "TO", "STATE"), told, empty="none")


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


def _row(ticket: "Ticket", customer: "Customer | None", desk: Opened) -> tuple[str, ...]:
    kind = f"{ticket.type} {int(ticket.level)}" if ticket.level is not None else str(ticket.type)
    return (
        str(ticket.number),
        age(ticket.opened_at, desk.now),
        customer.code if customer is not None else "",
        kind,
        ticket.module or "",
        ticket.team,
        ticket.subject,
    )


def _record(ticket: "Ticket", customer: "Customer | None") -> dict[str, Any]:
    return {
        "number": str(ticket.number),
        "subject": ticket.subject,
        "customer": customer.code if customer is not None else None,
        "type": ticket.type,
        "level": ticket.level,
        "module": ticket.module,
        "team": ticket.team,
        "stage": ticket.stage,
        "untrained": ticket.untrained,
        "opened_at": ticket.opened_at,
    }


def _whole_record(whole: _Whole, *, full: bool) -> dict[str, Any]:
    superuser = whole.superuser
    return {
        **_record(whole.ticket, whole.customer),
        "superuser": {"address": superuser.address, "name": superuser.name} if superuser is not None else None,
        "messages": [
            {
                "mail": message.mail_id,
                "at": message.at,
                "author": message.author,
                "address": message.author_address,
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
