"""Nothing that binds happens on a mail that does not prove itself: the registered address is asked to confirm it.

``bind`` is the one way to it. The mail that asks goes to the address on file and bears a token of its own, so that a
yes to it proves that its author reads that mailbox, and for what. It is asked once, and holds for a week.
"""

from dataclasses import dataclass
from datetime import datetime

from mailgate.desk.binding import CARRIED_OUT
from mailgate.desk.case import Case
from mailgate.desk.messages import tell_team
from mailgate.desk.tell import tell, to_person
from mailgate.desk.tickets import Act, Done, Refused, refused_because
from mailgate.domain.authenticity import is_proven_for
from mailgate.domain.causes import Cause
from mailgate.domain.customer import SuperUser
from mailgate.domain.notice_kinds import NoticeKind
from mailgate.domain.outgoing import Notice
from mailgate.domain.pending import (
    BindingAct,
    Confirmation,
    ConfirmContent,
    ConfirmOverContent,
    Deed,
    Pending,
    PendingState,
)
from mailgate.domain.ticket import Ticket

_NEWS_FOR_THE_TEAM = frozenset({BindingAct.CLOSE, BindingAct.LEVEL, BindingAct.TYPE})
"""Whoever waits for an answer to an estimate, or to a question for access, is told by what carries that out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Nothing happened yet: the registered address was asked to confirm it, now or before. ``until``: by when.

    None: it was not asked, for this mail is to be answered by nobody but people.
    """

    until: datetime | None


def may_bind(case: Case, ticket: Ticket) -> bool:
    """Whether what this mail wants of a ticket may be done at once. One ticket's token proves nothing for another."""
    unchecked = case.authenticity is None and not case.house.policy.confirm_unchecked
    return unchecked or is_proven_for(case.authenticity, str(ticket.number))


