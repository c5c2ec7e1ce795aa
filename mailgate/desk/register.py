"""The register: customers, their SuperUsers and the specialists. Imported from files, appointed, paid or overdue.

Each function is one operation within the transaction it is given. An import happens whole or not at all, and says
what it did; the rules are in ``register_checks``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mailgate.desk.holds import release_paid
from mailgate.desk.register_checks import RegisterRules, faults_in, modules_of, named, notes_on, seat_refusal
from mailgate.desk.register_entries import CustomerEntry, Draft, Fault, SpecialistEntry, SuperUserEntry
from mailgate.domain.customer import Customer, CustomerId, Language, SuperUser, seats
from mailgate.domain.mail import MailId
from mailgate.store.unit_of_work import UnitOfWork


class Change(StrEnum):
    """What an import does to one entry."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. ``deactivated``: who is no SuperUser any more; ``released``: mails that are held no more.

    ``paid`` and ``overdue``: the customers whose payment standing is another than before.
    """

    customers: Counter[Change]
    superusers: Counter[Change]
    specialists: Counter[Change]
    deactivated: tuple[str, ...]
    paid: tuple[str, ...]
    overdue: tuple[str, ...]
    released: tuple[MailId, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why nothing was changed; one or more."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Somebody is to be a SuperUser. ``in_place_of``: the address of the one who leaves the seat."""

    customer: Customer
    address: str
    name: str
    language: Language
    trained: frozenset[str]
    in_place_of: str | None = None


def import_register(uow: UnitOfWork, draft: Draft, rules: RegisterRules, *, now: datetime) -> Imported | Refused:
    """Make the draft true, if it has no fault."""
    if faults := faults_in(uow, draft, rules):
        return Refused(faults=tuple(faults))
    notes = notes_on(uow, draft, rules)
    before = {customer.code: customer for customer in uow.customers.customers()}
    customers = Counter(_save_customer(uow, entry, before.get(entry.code)) for entry in draft.customers)
    left = _deactivate_missing(uow, draft)
    superusers = Counter(_save_superuser(uow, entry) for entry in draft.superusers)
    specialists = Counter(_save_specialist(uow, entry) for entry in draft.specialists)
    was_late = {code: customer.overdue_since is not None for code, customer in before.items()}
    is_late = {entry.code: _is_late(uow, entry.code) for entry in draft.customers}
    paid = tuple(code for code, late in is_late.items() if was_late.get(code, False) and not late)
    return Imported(
        customers=customers,
        superusers=superusers + Counter({Change.DEACTIVATED: len(left)}),
        specialists=specialists,
        deactivated=tuple(named(one) for one in left),
        paid=paid,
        overdue=tuple(code for code, late in is_late.items() if late and not was_late.get(code, False)),
        released=tuple(release_paid(uow, now=now)) if paid else (),
        notes=tuple(notes),
    )


def appoint(uow: UnitOfWork, appointment: Appointment, rules: RegisterRules) -> SuperUser | str:
    """Give somebody a seat; or the rule and the names now in the seats, where none is left."""
    customer = appointment.customer
    holders = uow.customers.superusers(customer.customer_id)
    leaving = next((one for one in holders if one.address == appointment.in_place_of), None)
    if refusal := _no_appointment(uow, appointment, rules, leaving=leaving):
        return refusal
    staying = [one for one in holders if one != leaving and one.address != appointment.address]
    limit = seats(modules_of(None, customer), rules.seat_rule)
    if len(staying) >= limit:
        who = f"{customer.code} ({customer.name})"
        seated = map(named, staying)
        return seat_refusal(who, modules=len(customer.modules), rule=rules.seat_rule, seated=seated)
    if leaving is not None:
        _deactivate(uow, leaving)
    return uow.customers.save_superuser(
        customer_id=customer.customer_id,
        address=appointment.address,
        name=appointment.name,
        language=appointment.language,
        trained=appointment.trained,
    )


