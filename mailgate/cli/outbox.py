"""``mailgate outbox``: the mails that we send, and how far they are."""

from email import message_from_bytes
from email.policy import default
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson, Limit, Raw
from mailgate.cli.output import (
    age,
    local,
    print_fields,
    print_heading,
    print_indented,
    print_json,
    print_raw,
    print_table,
    say,
)

if TYPE_CHECKING:
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="outbox", help="Mails that are sent, or wait to be.", no_args_is_help=True)

OutboxNumber = Annotated[int, typer.Argument(metavar="ID", min=1, help="Its id in the outbox.")]
_ALL = 1_000_000


class State(StrEnum):
    """How far a mail is."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@app.command("list")
def listing(
    context: typer.Context,
    state: Annotated[State | None, typer.Option("--state", help="Only those that are so far.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="The same as --state failed.")] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The newest mails of ours."""
    wanted = {one.value for one in ([state] if state else []) + ([State.FAILED] if failed else [])}
    if len(wanted) > 1:
        raise Failure("--failed is --state failed; give one of them", code=MISUSED)
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.outbox.entries(states=sorted(wanted), limit=limit)
        if as_json:
            print_json([_record(uow, one) for one in found], zone=desk.zone)
            return
        rows = [_row(uow, one, desk) for one in found]
        columns = ("ID", "AGE", "STATE", "WHAT", "TICKET", "TO", "TRIES", "NEXT TRY", "ANSWER")
        print_table(columns, rows, empty="no mails")


@app.command("show")
def show(context: typer.Context, outbox_id: OutboxNumber, raw: Raw = False, as_json: AsJson = False) -> None:
    """One mail of ours, and its text."""
    with opened(context) as desk, desk.database.reading() as uow:
        entry, content = _found(uow, outbox_id)
        if raw:
            print_raw(content)
            return
        subject, text = _read(content)
        if as_json:
            print_json({**_record(uow, entry), "subject": subject, "text": text}, zone=desk.zone)
            return
        print_fields(
            {
                "id": str(entry.outbox_id),
                "what": entry.kind,
                "to": entry.recipient,
                "subject": subject,
                "Message-ID": entry.message_id,
                "ticket": _number(uow, entry),
                "about mail": str(entry.mail_id) if entry.mail_id is not None else None,
                "state": entry.state,
                "queued": local(entry.queued_at, desk.zone),
                "tries": str(entry.attempts),
                "next try": _next_try(entry, desk),
                "sent": local(entry.sent_at, desk.zone),
                "answer": entry.response,
            }
        )
        print_heading("Text")
        print_indented(text)


@app.command("retry")
def retry(
    context: typer.Context,
    outbox_id: Annotated[int | None, typer.Argument(metavar="ID", min=1)] = None,
    all_failed: Annotated[bool, typer.Option("--all-failed", help="All that failed.")] = False,
) -> None:
    """Send a mail that failed, or that waits for its next try, now."""
    if (outbox_id is None) != all_failed:
        raise Failure("name one mail, or --all-failed", code=MISUSED)
    with opened(context) as desk, desk.database.transaction() as uow:
        if outbox_id is not None:
            entry, _ = _found(uow, outbox_id)
            if not uow.outbox.retry(entry.outbox_id, now=desk.now):
                raise Failure(f"mail {outbox_id} is {entry.state}: there is nothing to try again")
            count = 1
        else:
            failed = uow.outbox.entries(states=[State.FAILED.value], limit=_ALL)
            count = sum(uow.outbox.retry(one.outbox_id, now=desk.now) for one in failed)
    say(f"{count} mail{' is' if count == 1 else 's are'} due now")


def _found(uow: "UnitOfWork", outbox_id: int) -> "tuple[OutboxEntry, bytes]":
    from mailgate.domain.outgoing import OutboxId

    found = uow.outbox.entry(OutboxId(outbox_id))
    if found is None:
        raise Failure(f"there is no mail {outbox_id} in the outbox; mailgate outbox list shows the newest")
    return found


def _read(content: bytes) -> tuple[str, str]:
    """Subject and text of a mail that we wrote ourselves."""
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    return str(message["Subject"] or ""), body.get_content() if body is not None else ""


def _number(uow: "UnitOfWork", entry: "OutboxEntry") -> str | None:
    ticket = uow.tickets.ticket(entry.ticket_id) if entry.ticket_id is not None else None
    return str(ticket.number) if ticket is not None else None


def _next_try(entry: "OutboxEntry", desk: Opened) -> str:
    return local(entry.not_before, desk.zone) if entry.state == State.PENDING else ""


def _row(uow: "UnitOfWork", entry: "OutboxEntry", desk: Opened) -> tuple[str, ...]:
    return (
        str(entry.outbox_id),
        age(entry.queued_at, desk.now),
        entry.state,
        entry.kind,
        _number(uow, entry) or "",
        entry.recipient,
        str(entry.attempts),
        _next_try(entry, desk),
        entry.response or "",
    )


def _record(uow: "UnitOfWork", entry: "OutboxEntry") -> dict[str, Any]:
    return {
        "id": entry.outbox_id,
        "kind": entry.kind,
        "state": entry.state,
        "to": entry.recipient,
        "ticket": _number(uow, entry),
        "mail": entry.mail_id,
        "message_id": entry.message_id,
        "queued_at": entry.queued_at,
        "not_before": entry.not_before,
        "attempts": entry.attempts,
        "sent_at": entry.sent_at,
        "response": entry.response,
    }
