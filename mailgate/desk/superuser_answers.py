"""What a SuperUser's mail answers: an estimate, or a question for support access; and access taken back.

Which of them is told by the mail that it replies to, or is the only one open. Who replies to what a specialist wrote
answers the specialist, and nothing else; who replies to another question of ours (whether a colleague's mail is to be a
ticket, whether a mail is theirs) answers that one. An answer that counts goes through ``desk.confirm``; one that does
not is a reply like any other, and its author is told kindly what is needed.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.classify.assent import Assent, assent
from mailgate.desk.access import access_key, changed, choices, refuse, spans_for
from mailgate.desk.binding import word_of
from mailgate.desk.case import Case
from mailgate.desk.confirm import Asked, bind
from mailgate.desk.order_answers import answered, void_outcome
from mailgate.desk.orders import estimate_key
from mailgate.desk.tickets import Refused
from mailgate.domain.access import Access, AccessId, AccessState, Span
from mailgate.domain.customer import SuperUser
from mailgate.domain.moves import Move
from mailgate.domain.news_of_ways import AccessChange, OrderOutcome
from mailgate.domain.notice_kinds import WRITTEN_BY_PEOPLE
from mailgate.domain.orders import Estimate, EstimateId, EstimateState
from mailgate.domain.outgoing import NoticeContent
from mailgate.domain.pending import BindingAct, Deed
from mailgate.domain.ticket import Ticket

_SPAN = re.compile(
    r"(?im)^\W*(?:(?:ja|yes|kyllä|kylla|joo)\b[\s,:]*)?\b(?P<span>8|24|72)\b[^\S\n]*"
    r"(?:(?:arbets)?timmar|tim|h|(?:working[^\S\n]+)?hours?|(?:työ)?tuntia)?(?=[\s.!,]|$)"
)
_WITHDRAWS = re.compile(
    r"(?im)^\W*(?:(?:jag|vi|i|we)\s+)?(?:återkallar?|aterkallar?|tar?\s+tillbaka|withdraw|revoke|peruuta|perun|peru)\b"
    r"(?:[^\S\n]+(?:er|our|your|the|support|access|(?:support)?inloggning(?:en)?|åtkomst(?:en)?|tillgång(?:en)?|"
    r"pääsy|pääsyn|tukikirjautuminen|tukikirjautumisen|nu|now|heti)\b)*"
)
_ANSWERED = re.compile(r"(estimate|access)-(\d+):")
_ASK_SOMETHING_ELSE = frozenset({"gist", "confirm"})
"""What mails of ours with a yes-or-no question of their own are known by: a yes to one of them is no yes to a price."""
_WRITES = frozenset({Move.ANSWER, Move.ASK, Move.WORKAROUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """``says``: it counted for nothing, so it is a reply like any other, and its author is told this.

    ``about``: what that mail is known by, so that a reply to it answers the same question.
    """

    ticket: Ticket
    says: NoticeContent | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What a mail may answer. ``plainly``: nothing else that a person asked can be meant."""

    about: Estimate | Access
    plainly: bool


def follow_answer(case: Case, ticket: Ticket, superuser: SuperUser) -> Answered | None:
    """Do what the answer says; None where the mail answers nothing."""
    words, name = case.mail.new_text, superuser.name
    if assent(_WITHDRAWS.sub("ja", words), name=name) is Assent.YES and _WITHDRAWS.search(words):
        return _withdraw(case, ticket, superuser)
    chosen = _SPAN.search(words)
    said = assent(_SPAN.sub("ja", words) if chosen is not None else words, name=name)
    if said is Assent.NONE:
        return None
    question = _question(case, ticket)
    if question is None:
        return None
    if not question.plainly:
        said = Assent.UNCLEAR
    if isinstance(question.about, Access):
        span = Span(chosen["span"]) if chosen is not None else None
        return _answer_access(case, ticket, superuser, question.about, said, span)
    if chosen is not None:
        said = Assent.UNCLEAR  # "24" says nothing about a price
    return _answer_estimate(case, ticket, superuser, question.about, said)


def _question(case: Case, ticket: Ticket) -> _Question | None:
    """The very one whose mail this replies to; else the only one that is open; else the last that was."""
    mail = case.mail
    replies_to = case.uow.outbox.key_of((*mail.in_reply_to, *mail.references[-1:])) or ""
    if replies_to.partition(":")[0] in WRITTEN_BY_PEOPLE | _ASK_SOMETHING_ELSE:
        return None
    if (named := _named(case, ticket, replies_to)) is not None:
        return _Question(about=named, plainly=True)
    open_or_last = _open_or_last(case, ticket)
    if open_or_last is None:
        return None
    asked_at = open_or_last.asked_at if isinstance(open_or_last, Access) else open_or_last.made_at
    return _Question(about=open_or_last, plainly=not _written_since(case, ticket, asked_at))


