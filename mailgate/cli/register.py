"""``mailgate register``: customers, their SuperUsers and the specialists."""

from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson, Code
from mailgate.cli.output import local, print_fields, print_heading, print_json, print_table, say

if TYPE_CHECKING:
    from mailgate.domain.customer import Customer, Specialist, SuperUser
    from mailgate.store.bounces import Bounced
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="register", help="Customers, SuperUsers and specialists.", no_args_is_help=True)


@app.command("list")
def listing(context: typer.Context, as_json: AsJson = False) -> None:
    """All customers, and how many SuperUsers each has."""
    with opened(context) as desk, desk.database.reading() as uow:
        records = [_record(uow, customer) for customer in uow.customers.customers()]
        if as_json:
            print_json(records, zone=desk.zone)
            return
        rows = [
            (one["code"], one["name"], one["industry"], str(len(one["superusers"])), str(one["overdue_since"] or ""))
            for one in records
        ]
        empty = "no customers; mailgate register import FILE reads them in"
        print_table(("CODE", "NAME", "INDUSTRY", "SUPERUSERS", "OVERDUE SINCE"), rows, empty=empty)


@app.command("specialists")
def specialists(context: typer.Context, as_json: AsJson = False) -> None:
    """All specialists, and their teams."""
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.customers.specialists()
        if as_json:
            print_json([_specialist(one) for one in found], zone=desk.zone)
            return
        rows = [(one.name, one.address, one.team, one.language, _standing(one)) for one in found]
        print_table(("NAME", "ADDRESS", "TEAM", "LANGUAGE", ""), rows, empty="no specialists")


@app.command("show")
def show(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """One customer, with its SuperUsers and what they are trained in."""
    with opened(context) as desk, desk.database.reading() as uow:
        customer = customer_of(uow, code)
        record = _record(uow, customer)
        if as_json:
            print_json(record, zone=desk.zone)
            return
        overdue = f"since {customer.overdue_since}: support rests" if customer.overdue_since else "no"
        print_fields(
            {
                "code": customer.code,
                "name": customer.name,
                "industry": customer.industry,
                "modules": ", ".join(sorted(customer.modules)),
                "domains": ", ".join(sorted(customer.domains)),
                "overdue": overdue,
            }
        )
        print_heading("SuperUsers")
        rows = [
            (one["name"], one["address"], one["language"], ", ".join(one["trained"]), _mail_to(one, desk.zone))
            for one in record["superusers"]
        ]
        print_table(("NAME", "ADDRESS", "LANGUAGE", "TRAINED IN", "MAIL"), rows, empty="none")


@app.command("paid")
def paid(context: typer.Context, code: Code) -> None:
    """All is paid: support goes on, and what was held for it goes through."""
    from mailgate.desk.register import set_paid

    with opened(context) as desk, desk.database.transaction() as uow:
        customer = customer_of(uow, code)
        released = set_paid(uow, customer.customer_id, now=desk.now)
    say(f"{customer.code} ({customer.name}) has paid")
    if released:
        say(through(len(released)))


@app.command("overdue")
def overdue(
    context: typer.Context,
    code: Code,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="Default: today.")
    ] = None,
) -> None:
    """A payment is late: mail from this customer is held until it is paid."""
    from mailgate.desk.register import set_overdue

    with opened(context) as desk, desk.database.transaction() as uow:
        day = since.date() if since is not None else desk.now.astimezone(desk.zone).date()
        customer = customer_of(uow, code)
        set_overdue(uow, customer.customer_id, since=day)
    say(f"{customer.code} ({customer.name}) is overdue since {day}: its mail is held")


