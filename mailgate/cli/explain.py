"""``mailgate explain``: why a mail became what it became, or how a ticket came to be as it is."""

import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailgate.cli.failure import MISUSED, Failure
from mailgate.cli.mails import whole_record
from mailgate.cli.opening import Opened, opened
from mailgate.cli.options import AsJson
from mailgate.cli.output import print_heading, print_json, printable, say
from mailgate.domain.mail import MailId
from mailgate.domain.ticket_number import find_numbers

if TYPE_CHECKING:
    from mailgate.desk.mail_history import MailHistory
    from mailgate.desk.mail_story import Part
    from mailgate.desk.ticket_story import TicketHistory
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.unit_of_work import UnitOfWork


def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="MAIL|TICKET|MESSAGE-ID",
            help="A mail's id (17), a ticket's number (MG-100042-6), or a Message-ID of theirs or of ours.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Why: what was seen in a mail, which rule decided, what was sent because of it, and what happened since."""
    with opened(context) as desk, desk.database.reading() as uow:
        if "@" in what:
            _explain_id(uow, f"<{what.strip().strip('<>')}>", desk, as_json=as_json)
        elif what.strip().isdecimal() and _is_mail(uow, int(what)):
            _explain_mail(uow, MailId(int(what)), desk, as_json=as_json)
        elif find_numbers(what, desk.config.desk.number_prefix).sound or not what.strip().isdecimal():
            _explain_ticket(uow, what, desk, as_json=as_json)
        else:
            raise Failure(f"there is no mail {what}; mailgate mail list shows the newest")


def _is_mail(uow: "UnitOfWork", key: int) -> bool:
    return 0 < key < 2**31 and uow.mails.summary(MailId(key)) is not None


def _explain_id(uow: "UnitOfWork", message_id: str, desk: Opened, *, as_json: bool) -> None:
    entry = uow.outbox.with_message_id(message_id)
    if entry is not None:
        _explain_ours(uow, entry, desk, as_json=as_json)
        return
    found = uow.mails.with_message_id(message_id)
    if not found:
        raise Failure(f"no mail with the Message-ID {message_id} was received, and none was sent")
    for mail_id in found if not as_json else found[-1:]:
        _explain_mail(uow, mail_id, desk, as_json=as_json)


def _explain_ours(uow: "UnitOfWork", entry: "OutboxEntry", desk: Opened, *, as_json: bool) -> None:
    """A mail of ours is explained by the mail that set it off, or by its ticket."""
    from mailgate.desk import story_words

    what = story_words.notice(entry.kind)
    if not as_json:
        sent = story_words.sending(entry, desk.zone)
        say(f"Our mail {entry.outbox_id}: {what[0].lower()}{what[1:]} to {entry.recipient}: {sent}.")
    if entry.mail_id is not None:
        if not as_json:
            say(f"It was sent because of mail {entry.mail_id}:\n")
        _explain_mail(uow, entry.mail_id, desk, as_json=as_json)
        return
    ticket = uow.tickets.ticket(entry.ticket_id) if entry.ticket_id is not None else None
    if ticket is not None:
        _explain_ticket(uow, str(ticket.number), desk, as_json=as_json)
    elif as_json:
        print_json({"mail_of_ours": _sent_record(entry)}, zone=desk.zone)
    else:
        say("No mail set it off: it is of the clock's, or the desk's own, and about no one ticket.")


def _explain_mail(uow: "UnitOfWork", mail_id: MailId, desk: Opened, *, as_json: bool) -> None:
    from mailgate.desk.mail_history import mail_history
    from mailgate.desk.mail_story import mail_story

    history = mail_history(uow, mail_id)
    if history is None:
        raise Failure(f"there is no mail {mail_id}; mailgate mail list shows the newest")
    if as_json:
        print_json(mail_record(uow, history), zone=desk.zone)
        return
    say(f"Mail {mail_id}: {history.summary.subject or '(no subject)'}")
    print_parts(mail_story(history, zone=desk.zone))


def _explain_ticket(uow: "UnitOfWork", written: str, desk: Opened, *, as_json: bool) -> None:
    from mailgate.cli.tickets import ticket_of
    from mailgate.desk.ticket_story import ticket_history, ticket_story

    try:
        ticket = ticket_of(uow, written, prefix=desk.config.desk.number_prefix)
    except Failure as failure:
        if failure.code == MISUSED:
            raise Failure(f"{failure}; or give a mail's id, or a Message-ID", code=MISUSED) from failure
        raise
    history = ticket_history(uow, ticket)
    if as_json:
        print_json(ticket_record(history, desk), zone=desk.zone)
        return
    print_parts(ticket_story(history, zone=desk.zone))
    say("\nWhy a mail became what it became: mailgate explain MAIL, with the mail's id.")


def print_parts(parts: "Iterable[Part]") -> None:
    """Headings, and what is told below them: at a terminal within its width, elsewhere each in a line."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    for part in parts:
        print_heading(part.title)
        for line in part.lines:
            whole = printable(line).replace("\n", " ")
            print(textwrap.fill(whole, width, initial_indent="  ", subsequent_indent="      "))


def mail_record(uow: "UnitOfWork", history: "MailHistory") -> dict[str, Any]:
    """A mail's history for programs."""
    from mailgate.desk.mail_story import trace_record

    held = history.held
    return {
        "mail": whole_record(uow, history.summary),
        "message_id": history.summary.message_id,
        "settled_at": history.summary.settled_at,
        "decisions": [trace_record(kept) for kept in history.decisions],
        "held": {"state": held.state, "cause": held.cause, "decided_at": held.decided_at, "by": held.decided_by}
        if held is not None
        else None,
        "events": [{"at": one.at, "kind": one.kind, "actor": one.actor} for one in history.events],
        "sent": [_sent_record(entry) for entry in history.sent],
        "returned": [
            {"id": one.outbox_id, "at": one.at, "action": one.action, "status": one.status, "by_mail": one.by_mail}
            for one in history.returned
        ],
    }


def _sent_record(entry: "OutboxEntry") -> dict[str, Any]:
    return {
        "id": entry.outbox_id, "kind": entry.kind, "to": entry.recipient, "state": entry.state,
        "queued_at": entry.queued_at, "sent_at": entry.sent_at, "response": entry.response,
        "message_id": entry.message_id,
    }  # fmt: skip


def ticket_record(history: "TicketHistory", desk: Opened) -> dict[str, Any]:
    """A ticket's history for programs."""
    from mailgate.cli.ticket_view import record
    from mailgate.desk.mail_story import trace_record
    from mailgate.desk.ticket_story import moments

    return {
        "ticket": record(history.ticket, history.customer, None),
        "moments": [{"at": one.at, "mail": one.mail, "what": one.what} for one in moments(history, zone=desk.zone)],
        "decisions": {str(mail_id): trace_record(kept) for mail_id, kept in history.decisions.items()},
        "sent": [_sent_record(entry) for entry in history.sent],
    }
