"""The third movement: makes a verdict true, with everything that it tells, in the one transaction it is given.

What follows from what is decided in ``classify``; here it only happens. A mail is settled once: see ``settle``.
"""

from dataclasses import dataclass
from typing import assert_never

from mailgate.classify.decide import outcome_of
from mailgate.desk.by_reply import by_reply
from mailgate.desk.case import Case
from mailgate.desk.clocks import set_clocks
from mailgate.desk.commands.by_specialist import follow
from mailgate.desk.confirm import settle_confirmation
from mailgate.desk.keep_trace import keep_trace
from mailgate.desk.receipt import send_receipt
from mailgate.desk.settle_bounce import settle_bounce
from mailgate.desk.settle_hold import settle_hold
from mailgate.desk.settle_take_up import bring_replies, settle_take_up
from mailgate.desk.team_mail import Happened, team_content, team_thread
from mailgate.desk.tell import reply_thread, team_recipients, to_person
from mailgate.desk.withheld import look_for_loop
from mailgate.domain.authenticity import is_proven
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Doubt, JoinedContent
from mailgate.domain.ticket import MessageAuthor, Status, Ticket
from mailgate.domain.verdict import (
    Hold,
    JoinTicket,
    OpenTicket,
    Outcome,
    Reason,
    RecordBounce,
    StoreOnly,
    TakeUp,
    Verdict,
)
from mailgate.store.tickets import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How it ended. ``ticket``: the one that was opened or joined."""

    outcome: Outcome
    reason: Reason
    ticket: Ticket | None = None


def settle(case: Case, verdict: Verdict) -> Settled | None:
    """Do what the verdict says; None if the mail has been settled already, and then nothing happens."""
    mails, mail_id = case.uow.spool, case.spooled.mail_id
    # First of all, for it is the guard: of two who settle the same mail one finds that it waits no more.
    if not mails.settle(mail_id, outcome=outcome_of(verdict), reason=verdict.reason, now=case.now):
        return None
    case.uow.mails.describe(mail_id, case.mail, case.authenticity)
    ticket = _carry_out(case, verdict)
    if ticket is not None:
        mails.link_ticket(mail_id, ticket.ticket_id)
        bring_replies(case, verdict, ticket)
    look_for_loop(case.uow, case.house, case.mail, verdict, mail_id=mail_id, ticket=ticket, now=case.now)
    keep_trace(case)
    return Settled(outcome=outcome_of(verdict), reason=verdict.reason, ticket=ticket)


def _carry_out(case: Case, verdict: Verdict) -> Ticket | None:
    match verdict:
        case OpenTicket():
            return _open_ticket(case, verdict)
        case JoinTicket():
            return _join_ticket(case, verdict)
        case RecordBounce():
            return settle_bounce(case, verdict)
        case Hold():
            settle_hold(case, verdict)
        case TakeUp():
            settle_take_up(case, verdict)
        case StoreOnly():
            pass
        case _:
            assert_never(verdict)
    return None


def _open_ticket(case: Case, verdict: OpenTicket) -> Ticket:
    policy, seen = case.house.policy, verdict.classification
    ticket = case.uow.tickets.add(
        number=case.uow.tickets.next_number(prefix=policy.number_prefix, first=case.house.first_number),
        customer_id=verdict.customer.customer_id,
        superuser_id=verdict.superuser.superuser_id,
        subject=case.subject,
        type=seen.type,
        level=seen.level,
        module=seen.module,
        team=verdict.team,
        stage=case.house.ways.way(seen.type).start.stage,
        status=Status.OPEN,
        untrained=verdict.untrained,
        opened_at=case.spooled.envelope.received_at,
    )
    detail = {
        "mail": case.spooled.mail_id, "rule": verdict.reason.rule, "type": seen.type, "level": seen.level,
        "module": seen.module, "team": verdict.team, "untrained": verdict.untrained, "evidence": seen.evidence,
    }  # fmt: skip
    actor = f"superuser:{verdict.superuser.superuser_id}"
    event_id = case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="opened", actor=actor, detail=detail)
    ticket = set_clocks(case.uow, case.house, ticket, now=case.now)
    _add_participants(case, ticket)
    _add_message(case, ticket, author=verdict.author)
    if not verdict.silent:
        send_receipt(case, verdict, ticket, event_id=event_id)
    _tell_team(case, ticket, kind=NoticeKind.TEAM_NEW_TICKET, evidence=seen.evidence)
    return ticket


def _join_ticket(case: Case, verdict: JoinTicket) -> Ticket:
    case.uow.sights.hold_still(verdict.ticket.ticket_id)  # of two who act at once, the second sees what the first did
    ticket = case.uow.tickets.ticket(verdict.ticket.ticket_id)
    assert ticket is not None, "gathered in this transaction"  # noqa: S101
    by = verdict.superuser or verdict.specialist
    actor = f"{verdict.author}:{by.address}" if by is not None else str(verdict.author)
    detail = {"mail": case.spooled.mail_id, "rule": verdict.reason.rule, "by": verdict.reason.evidence}
    case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="joined", actor=actor, detail=detail)
    _add_message(case, ticket, author=verdict.author)
    if verdict.withheld:
        return _withhold(case, ticket)
    if verdict.specialist is not None:
        return follow(case, ticket, verdict.specialist)
    if verdict.confirms is not None and verdict.superuser is not None:
        return settle_confirmation(case, ticket, verdict.superuser, verdict.confirms)
    received_at = case.spooled.envelope.received_at
    ticket, entry = by_reply(case.uow, case.house, ticket, received_at=received_at, now=case.now)
    _add_participants(case, ticket)
    sealed = case.mail.sealed is not None
    if verdict.superuser is not None and (case.house.tell_joined or sealed) and not verdict.silent:
        names = case.attachment_names
        content = JoinedContent(number=str(ticket.number), subject=ticket.subject, attachments=names, sealed=sealed)
        case.say("joined", to_person(verdict.superuser), content, reply_thread(case.mail), ticket, entry)
    _tell_team(case, ticket, kind=NoticeKind.TEAM_FOLLOW_UP, evidence=())
    return ticket


def _withhold(case: Case, ticket: Ticket) -> Ticket:
    """Perhaps no specialist wrote it. The team is told, so the specialist is: a reply to that mail is proof."""
    evidence = case.authenticity.evidence if case.authenticity is not None else "nobody checked"
    case.note("not passed on", f"not proven to be the specialist's: {evidence}")
    detail = {"mail": case.spooled.mail_id, "why": f"not proven: {evidence}"}
    case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="not_sent", actor="mailgate", detail=detail)
    _tell_team(case, ticket, kind=NoticeKind.TEAM_FOLLOW_UP, evidence=(), doubt=Doubt.WITHHELD)
    return ticket


def _add_participants(case: Case, ticket: Ticket) -> None:
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


def _add_message(case: Case, ticket: Ticket, *, author: MessageAuthor) -> None:
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


def _tell_team(
    case: Case,
    ticket: Ticket,
    *,
    kind: NoticeKind,
    evidence: tuple[tuple[str, str], ...],
    doubt: Doubt | None = None,
) -> None:
    happened = Happened(
        kind=kind,
        received_at=case.spooled.envelope.received_at,
        text=case.mail.new_text,
        attachments=case.attachment_names,
        evidence=evidence,
        doubt=doubt or _doubt(case),
    )
    content = team_content(case.uow, ticket, happened)
    for to in team_recipients(case.uow, case.house, ticket.team):
        case.say(f"team:{to.address}", to, content, team_thread(case.house, ticket), ticket)
