"""The third movement: makes a verdict true, with everything that it tells, in the one transaction it is given.

What follows from what is decided in ``classify``; here it only happens. A mail is settled once: see ``settle``.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from mailgate.classify.decide import outcome_of
from mailgate.desk.case import Case
from mailgate.desk.clocks import set_clocks
from mailgate.desk.commands.by_superuser import follow_superuser
from mailgate.desk.commands.held import decide_on_held
from mailgate.desk.holding_still import hold_all
from mailgate.desk.keep_trace import keep_trace
from mailgate.desk.messages import add_message, add_participants, tell_team
from mailgate.desk.receipt import send_receipt
from mailgate.desk.settle_bounce import settle_bounce
from mailgate.desk.settle_hold import settle_hold
from mailgate.desk.settle_join import join_ticket
from mailgate.desk.settle_take_up import bring_replies, settle_take_up
from mailgate.desk.withheld import look_for_loop
from mailgate.domain.customer import Specialist
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.ticket import Status, Ticket
from mailgate.domain.verdict import (
    Hold,
    Instruct,
    JoinTicket,
    OpenTicket,
    Outcome,
    Reason,
    RecordBounce,
    StoreOnly,
    TakeUp,
    Verdict,
)
from mailgate.store.links import LinkKind


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
    case = replace(case, silent=isinstance(verdict, OpenTicket | JoinTicket | Instruct) and verdict.silent)
    case.uow.mails.describe(mail_id, case.mail, case.authenticity)
    hold_all(case, verdict)
    ticket = _settled(case, verdict)
    if ticket is not None:
        mails.link_ticket(mail_id, ticket.ticket_id)
        bring_replies(case, verdict, ticket)
    look_for_loop(case.uow, case.house, case.mail, verdict, mail_id=mail_id, ticket=ticket, now=case.now)
    keep_trace(case)
    return Settled(outcome=outcome_of(verdict), reason=verdict.reason, ticket=ticket)


def _settled(case: Case, verdict: Verdict) -> Ticket | None:
    """The ticket that the mail belongs to by now, if it does."""
    match verdict:
        case OpenTicket():
            return _open_ticket(case, verdict)
        case JoinTicket():
            return join_ticket(case, verdict)
        case Instruct():
            _instructed(case, verdict)
        case Hold():
            settle_hold(case, verdict)
        case TakeUp():
            settle_take_up(case, verdict)
        case RecordBounce():
            return settle_bounce(case, verdict)
        case StoreOnly():
            pass
        case _:
            assert_never(verdict)
    return None


def _instructed(case: Case, verdict: Instruct) -> None:
    if isinstance(verdict.by, Specialist):
        decide_on_held(case, verdict.by, verdict)
    else:
        follow_superuser(case, verdict.by, verdict.instructions, silent=verdict.silent)


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
        **({"follows": str(verdict.follows.number)} if verdict.follows is not None else {}),
    }  # fmt: skip
    actor = f"superuser:{verdict.superuser.superuser_id}"
    event_id = case.uow.tickets.record(ticket.ticket_id, at=case.now, kind="opened", actor=actor, detail=detail)
    ticket = set_clocks(case.uow, case.house, ticket, now=case.now, new=True)
    if verdict.follows is not None:
        case.uow.links.add(ticket.ticket_id, verdict.follows.ticket_id, kind=LinkKind.FOLLOWS, now=case.now)
    add_participants(case, ticket)
    add_message(case, ticket, author=verdict.author)
    if not verdict.silent:
        send_receipt(case, verdict, ticket, event_id=event_id)
    tell_team(case, ticket, kind=NoticeKind.TEAM_NEW_TICKET, evidence=seen.evidence)
    if verdict.instructions:
        follow_superuser(case, verdict.superuser, verdict.instructions, silent=verdict.silent)
    return ticket