def bind(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done | Asked:
    """Carry it out if the mail is proven; ask to confirm it if not. What cannot be done is refused at once."""
    carry_out = CARRIED_OUT[deed.kind]
    if may_bind(case, ticket):
        return carry_out(case, ticket, superuser, deed)
    tried = case.uow.try_out(lambda: carry_out(case, ticket, superuser, deed), keep=lambda _: False)
    return tried if isinstance(tried, Refused) else _ask(case, ticket, superuser, deed)


def _ask(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Asked:
    if case.silent:  # RFC 3834 §2; a person at the desk reads what it wants
        case.note("confirmation", f"not asked, as the mail wants no automatic answer: {deed.kind}")
        return Asked(until=None)
    acts = case.uow.pending_acts
    waits = acts.open(ticket.ticket_id, superuser.superuser_id, deed, now=case.now)
    if waits is not None:
        case.note("confirmation", f"waits already: act {waits.pending_id}")
        return Asked(until=waits.expires_at)
    mail_id = case.spooled.mail_id
    pending = acts.add(ticket.ticket_id, superuser.superuser_id, deed, mail_id=mail_id, now=case.now)
    notice = Notice(
        key=f"confirm:{pending.pending_id}",
        to=to_person(superuser),
        content=_question(ticket, pending),
        number=str(ticket.number),
        act=pending.pending_id,
    )
    if tell(case.uow, case.house, notice, now=case.now, mail_id=mail_id, ticket=ticket):
        _record(case, ticket, "confirmation_asked", pending)
        case.note("confirmation", f"asked at the registered address: {deed.kind}, act {pending.pending_id}")
    else:  # a budget is used up: nobody can say yes to what they never heard of, and the next mail asks anew
        acts.end(pending.pending_id, PendingState.EXPIRED, now=case.now)
    return Asked(until=pending.expires_at)


def settle_confirmation(case: Case, ticket: Ticket, superuser: SuperUser, answered: Confirmation) -> Ticket:
    """A SuperUser's yes or no has come to a pending act; a second one changes nothing."""
    # Looked up anew, now that nobody else can change its ticket: two of them may have come at the same time.
    pending = case.uow.pending_acts.get(answered.pending.pending_id) or answered.pending
    proof = case.authenticity.evidence if case.authenticity is not None else ""
    ends = {"now": case.now, "mail_id": case.spooled.mail_id, "proof": proof}
    if pending.ticket_id != ticket.ticket_id and pending.state is PendingState.OPEN:
        _was_of_another(case, ticket, superuser, pending, yes=answered.yes, ends=ends)
        return ticket
    if pending.state is PendingState.OPEN and case.spooled.envelope.received_at <= pending.expires_at:
        if not answered.yes:
            return _ended(case, ticket, pending, PendingState.DECLINED, ends)
        return _carry_out(case, ticket, superuser, pending, ends)
    if pending.state in (PendingState.OPEN, PendingState.EXPIRED):
        _ended(case, ticket, pending, PendingState.EXPIRED, ends)
        if answered.yes:
            _tell_over(case, ticket, superuser, pending)
        return ticket
    case.note("confirmation", f"act {pending.pending_id} was {pending.state} before: nothing more happens")
    return ticket


def _carry_out(case: Case, ticket: Ticket, superuser: SuperUser, pending: Pending, ends: dict[str, object]) -> Ticket:
    done = CARRIED_OUT[pending.deed.kind](case, ticket, superuser, pending.deed)
    if isinstance(done, Refused):
        _ended(case, ticket, pending, PendingState.REFUSED, ends)
        _tell_over(case, ticket, superuser, pending, refused=done)
        return ticket
    if pending.deed.kind in _NEWS_FOR_THE_TEAM:
        tell_team(case, done, kind=NoticeKind.TEAM_FOLLOW_UP, evidence=(), confirmed=pending.deed.kind)
    return _ended(case, done, pending, PendingState.DONE, ends)


def _was_of_another(
    case: Case, ticket: Ticket, superuser: SuperUser, pending: Pending, *, yes: bool, ends: dict[str, object]
) -> None:
    """Its ticket was merged into this one. Nothing of it is done here: who wants that one closed may not want this."""
    asked_of = case.uow.tickets.ticket(pending.ticket_id)
    assert asked_of is not None, "tickets are never removed"  # noqa: S101
    _ended(case, asked_of, pending, PendingState.REFUSED if yes else PendingState.DECLINED, ends)
    if yes:
        act = Act(uow=case.uow, house=case.house, ticket=asked_of, by=superuser, now=case.now)
        refused = refused_because(act, Cause.MERGED, about=str(ticket.number))
        _tell_over(case, asked_of, superuser, pending, refused=refused)


def _ended(case: Case, ticket: Ticket, pending: Pending, state: PendingState, ends: dict[str, object]) -> Ticket:
    case.uow.pending_acts.end(pending.pending_id, state, **ends)  # type: ignore[arg-type]
    _record(case, ticket, f"confirmation_{state}", pending)
    case.note("confirmation", f"act {pending.pending_id}, {pending.deed.kind}: {state}")
    return ticket


def _record(case: Case, ticket: Ticket, kind: str, pending: Pending) -> None:
    """Both mails are on record: the one that wanted it, and the one that this is about."""
    detail = {
        "act": pending.pending_id, "what": pending.deed.kind, "value": pending.deed.value,
        "wanted_by_mail": pending.mail_id, "mail": case.spooled.mail_id,
    }  # fmt: skip
    actor = f"superuser:{pending.superuser_id}" if case.spooled.mail_id != pending.mail_id else "mailgate"
    case.uow.tickets.record(ticket.ticket_id, at=case.now, kind=kind, actor=actor, detail=detail)


def _question(ticket: Ticket, pending: Pending) -> ConfirmContent:
    deed = pending.deed
    return ConfirmContent(
        number=str(ticket.number),
        subject=ticket.subject,
        deed=deed.kind,
        level=deed.level,
        type=deed.type,
        shown=deed.shown,
        asked_at=pending.asked_at,
        until=pending.expires_at,
    )


def _tell_over(
    case: Case, ticket: Ticket, superuser: SuperUser, pending: Pending, *, refused: Refused | None = None
) -> None:
    deed = pending.deed
    content = ConfirmOverContent(
        number=str(ticket.number),
        subject=ticket.subject,
        deed=deed.kind,
        level=deed.level,
        type=deed.type,
        shown=deed.shown,
        until=pending.expires_at,
        cause=refused.cause if refused is not None else None,
        about=refused.about if refused is not None else "",
        status=ticket.status,
    )
    notice = Notice(
        key=f"confirm-over:{pending.pending_id}", to=to_person(superuser), content=content, number=str(ticket.number)
    )
    tell(case.uow, case.house, notice, now=case.now, mail_id=case.spooled.mail_id, ticket=ticket)
