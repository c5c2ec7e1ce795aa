"""Who is in the simulated world."""

from dataclasses import dataclass

TEAMS = ("Handel", "Hantverk")
LISTED_TEAM, TEAM_LIST = "Hantverk", "hantverk@desk.example"
CUSTOMERS = 24


@dataclass(frozen=True, slots=True)
class Person:
    """``house``: the team or the customer's code."""

    address: str
    name: str
    house: str


SPECIALISTS = (
    Person("anna@desk.example", "Anna Alm", "Handel"),
    Person("bo@desk.example", "Bo Berg", "Handel"),
    Person("cia@desk.example", "Cia Carlsson", "Hantverk"),
    Person("dag@desk.example", "Dag Dahl", "Hantverk"),
)
HEAD = "anna@desk.example"

REACHED = {"Handel": ("anna@desk.example", "bo@desk.example"), "Hantverk": (TEAM_LIST,)}
"""Whom a team's mails reach: one has an address of its own, the other has its specialists."""

SUPERUSERS = tuple(
    Person(f"{name.lower()}@k{code}.example", f"{name} K{code}", f"K{code}")
    for code in range(1, CUSTOMERS + 1)
    for name in ("Eva", "Olle", "Aino")[: 2 + code % 2]
)


def team_of(customer: str) -> str:
    """By its industry, which here is named like the team."""
    return TEAMS[int(customer[1:]) % 2]


def colleagues_of(one: Person) -> tuple[Person, ...]:
    return tuple(each for each in SUPERUSERS if each.house == one.house and each is not one)
