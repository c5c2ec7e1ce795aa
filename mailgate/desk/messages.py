"""A mail becomes a message of a ticket: it is added, whoever is in Cc hears from now on, and the team is told."""

from mailgate.desk.case import Case
from mailgate.desk.holders import everyone_at_work
from mailgate.desk.team_mail import Happened, read_by, team_content, team_thread
from mailgate.domain.authenticity import is_proven
from mailgate.domain.news_of_teams import Doubt
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.pending import BindingAct
from mailgate.domain.ticket import MessageAuthor, Ticket
from mailgate.store.tickets import Message


def add_participants(case: Case, ticket: Ticket) -> None:
    """Whoever is in Cc and is a SuperUser of the customer hears what the sender hears; nobody else in Cc ever does."""
    for address in (*case.mail.to, *case.mail.cc):
        person = case.uow.customers.superuser(address.spec)
        if person is None:
            continue
        if person.customer_id == ticket.customer_id:
            case.uow.tickets.add_participant(ticket.ticket_id, person.superuser_id)
            case.note("copy", f"SuperUser {person.superuser_id} is told what the sender is told")
        else:
            case.note("copy", f"SuperUser {person.superuser_id} is another customer's, and is told nothing")


def add_message(case: Case, ticket: Ticket, *, author: MessageAuthor) -> None:
    mail = case.mail
    case.uow.tickets.add_message(
        ticket.ticket_id,
        Message(
            mail_id=case.spooled.mail_id,
            author=author,
            author_address=mail.author.spec if mail.author is not None else "",
            author_name=mail.author.name if mail.author is not None else "",
            at=case.spooled.envelope.received_at,
            subject=mail.subject,
            text=mail.new_text,
            full_text=mail.text,
        ),
    )
    if mail.message_id is not None:
        case.uow.tickets.add_thread_ids(ticket.ticket_id, [mail.message_id])


def _doubt(case: Case) -> Doubt | None:
    """Where nobody checks, doubt would stand under every mail, and tell nothing."""
    checked = case.authenticity is not None
    return Doubt.UNPROVEN if checked and not is_proven(case.authenticity) else None


def tell_team(  # noqa: PLR0913 - all of it is said of one mail
    case: Case,
    ticket: Ticket,
    *,
    kind: NoticeKind,
    evidence: tuple[tuple[str, str], ...],
    doubt: Doubt | None = None,
    reopened: bool = False,
    confirmed: BindingAct | None = None,
) -> None:
    """``confirmed``: whatever else came, this was done because of it."""
    team = everyone_at_work(case.uow, case.house, ticket)
    if not team:  # what it would be told takes some looking up
        return
    happened = Happened(
        kind=kind,
        received_at=case.spooled.envelope.received_at,
        text=case.mail.new_text,
        attachments=case.attachment_names,
        evidence=evidence,
        doubt=doubt or _doubt(case),
        reopened=reopened,
        confirmed=confirmed,
    )
    content = team_content(case.uow, ticket, happened)
    for to in team:
        told = read_by(content, to, case.house, ticket)
        case.say(f"team:{to.address}", to, told, team_thread(case.house, ticket), ticket)
