"""``mailgate held``: mails that wait for somebody's decision."""

import getpass
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.mails import number_of, print_mail, summary_of, whole_record
from mailgate.cli.opening import Opened, opened, workshop
from mailgate.cli.options import AsJson, Limit, MailNumber
from mailgate.cli.output import age, local, print_fields, print_heading, print_indented, print_json, print_table, say
from mailgate.domain.mail import MailId, domain_of

if TYPE_CHECKING:
    from mailgate.app import Workshop
    from mailgate.domain.customer import SuperUser
    from mailgate.store.holds import HeldMail
    from mailgate.store.mails import MailSummary
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="held", help="Mails that wait for a decision.", no_args_is_help=True)

By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; default: who is signed in here.")]
_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.1


@app.command("list")
def listing(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those that were decided on, too.")] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The mails that wait, oldest first; with --all the newest of all that ever did."""
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.holds.newest(limit=limit) if everything else uow.holds.waiting()[:limit]
        pairs = [(held, summary_of(uow, held.mail_id)) for held in found]
        if as_json:
            print_json([_record(uow, *pair) for pair in pairs], zone=desk.zone)
            return
        rows = [_row(uow, held, summary, desk) for held, summary in pairs]
        print_table(("ID", "AGE", "CAUSE", "STATE", "CUSTOMER", "FROM", "SUBJECT"), rows, empty="no held mails")


@app.command("show")
def show(context: typer.Context, mail_id: MailNumber, as_json: AsJson = False) -> None:
    """One held mail, with its text."""
    with opened(context) as desk:
        with desk.database.reading() as uow:
            held, summary = _held(uow, mail_id), summary_of(uow, mail_id)
            content = uow.mails.content(MailId(mail_id)) or b""
            known = {**whole_record(uow, summary), **_record(uow, held, summary)}
        text = _text(context, content)
        if as_json:
            print_json({**known, "text": text}, zone=desk.zone)
            return
        with desk.database.reading() as uow:
            decided = f"{held.state} by {held.decided_by}, {local(held.decided_at, desk.zone)}"
            print_fields({"cause": held.cause, "decision": decided if held.decided_at else "waits for one"})
            print_heading("Mail")
            print_mail(uow, summary, desk)
    print_heading("Text")
    print_indented(text)


@app.command("release")
def release(
    context: typer.Context,
    mail_id: MailNumber,
    address: Annotated[
        str | None, typer.Option("--as", metavar="ADDRESS", help="The SuperUser whose ticket it becomes.")
    ] = None,
    by: By = None,
) -> None:
    """Let a held mail become a ticket."""
    from mailgate.app import now
    from mailgate.desk.holds import Refusal
    from mailgate.desk.holds import release as let_go

    with workshop(context) as shop:
        with shop.database.transaction() as uow:
            summary_of(uow, mail_id)
            superuser = _superuser(uow, address) if address is not None else None
            outcome = let_go(uow, MailId(mail_id), superuser=superuser, by=by or _signed_in(), now=now())
            if isinstance(outcome, Refusal):
                hint = "; use --as ADDRESS" if outcome is Refusal.NO_CUSTOMER else ""
                raise Failure(f"mail {mail_id} cannot be released: {outcome.value}{hint}")
        say(f"{_ending(shop, MailId(mail_id))}, for {outcome.name or outcome.address} ({outcome.address})")


@app.command("reject")
def reject(context: typer.Context, mail_id: MailNumber, by: By = None) -> None:
    """No ticket; the mail stays stored, and its sender is not told."""
    from mailgate.desk.holds import reject as turn_down

    with opened(context) as desk, desk.database.transaction() as uow:
        summary_of(uow, mail_id)
        refusal = turn_down(uow, MailId(mail_id), by=by or _signed_in(), now=desk.now)
        if refusal is not None:
            raise Failure(f"mail {mail_id} cannot be rejected: {refusal.value}")
    say(f"mail {mail_id} is rejected; it stays stored")


def _ending(shop: "Workshop", mail_id: MailId) -> str:
    """What became of it: by us, or, where a daemon was quicker, by the daemon."""
    if not shop.pipeline.work_on(mail_id):
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while _summary(shop, mail_id)[0].outcome is None and time.monotonic() < give_up:
            time.sleep(_POLL_SECONDS)
    summary, number = _summary(shop, mail_id)
    if summary.outcome is None:
        return f"mail {mail_id} is released; it will be a ticket shortly (mailgate mail show {mail_id})"
    if number is None:
        return f"mail {mail_id} is released, and ended as {summary.outcome} ({summary.rule})"
    return f"mail {mail_id} is released: {number}"


def _summary(shop: "Workshop", mail_id: MailId) -> "tuple[MailSummary, str | None]":
    with shop.database.reading() as uow:
        summary = summary_of(uow, mail_id)
        return summary, number_of(uow, summary)


def _superuser(uow: "UnitOfWork", written: str) -> "SuperUser":
    from mailgate.domain.a_labels import in_a_labels
    from mailgate.domain.mail import canonical_address

    address = canonical_address(in_a_labels(written.strip()))
    superuser = uow.customers.superuser(address) if address is not None else None
    if superuser is None:
        raise Failure(f"there is no SuperUser {written}")
    return superuser


def _signed_in() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return "command line"


def _held(uow: "UnitOfWork", mail_id: int) -> "HeldMail":
    summary_of(uow, mail_id)
    held = uow.holds.get(MailId(mail_id))
    if held is None:
        raise Failure(f"mail {mail_id} is not held, and never was")
    return held


def _text(context: typer.Context, content: bytes) -> str:
    from mailgate.ingest.limits import Unparsable

    with workshop(context) as shop:
        try:
            return shop.parser.parse(content).text
        except Unparsable as error:
            return f"(cannot be read: {error.reason})"


def _row(uow: "UnitOfWork", held: "HeldMail", summary: "MailSummary", desk: Opened) -> tuple[str, ...]:
    return (
        str(held.mail_id),
        age(summary.received_at, desk.now),
        held.cause,
        held.state,
        _customer_code(uow, held, summary) or "",
        summary.author_address or "",
        summary.subject or "",
    )


def _customer_code(uow: "UnitOfWork", held: "HeldMail", summary: "MailSummary") -> str | None:
    """Whose mail it is, or whose domain it comes from."""
    customer = uow.customers.customer(held.customer_id) if held.customer_id is not None else None
    customer = customer or uow.customers.customer_of_domain(domain_of(summary.author_address or ""))
    return customer.code if customer is not None else None


def _record(uow: "UnitOfWork", held: "HeldMail", summary: "MailSummary") -> dict[str, Any]:
    return {
        "id": held.mail_id,
        "state": held.state,
        "cause": held.cause,
        "customer": _customer_code(uow, held, summary),
        "author": {"address": summary.author_address, "name": summary.author_name},
        "subject": summary.subject,
        "received_at": summary.received_at,
        "held_at": held.held_at,
        "decided_at": held.decided_at,
        "decided_by": held.decided_by,
        "ticket": number_of(uow, summary),
    }
