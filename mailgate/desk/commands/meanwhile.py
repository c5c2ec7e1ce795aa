"""Whether somebody else was faster: what a specialist's mail showed them, against how the ticket stands now.

What they had seen is told by the mail of ours that they reply to. Who writes a new mail with the ticket's number has
seen what had happened when they wrote it, by their own clock, or at the latest when it came.
"""

from collections.abc import Sequence

from mailgate.desk.case import Case
from mailgate.desk.tickets import Act, Refused, refused_because
from mailgate.domain.causes import Cause
from mailgate.domain.commands import Asked
from mailgate.domain.crossing import crossing
from mailgate.domain.customer import SpecialistId, SuperUserId
from mailgate.domain.ticket import MessageAuthor, Ticket
from mailgate.store.tickets import TicketEvent
from mailgate.store.unit_of_work import UnitOfWork


def unseen(case: Case, ticket: Ticket) -> list[TicketEvent]:
    """What has happened that the author of this mail cannot have known of."""
    sights, mail = case.uow.sights, case.mail
    nearest_first = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    seen = sights.showed(ticket.ticket_id, nearest_first)
    if seen is None:  # what was merged into this ticket showed itself, and not that it goes on here
        merged = (sights.showed(one, nearest_first) for one in case.uow.links.merged_here(ticket.ticket_id))
        seen = next((event_id for event_id in merged if event_id is not None), None)
    if seen is None:
        received_at = case.spooled.envelope.received_at
        written_at = min(mail.date, received_at) if mail.date is not None else received_at
        seen = sights.last_until(ticket.ticket_id, written_at)
    return sights.since(ticket.ticket_id, seen)


def in_the_way(act: Act, asked: Asked, since: Sequence[TicketEvent]) -> Refused | None:
    """Why this is not done before its author knows of it; None where nobody was faster."""
    found = crossing(asked.command.name, since, me=act.actor)
    if found is None:
        return None
    text = _last_of_customer(act) if found.cause is Cause.WROTE_MEANWHILE else found.text
    return refused_because(act, found.cause, about=_name(act.uow, found.actor), meanwhile=text)


def _last_of_customer(act: Act) -> str:
    ours = MessageAuthor.SPECIALIST
    texts = [one.text for one in act.uow.tickets.messages(act.ticket.ticket_id) if one.author is not ours]
    return texts[-1] if texts else ""


def _name(uow: UnitOfWork, actor: str) -> str:
    """Of whom an event names by their key."""
    role, _, key = actor.partition(":")
    if not key.isdecimal():
        return ""
    customers = uow.customers
    if role == "specialist":
        specialist = customers.specialist_by_id(SpecialistId(int(key)))
        return specialist.name if specialist is not None else ""
    superuser = customers.superuser_by_id(SuperUserId(int(key)))
    return superuser.name if superuser is not None else ""
