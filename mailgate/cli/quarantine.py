"""``mailgate quarantine``: mails that could not be read, kept for somebody to look at."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.mails import print_mail, record, summary_of, whole_record
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson, Limit, MailNumber, MaybeMailNumber, Raw
from mailgate.cli.output import age, in_bytes, print_json, print_raw, print_table, say
from mailgate.domain.mail import MailId
from mailgate.domain.verdict import Outcome

if TYPE_CHECKING:
    from mailgate.store.mails import MailSummary
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="quarantine", help="Mails that could not be read.", no_args_is_help=True)

_ALL = 1_000_000


@app.command("list")
def listing(context: typer.Context, limit: Limit = 100, as_json: AsJson = False) -> None:
    """The newest mails in quarantine."""
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.mails.summaries(outcome=Outcome.QUARANTINED, limit=limit)
        if as_json:
            print_json([record(uow, one) for one in found], zone=desk.zone)
            return
        rows = [
            (
                str(one.mail_id),
                age(one.received_at, desk.now),
                one.rule or "",
                one.evidence or "",
                in_bytes(one.size),
                one.mail_from or "",
                one.peer,
            )
            for one in found
        ]
        columns = ("ID", "AGE", "RULE", "EVIDENCE", "SIZE", "ENVELOPE FROM", "PEER")
        print_table(columns, rows, empty="nothing in quarantine")


@app.command("show")
def show(context: typer.Context, mail_id: MailNumber, raw: Raw = False, as_json: AsJson = False) -> None:
    """One of them, and why it is there."""
    with opened(context) as desk, desk.database.reading() as uow:
        summary = _quarantined(uow, mail_id)
        if raw:
            print_raw(uow.mails.content(summary.mail_id) or b"")
        elif as_json:
            print_json(whole_record(uow, summary), zone=desk.zone)
        else:
            print_mail(uow, summary, desk)


@app.command("retry")
def retry(
    context: typer.Context,
    mail_id: MaybeMailNumber = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Send a mail through once more."""
    from mailgate.desk.quarantine import retry as try_again

    if (mail_id is None) != everything:
        raise Failure("name one mail, or --all", code=MISUSED)
    with opened(context) as desk, desk.database.transaction() as uow:
        if mail_id is not None:
            refusal = try_again(uow, summary_of(uow, mail_id).mail_id)
            if refusal is not None:
                raise Failure(f"mail {mail_id} cannot be tried again: {refusal.value}")
            count = 1
        else:
            every = [one.mail_id for one in uow.mails.summaries(outcome=Outcome.QUARANTINED, limit=_ALL)]
            count = sum(try_again(uow, each) is None for each in every)
    say(f"{count} mail{' goes' if count == 1 else 's go'} through again (at once where mailgate serve runs)")


def _quarantined(uow: "UnitOfWork", mail_id: int) -> "MailSummary":
    summary = summary_of(uow, mail_id)
    if summary.outcome != Outcome.QUARANTINED:
        raise Failure(f"mail {MailId(mail_id)} is not in quarantine; mailgate mail show {mail_id} shows it")
    return summary
