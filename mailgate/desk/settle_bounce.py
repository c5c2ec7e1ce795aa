"""Makes a bounce of ours true: it is remembered with the mail that came back, and stands in that mail's ticket.

Nothing else changes: no state, no clock, no answer. Listings show that mail to the address came back.
"""

from mailgate.desk.case import Case
from mailgate.domain.ticket import Ticket
from mailgate.domain.verdict import RecordBounce


def settle_bounce(case: Case, verdict: RecordBounce) -> Ticket | None:
    """Write it down once, however often it is reported; the ticket that the mail was about."""
    sent, mail_id = verdict.sent, case.spooled.mail_id
    new = case.uow.bounces.add(sent, action=verdict.action, status=verdict.status, mail_id=mail_id, at=case.now)
    ticket = case.uow.tickets.ticket(sent.ticket_id) if sent.ticket_id is not None else None
    if new and ticket is not None:
        detail = {
            "mail": mail_id, "outbox": sent.outbox_id, "recipient": sent.recipient, "action": verdict.action,
            "status": verdict.status,
        }  # fmt: skip
        case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="bounced", actor="mailgate", detail=detail)
    return ticket
