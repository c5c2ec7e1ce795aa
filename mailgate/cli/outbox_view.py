"""How a mail of the outbox is shown: as a row, as a record for programs, and as a story for a person."""

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from mailgate.cli.opening import Opened
from mailgate.cli.output import age, local
from mailgate.domain.sending import SendingState

if TYPE_CHECKING:
    from mailgate.store.outbox import OutboxEntry
    from mailgate.store.unit_of_work import UnitOfWork

COLUMNS = ("ID", "AGE", "STATE", "WHAT", "TICKET", "TO", "TRIES", "DOUBTS", "NEXT TRY", "ANSWER")
_WHAT_NOW: dict[str, str] = {
    SendingState.UNCERTAIN: "it may have arrived; it is sent again with the same bytes and the same Message-ID",
    SendingState.PARKED: "it may have arrived, and waits for your word: "
    "mailgate outbox retry {id} sends it again, mailgate outbox drop {id} lets it be",
    SendingState.FAILED: "mailgate outbox retry {id} sends it again, once the cause is mended",
    SendingState.DROPPED: "not sent any more; mailgate outbox retry {id} takes it up again",
}
_TO_BE_SENT = (SendingState.PENDING, SendingState.UNCERTAIN)


def row(uow: "UnitOfWork", entry: "OutboxEntry", desk: Opened) -> tuple[str, ...]:
    """For ``COLUMNS``."""
    return (
        str(entry.outbox_id),
        age(entry.queued_at, desk.now),
        entry.state,
        entry.kind,
        _number(uow, entry) or "",
        entry.recipient,
        str(entry.attempts),
        str(entry.doubts or ""),
        _next_try(entry, desk),
        entry.response or "",
    )


def record(uow: "UnitOfWork", entry: "OutboxEntry") -> dict[str, Any]:
    """For ``--json``."""
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
        "marked_at": entry.marked_at,
        "doubts": entry.doubts,
        "uncertain_at": entry.uncertain_at,
        "sent_at": entry.sent_at,
        "response": entry.response,
    }


def story(uow: "UnitOfWork", entry: "OutboxEntry", desk: Opened, *, subject: str) -> dict[str, str | None]:
    """What became of it, line by line."""
    return {
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
        "last handed over": local(entry.marked_at, desk.zone),
        "in doubt": _doubts(entry, desk),
        "next try": _next_try(entry, desk),
        "sent": local(entry.sent_at, desk.zone),
        "answer": entry.response,
        "now": _now(entry),
    }


def read(content: bytes) -> tuple[str, str]:
    """Subject and text of a mail that we wrote ourselves."""
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    return str(message["Subject"] or ""), body.get_content() if body is not None else ""


def _doubts(entry: "OutboxEntry", desk: Opened) -> str | None:
    if not entry.doubts:
        return None
    times = "once" if entry.doubts == 1 else f"{entry.doubts} times, last"
    return f"{times} at {local(entry.uncertain_at, desk.zone)}"


def _now(entry: "OutboxEntry") -> str | None:
    """What will be done with it, and what one can do; nothing where the state says it all."""
    if entry.state == SendingState.SENT and entry.doubts:
        return "taken over at last; the reader may have it twice, with the same Message-ID"
    if entry.state == SendingState.SENDING and entry.marked_at is not None:
        return "all of it has been handed over, and the answer is awaited (up to ten minutes)"
    return _WHAT_NOW.get(entry.state, "").format(id=entry.outbox_id)


def _number(uow: "UnitOfWork", entry: "OutboxEntry") -> str | None:
    ticket = uow.tickets.ticket(entry.ticket_id) if entry.ticket_id is not None else None
    return str(ticket.number) if ticket is not None else None


def _next_try(entry: "OutboxEntry", desk: Opened) -> str:
    return local(entry.not_before, desk.zone) if entry.state in _TO_BE_SENT else ""
