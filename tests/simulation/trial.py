"""Lets a world live, and compares what its desk told with what the rules demand."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from tests.simulation import rounds
from tests.simulation.chronicle import Told
from tests.simulation.desk_under_test import DeskUnderTest
from tests.simulation.oracle import demanded
from tests.simulation.people import People
from tests.simulation.simulation import Setting, Simulation, local
from tests.simulation.told import not_bundled, queued, told


@dataclass(kw_only=True)
class Findings:
    """What is wrong, if anything is; and how much there was to judge."""

    seed: int
    tickets: int
    kills: int
    mails: int
    kinds: Counter[str]
    missing: Counter[Told] = field(default_factory=Counter)
    not_demanded: Counter[Told] = field(default_factory=Counter)
    at_night: list[Told] = field(default_factory=list)
    not_bundled: list[Told] = field(default_factory=list)
    rounds: list[str] = field(default_factory=list)

    def report(self) -> dict[str, list[str]]:
        """The beginning of each list of faults that is not empty."""
        lists: dict[str, list[object]] = {
            "missing": sorted(self.missing.elements(), key=_by_time),
            "not_demanded": sorted(self.not_demanded.elements(), key=_by_time),
            "at_night": list(self.at_night),
            "not_bundled": list(self.not_bundled),
            "rounds": list(self.rounds),
        }
        return {name: [f"{len(found)} in all", *map(str, found[:8])] for name, found in lists.items() if found}


def _by_time(one: Told) -> tuple[object, str]:
    return one.at, str(one)


class Trial:
    """One world and its desk; ``desk`` may be spoilt before ``run``."""

    def __init__(self, setting: Setting, folder: Path) -> None:
        self._folder = folder
        self.world = Simulation(setting, folder)
        People(self.world)

    @property
    def desk(self) -> DeskUnderTest:
        return self.world.desk

    def run(self) -> Findings:
        self.world.run()
        chronicle, minutes = self.world.chronicle, self.world.minutes
        wanted, found, mails = demanded(chronicle, minutes), told(self._folder), queued(self._folder)
        return Findings(
            seed=self.world.setting.seed,
            tickets=sum(one.kind == "receipt" for one in wanted),
            kills=self.world.kills,
            mails=len(mails),
            kinds=Counter(one.kind for one in wanted.elements()),
            missing=wanted - found,
            not_demanded=found - wanted,
            at_night=rounds.at_night(found, minutes),
            not_bundled=not_bundled(self._folder),
            rounds=rounds.faults(mails, chronicle, minutes),
        )


def a_spring_month(*, seed: int, tickets: int, days: int = 35) -> Setting:
    """Easter, the day that lacks an hour, two outages, a clock set back by an hour."""
    return Setting(
        seed=seed,
        first=date(2026, 3, 9),
        days=days,
        tickets=tickets,
        outages=(
            (local(date(2026, 3, 18), time(8, 40)), local(date(2026, 3, 18), time(14, 15))),
            (local(date(2026, 3, 24), time(15)), local(date(2026, 3, 27), time(3, 10))),
        ),
        set_back=local(date(2026, 3, 17), time(10, 20)),
    )


def a_year(*, seed: int, tickets: int) -> Setting:
    """All holidays, both days on which clocks change, outages in summer and winter."""
    return Setting(
        seed=seed,
        first=date(2026, 1, 1),
        days=365,
        tickets=tickets,
        outages=(
            (local(date(2026, 6, 17), time(11, 50)), local(date(2026, 6, 20), time(9, 5))),
            (local(date(2026, 11, 2), time(8, 30)), local(date(2026, 11, 2), time(15, 10))),
        ),
        set_back=local(date(2026, 10, 6), time(13, 30)),
    )
