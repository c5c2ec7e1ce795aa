"""``mailgate ticket``: tickets, their threads, and what happened to them. What is done with them is in ``moves``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson, Limit, Number
from mailgate.cli.output import age, local, print_json, print_table, write_bytes
from mailgate.cli.people import specialist_of, team_of
from mailgate.cli.ticket_view import Whole, print_whole, record, whole_record, whole_ticket
from mailgate.domain.ticket import Status
from mailgate.domain.ticket_number import find_numbers

if TYPE_CHECKING:
    from mailgate.domain.customer import Customer, Specialist
    from mailgate.domain.ticket import Ticket
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="ticket", help="Tickets, their threads, and what one does with them.", no_args_is_help=True)

_COLUMNS = ("NUMBER", "AGE", "CUSTOMER", "TYPE", "STATUS", "DUE", "SPECIALIST", "MODULE", "TEAM", "SUBJECT")


@app.command("list")
def listing(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option("--customer", metavar="CODE", help="Of this customer only.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="With this status only.")] = None,
    team: Annotated[
        str | None, typer.Option("--team", metavar="TEAM", help="Of this team: its name or number.")
    ] = None,
    mine: Annotated[str | None, typer.Option("--mine", metavar="WHO", help="Taken by this specialist.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The newest tickets."""
    from mailgate.cli.register import customer_of

    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.tickets.newest(
            limit=limit,
            customer_id=customer_of(uow, customer).customer_id if customer is not None else None,
            status=status.value if status is not None else None,
            team=team_of(desk.config, team) if team is not None else None,
            specialist_id=specialist_of(uow, mine).specialist_id if mine is not None else None,
        )
        names = _Names(uow)
        if as_json:
            print_json([_record(uow, one, names) for one in found], zone=desk.zone)
            return
        print_table(_COLUMNS, [_row(uow, one, names, desk) for one in found], empty="no tickets")


@app.command("show")
def show(
    context: typer.Context,
    number: Number,
    full: Annotated[bool, typer.Option("--full", help="With what the mails quote.")] = False,
    attachment: Annotated[
        int | None, typer.Option("--attachment", min=1, metavar="N", help="Write this attachment to stdout.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One ticket: who, what, its thread, its attachments, what happened, and what was sent."""
    with opened(context) as desk, desk.database.reading() as uow:
        whole = whole_ticket(uow, ticket_of(uow, number, prefix=desk.config.desk.number_prefix), desk)
        if attachment is not None:
            write_bytes(_attachment(uow, whole, attachment))
        elif as_json:
            print_json(whole_record(whole, full=full), zone=desk.zone)
        else:
            print_whole(whole, desk, full=full)


def ticket_of(uow: "UnitOfWork", written: str, *, prefix: str) -> "Ticket":
    """The ticket with this number; a ``Failure`` if there is none, or it is no number."""
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


def _attachment(uow: "UnitOfWork", whole: Whole, position: int) -> bytes:
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


class _Names:
    """Customers and specialists by key, each looked up once."""

    def __init__(self, uow: "UnitOfWork") -> None:
        self.customers: Mapping[int, Customer] = {one.customer_id: one for one in uow.customers.customers()}
        self._uow = uow
        self._specialists: dict[int, Specialist | None] = {}

    def specialist(self, ticket: "Ticket") -> "Specialist | None":
        """Who has taken it."""
        if ticket.specialist_id is None:
            return None
        if ticket.specialist_id not in self._specialists:
            self._specialists[ticket.specialist_id] = self._uow.customers.specialist_by_id(ticket.specialist_id)
        return self._specialists[ticket.specialist_id]


def _row(uow: "UnitOfWork", ticket: "Ticket", names: _Names, desk: Opened) -> tuple[str, ...]:
    kind = f"{ticket.type} {int(ticket.level)}" if ticket.level is not None else str(ticket.type)
    customer, specialist = names.customers.get(ticket.customer_id), names.specialist(ticket)
    return (
        str(ticket.number),
        age(ticket.opened_at, desk.now),
        customer.code if customer is not None else "",
        kind,
        ticket.status,
        _due(uow, ticket, desk),
        specialist.name if specialist is not None else "",
        ticket.module or "",
        ticket.team,
        ticket.subject,
    )


def _due(uow: "UnitOfWork", ticket: "Ticket", desk: Opened) -> str:
    """The deadline that comes next; none while its clocks stand still."""
    clocks = uow.tickets.clocks(ticket.ticket_id)
    at = clocks.handling_due if clocks.handling_started_at is None else clocks.solution_due
    if at is None or ticket.status is not Status.OPEN:
        return ""
    return f"{local(at, desk.zone)}{' late' if at < desk.now else ''}"


def _record(uow: "UnitOfWork", ticket: "Ticket", names: _Names) -> dict[str, Any]:
    clocks = uow.tickets.clocks(ticket.ticket_id)
    return {
        **record(ticket, names.customers.get(ticket.customer_id), names.specialist(ticket)),
        "handling_started_at": clocks.handling_started_at,
        "handling_due": clocks.handling_due,
        "solution_due": clocks.solution_due,
    }
