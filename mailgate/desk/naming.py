"""What somebody names in their own words: a person, a team, a module, a ticket. By mail and by command line alike."""

from collections.abc import Iterable, Mapping, Sequence

from mailgate.classify.amounts import AmountFault
from mailgate.classify.evidence import module_by_keyword
from mailgate.classify.words import fold
from mailgate.desk.tickets import Act
from mailgate.domain.causes import Cause
from mailgate.domain.customer import Specialist
from mailgate.domain.moves import Move
from mailgate.domain.ticket import Ticket
from mailgate.domain.ticket_number import find_numbers
from mailgate.store.unit_of_work import UnitOfWork

FAULTS: Mapping[AmountFault, Cause] = {
    AmountFault.NO_PRICE: Cause.NO_PRICE,
    AmountFault.NO_CURRENCY: Cause.NO_CURRENCY,
    AmountFault.UNCLEAR: Cause.UNCLEAR_PRICE,
}
_LONGEST_PLACE = 9  # digits; Python refuses to read thousands of them
_COUNCILS = {
    **dict.fromkeys(("internal", "internt", "intern", "interna", "sisainen"), Move.COUNCIL_INTERNAL),
    **dict.fromkeys(("external", "externt", "extern", "externa", "ulkoinen"), Move.COUNCIL_EXTERNAL),
}


def people_named(written: str, everyone: Iterable[Specialist]) -> list[Specialist]:
    """Those with this name or address; else those of whom it is a part of the name, or what stands before the ``@``."""
    wanted, people = _key(written), list(everyone)
    exact = [one for one in people if wanted in (_key(one.address), _key(one.name))]
    return exact or [one for one in people if wanted in (*_key(one.name).split(), _key(one.address.partition("@")[0]))]


def team_named(written: str, names: Sequence[str]) -> str | None:
    """A team by its name, the beginning of it, or its number (1 is the first); None if it is none, or several."""
    if written.strip().isdecimal():
        place = int(written.strip()[:_LONGEST_PLACE])
        return names[place - 1] if 0 < place <= len(names) else None
    return name_named(written, names)


def name_named(written: str, names: Iterable[str]) -> str | None:
    """The one name that is this, or that alone begins like this."""
    wanted, known = _key(written), list(names)
    exact = [name for name in known if _key(name) == wanted]
    found = exact or [name for name in known if wanted and _key(name).startswith(wanted)]
    return found[0] if len(found) == 1 else None


def ticket_named(uow: UnitOfWork, written: str, prefix: str) -> Ticket | None:
    """By its number in any writing, with the prefix or without; None where there is no such ticket."""
    found = find_numbers(written, prefix).sound or find_numbers(f"{prefix} {written}", prefix).sound
    return uow.tickets.by_number(found[0]) if found else None


def council_named(written: str) -> Move | None:
    """Which council: internal or external, in any of our languages."""
    return _COUNCILS.get(_key(written))


def modules_known(act: Act) -> tuple[str, ...]:
    """Those of the configuration, and what else the customer has."""
    customer = act.uow.customers.customer(act.ticket.customer_id)
    theirs = sorted(customer.modules) if customer is not None else ()
    return tuple(dict.fromkeys([*act.house.policy.module_keywords, *theirs]))


def module_named(act: Act, written: str) -> str | None:
    """By its name or the beginning of it, else by a keyword of it, as in the first mail of a ticket."""
    return name_named(written, modules_known(act)) or module_by_keyword(written, act.house.policy)


def _key(written: str) -> str:
    return " ".join(fold(written).split())
