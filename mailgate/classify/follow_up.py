"""Which ticket a mail continues: by the number in its subject, its token, or its thread (guide, "Ärendenummer").

The tickets were looked up beforehand; what follows from them is in ``contradictions``. A number opens nobody else's
ticket.
"""

from mailgate.classify.assent import Assent, assent
from mailgate.classify.contradictions import Meant, meant
from mailgate.domain.authenticity import is_proven
from mailgate.domain.customer import CustomerId, SuperUser
from mailgate.domain.mail import ParsedMail
from mailgate.domain.pending import Confirmation, Pending
from mailgate.domain.ticket import MessageAuthor, TicketRef
from mailgate.domain.verdict import Facts, JoinTicket, Policy, Reason


def follow_up(mail: ParsedMail, facts: Facts, policy: Policy) -> JoinTicket | None:
    """A SuperUser goes on with a ticket of the own company; a colleague may have opened it."""
    if facts.superuser is None:
        return None
    found = meant(facts)
    if found.ticket is None:
        return None
    reason = Reason(rule="follow-up", evidence=_how(found, found.ticket, facts))
    return JoinTicket(
        reason=reason,
        ticket=found.ticket,
        author=MessageAuthor.SUPERUSER,
        superuser=facts.superuser,
        confirms=_confirmation(mail, facts.superuser, facts.pending),
    )


def _confirmation(mail: ParsedMail, superuser: SuperUser, pending: Pending | None) -> Confirmation | None:
    """A yes or no to what this SuperUser was asked, with nothing beside it; other words are a message like any."""
    if pending is None or pending.superuser_id != superuser.superuser_id:
        return None
    said = assent(mail.new_text, name=superuser.name)
    return Confirmation(pending=pending, yes=said is Assent.YES) if said in (Assent.YES, Assent.NO) else None


def specialist_reply(mail: ParsedMail, facts: Facts, policy: Policy) -> JoinTicket | None:
    """A specialist writes to any customer's ticket; who is a SuperUser as well writes as one."""
    if facts.specialist is None or facts.superuser is not None:
        return None
    found = meant(facts)
    if found.ticket is None:
        return None
    reason = Reason(rule="specialist-reply", evidence=_how(found, found.ticket, facts))
    # What is passed on speaks for the desk to a customer: whoever knows a specialist's address could write it.
    believed = is_proven(facts.authenticity) or facts.trusted_door
    return JoinTicket(
        reason=reason,
        ticket=found.ticket,
        author=MessageAuthor.SPECIALIST,
        specialist=facts.specialist,
        withheld=not believed,
    )


def ticket_of(facts: Facts, customer_id: CustomerId) -> TicketRef | None:
    """The customer's ticket that a released mail means. A number outweighs the thread: it was written on purpose."""
    candidates = (*facts.numbered, *((facts.threaded,) if facts.threaded else ()))
    return next((ticket for ticket in candidates if ticket.customer_id == customer_id), None)


def how_found(ticket: TicketRef, facts: Facts) -> str:
    """What led to the ticket, for the reason."""
    if ticket in facts.numbered:
        return f"number {ticket.number}"
    return f"{'thread' if ticket == facts.threaded else 'token'} of {ticket.number}"


def _how(found: Meant, ticket: TicketRef, facts: Facts) -> str:
    """The same, with the row of the table where there is more to say than where it was found."""
    led, reason = how_found(ticket, facts), found.row.reason
    return led if reason in {"number", "thread", "token"} else f"{led} ({reason})"
