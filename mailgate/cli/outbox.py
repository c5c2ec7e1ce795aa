"""``mailgate outbox``: the mails that we send, how far they are, and what to do with those that are in doubt."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.opening import opened
from mailgate.cli.options import AsJson, Limit, MaybeOutboxNumber, OutboxNumber, Raw
from mailgate.cli.outbox_view import COLUMNS, read, record, row, story
from mailgate.cli.output import print_fields, print_heading, print_indented, print_json, print_raw, print_table, say
from mailgate.domain.sending import SendingState

if TYPE_CHECKING:
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.unit_of_work import UnitOfWork

app = typer.Typer(name="outbox", help="Mails that are sent, or wait to be.", no_args_is_help=True)

AllParked = Annotated[bool, typer.Option("--all-parked", help="All that are parked.")]
_ALL = 1_000_000


@app.command("list")
def listing(
    context: typer.Context,
    state: Annotated[SendingState | None, typer.Option("--state", help="Only those that are so far.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="The same as --state failed.")] = False,
    uncertain: Annotated[
        bool,
        typer.Option("--uncertain", help="Those of which it was not known whether they arrived, whatever came of it."),
    ] = False,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The newest mails of ours."""
    wanted = {one.value for one in ([state] if state else []) + ([SendingState.FAILED] if failed else [])}
    if len(wanted) > 1:
        raise Failure("--failed is --state failed; give one of them", code=MISUSED)
    with opened(context) as desk, desk.database.reading() as uow:
        found = uow.outbox.entries(states=sorted(wanted), doubted=uncertain, limit=limit)
        if as_json:
            print_json([record(uow, one) for one in found], zone=desk.zone)
            return
        print_table(COLUMNS, [row(uow, one, desk) for one in found], empty="no mails")


@app.command("count")
def count(context: typer.Context, as_json: AsJson = False) -> None:
    """How many mails are in which state, and how many ever came into doubt."""
    with opened(context) as desk, desk.database.reading() as uow:
        sums = uow.outbox.sums()
        doubted = uow.outbox.count_doubted()
        zone = desk.zone
    counts = {state.value: sums.get(state.value, 0) for state in SendingState}
    if as_json:
        print_json({**counts, "ever_in_doubt": doubted}, zone=zone)
        return
    rows = [(state, str(number)) for state, number in counts.items() if number]
    print_table(("STATE", "MAILS"), rows, empty="no mails")
    if doubted:
        say(f"\never in doubt: {doubted}; mailgate outbox list --uncertain shows them")


@app.command("show")
def show(context: typer.Context, outbox_id: OutboxNumber, raw: Raw = False, as_json: AsJson = False) -> None:
    """One mail of ours, what became of it, and its text."""
    with opened(context) as desk, desk.database.reading() as uow:
        entry, content = _found(uow, outbox_id)
        if raw:
            print_raw(content)
            return
        subject, text = read(content)
        if as_json:
            print_json({**record(uow, entry), "subject": subject, "text": text}, zone=desk.zone)
            return
        print_fields(story(uow, entry, desk, subject=subject))
        print_heading("Text")
        print_indented(text)


@app.command("retry")
def retry(
    context: typer.Context,
    outbox_id: MaybeOutboxNumber = None,
    all_failed: Annotated[bool, typer.Option("--all-failed", help="All that failed.")] = False,
    all_parked: AllParked = False,
) -> None:
    """Send a mail now that failed, waits for its next try, is parked, or was dropped: the same bytes once more."""
    if (outbox_id is not None) + all_failed + all_parked != 1:
        raise Failure("name one mail, or --all-failed, or --all-parked", code=MISUSED)
    with opened(context) as desk, desk.database.transaction() as uow:
        if outbox_id is not None:
            entry, _ = _found(uow, outbox_id)
            if not uow.outbox.retry(entry.outbox_id, now=desk.now):
                raise Failure(f"mail {outbox_id} is {entry.state}: there is nothing to try again")
            count = 1
        else:
            state = SendingState.FAILED if all_failed else SendingState.PARKED
            found = uow.outbox.entries(states=[state.value], limit=_ALL)
            count = sum(uow.outbox.retry(one.outbox_id, now=desk.now) for one in found)
    say(f"{count} mail{' is' if count == 1 else 's are'} due now")


@app.command("drop")
def drop(
    context: typer.Context,
    outbox_id: MaybeOutboxNumber = None,
    all_parked: AllParked = False,
) -> None:
    """Let a mail be that is parked, waits, or failed: it is kept, and not sent. ``outbox retry`` takes it up again."""
    if (outbox_id is not None) + all_parked != 1:
        raise Failure("name one mail, or --all-parked", code=MISUSED)
    with opened(context) as desk, desk.database.transaction() as uow:
        if outbox_id is not None:
            entry, _ = _found(uow, outbox_id)
            if not uow.outbox.drop(entry.outbox_id):
                raise Failure(f"mail {outbox_id} is {entry.state}: it cannot be dropped")
            count = 1
        else:
            parked = uow.outbox.entries(states=[SendingState.PARKED.value], limit=_ALL)
            count = sum(uow.outbox.drop(one.outbox_id) for one in parked)
    say(f"{count} mail{' is' if count == 1 else 's are'} dropped: kept, and not sent")


def _found(uow: "UnitOfWork", outbox_id: int) -> "tuple[OutboxEntry, bytes]":
    from mailgate.domain.outgoing import OutboxId

    found = uow.outbox.entry(OutboxId(outbox_id))
    if found is None:
        raise Failure(f"there is no mail {outbox_id} in the outbox; mailgate outbox list shows the newest")
    return found
