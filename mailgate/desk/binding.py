"""How what binds a customer is carried out, for each act one function; whether it may be is for ``desk.confirm``."""

from collections.abc import Callable, Mapping

from mailgate.desk.case import Case
from mailgate.desk.tickets import Act, Done, close, set_level, set_type
from mailgate.domain.customer import SuperUser
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


CARRIED_OUT: Mapping[BindingAct, CarryOut] = {
    BindingAct.CLOSE: _close,
    BindingAct.LEVEL: _set_level,
    BindingAct.TYPE: _set_type,
}
