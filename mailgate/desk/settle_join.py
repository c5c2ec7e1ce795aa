"""Settles a mail that joins a ticket: a customer's goes on with it, a specialist's is followed."""

from mailgate.classify.follow_up import carries_matter
from mailgate.desk.by_reply import by_reply
from mailgate.desk.case import Case
from mailgate.desk.colleagues import step_in
from mailgate.desk.commands.by_specialist import follow
from mailgate.desk.commands.by_superuser import follow_superuser
from mailgate.desk.confirm import settle_confirmation
from mailgate.desk.messages import add_message, add_participants, tell_team
from mailgate.desk.superuser_answers import Answered, follow_answer
from mailgate.desk.tell import reply_thread, to_person
from mailgate.domain.customer import SuperUser
from mailgate.domain.news_of_teams import Doubt
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import CalendarEntry, JoinedContent
from mailgate.domain.ticket import AT_WORK, MessageAuthor, Status, Ticket, TicketId
from mailgate.domain.verdict import (
    JoinTicket,
)


def join_ticket(case: Case, verdict: JoinTicket) -> Ticket:
    """Put it into its thread, and do what follows from whose it is."""
    ticket = _held_still(case, verdict.ticket.ticket_id)
    by = verdict.superuser or verdict.specialist
    actor = f"{verdict.author}:{by.address}" if by is not None else str(verdict.author)
    detail = {"mail": case.spooled.mail_id, "rule": verdict.reason.rule, "by": verdict.reason.evidence}
    case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="joined", actor=actor, detail=detail)
    add_message(case, ticket, author=verdict.author)
    if verdict.withheld:
        return _withhold(case, ticket)
    if verdict.specialist is not None:
        return follow(case, ticket, verdict.specialist)
    if verdict.confirms is not None and verdict.superuser is not None:
        return settle_confirmation(case, ticket, verdict.superuser, verdict.confirms)
    answered = _answered(case, ticket, verdict)
    if answered is not None and answered.says is None:
        return answered.ticket
    return _customer_wrote(case, ticket, verdict, answered)


def _held_still(case: Case, ticket_id: TicketId) -> Ticket:
    """Of two who act at once, the second sees what the first did; that may have been to merge it."""
    case.uow.sights.hold_still(ticket_id)
    ticket = case.uow.tickets.ticket(ticket_id)
    assert ticket is not None, "gathered in this transaction"  # noqa: S101
    end = case.uow.links.leads_to(ticket_id) if ticket.status is Status.CLOSED else ticket_id
    return ticket if end == ticket_id else _held_still(case, end)


def _answered(case: Case, ticket: Ticket, verdict: JoinTicket) -> Answered | None:
    """Nobody answers for a SuperUser: what somebody else wrote, and was let through for them, proves another's word."""
    if verdict.superuser is None or verdict.author is not MessageAuthor.SUPERUSER:
        return None
    return follow_answer(case, ticket, verdict.superuser)


def _customer_wrote(case: Case, ticket: Ticket, verdict: JoinTicket, answered: Answered | None) -> Ticket:
    """What is asked for is done after what is said was added: STÄNG below thanks closes, and does not open again."""
    says = bool(verdict.instructions.text) or not verdict.instructions or carries_matter(case.mail)
    received_at, entry, was_done_with = case.spooled.envelope.received_at, None, ticket.status not in AT_WORK
    if says:
        ticket, entry = by_reply(case.uow, case.house, ticket, received_at=received_at, now=case.now)
    add_participants(case, ticket)
    if verdict.superuser is not None:
        step_in(case, ticket, verdict.superuser)
    is_news = says
    if verdict.superuser is not None and verdict.instructions:
        followed = follow_superuser(
            case, verdict.superuser, verdict.instructions, ticket=ticket, added=says, silent=verdict.silent
        )
        ticket, is_news = followed.ticket or ticket, says or followed.is_news
    elif verdict.superuser is not None and not verdict.silent:
        _tell_joined(case, ticket, verdict.superuser, entry, answered, reopened=was_done_with)
    if is_news:
        reopened = was_done_with and ticket.status in AT_WORK
        tell_team(case, ticket, kind=NoticeKind.TEAM_FOLLOW_UP, evidence=(), reopened=reopened)
    return ticket


def _tell_joined(
    case: Case,
    ticket: Ticket,
    superuser: SuperUser,
    entry: CalendarEntry | None,
    answered: Answered | None,
    *,
    reopened: bool,
) -> None:
    """That it was added; where it looked like an answer and counts for nothing, that instead."""
    sealed = case.mail.sealed is not None
    says, about = (answered.says, answered.about) if answered is not None else (None, "")
    if case.house.tell_joined or sealed or reopened or says is not None:
        names, number = case.attachment_names, str(ticket.number)
        joined = JoinedContent(
            number=number, subject=ticket.subject, attachments=names, sealed=sealed, reopened=reopened
        )
        case.say(about or "joined", to_person(superuser), says or joined, reply_thread(case.mail), ticket, entry)


def _withhold(case: Case, ticket: Ticket) -> Ticket:
    """Perhaps no specialist wrote it. The team is told, so the specialist is: a reply to that mail is proof."""
    evidence = case.authenticity.evidence if case.authenticity is not None else "nobody checked"
    case.note("not passed on", f"not proven to be the specialist's: {evidence}")
    detail = {"mail": case.spooled.mail_id, "why": f"not proven: {evidence}"}
    case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="not_sent", actor="mailgate", detail=detail)
    tell_team(case, ticket, kind=NoticeKind.TEAM_FOLLOW_UP, evidence=(), doubt=Doubt.WITHHELD)
    return ticket
