"""How what binds a customer is carried out, for each act one function; whether it may be is for ``desk.confirm``."""

from collections.abc import Callable, Mapping

from mailgate.desk.access import grant, spans_for, withdraw
from mailgate.desk.case import Case
from mailgate.desk.order_answers import take_answer, void_outcome
from mailgate.desk.tickets import Act, Done, close, refused_because, set_level, set_type
from mailgate.desk.word import Word
from mailgate.domain.access import AccessId, AccessState, Span
from mailgate.domain.causes import Cause
from mailgate.domain.customer import SuperUser
from mailgate.domain.orders import Answer, EstimateId
from mailgate.domain.pending import BindingAct, Deed
from mailgate.domain.ticket import Ticket

CarryOut = Callable[[Case, Ticket, SuperUser, Deed], Done]
"""Does it, as this SuperUser's doing, and tells whom it concerns; or says why not."""


def _close(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    return close(_act(case, ticket, superuser))


def _set_level(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    assert deed.level is not None, "a deed of this kind has one"  # noqa: S101
    return set_level(_act(case, ticket, superuser), deed.level)


def _set_type(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    assert deed.type is not None, "a deed of this kind has one"  # noqa: S101
    return set_type(_act(case, ticket, superuser), deed.type)


def _act(case: Case, ticket: Ticket, superuser: SuperUser) -> Act:
    return Act(uow=case.uow, house=case.house, ticket=ticket, by=superuser, now=case.now)


def _answer_estimate(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    """What was wanted may be a week old: only an estimate that still stands is answered."""
    estimate, word = case.uow.estimates.get(EstimateId(int(deed.value))), word_of(case, ticket, superuser)
    if estimate is None or void_outcome(estimate, at=word.said.at) is not None:
        return refused_because(_act(case, ticket, superuser), Cause.ESTIMATE_OVER)
    return take_answer(word, estimate, yes=deed.kind is BindingAct.APPROVE)


def _grant_access(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    key, _, span = deed.value.partition(":")
    access = case.uow.accesses.get(AccessId(int(key)))
    if access is None or access.state is not AccessState.ASKED:
        return refused_because(_act(case, ticket, superuser), Cause.ACCESS_OVER)
    word = word_of(case, ticket, superuser)
    # It may be confirmed on another day than it was wanted on: 72 hours are for Fridays (guide, "supportinloggning").
    who = case.uow.customers.specialist_by_id(access.by)
    if Span(span) not in spans_for(case.house, who, at=word.said.at):
        return refused_because(_act(case, ticket, superuser), Cause.SPAN_OVER, about=span)
    return grant(word, access, Span(span))


def _withdraw_access(case: Case, ticket: Ticket, superuser: SuperUser, deed: Deed) -> Done:
    access = case.uow.accesses.get(AccessId(int(deed.value)))
    if access is None or access.state is not AccessState.GRANTED:
        return refused_because(_act(case, ticket, superuser), Cause.ACCESS_OVER)
    return withdraw(word_of(case, ticket, superuser), access)


def word_of(case: Case, ticket: Ticket, superuser: SuperUser) -> Word:
    """The mail that says it; where a deed is confirmed, the one that confirms it."""
    said = Answer(
        superuser_id=superuser.superuser_id,
        at=case.spooled.envelope.received_at,
        text=case.mail.new_text,
        proof=case.authenticity.evidence if case.authenticity is not None else "nobody checked",
        mail_id=case.spooled.mail_id,
    )
    return Word(uow=case.uow, house=case.house, ticket=ticket, said=said, now=case.now)


CARRIED_OUT: Mapping[BindingAct, CarryOut] = {
    BindingAct.CLOSE: _close,
    BindingAct.LEVEL: _set_level,
    BindingAct.TYPE: _set_type,
    BindingAct.APPROVE: _answer_estimate,
    BindingAct.DECLINE: _answer_estimate,
    BindingAct.GRANT_ACCESS: _grant_access,
    BindingAct.WITHDRAW_ACCESS: _withdraw_access,
}