@app.command("appoint")
def appoint(
    context: typer.Context,
    code: Code,
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    name: Annotated[str, typer.Option("--name", help="Their name.")],
    language: Annotated[str | None, typer.Option("--language", help="sv, en or fi; default: the desk's.")] = None,
    trained: Annotated[list[str] | None, typer.Option("--trained", help="A module; may be repeated.")] = None,
    in_place_of: Annotated[str | None, typer.Option("--in-place-of", metavar="ADDRESS", help="Who leaves.")] = None,
) -> None:
    """Make somebody a SuperUser, if a seat is left, or in place of another."""
    from mailgate.desk.register import Appointment
    from mailgate.desk.register import appoint as give_seat
    from mailgate.desk.register_checks import named, register_rules_of
    from mailgate.desk.register_values import as_address, as_language, as_text

    with opened(context) as desk, desk.database.transaction() as uow:
        try:
            appointment = Appointment(
                customer=customer_of(uow, code),
                address=as_address(address),
                name=as_text(name),
                language=as_language(language) if language else desk.config.desk.language,
                trained=frozenset(map(as_text, trained or ())),
                in_place_of=as_address(in_place_of) if in_place_of else None,
            )
        except ValueError as error:
            raise Failure(str(error)) from error
        outcome = give_seat(uow, appointment, register_rules_of(desk.config))
        if isinstance(outcome, str):
            raise Failure(outcome)
    say(f"{named(outcome)} is a SuperUser of {appointment.customer.code} ({appointment.customer.name})")


@app.command("overview")
def overview(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    on: Annotated[bool | None, typer.Option("--on/--off", help="Send it, or do not.")] = None,
) -> None:
    """Whether a SuperUser gets the weekly overview of their company's tickets."""
    from mailgate.desk.overviews import set_overview
    from mailgate.desk.register_checks import named
    from mailgate.desk.register_values import as_address

    if on is None:
        raise Failure("say --on or --off", code=MISUSED)
    try:
        canonical = as_address(address)
    except ValueError as error:
        raise Failure(str(error)) from error
    with opened(context) as desk, desk.database.transaction() as uow:
        superuser = set_overview(uow, canonical, wanted=on)
    if superuser is None:
        raise Failure(f"{canonical} is no SuperUser; mailgate register list shows all customers")
    say(f"{named(superuser)} gets {'the' if on else 'no'} weekly overview")


@app.command("import")
def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="TOML or CSV.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; show what would be changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read customers, SuperUsers and specialists from files: all of it, or, if anything is wrong, nothing."""
    from mailgate.cli.register_import import import_register_files

    import_register_files(context, files, dry_run=dry_run, as_json=as_json)


def through(count: int) -> str:
    """What happens to mails that were held for a late payment."""
    what = "1 held mail goes" if count == 1 else f"{count} held mails go"
    return f"{what} through again (at once where mailgate serve runs, otherwise when it starts)"


def customer_of(uow: "UnitOfWork", code: str) -> "Customer":
    """The customer with this code."""
    customer = uow.customers.customer_by_code(code)
    if customer is None:
        raise Failure(f"there is no customer {code}; mailgate register list shows all")
    return customer


def _record(uow: "UnitOfWork", customer: "Customer") -> dict[str, Any]:
    overdue_since: date | None = customer.overdue_since
    return {
        "code": customer.code,
        "name": customer.name,
        "industry": customer.industry,
        "modules": sorted(customer.modules),
        "domains": sorted(customer.domains),
        "overdue_since": overdue_since,
        "superusers": _superusers(uow, customer),
    }


def _mail_to(one: dict[str, Any], zone: tzinfo) -> str:
    if one["bounced_at"] is None:
        return ""
    return f"came back {local(one['bounced_at'], zone)} ({one['bounced_status'] or 'no code'})"


def _superusers(uow: "UnitOfWork", customer: "Customer") -> list[dict[str, Any]]:
    people = uow.customers.superusers(customer.customer_id)
    bounced = uow.bounces.failed([one.address for one in people])
    return [_superuser(one, bounced.get(one.address)) for one in people]


def _superuser(one: "SuperUser", bounced: "Bounced | None") -> dict[str, Any]:
    return {
        "address": one.address,
        "name": one.name,
        "language": one.language,
        "trained": sorted(one.trained),
        "overview": one.overview,
        "bounced_at": bounced.at if bounced is not None else None,
        "bounced_status": bounced.status if bounced is not None else None,
    }


def _standing(one: "Specialist") -> str:
    return ", ".join(word for word in ("head of service" if one.head else "", one.role.replace("_", " ")) if word)


def _specialist(one: "Specialist") -> dict[str, Any]:
    return {
        "address": one.address,
        "name": one.name,
        "team": one.team,
        "language": one.language,
        "head": one.head,
        "role": one.role or None,
    }
