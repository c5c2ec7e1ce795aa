"""Puts what is to be told into the outbox, in the transaction of what it tells; the same thing never twice.

Which words it takes is for ``notify.compose``; sending is for ``notify.dispatcher``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from mailgate.desk.house import House
from mailgate.desk.withheld import is_affordable
from mailgate.domain.customer import Specialist, SuperUser
from mailgate.domain.mail import MailId, ParsedMail
from mailgate.domain.notice_kinds import SHOWS_THE_TICKET
from mailgate.domain.outgoing import CalendarEntry, Notice, NoticeContent, PassedOn, Recipient, Thread
from mailgate.domain.ticket import Ticket
from mailgate.store.unit_of_work import UnitOfWork


def tell(
    uow: UnitOfWork,
    house: House,
    notice: Notice,
    *,
    now: datetime,
    mail_id: MailId | None = None,
    ticket: Ticket | None = None,
) -> bool:
    """Word it and queue it; its Message-ID joins the ticket's thread.

    False if it has been told before, or if it is automatic and a budget is used up.
    """
    if uow.outbox.knows(notice.key):
        return False
    if not is_affordable(uow, house, notice, now=now, mail_id=mail_id, ticket=ticket):
        return False
    outgoing = house.composer.compose(notice, now=now, unique=house.token(notice, now=now))
    ticket_id = ticket.ticket_id if ticket is not None else None
    queued = uow.outbox.add(notice.key, outgoing, kind=notice.kind, now=now, ticket_id=ticket_id, mail_id=mail_id)
    if queued and ticket_id is not None:
        uow.tickets.add_thread_ids(ticket_id, [outgoing.message_id])
        if notice.kind in SHOWS_THE_TICKET:
            uow.sights.shows(ticket_id, outgoing.message_id)
    return queued


def tell_about_ticket(  # noqa: PLR0913 - all of it is said of one mail
    uow: UnitOfWork,
    house: House,
    ticket: Ticket,
    content: NoticeContent | Callable[[SuperUser], NoticeContent],
    *,
    key: str,
    now: datetime,
    calendar: CalendarEntry | None = None,
    files: tuple[PassedOn, ...] = (),
) -> None:
    """Tell a ticket's SuperUser, and those SuperUsers of the customer who were in Cc, each in their own language.

    ``content``: what each is told, or a function that says it of one of them.
    """
    for superuser in superusers_of(uow, ticket):
        notice = Notice(
            key=f"{key}:{superuser.superuser_id}",
            to=to_person(superuser),
            content=content(superuser) if callable(content) else content,
            number=str(ticket.number),
            thread=own_thread(uow, ticket, superuser),
            calendar=(calendar,) if calendar is not None else (),
            files=files,
        )
        tell(uow, house, notice, now=now, ticket=ticket)


def own_thread(uow: UnitOfWork, ticket: Ticket, superuser: SuperUser) -> Thread:
    """Under their own mails, if they have written any: what is not in their mailbox threads nothing."""
    mails = uow.tickets.mails_of_superuser(ticket.ticket_id, superuser.superuser_id)
    return Thread(in_reply_to=mails[-1], references=(mails[0], mails[-1])) if mails else Thread()


def superusers_of(uow: UnitOfWork, ticket: Ticket) -> list[SuperUser]:
    """The ticket's own SuperUser first; of those in Cc whoever still is one of the customer's."""
    wanted = dict.fromkeys([ticket.superuser_id, *uow.tickets.participants(ticket.ticket_id)])
    active = {one.superuser_id: one for one in uow.customers.superusers(ticket.customer_id)}
    return [active[superuser_id] for superuser_id in wanted if superuser_id in active]


def reply_thread(mail: ParsedMail) -> Thread:
    """Under the mail that is answered (RFC 5322 §3.6.4)."""
    if mail.message_id is None:
        return Thread()
    before = mail.references or mail.in_reply_to
    return Thread(in_reply_to=mail.message_id, references=(*before, mail.message_id))


def to_person(person: SuperUser | Specialist) -> Recipient:
    """A person in the register."""
    return Recipient(address=person.address, name=person.name, language=person.language)


def team_recipients(uow: UnitOfWork, house: House, team: str) -> Sequence[Recipient]:
    """The team's list, or each of its specialists; where it has neither, the head of service, so that someone knows."""
    if address := house.team_lists.get(team):
        return [Recipient(address=address, name=team, language=house.policy.default_language)]
    members = uow.customers.specialists(team)
    return [to_person(one) for one in members or [one for one in uow.customers.specialists() if one.head]]
