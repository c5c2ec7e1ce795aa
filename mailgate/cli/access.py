"""``mailgate access``: who may enter which customer's installation, until when, and by whose word."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson, Limit
from mailgate.cli.output import local, print_json, print_table

if TYPE_CHECKING:
    from mailgate.domain.access import Access
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="access", help="Support access: who may enter where, and until when.", no_args_is_help=True)

_COLUMNS = ("TICKET", "CUSTOMER", "SPECIALIST", "STATE", "ASKED", "UNTIL", "BY", "PROOF")


@app.command("list")
def listing(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was refused, withdrawn, or has ended; the newest first.")
    ] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What is asked or granted now."""
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.accesses.newest(limit=limit) if everything else uow.accesses.all_live()[:limit]
        records = [_record(uow, one) for one in found]
        if as_json:
            print_json(records, zone=desk.zone)
            return
        print_table(_COLUMNS, [_row(record, desk) for record in records], empty="no support access")


def _record(uow: "UnitOfWork", one: "Access") -> dict[str, Any]:
    ticket, customer = uow.tickets.ticket(one.ticket_id), uow.customers.customer(one.customer_id)
    specialist = uow.customers.specialist_by_id(one.by)
    said = one.over or one.answer
    who = uow.customers.superuser_by_id(said.superuser_id) if said is not None else None
    return {
        "ticket": str(ticket.number) if ticket is not None else None,
        "customer": customer.code if customer is not None else None,
        "specialist": specialist.name if specialist is not None else None,
        "state": one.state,
        "asked_at": one.asked_at,
        "reason": one.reason,
        "span_hours": int(one.span) if one.span is not None else None,
        "ends_at": one.ends_at,
        "decided_by": who.name if who is not None else None,
        "decided_at": said.at if said is not None else None,
        "words": said.text if said is not None else None,
        "proof": said.proof if said is not None else None,
        "mail": said.mail_id if said is not None else None,
    }


def _row(record: dict[str, Any], desk: Opened) -> tuple[str, ...]:
    ends_at = local(record["ends_at"], desk.zone) if record["ends_at"] is not None else ""
    return (
        record["ticket"] or "",
        record["customer"] or "",
        record["specialist"] or "",
        record["state"],
        local(record["asked_at"], desk.zone),
        ends_at,
        record["decided_by"] or "",
        record["proof"] or "",
    )
