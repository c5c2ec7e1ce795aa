"""The SuperUsers' weekly overview: their company's tickets, and what was solved since the last one.

Everything is gathered in a few statements for all customers at once. Who has nothing to be told is not written to;
who does not want it turns it off.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from mailgate.desk.house import House
from mailgate.domain.customer import CustomerId, SuperUser
from mailgate.domain.news import OverviewContent
from mailgate.domain.outgoing import Notice
from mailgate.domain.rounds import RoundKind
from mailgate.domain.ticket import TicketType
from mailgate.store.ticket_lists import CustomerTickets
from mailgate.store.unit_of_work import UnitOfWork

LONGEST_LIST = 100
"""Of one type."""

_WEEK = timedelta(weeks=1)
_TYPES = list(TicketType)

ByCustomer = dict[CustomerId, list[CustomerTickets]]


def overviews(uow: UnitOfWork, house: House, day: date) -> Iterator[Notice]:
    """The overviews of the week whose first working day this is."""
    # A week in which nobody works has none: the next one then tells of both.
    since = uow.dues.last_round(RoundKind.OVERVIEW, before=day) or day - _WEEK
    moment, lists = house.rounds.start(RoundKind.OVERVIEW, since, house.hours), uow.ticket_lists
    at_work = _by_customer(lists.at_work_of_customers(most=LONGEST_LIST))
    solved = _by_customer(lists.solved_of_customers(moment, most=LONGEST_LIST))
    for reader in lists.overview_readers():
        theirs = at_work[reader.customer_id], solved[reader.customer_id]
        if any(theirs):
            content = _content(reader.customer, since, *theirs)
            yield Notice(key=f"overview:{reader.superuser_id}:{day}", to=reader.to, content=content)


def set_overview(uow: UnitOfWork, address: str, *, wanted: bool) -> SuperUser | None:
    """Turn a SuperUser's overview on or off; None if this address is no SuperUser's."""
    superuser = uow.customers.superuser(address)
    return uow.customers.set_overview(superuser.superuser_id, wanted=wanted) if superuser is not None else None


def _by_customer(lists: Sequence[CustomerTickets]) -> ByCustomer:
    """In the order of the types, so that every mail has the same."""
    found: ByCustomer = defaultdict(list)
    for one in sorted(lists, key=lambda one: _TYPES.index(one.type)):
        found[one.customer_id].append(one)
    return found


def _content(
    customer: str, since: date, at_work: Sequence[CustomerTickets], solved: Sequence[CustomerTickets]
) -> OverviewContent:
    return OverviewContent(
        customer=customer,
        since=since,
        open=tuple((one.type, one.worst) for one in at_work),
        solved=tuple((one.type, one.worst) for one in solved),
        left_out=sum(one.count - len(one.worst) for one in (*at_work, *solved)),
    )
