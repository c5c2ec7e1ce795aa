"""``mailgate mail``: every mail that was received, and what became of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson, Limit, MailNumber, Raw
from mailgate.cli.output import age, in_bytes, local, print_fields, print_heading, print_json, print_raw, print_table
from mailgate.domain.mail import MailId
from mailgate.domain.verdict import Outcome

if TYPE_CHECKING:
    from mailgate.domain.authenticity import Authenticity
    from mailgate.store.mails import MailSummary
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="mail", help="Received mails, and what became of them.", no_args_is_help=True)


@app.command("list")
def listing(
    context: typer.Context,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only those that ended so.")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The newest mails."""
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.mails.summaries(outcome=outcome, limit=limit)
        if as_json:
            print_json([record(uow, one) for one in found], zone=desk.zone)
            return
        rows = [
            (
                str(one.mail_id),
                age(one.received_at, desk.now),
                one.outcome or one.state,
                number_of(uow, one) or "",
                one.author_address or one.mail_from or "",
                one.subject or "",
            )
            for one in found
        ]
        print_table(("ID", "AGE", "OUTCOME", "TICKET", "FROM", "SUBJECT"), rows, empty="no mails")


@app.command("count")
def count(context: typer.Context, as_json: AsJson = False) -> None:
    """How many mails ended in which way."""
    with opened(context) as desk, desk.database.reading() as uow:
        sums = uow.mails.sums()
        known = {outcome: sums.get(outcome, 0) for outcome in ("received", *Outcome)}
        total = sum(sums.values())
        if as_json:
            print_json({**known, "total": total}, zone=desk.zone)
        else:
            print_fields({**{name: str(number) for name, number in known.items()}, "total": str(total)})


@app.command("show")
def show(context: typer.Context, mail_id: MailNumber, raw: Raw = False, as_json: AsJson = False) -> None:
    """One mail: what came, when, how often, and what was decided by which rule on which evidence."""
    with opened(context) as desk, desk.database.reading() as uow:
        summary = summary_of(uow, mail_id)
        if raw:
            print_raw(uow.mails.content(summary.mail_id) or b"")
        elif as_json:
            print_json(whole_record(uow, summary), zone=desk.zone)
        else:
            print_mail(uow, summary, desk)


def print_mail(uow: "UnitOfWork", one: "MailSummary", desk: Opened) -> None:
    """What is known of a mail."""
    print_fields(
        {
            "mail": str(one.mail_id),
            "from": f"{one.author_name or ''} <{one.author_address}>".strip() if one.author_address else None,
            "author": proof_line(one.authenticity),
            "subject": one.subject,
            "size": in_bytes(one.size),
            "envelope from": one.mail_from if one.mail_from is not None else "<>",
            "envelope to": ", ".join(one.rcpt_to),
            "received": f"{local(one.received_at, desk.zone)}, {age(one.received_at, desk.now)} ago",
            "state": one.state,
            "outcome": one.outcome,
            "rule": one.rule,
            "evidence": one.evidence,
            "not sent": one.unanswered,
            "ticket": number_of(uow, one),
            "attempts": str(one.attempts),
        }
    )
    print_heading("Came")
    arrivals = [(local(at.received_at, desk.zone), at.origin, at.peer) for at in uow.mails.arrivals(one.mail_id)]
    print_table(("WHEN", "BY", "FROM"), arrivals, empty="never")
    if attachments := uow.mails.attachments([one.mail_id]):
        print_heading("Attachments")
        rows = [(each.name, each.content_type, in_bytes(each.size)) for _, each in attachments]
        print_table(("NAME", "TYPE", "SIZE"), rows, empty="")


def proof_line(authenticity: "Authenticity | None") -> str:
    """Whether it is from whom it names, in a line."""
    return "not checked" if authenticity is None else f"{authenticity.proof}: {authenticity.evidence}"


def proof_record(authenticity: "Authenticity | None") -> dict[str, str] | None:
    """The same for programs; null where nobody checked."""
    return {"proof": authenticity.proof, "evidence": authenticity.evidence} if authenticity is not None else None


def summary_of(uow: "UnitOfWork", mail_id: int) -> "MailSummary":
    """The mail with this id."""
    summary = uow.mails.summary(MailId(mail_id))
    if summary is None:
        raise Failure(f"there is no mail {mail_id}; mailgate mail list shows the newest")
    return summary


def number_of(uow: "UnitOfWork", one: "MailSummary") -> str | None:
    """The number of the ticket that it is part of."""
    ticket = uow.tickets.ticket(one.ticket_id) if one.ticket_id is not None else None
    return str(ticket.number) if ticket is not None else None


def record(uow: "UnitOfWork", one: "MailSummary") -> dict[str, Any]:
    """A mail as programs read it."""
    return {
        "id": one.mail_id,
        "received_at": one.received_at,
        "state": one.state,
        "outcome": one.outcome,
        "rule": one.rule,
        "evidence": one.evidence,
        "not_sent": one.unanswered,
        "ticket": number_of(uow, one),
        "author": {"address": one.author_address, "name": one.author_name} if one.author_address else None,
        "authenticity": proof_record(one.authenticity),
        "subject": one.subject,
        "envelope_from": one.mail_from,
        "envelope_to": one.rcpt_to,
        "origin": one.origin,
        "peer": one.peer,
        "size": one.size,
        "attempts": one.attempts,
        "arrivals": one.arrivals,
    }


def whole_record(uow: "UnitOfWork", one: "MailSummary") -> dict[str, Any]:
    """The same with each arrival, and the attachments."""
    return {
        **record(uow, one),
        "arrivals": [
            {"at": at.received_at, "origin": at.origin, "peer": at.peer} for at in uow.mails.arrivals(one.mail_id)
        ],
        "attachments": [
            {"name": each.name, "content_type": each.content_type, "size": each.size, "inline": each.inline}
            for _, each in uow.mails.attachments([one.mail_id])
        ],
    }
