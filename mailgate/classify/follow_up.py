"""Which ticket a mail continues: by the number in its subject, or the thread that it is in (guide, "Ärendenummer").

The tickets were looked up beforehand; here only their owner is checked. A number opens nobody else's ticket.
"""

from mailgate.domain.authenticity import is_proven
from mailgate.domain.customer import CustomerId
from mailgate.domain.mail import ParsedMail
from mailgate.domain.ticket import MessageAuthor, TicketRef
from mailgate.domain.verdict import Facts, JoinTicket, Policy, Reason


def follow_up(mail: ParsedMail, facts: Facts, policy: Policy) -> JoinTicket | None:
    """A SuperUser goes on with a ticket of the own company; a colleague may have opened it."""
    if facts.superuser is None:
        return None
    ticket = ticket_of(facts, facts.superuser.customer_id)
    if ticket is None:
        return None
    reason = Reason(rule="follow-up", evidence=how_found(ticket, facts))
    return JoinTicket(reason=reason, ticket=ticket, author=MessageAuthor.SUPERUSER, superuser=facts.superuser)


def specialist_reply(mail: ParsedMail, facts: Facts, policy: Policy) -> JoinTicket | None:
    """A specialist writes to any customer's ticket; who is a SuperUser as well writes as one."""
    if facts.specialist is None or facts.superuser is not None:
        return None
    ticket = next(iter(facts.numbered), facts.threaded)
    if ticket is None:
        return None
    reason = Reason(rule="specialist-reply", evidence=how_found(ticket, facts))
    # What is passed on speaks for the desk to a customer: whoever knows a specialist's address could write it.
    believed = is_proven(facts.authenticity) or facts.trusted_door
    return JoinTicket(
        reason=reason,
        ticket=ticket,
        author=MessageAuthor.SPECIALIST,
        specialist=facts.specialist,
        withheld=not believed,
    )


def ticket_of(facts: Facts, customer_id: CustomerId) -> TicketRef | None:
    """The customer's ticket that is meant. A number outweighs the thread: it was written on purpose."""
    candidates = (*facts.numbered, *((facts.threaded,) if facts.threaded else ()))
    return next((ticket for ticket in candidates if ticket.customer_id == customer_id), None)


def how_found(ticket: TicketRef, facts: Facts) -> str:
    """What led to the ticket, for the reason."""
    return f"{'number' if ticket in facts.numbered else 'thread of'} {ticket.number}"
