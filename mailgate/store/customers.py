"""Customers, SuperUsers and specialists. Row ↔ value; the rules of the register are for ``desk.register``."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, delete
from sqlmodel import Session, col, select

from mailgate.domain.customer import Customer, CustomerId, Language, Specialist, SpecialistId, SuperUser, SuperUserId
from mailgate.domain.mail import canonical_address, domain_of
from mailgate.store.prepared import Prepared
from mailgate.store.rows import find, key_of
from mailgate.store.tables import (
    CustomerDomainRow,
    CustomerModuleRow,
    CustomerRow,
    SpecialistRow,
    SuperUserRow,
    TrainingRow,
)

T = TypeVar("T")

_SUPERUSER = find(SuperUserRow, "address", also=col(SuperUserRow.active))
_SUPERUSER_BY_ID = find(SuperUserRow, "id")
_SUPERUSERS = find(SuperUserRow, "customer_id", also=col(SuperUserRow.active), order="id")
_TRAINED = find(TrainingRow, "superuser_id")
_SPECIALIST = find(SpecialistRow, "address", also=col(SpecialistRow.active))
_SPECIALIST_BY_ID = find(SpecialistRow, "id")
_SPECIALISTS = find(SpecialistRow, also=col(SpecialistRow.active), order="name")
_AT_THE_DESK = and_(col(SpecialistRow.active), col(SpecialistRow.role).is_(None))
_TEAM = find(SpecialistRow, "team", also=_AT_THE_DESK, order="name")
_CUSTOMER = find(CustomerRow, "id")
_MODULES = find(CustomerModuleRow, "customer_id")
_DOMAINS = find(CustomerDomainRow, "customer_id")
_OF_DOMAIN = Prepared(
    select(CustomerDomainRow.customer_id).where(CustomerDomainRow.domain == bindparam("domain")).limit(2)
)


class Customers:
    """The register, within one transaction. Whom it was asked for it knows until something in the register changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, object], Any] = {}

    def _once(self, what: str, key: object, look_up: Callable[[], T]) -> T:
        """One mail asks for the same people again and again, and so do those that are settled with it."""
        known = self._known
        if (what, key) not in known:
            known[what, key] = look_up()
        found: T = known[what, key]
        return found

    def superuser(self, address: str) -> SuperUser | None:
        """The active SuperUser with this address (canonical)."""
        return self._once("superuser", address, lambda: self._read_superuser(_SUPERUSER, address=address))

    def any_superuser(self) -> bool:
        """Whether there is anybody who may write."""
        return self._session.exec(select(SuperUserRow.id).where(SuperUserRow.active).limit(1)).first() is not None

    def superuser_by_id(self, superuser_id: SuperUserId) -> SuperUser | None:
        """A SuperUser, active or not."""
        return self._once("id", superuser_id, lambda: self._read_superuser(_SUPERUSER_BY_ID, id=superuser_id))

    def _read_superuser(self, found: Prepared, **by: Any) -> SuperUser | None:
        row = found.first(self._session, **by)
        return self._superuser(row) if row is not None else None

    def superusers(self, customer_id: CustomerId) -> list[SuperUser]:
        """A customer's active SuperUsers, in the order in which they were appointed."""
        return [self._superuser(row) for row in _SUPERUSERS.all(self._session, customer_id=customer_id)]

    def specialist(self, address: str) -> Specialist | None:
        """The active specialist with this address (canonical)."""
        return self._once("specialist", address, lambda: self._read_specialist(address))

    def _read_specialist(self, address: str) -> Specialist | None:
        row = _SPECIALIST.first(self._session, address=address)
        return _specialist(row) if row is not None else None

    def specialist_by_id(self, specialist_id: SpecialistId) -> Specialist | None:
        """A specialist, active or not."""
        row = _SPECIALIST_BY_ID.first(self._session, id=specialist_id)
        return _specialist(row) if row is not None else None

    def specialists(self, team: str | None = None) -> list[Specialist]:
        """The active specialists: all, or those of one team who work at its desk."""
        return list(self._once("team", team, lambda: self._read_specialists(team)))

    def _read_specialists(self, team: str | None) -> list[Specialist]:
        rows = _SPECIALISTS.all(self._session) if team is None else _TEAM.all(self._session, team=team)
        return [_specialist(row) for row in rows]

    def customer(self, customer_id: CustomerId) -> Customer | None:
        """A customer by our key."""
        return self._once("customer", customer_id, lambda: self._read_customer(customer_id))

    def _read_customer(self, customer_id: CustomerId) -> Customer | None:
        row = _CUSTOMER.first(self._session, id=customer_id)
        return self._customer(row) if row is not None else None

    def customer_by_code(self, code: str) -> Customer | None:
        """A customer by the operator's key."""
        row = self._session.exec(select(CustomerRow).where(CustomerRow.code == code)).first()
        return self._customer(row) if row is not None else None

    def customer_of_domain(self, domain: str) -> Customer | None:
        """The customer that this mail domain belongs to; None if it is nobody's, or more than one's."""
        rows = _OF_DOMAIN.all(self._session, domain=domain)
        return self.customer(CustomerId(rows[0].customer_id)) if len(rows) == 1 else None

    def knows_sender(self, reverse_path: str) -> bool:
        """Whether an envelope's sender is a SuperUser, a specialist, or anybody of a customer's domain."""
        address = canonical_address(reverse_path)
        if address is None:
            return False
        if self.superuser(address) is not None or self.specialist(address) is not None:
            return True
        return bool(_OF_DOMAIN.all(self._session, domain=domain_of(address)))

    def customers(self) -> list[Customer]:
        """All customers, by name."""
        return [self._customer(row) for row in self._session.exec(select(CustomerRow).order_by(CustomerRow.name)).all()]

    def save_customer(
        self,
        *,
        code: str,
        name: str,
        industry: str,
        modules: Iterable[str],
        domains: Iterable[str],
        overdue_since: date | None,
    ) -> Customer:
        """Add a customer, or change the one with this code."""
        self._known.clear()
        row = self._session.exec(select(CustomerRow).where(CustomerRow.code == code)).first()
        row = row or CustomerRow(code=code, name=name, industry=industry)
        row.name, row.industry, row.overdue_since = name, industry, overdue_since
        self._session.add(row)
        self._session.flush()
        customer_id = key_of(row.id)
        self._replace(
            CustomerModuleRow, customer_id, [CustomerModuleRow(customer_id=customer_id, module=m) for m in set(modules)]
        )
        self._replace(
            CustomerDomainRow, customer_id, [CustomerDomainRow(customer_id=customer_id, domain=d) for d in set(domains)]
        )
        return self._customer(row)

    def set_overdue(self, customer_id: CustomerId, overdue_since: date | None) -> None:
        """Change the payment standing."""
        self._known.clear()
        row = self._session.get_one(CustomerRow, customer_id)
        row.overdue_since = overdue_since
        self._session.add(row)
        self._session.flush()

    def save_superuser(
        self,
        *,
        customer_id: CustomerId,
        address: str,
        name: str,
        language: Language,
        trained: Iterable[str],
        active: bool = True,
    ) -> SuperUser:
        """Add a SuperUser, or change the one with this address."""
        self._known.clear()
        row = self._session.exec(select(SuperUserRow).where(SuperUserRow.address == address)).first()
        row = row or SuperUserRow(customer_id=customer_id, address=address, name=name, language=language)
        row.customer_id, row.name, row.language, row.active = customer_id, name, language.value, active
        self._session.add(row)
        self._session.flush()
        superuser_id = key_of(row.id)
        self._session.connection().execute(delete(TrainingRow).where(col(TrainingRow.superuser_id) == superuser_id))
        self._session.add_all([TrainingRow(superuser_id=superuser_id, module=module) for module in set(trained)])
        self._session.flush()
        return self._superuser(row)

    def set_overview(self, superuser_id: SuperUserId, *, wanted: bool) -> SuperUser:
        """Whether a SuperUser wants the weekly overview; imports of the register leave it as it is."""
        self._known.clear()
        row = self._session.get_one(SuperUserRow, superuser_id)
        row.overview = wanted
        self._session.add(row)
        self._session.flush()
        return self._superuser(row)

    def save_specialist(  # noqa: PLR0913 - the columns of a register file
        self, *, address: str, name: str, team: str, language: Language, head: bool, active: bool = True, role: str = ""
    ) -> Specialist:
        """Add a specialist, or change the one with this address."""
        self._known.clear()
        row = self._session.exec(select(SpecialistRow).where(SpecialistRow.address == address)).first()
        row = row or SpecialistRow(address=address, name=name, team=team, language=language)
        row.name, row.team, row.language, row.head, row.active = name, team, language.value, head, active
        row.role = role or None
        self._session.add(row)
        self._session.flush()
        return _specialist(row)

    def _replace(
        self, table: type[CustomerModuleRow | CustomerDomainRow], customer_id: int, rows: list[object]
    ) -> None:
        self._session.connection().execute(delete(table).where(col(table.customer_id) == customer_id))
        self._session.add_all(rows)
        self._session.flush()

    def _customer(self, row: Any) -> Customer:
        customer_id = key_of(row.id)
        return Customer(
            customer_id=CustomerId(customer_id),
            code=row.code,
            name=row.name,
            industry=row.industry,
            modules=frozenset(one.module for one in _MODULES.all(self._session, customer_id=customer_id)),
            domains=frozenset(one.domain for one in _DOMAINS.all(self._session, customer_id=customer_id)),
            overdue_since=row.overdue_since,
        )

    def _superuser(self, row: Any) -> SuperUser:
        superuser_id = key_of(row.id)
        return SuperUser(
            superuser_id=SuperUserId(superuser_id),
            customer_id=CustomerId(row.customer_id),
            address=row.address,
            name=row.name,
            language=Language(row.language),
            trained=frozenset(one.module for one in _TRAINED.all(self._session, superuser_id=superuser_id)),
            overview=row.overview,
        )


def _specialist(row: Any) -> Specialist:
    return Specialist(
        specialist_id=SpecialistId(key_of(row.id)),
        address=row.address,
        name=row.name,
        team=row.team,
        language=Language(row.language),
        head=row.head,
        role=row.role or "",
    )
