"""What the team is told of a ticket: that it is new, that somebody wrote, that it was handed over.

It holds all that is needed to act, and how to act by replying.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.desk.commands.tell import written_moves
from mailgate.desk.house import House
from mailgate.desk.lines import running_deadlines
from mailgate.desk.similar import similar_tickets
from mailgate.desk.tell import tell
from mailgate.domain.moves import Move, legal_moves, worth_a_hint
from mailgate.domain.news_of_teams import Doubt, TeamTicketContent
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Notice, Recipient, Thread
from mailgate.domain.pending import BindingAct
from mailgate.domain.ticket import MessageAuthor, Ticket
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What the team hears of. ``text``: the new words; ``by``: the specialist who handed it over.

    ``confirmed``: what the customer was asked to confirm, and has been done now.
    """

    kind: NoticeKind
    received_at: datetime
    text: str = ""
    attachments: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    doubt: Doubt | None = None
    by: str = ""
    reopened: bool = False
    confirmed: BindingAct | None = None


def team_content(uow: UnitOfWork, ticket: Ticket, happened: Happened) -> TeamTicketContent:
    """All of it, looked up."""
    customer = uow.customers.customer(ticket.customer_id)
    superuser = uow.customers.superuser_by_id(ticket.superuser_id)
    assert customer is not None, "a ticket has its customer"  # noqa: S101
    assert superuser is not None, "a ticket has its SuperUser"  # noqa: S101
    handling_due, solution_due = running_deadlines(uow, ticket)
    return TeamTicketContent(
        kind=happened.kind,
        number=str(ticket.number),
        subject=ticket.subject,
        customer=customer.name,
        industry=customer.industry,
        superuser_name=superuser.name,
        superuser_address=superuser.address,
        team=ticket.team,
        type=ticket.type,
        level=ticket.level,
        module=ticket.module,
        untrained=ticket.untrained,
        evidence=happened.evidence,
        text=happened.text,
        attachments=happened.attachments,
        received_at=happened.received_at,
        doubt=happened.doubt,
        by=happened.by,
        reopened=happened.reopened,
        confirmed=happened.confirmed,
        overdue_since=customer.overdue_since,
        similar=similar_tickets(uow, ticket) if happened.kind is NoticeKind.TEAM_NEW_TICKET else (),
        handling_due=handling_due,
        solution_due=solution_due,
    )


def read_by(content: TeamTicketContent, to: Recipient, house: House, ticket: Ticket) -> TeamTicketContent:
    """The same with what can be done now, as this reader writes it."""
    at = house.ways.station(ticket)
    commands = written_moves(worth_a_hint(ticket, at), to.language)
    return replace(content, commands=commands, answerable=Move.ANSWER in legal_moves(ticket, at))


def team_thread(house: House, ticket: Ticket) -> Thread:
    """One root for all mails on a ticket: the specialist's mail program shows them as one conversation."""
    return Thread(references=(f"<{ticket.number}.team@{house.policy.instance}>",))


def tell_of_handing_over(
    uow: UnitOfWork, house: House, ticket: Ticket, to: Iterable[Recipient], *, by: str, now: datetime
) -> None:
    """Whoever has the ticket from now on hears of it, with what the customer last wrote; never with a note."""
    messages = uow.tickets.messages(ticket.ticket_id)
    theirs = [one for one in messages if one.author in (MessageAuthor.SUPERUSER, MessageAuthor.COLLEAGUE)]
    last = theirs[-1] if theirs else None
    happened = Happened(
        kind=NoticeKind.TEAM_HANDED_OVER,
        received_at=last.at if last is not None else ticket.opened_at,
        text=last.text if last is not None else "",
        by=by,
    )
    content = team_content(uow, ticket, happened)
    event_id = uow.sights.last_event(ticket.ticket_id)
    for reader in to:
        key = f"handed-over:event-{event_id}:{reader.address}"
        told = read_by(content, reader, house, ticket)
        notice = Notice(key=key, to=reader, content=told, number=str(ticket.number), thread=team_thread(house, ticket))
        tell(uow, house, notice, now=now, ticket=ticket)
