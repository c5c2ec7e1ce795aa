"""What is known of a decision that was made on a mail: its moment, what it was, and what people made of it since.

As the trace has it; of a mail from before traces were kept, as far as its row and its ticket tell.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mailgate.desk.corrections import CORRECTING
from mailgate.domain.differences import Aspect
from mailgate.domain.mail import MailId
from mailgate.domain.ticket import AT_WORK
from mailgate.domain.trace import Decided
from mailgate.domain.verdict import Facts, HoldCause, Outcome
from mailgate.store.holds import HELD, REJECTED
from mailgate.store.mails import MailSummary
from mailgate.store.past import Moment
from mailgate.store.tickets import TicketEvent
from mailgate.store.traces import KeptTrace
from mailgate.store.unit_of_work import UnitOfWork

_SAID_BEFORE = "the same was said before"
_BY_PEOPLE = ("specialist:", "superuser:")


def events_from(uow: UnitOfWork, summary: MailSummary) -> Sequence[TicketEvent]:
    """Of the ticket that the mail opened, from that on; none if it opened none."""
    if summary.ticket_id is None or summary.outcome != Outcome.TICKET:
        return ()
    events = uow.tickets.events(summary.ticket_id)
    first = next((at for at, event in enumerate(events) if _opened_by(event, summary.mail_id)), None)
    return events[first:] if first is not None else ()


def _opened_by(event: TicketEvent, mail_id: MailId) -> bool:
    return event.kind == "opened" and bool(event.detail.get("mail") == mail_id)


def moment(summary: MailSummary, trace: KeptTrace | None) -> Moment:
    """As the trace remembers it; else as far as the mail's row tells."""
    at = trace.at if trace is not None else summary.settled_at or summary.received_at
    if trace is not None:
        known = trace.trace.known
        said, answered = known.said_before, known.stranger_answered
    else:
        said, answered = 2 * (_SAID_BEFORE in (summary.unanswered or "")), False
    return Moment(mail_id=summary.mail_id, at=at, said_before=said, stranger_answered=answered)


def paid_then(facts: Facts, summary: MailSummary, trace: KeptTrace | None) -> Facts:
    """Whether a payment was late then, as the decision shows it."""
    if facts.customer is None:
        return facts
    if trace is not None:
        overdue = trace.trace.known.overdue_since
    else:
        overdue = _since(summary.evidence or "") if summary.rule == "overdue-customer" else None
    return replace(facts, customer=replace(facts.customer, overdue_since=overdue))


def _since(evidence: str) -> date | None:
    try:
        return date.fromisoformat(evidence.removeprefix("since "))
    except ValueError:
        return None


def decided_then(uow: UnitOfWork, summary: MailSummary, events: Sequence[TicketEvent]) -> Decided:
    """Without a trace: as the mail's row and its ticket tell."""
    held = uow.holds.get(summary.mail_id)
    outcome, cause = summary.outcome or "", None
    if held is not None and held.state in (HELD, REJECTED):
        outcome, cause = Outcome.HELD.value, HoldCause(held.cause).value
    detail = events[0].detail if events else {}
    ticket = uow.tickets.ticket(summary.ticket_id) if summary.ticket_id is not None else None
    return Decided(
        outcome=outcome,
        rule=summary.rule or "",
        evidence=summary.evidence or "",
        type=detail.get("type"),
        level=detail.get("level"),
        module=detail.get("module"),
        team=detail.get("team"),
        ticket=str(ticket.number) if ticket is not None and outcome == Outcome.JOINED else None,
        cause=cause,
    )


def corrected(events: Sequence[TicketEvent]) -> dict[Aspect, str]:
    """What people made of the ticket's type, level, module and team, each the last time."""
    found: dict[Aspect, str] = {}
    for event in events[1:]:
        field = CORRECTING.get(event.kind)
        if field is not None and field in event.detail and event.actor.startswith(_BY_PEOPLE):
            value = event.detail[field]
            found[Aspect(field)] = "" if value is None else str(value)
    return found


def done_with_as_it_was(uow: UnitOfWork, summary: MailSummary, events: Sequence[TicketEvent]) -> bool:
    """Whether people were done with the ticket that it opened, and never corrected it."""
    ticket = uow.tickets.ticket(summary.ticket_id) if events and summary.ticket_id is not None else None
    return ticket is not None and ticket.status not in AT_WORK and not corrected(events)
