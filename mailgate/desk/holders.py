"""Who holds a ticket, as people with addresses; and telling them that it has come to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailgate.desk.commands.tell import written_moves
from mailgate.desk.house import House
from mailgate.desk.tell import team_recipients, tell, to_person
from mailgate.domain.moves import ALONG_THE_WAY, ENDINGS, Holder, Step, legal_moves
from mailgate.domain.news_of_ways import HandedOnContent
from mailgate.domain.outgoing import Notice, Recipient, Thread
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork


def holder_of(house: House, ticket: Ticket) -> Holder:
    """Whose move it is at our side: while the customer considers an estimate, the consultants'."""
    holder = house.ways.station(ticket).holder
    return Holder.CONSULTANT if holder is Holder.CUSTOMER else holder


def holder_recipients(uow: UnitOfWork, house: House, ticket: Ticket) -> Sequence[Recipient]:
    """The holder's list, or each specialist with that role; where there is neither, the ticket's team."""
    holder = holder_of(house, ticket)
    if holder is Holder.DESK:
        return team_recipients(uow, house, ticket.team)
    if address := house.holder_lists.get(holder):
        return [Recipient(address=address, name="", language=house.policy.default_language)]
    people = [to_person(one) for one in uow.customers.specialists() if one.role == holder]
    return people or team_recipients(uow, house, ticket.team)


def everyone_at_work(uow: UnitOfWork, house: House, ticket: Ticket) -> Sequence[Recipient]:
    """The team, and whoever else holds the ticket, but nobody outside the house: each address once."""
    team = team_recipients(uow, house, ticket.team)
    if holder_of(house, ticket) in (Holder.DESK, Holder.COUNCIL_EXTERNAL):
        return team
    return list({one.address: one for one in (*team, *holder_recipients(uow, house, ticket))}.values())


def tell_holder(  # noqa: PLR0913 - all of it is said of one mail
    uow: UnitOfWork, house: House, ticket: Ticket, *, step: Step, by: str, text: str, key: str, now: datetime
) -> None:
    """It has come to you, and this is what you can do with it. ``by``: whose name it is that ``text`` is said under."""
    holder, content = holder_of(house, ticket), handed_on(uow, house, ticket, step=step, by=by, text=text)
    for to in holder_recipients(uow, house, ticket):
        legal = () if holder is Holder.COUNCIL_EXTERNAL else onward(house, ticket, to)
        # One root for all mails on a ticket to one holder: their mail programs show them as one conversation.
        root = f"<{ticket.number}.{'team' if holder is Holder.DESK else holder}@{house.policy.instance}>"
        notice = Notice(
            key=f"{key}:{to.address}",
            to=to,
            content=replace(content, legal=legal),
            number=str(ticket.number),
            thread=Thread(references=(root,)),
        )
        tell(uow, house, notice, now=now, ticket=ticket)


def handed_on(uow: UnitOfWork, house: House, ticket: Ticket, *, step: Step, by: str, text: str) -> HandedOnContent:
    """What a holder is told. To the external council goes what the desk writes, and nothing of whose ticket it is.

    The subject is the customer's own words, too, and may name them: type and module stand for it.
    """
    customer, superuser = uow.customers.customer(ticket.customer_id), uow.customers.superuser_by_id(ticket.superuser_id)
    holder = holder_of(house, ticket)
    outside = holder is Holder.COUNCIL_EXTERNAL
    messages = () if outside else uow.tickets.messages(ticket.ticket_id)[:1]
    return HandedOnContent(
        number=str(ticket.number),
        subject=ticket.subject if not outside else "",
        customer=customer.name if customer is not None and not outside else "",
        superuser=superuser.name if superuser is not None and not outside else "",
        type=ticket.type,
        level=ticket.level,
        holder=holder,
        move=step,
        by=by,
        text=text,
        question=next((message.text for message in messages), ""),
        legal=(),
        module=ticket.module,
        outside=outside,
    )


def onward(house: House, ticket: Ticket, to: Recipient) -> tuple[str, ...]:
    """What brings it on from here, as one writes it in a mail."""
    moves = legal_moves(ticket, house.ways.station(ticket))
    return written_moves([move for move in moves if move in ALONG_THE_WAY | ENDINGS], to.language)