def _no_appointment(
    uow: UnitOfWork, appointment: Appointment, rules: RegisterRules, *, leaving: SuperUser | None
) -> str | None:
    address, code = appointment.address, appointment.customer.code
    holder = uow.customers.superuser(address)
    if appointment.in_place_of is not None and leaving is None:
        return f"{appointment.in_place_of} is no SuperUser of {code}"
    if address in rules.own_addresses:
        return f"{address} is an address of this desk: answers to it would come back as new mail"
    if uow.customers.specialist(address) is not None:
        return f"{address} is a specialist's, and cannot be a SuperUser's too"
    if holder is not None and holder.customer_id != appointment.customer.customer_id:
        return f"{address} is a SuperUser of another customer"
    return None


def set_paid(uow: UnitOfWork, customer_id: CustomerId, *, now: datetime) -> Sequence[MailId]:
    """All is paid; what was held for it goes through again (domain, "Who may write")."""
    uow.customers.set_overdue(customer_id, None)
    return release_paid(uow, now=now)


def set_overdue(uow: UnitOfWork, customer_id: CustomerId, *, since: date) -> None:
    """A payment is late: support rests."""
    uow.customers.set_overdue(customer_id, since)


def _is_late(uow: UnitOfWork, code: str) -> bool:
    customer = uow.customers.customer_by_code(code)
    return customer is not None and customer.overdue_since is not None


def _save_customer(uow: UnitOfWork, entry: CustomerEntry, known: Customer | None) -> Change:
    kept = entry.keeps if known is not None else frozenset[str]()
    saved = uow.customers.save_customer(
        code=entry.code,
        name=entry.name,
        industry=entry.industry,
        modules=known.modules if known is not None and "modules" in kept else entry.modules,
        domains=known.domains if known is not None and "domains" in kept else entry.domains,
        overdue_since=known.overdue_since if known is not None and "overdue_since" in kept else entry.overdue_since,
    )
    return _change(known, saved)


def _save_superuser(uow: UnitOfWork, entry: SuperUserEntry) -> Change:
    customer = uow.customers.customer_by_code(entry.customer)
    assert customer is not None, "checked, or saved just before"  # noqa: S101
    known = uow.customers.superuser(entry.address)
    untouched = known.trained if known is not None else frozenset[str]()
    saved = uow.customers.save_superuser(
        customer_id=customer.customer_id,
        address=entry.address,
        name=entry.name,
        language=entry.language,
        trained=entry.trained if entry.trained is not None else untouched,
    )
    return _change(known, saved)


def _save_specialist(uow: UnitOfWork, entry: SpecialistEntry) -> Change:
    known = uow.customers.specialist(entry.address)
    if known is None and not entry.active:
        return Change.UNCHANGED
    saved = uow.customers.save_specialist(
        address=entry.address,
        name=entry.name,
        team=entry.team,
        language=entry.language,
        head=entry.head,
        active=entry.active,
        role=entry.role,
    )
    return _change(known, saved) if entry.active else Change.DEACTIVATED


def _change(known: object | None, saved: object) -> Change:
    if known is None:
        return Change.ADDED
    return Change.UNCHANGED if known == saved else Change.CHANGED


def _deactivate_missing(uow: UnitOfWork, draft: Draft) -> list[SuperUser]:
    """Who was a SuperUser of a customer whose whole list this is, and does not stand in it."""
    left = []
    for code in sorted(draft.whole):
        customer = uow.customers.customer_by_code(code)
        listed = {entry.address for entry in draft.superusers if entry.customer == code}
        for one in uow.customers.superusers(customer.customer_id) if customer is not None else ():
            if one.address not in listed:
                _deactivate(uow, one)
                left.append(one)
    return left


def _deactivate(uow: UnitOfWork, one: SuperUser) -> None:
    uow.customers.save_superuser(
        customer_id=one.customer_id,
        address=one.address,
        name=one.name,
        language=one.language,
        trained=one.trained,
        active=False,
    )
