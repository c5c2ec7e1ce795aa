"""A colleague SuperUser of the same customer may step into a ticket: from then on they hear of it.

Its own SuperUser hears that they did.
"""

from mailgate.desk.case import Case
from mailgate.desk.tell import own_thread, to_person
from mailgate.domain.answers import ColleagueContent
from mailgate.domain.customer import SuperUser
from mailgate.domain.ticket import Ticket


def step_in(case: Case, ticket: Ticket, writer: SuperUser) -> None:
    """Somebody else than the ticket's own SuperUser writes: told once, and not if they were sent that mail anyway."""
    if writer.superuser_id == ticket.superuser_id:
        return
    known = writer.superuser_id in case.uow.tickets.participants(ticket.ticket_id)
    case.uow.tickets.add_participant(ticket.ticket_id, writer.superuser_id)
    owner = case.uow.customers.superuser_by_id(ticket.superuser_id)
    sent_to = {address.spec for address in (*case.mail.to, *case.mail.cc)}
    if known or owner is None or owner.address.lower() in sent_to:
        return
    content = ColleagueContent(
        number=str(ticket.number),
        subject=ticket.subject,
        colleague=writer.name or writer.address,
        text=case.mail.new_text,
        attachments=case.attachment_names,
    )
    case.say("colleague", to_person(owner), content, own_thread(case.uow, ticket, owner), ticket)
