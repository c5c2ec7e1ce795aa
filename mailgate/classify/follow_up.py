"""Which ticket a mail continues: by the number in its subject, its token, or its thread (guide, "Ärendenummer").

The tickets were looked up beforehand; what follows from them is in ``contradictions``. A number opens nobody else's
ticket.
"""

from dataclasses import replace
from functools import lru_cache

from mailgate.classify.assent import Assent, assent
from mailgate.classify.commands import superuser_instructions
from mailgate.classify.contradictions import Meant, meant
from mailgate.domain.authenticity import is_proven
from mailgate.domain.commands import CommandName, Instructions
from mailgate.domain.customer import CustomerId, SuperUser
from mailgate.domain.mail import ParsedMail
from mailgate.domain.pending import Confirmation, Pending
from mailgate.domain.ticket import MessageAuthor, TicketRef
from mailgate.domain.verdict import Facts, Instruct, JoinTicket, Policy, Reason

_ASKS = frozenset({CommandName.STATUS, CommandName.HELP, CommandName.OVERVIEW_OFF})
_OF_SIGNATURES = ("image/", "text/vcard", "text/x-vcard", "application/pkcs7-signature", "application/pgp-signature")


def follow_up(mail: ParsedMail, facts: Facts, policy: Policy) -> JoinTicket | None:
    """A SuperUser goes on with a ticket of the own company; a colleague may have opened it."""
    if facts.superuser is None:
        return None
    found = meant(facts)
    if found.ticket is None or found.ticket.ticket_id in facts.closed_long:
        return None
    reason = Reason(rule="follow-up", evidence=_how(found, found.ticket, facts))
    return JoinTicket(
        reason=reason,
        ticket=found.ticket,
        author=MessageAuthor.SUPERUSER,
        superuser=facts.superuser,
        confirms=_confirmation(mail, facts.superuser, facts.pending),
        instructions=commands_in(mail, joins=True),
    )


def _confirmation(mail: ParsedMail, superuser: SuperUser, pending: Pending | None) -> Confirmation | None:
    """A yes or no to what this SuperUser was asked, with nothing beside it; other words are a message like any."""
    if pending is None or pending.superuser_id != superuser.superuser_id:
        return None
    said = assent(mail.new_text, name=superuser.name)
    return Confirmation(pending=pending, yes=said is Assent.YES) if said in (Assent.YES, Assent.NO) else None


def follows(facts: Facts) -> TicketRef | None:
    """The ticket that is meant, and was closed too long ago to be opened again."""
    if facts.superuser is None or not facts.closed_long:
        return None
    ticket = meant(facts).ticket
    return ticket if ticket is not None and ticket.ticket_id in facts.closed_long else None


def only_commands(mail: ParsedMail, facts: Facts, policy: Policy) -> Instruct | None:
    """A SuperUser asks for something, and says nothing that would be a ticket."""
    if facts.superuser is None:
        return None
    instructions = commands_in(mail, joins=False)
    if not instructions or instructions.text or carries_matter(mail):
        return None
    names = ", ".join(one.command.name for one in instructions.asked) or "nothing that we know"
    reason = Reason(rule="only-commands", evidence=names)
    return Instruct(reason=reason, by=facts.superuser, instructions=instructions)


def only_asks(mail: ParsedMail, facts: Facts, policy: Policy) -> Instruct | None:
    """While a payment is late: to ask how tickets stand, or for fewer mails, is no support, so it need not wait."""
    if facts.customer is None or facts.customer.overdue_since is None:
        return None
    asks = only_commands(mail, facts, policy)
    if (
        asks is None
        or asks.instructions.unclear
        or not _ASKS.issuperset(one.command.name for one in asks.instructions.asked)
    ):
        return None
    return replace(asks, reason=replace(asks.reason, rule="only-asks"))


def commands_in(mail: ParsedMail, *, joins: bool) -> Instructions:
    """What a SuperUser's mail asks for in its first lines."""
    return _commands(mail.new_text, mail.subject, joins)


@lru_cache(maxsize=8)  # only_commands and new_ticket ask the same of a mail, one after the other
def _commands(text: str, subject: str, joins: bool) -> Instructions:
    return superuser_instructions(text, subject=subject, joins=joins)


def carries_matter(mail: ParsedMail) -> bool:
    """Whether something is attached that is no part of a signature: a document; a picture may be a logo."""
    return any(not one.inline and not one.content_type.startswith(_OF_SIGNATURES) for one in mail.attachments)


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
