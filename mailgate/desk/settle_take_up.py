"""Makes a take-up true: a held mail becomes a ticket, and the replies that made it one find their place in it.

The held mail goes through the pipeline once more, as released ones do; so the ticket comes a moment after the reply.
"""

from mailgate.desk.case import Case
from mailgate.desk.holds import reject, release
from mailgate.domain.ticket import Ticket
from mailgate.domain.verdict import JoinTicket, OpenTicket, TakeUp, Verdict


def settle_take_up(case: Case, verdict: TakeUp) -> None:
    """Release the held mail, or reject it. A second reply before there is a ticket joins the first."""
    by = f"superuser {verdict.superuser.superuser_id}"
    if not verdict.wanted:
        reject(case.uow, verdict.held, by=by, now=case.now)
        return
    case.uow.holds.take_up(verdict.held, reply=case.spooled.mail_id, speaks=verdict.speaks)
    release(case.uow, verdict.held, superuser=verdict.superuser, by=by, now=case.now)


def bring_replies(case: Case, verdict: Verdict, ticket: Ticket) -> None:
    """If it was held and released: what was said in reply to its gist is this ticket's, too, before and from now on."""
    if not (isinstance(verdict, OpenTicket | JoinTicket) and verdict.released):
        return
    holds, mail_id = case.uow.holds, case.spooled.mail_id
    case.uow.tickets.add_thread_ids(ticket.ticket_id, holds.gists(mail_id))
    for reply, speaks in holds.taken_up(mail_id):
        if speaks:
            case.uow.spool.wait_again(reply)
        else:
            case.uow.spool.link_ticket(reply, ticket.ticket_id)
