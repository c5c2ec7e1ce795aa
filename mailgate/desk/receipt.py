"""The receipt: to the SuperUser whose ticket it is, under the mail that opened it."""

from mailgate.desk.case import Case
from mailgate.desk.deadline_entry import deadline_entry
from mailgate.desk.tell import reply_thread, to_person
from mailgate.domain.outgoing import ReceiptContent, Thread
from mailgate.domain.ticket import Ticket
from mailgate.domain.verdict import OpenTicket


def send_receipt(case: Case, verdict: OpenTicket, ticket: Ticket, *, event_id: int) -> None:
    """Tell the SuperUser the number of the ticket that this mail has opened, and what it was taken for."""
    held = case.uow.holds.get(case.spooled.mail_id)
    content = ReceiptContent(
        number=str(ticket.number),
        subject=ticket.subject,
        type=ticket.type,
        level=ticket.level,
        module=ticket.module,
        untrained_module=ticket.module if verdict.untrained else None,
        number_unknown=verdict.number_unknown,
        follows=str(verdict.follows.number) if verdict.follows is not None else "",
        attachments=case.attachment_names,
        released=held is not None,
        sealed=case.mail.sealed is not None,
    )
    entry = deadline_entry(ticket, before=None, now=case.uow.tickets.clocks(ticket.ticket_id), event_id=event_id)
    case.say("receipt", to_person(verdict.superuser), content, _thread_for(case, verdict), ticket, entry)


def _thread_for(case: Case, verdict: OpenTicket) -> Thread:
    """Under the mail that is answered, unless somebody else wrote it: it is not in the SuperUser's mailbox."""
    author = case.mail.author
    return reply_thread(case.mail) if author is not None and author.spec == verdict.superuser.address else Thread()