def _named(case: Case, ticket: Ticket, key: str) -> Estimate | Access | None:
    """What a mail of ours with this key asks."""
    match = _ANSWERED.match(key)
    if match is None:
        return None
    uow, number = case.uow, int(match[2])
    found: Estimate | Access | None
    found = uow.estimates.get(EstimateId(number)) if match[1] == "estimate" else uow.accesses.get(AccessId(number))
    return found if found is not None and found.ticket_id == ticket.ticket_id else None


def _written_since(case: Case, ticket: Ticket, asked_at: datetime) -> bool:
    """Whether a specialist wrote to the customer after that: then a yes may be meant for those words."""
    return any(one.kind in _WRITES and one.at > asked_at for one in case.uow.tickets.events(ticket.ticket_id))


def _open_or_last(case: Case, ticket: Ticket) -> Estimate | Access | None:
    uow = case.uow
    estimates, access = uow.estimates.of_ticket(ticket.ticket_id), uow.accesses.live(ticket.ticket_id)
    asked = access if access is not None and access.state is AccessState.ASKED else None
    is_open = bool(estimates) and estimates[-1].state is EstimateState.OPEN
    if asked is not None and not is_open:
        return asked
    return estimates[-1] if estimates else None


def _answer_estimate(
    case: Case, ticket: Ticket, superuser: SuperUser, estimate: Estimate, said: Assent
) -> Answered | None:
    outcome = void_outcome(estimate, at=case.spooled.envelope.received_at)
    if said is Assent.UNCLEAR:
        if outcome is not None:
            return None
        says = answered(ticket, OrderOutcome.UNCLEAR, estimate=estimate)
        return Answered(ticket=ticket, says=says, about=estimate_key(estimate.estimate_id))
    if outcome is not None:
        return Answered(ticket=ticket, says=answered(ticket, outcome, estimate=estimate))
    kind = BindingAct.APPROVE if said is Assent.YES else BindingAct.DECLINE
    return _bound(case, ticket, superuser, Deed(kind=kind, value=str(estimate.estimate_id), shown=str(estimate.offer)))


def _answer_access(
    case: Case, ticket: Ticket, superuser: SuperUser, access: Access, said: Assent, span: Span | None
) -> Answered | None:
    if access.state is not AccessState.ASKED:
        if said is Assent.UNCLEAR:
            return None
        return Answered(ticket=ticket, says=changed(case.uow, ticket, access, AccessChange.NOTHING))
    if said is Assent.NO:
        return Answered(ticket=refuse(word_of(case, ticket, superuser), access))
    at, who = case.spooled.envelope.received_at, case.uow.customers.specialist_by_id(access.by)
    possible = spans_for(case.house, who, at=at)
    if said is Assent.UNCLEAR or (span is not None and span not in possible):
        says = changed(case.uow, ticket, access, AccessChange.UNCLEAR)
        says = replace(says, choices=choices(case.house, who, at=at))
        return Answered(ticket=ticket, says=says, about=access_key(access.access_id))
    wanted = span or possible[0]
    shown = f"{who.name if who is not None else ''}, {wanted} h"
    deed = Deed(kind=BindingAct.GRANT_ACCESS, value=f"{access.access_id}:{wanted}", shown=shown)
    return _bound(case, ticket, superuser, deed)


def _withdraw(case: Case, ticket: Ticket, superuser: SuperUser) -> Answered | None:
    access = case.uow.accesses.live(ticket.ticket_id)
    if access is None or access.state is not AccessState.GRANTED:
        return Answered(ticket=ticket, says=changed(case.uow, ticket, access, AccessChange.NOTHING))
    who = case.uow.customers.specialist_by_id(access.by)
    shown = who.name if who is not None else ""
    deed = Deed(kind=BindingAct.WITHDRAW_ACCESS, value=str(access.access_id), shown=shown)
    return _bound(case, ticket, superuser, deed)


def _bound(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Answered | None:
    """Done, or asked to confirm: either way its author hears of it. None: neither, so that people have to see to it."""
    done = bind(case, ticket, superuser, deed)
    assert not isinstance(done, Refused), "looked at in this transaction"  # noqa: S101
    if isinstance(done, Asked) and done.until is None:
        return None
    return Answered(ticket=done if isinstance(done, Ticket) else ticket)
