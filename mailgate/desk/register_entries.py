"""What register files say, once its form is sound: customers, SuperUsers and specialists, each with its place.

Form only: words, addresses, languages, days; every fault is collected, none ends the reading. What must agree with
the rest of the register is for ``register_checks``, reading files for ``register_files``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from mailgate.desk.register_values import (
    as_address,
    as_day,
    as_domains,
    as_flag,
    as_language,
    as_role,
    as_text,
    as_words,
)
from mailgate.domain.customer import Language

T = TypeVar("T")


class Kind(StrEnum):
    """What one row or table of a register file is about."""

    CUSTOMER = "customer"
    SUPERUSER = "superuser"
    SPECIALIST = "specialist"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where something stands, as people count; line 0 is the file as a whole."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """What is wrong, and where."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One row or table as the file gives it. ``places``: keys that stand on a line of their own."""

    kind: Kind
    place: Place
    values: Mapping[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        return self.places.get(key, self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEntry:
    """``keeps``: fields that the file has no column for; they stay as they are."""

    place: Place
    code: str
    name: str
    industry: str
    modules: frozenset[str]
    domains: frozenset[str]
    overdue_since: date | None
    keeps: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperUserEntry:
    """``customer``: the code of the customer. ``trained`` is None where the file has no column for it."""

    place: Place
    customer: str
    address: str
    name: str
    language: Language
    trained: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialistEntry:
    """``active`` is False for one who has left."""

    place: Place
    address: str
    name: str
    team: str
    language: Language
    head: bool
    active: bool
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that some files say together. ``whole``: codes of customers whose SuperUsers are all named here."""

    customers: tuple[CustomerEntry, ...] = ()
    superusers: tuple[SuperUserEntry, ...] = ()
    specialists: tuple[SpecialistEntry, ...] = ()
    whole: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


def draft_of(raws: Sequence[RawEntry], *, faults: Iterable[Fault] = (), default_language: Language) -> Draft:
    """Check the form of every entry. ``faults`` that were found while reading join those found here."""
    found = list(faults)
    customers, superusers, specialists, whole = [], [], [], set[str]()
    for raw in raws:
        fields = _Fields(raw, found)
        match raw.kind:
            case Kind.CUSTOMER:
                customers.append(_customer(fields))
                whole |= {customers[-1].code} if raw.values.get("superuser") is not None else set()
            case Kind.SUPERUSER:
                superusers.append(_superuser(fields, default_language))
                whole.add(superusers[-1].customer)
            case Kind.SPECIALIST:
                specialists.append(_specialist(fields, default_language))
    return Draft(
        customers=tuple(customers),
        superusers=tuple(superusers),
        specialists=tuple(specialists),
        whole=frozenset(whole - {""}),
        faults=tuple(found),
    )


class _Fields:
    """Takes the values of one entry, and notes what is wrong with them."""

    def __init__(self, raw: RawEntry, faults: list[Fault]) -> None:
        self.raw = raw
        self._faults = faults

    def need(self, key: str, convert: Callable[[Any], T], empty: T) -> T:
        """A value that must be there."""
        if self.raw.values.get(key) in (None, ""):
            self._faults.append(Fault(place=self.raw.place_of(key), text=f"{key} is missing"))
            return empty
        return self.take(key, convert, empty)

    def take(self, key: str, convert: Callable[[Any], T], empty: T) -> T:
        """A value that may be left out."""
        value = self.raw.values.get(key)
        if value is None or value == "":
            return empty
        try:
            return convert(value)
        except ValueError as error:
            self._faults.append(Fault(place=self.raw.place_of(key), text=f"{key}: {error}"))
            return empty

    def lacking(self, *keys: str) -> frozenset[str]:
        """Those of the keys that the file does not speak of at all; a key of TOML that is left out means empty."""
        return frozenset(key for key in keys if key not in self.raw.values)


def _customer(fields: _Fields) -> CustomerEntry:
    return CustomerEntry(
        place=fields.raw.place,
        code=fields.need("code", as_text, ""),
        name=fields.need("name", as_text, ""),
        industry=fields.need("industry", as_text, ""),
        modules=fields.take("modules", as_words, frozenset()),
        domains=fields.take("domains", as_domains, frozenset()),
        overdue_since=fields.take("overdue_since", as_day, None),
        keeps=fields.lacking("modules", "domains", "overdue_since"),
    )


def _superuser(fields: _Fields, default: Language) -> SuperUserEntry:
    return SuperUserEntry(
        place=fields.raw.place,
        customer=fields.need("customer", as_text, ""),
        address=fields.need("address", as_address, ""),
        name=fields.need("name", as_text, ""),
        language=fields.take("language", as_language, default),
        trained=None if fields.lacking("trained") else fields.take("trained", as_words, frozenset[str]()),
    )


def _specialist(fields: _Fields, default: Language) -> SpecialistEntry:
    return SpecialistEntry(
        place=fields.raw.place,
        address=fields.need("address", as_address, ""),
        name=fields.need("name", as_text, ""),
        team=fields.need("team", as_text, ""),
        language=fields.take("language", as_language, default),
        head=fields.take("head", as_flag, False),
        active=fields.take("active", as_flag, True),
        role=fields.take("role", as_role, ""),
    )
