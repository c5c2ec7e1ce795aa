"""How much automatic mail may go out: to one address, for one customer, of the whole installation, in a span of time.

The last line against loops (RFC 3834 §2 asks for one): it looks at what we send, not at what the other side says of
itself, so a machine that hides its marks or changes its address runs into it all the same. Only mail that another mail
set off is counted; what people write and what the clock brings cannot loop. Counting is for ``store.tallies``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from mailgate.domain.customer import CustomerId
from mailgate.domain.mail import domain_of
from mailgate.domain.notice_kinds import ANSWERS, NoticeKind


class Span(StrEnum):
    """The time that a budget is for; it begins anew at each full ten minutes, and at midnight UTC."""

    TEN_MINUTES = "ten_minutes"
    DAY = "day"

    def began(self, now: datetime) -> datetime:
        """When the span that ``now`` falls into began."""
        seconds = 600 if self is Span.TEN_MINUTES else 86_400
        return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many mails in ten minutes and in a day; 0: any number."""

    ten_minutes: int
    day: int

    def of(self, span: Span) -> int:
        """For one of the two."""
        return self.ten_minutes if span is Span.TEN_MINUTES else self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """No honest writer meets them: a busy SuperUser writes ten mails in an hour, a busy customer thirty in a day.

    A specialist who clears a list by mail closes one ticket in ten seconds.
    """

    address: Budget = Budget(ten_minutes=15, day=100)
    customer: Budget = Budget(ten_minutes=40, day=400)
    instance: Budget = Budget(ten_minutes=2000, day=40_000)
    strangers: Budget = Budget(ten_minutes=30, day=300)
    team: Budget = Budget(ten_minutes=200, day=2000)
    specialist: Budget = Budget(ten_minutes=60, day=600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """One budget that a mail is paid out of. ``scope``: whose it is, ``address:eva@kund.example``."""

    scope: str
    budget: Budget


_OF_STRANGERS = frozenset({NoticeKind.STRANGER})
_OF_TEAMS = frozenset({NoticeKind.TEAM_NEW_TICKET, NoticeKind.TEAM_FOLLOW_UP})
_OF_COLLEAGUES = frozenset({NoticeKind.HELD_GIST, NoticeKind.COLLEAGUE_WROTE})
COUNTED = ANSWERS | _OF_TEAMS | _OF_COLLEAGUES
"""What only ever is set off by a mail."""


def purses(
    kind: NoticeKind, *, recipient: str, customer_id: CustomerId | None, budgets: Budgets, answers: bool = False
) -> tuple[Purse, ...]:
    """What an automatic mail is paid out of; nothing for mail that is not counted.

    ``customer_id``: the customer whom it is about; without one the domain stands for it. ``answers``: this one is said
    to a mail that came, though its kind may be told of other things, too. Strangers have purses of their
    own, and so have specialists at work, and what the desk and SuperUsers are told because of others: no flood of
    theirs silences a receipt.
    """
    if kind not in COUNTED and not answers:
        return ()
    domain = domain_of(recipient)
    whose = f"customer:{customer_id}" if customer_id is not None else f"domain:{domain}"
    if kind in _OF_STRANGERS:
        return (
            Purse(scope=f"stranger-domain:{domain}", budget=budgets.address),
            Purse(scope="strangers", budget=budgets.strangers),
        )
    if kind in _OF_TEAMS:
        return (Purse(scope=f"team-for-{whose}", budget=budgets.team),)
    if kind is NoticeKind.COMMANDS_ANSWERED:
        return (
            Purse(scope=f"specialist:{recipient}", budget=budgets.specialist),
            Purse(scope="instance", budget=budgets.instance),
        )
    if kind in _OF_COLLEAGUES:
        return (Purse(scope=f"gist:{recipient}", budget=budgets.address),)
    return (
        Purse(scope=f"address:{recipient}", budget=budgets.address),
        Purse(scope=whose, budget=budgets.customer),
        Purse(scope="instance", budget=budgets.instance),
    )
