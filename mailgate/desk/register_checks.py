"""What must agree before the register is changed: within the files, with what is there, and with the configuration.

Everything here only looks. The rules are the guide's ("SuperUser", "Supporträttigheter"); every fault is named, and
none is held back because of another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mailgate.config import Config, policy_of, seat_rule_of
from mailgate.desk.register_entries import CustomerEntry, Draft, Fault, Place, SpecialistEntry, SuperUserEntry
from mailgate.domain.customer import Customer, SeatRule, SuperUser, seats
from mailgate.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRules:
    """What the configuration says about the register."""

    seat_rule: SeatRule
    teams: frozenset[str]
    industries: frozenset[str]
    own_addresses: frozenset[str]


def register_rules_of(config: Config) -> RegisterRules:
    """The rules that this configuration makes."""
    policy = policy_of(config)
    lists = {team.address for team in config.teams if team.address}
    return RegisterRules(
        seat_rule=seat_rule_of(config),
        teams=frozenset(team.name for team in config.teams),
        industries=frozenset(policy.teams),
        own_addresses=policy.own_addresses | lists,
    )


def faults_in(uow: UnitOfWork, draft: Draft, rules: RegisterRules) -> list[Fault]:
    """Why this draft cannot become true; empty if it can. By file and line."""
    found = [
        *draft.faults,
        *_repeated_codes(draft.customers),
        *_unknown_customers(uow, draft),
        *_addresses_twice(draft),
        *_taken_addresses(uow, draft),
        *_addresses_of_ours(draft, rules),
        *_unknown_teams(draft.specialists, rules),
        *_seats_exceeded(uow, draft, rules.seat_rule),
    ]
    return sorted(dict.fromkeys(found))


def notes_on(uow: UnitOfWork, draft: Draft, rules: RegisterRules) -> list[str]:
    """What is no fault, and yet worth a look."""
    notes = []
    for entry in draft.customers:
        if entry.industry.casefold() not in rules.industries:
            notes.append(f"{entry.place}: the industry {entry.industry!r} is in no team; the first team takes it")
        known = uow.customers.customer_by_code(entry.code)
        if known is None or entry.code in draft.whole:
            continue
        limit = seats(modules_of(entry, known), rules.seat_rule)
        holders = uow.customers.superusers(known.customer_id)
        if len(holders) > limit:
            notes.append(f"{entry.place}: {entry.code} has {len(holders)} SuperUsers and {limit} seats by now")
    return notes


def modules_of(entry: CustomerEntry | None, known: Customer | None) -> int:
    """How many modules the customer will have."""
    if entry is not None and "modules" not in entry.keeps:
        return len(entry.modules)
    return len(known.modules) if known is not None else 0


def seat_refusal(who: str, *, modules: int, rule: SeatRule, seated: Iterable[str]) -> str:
    """The rule, and the names now in the seats (domain, "Who may write")."""
    return (
        f"{who} has {seats(modules, rule)} seats for SuperUsers ({rule.base}, and one more for every "
        f"{rule.modules_per_extra_seat} modules past the first {rule.free_modules}, {rule.maximum} at most; "
        f"it has {modules} modules); in them: {', '.join(seated) or 'nobody'}"
    )


def _repeated_codes(customers: Sequence[CustomerEntry]) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for entry in customers:
        if entry.code in first:
            yield Fault(place=entry.place, text=f"the customer {entry.code} stands already in {first[entry.code]}")
        elif entry.code:
            first[entry.code] = entry.place


def _unknown_customers(uow: UnitOfWork, draft: Draft) -> Iterator[Fault]:
    # A customer whose own row is faulty is not unknown on top of that.
    codes = {entry.code for entry in draft.customers} | {""}
    for entry in draft.superusers:
        if entry.customer not in codes and uow.customers.customer_by_code(entry.customer) is None:
            yield Fault(place=entry.place, text=f"there is no customer {entry.customer}")


def _people(draft: Draft) -> list[SuperUserEntry | SpecialistEntry]:
    return [*draft.superusers, *draft.specialists]


def _addresses_twice(draft: Draft) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for entry in sorted(_people(draft), key=lambda entry: entry.place):
        if entry.address in first:
            yield Fault(
                place=entry.place,
                text=f"the address {entry.address} stands already in {first[entry.address]}; "
                "it can be one SuperUser's, or one specialist's",
            )
        elif entry.address:
            first[entry.address] = entry.place


def _taken_addresses(uow: UnitOfWork, draft: Draft) -> Iterator[Fault]:
    leaving = {entry.address for entry in draft.specialists if not entry.active}
    for entry in draft.superusers:
        if uow.customers.specialist(entry.address) is not None and entry.address not in leaving:
            yield Fault(place=entry.place, text=f"{entry.address} is a specialist's, and cannot be a SuperUser's too")
        holder = uow.customers.superuser(entry.address)
        customer = uow.customers.customer(holder.customer_id) if holder is not None else None
        if customer is not None and customer.code != entry.customer and customer.code not in draft.whole:
            yield Fault(place=entry.place, text=f"{entry.address} is a SuperUser of {customer.code} ({customer.name})")
    for one in draft.specialists:
        holder = uow.customers.superuser(one.address) if one.active else None
        customer = uow.customers.customer(holder.customer_id) if holder is not None else None
        if customer is not None and customer.code not in draft.whole:
            yield Fault(place=one.place, text=f"{one.address} is a SuperUser of {customer.code} ({customer.name})")


def _addresses_of_ours(draft: Draft, rules: RegisterRules) -> Iterator[Fault]:
    for entry in _people(draft):
        if entry.address in rules.own_addresses:
            text = f"{entry.address} is an address of this desk: answers to it would come back as new mail"
            yield Fault(place=entry.place, text=text)


def _unknown_teams(specialists: Sequence[SpecialistEntry], rules: RegisterRules) -> Iterator[Fault]:
    for entry in specialists:
        if entry.team and entry.team not in rules.teams:
            known = "; ".join(sorted(rules.teams))
            yield Fault(place=entry.place, text=f"there is no team {entry.team!r}; config.toml has: {known}")


def _seats_exceeded(uow: UnitOfWork, draft: Draft, rule: SeatRule) -> Iterator[Fault]:
    customers = {entry.code: entry for entry in draft.customers}
    for code in sorted(draft.whole):
        known = uow.customers.customer_by_code(code)
        present = {one.address for one in (uow.customers.superusers(known.customer_id) if known is not None else ())}
        # Who is in a seat keeps it; the others take what is left, in the order of the file.
        listed = [entry for entry in draft.superusers if entry.customer == code]
        queue = sorted(listed, key=lambda entry: (entry.address not in present, entry.place))
        modules = modules_of(customers.get(code), known)
        limit = seats(modules, rule)
        seated = [named(entry) for entry in queue[:limit]]
        for entry in queue[limit:]:
            refusal = seat_refusal(code, modules=modules, rule=rule, seated=seated)
            yield Fault(place=entry.place, text=f"no seat is left for {named(entry)}: {refusal}")


def named(person: SuperUserEntry | SuperUser) -> str:
    """A person as people are told apart."""
    return f"{person.name} <{person.address}>"
