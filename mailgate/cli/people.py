"""Whom and what a command names: a specialist by name or address, a team by name or number."""

from typing import TYPE_CHECKING

from mailgate.cli.failure import MISUSED, Failure

if TYPE_CHECKING:
    from mailgate.config import Config
    from mailgate.domain.customer import Specialist
    from mailgate.store.unit_of_work import UnitOfWork


def specialist_of(uow: "UnitOfWork", written: str) -> "Specialist":
    """The registered specialist with this address or name; a part of the name will do, if it is one's only."""
    from mailgate.desk.naming import people_named

    everyone = uow.customers.specialists()
    found = people_named(written, everyone)
    if len(found) != 1:
        names = ", ".join(one.name for one in found or everyone) or "nobody"
        why = f"{written!r} is more than one specialist" if found else f"there is no specialist {written!r}"
        raise Failure(f"{why}; registered: {names}")
    return found[0]


def whoever_acts(uow: "UnitOfWork", written: str | None) -> "Specialist":
    """Who was named; else the only specialist that there is."""
    if written is not None:
        return specialist_of(uow, written)
    everyone = uow.customers.specialists()
    if len(everyone) == 1:
        return everyone[0]
    raise Failure("say who you are: --by NAME, or set MAILGATE_SPECIALIST", code=MISUSED)


def team_of(config: "Config", written: str) -> str:
    """A team of the configuration: its name, the beginning of it, or its number (1 is the first)."""
    from mailgate.desk.naming import team_named

    names = [team.name for team in config.teams]
    found = team_named(written, names)
    if found is None:
        listed = ", ".join(f"{place} {name}" for place, name in enumerate(names, start=1)) or "none"
        raise Failure(f"{written!r} is no team; there are: {listed}", code=MISUSED)
    return found
