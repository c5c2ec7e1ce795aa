"""The oracle is no rubber stamp: each of these faults, planted into the desk, is noticed."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from mailgate.desk import clocks, due_alarms, due_mails, due_news
from mailgate.desk.due_mails import DueMails
from mailgate.desk.due_words import Written
from mailgate.desk.falling import Circle, Falling, ForOne
from mailgate.desk.house import House
from mailgate.desk.tell import team_recipients
from mailgate.domain import sla
from mailgate.domain.opening_hours import OpeningHours
from mailgate.domain.ticket import Ticket
from mailgate.store.dues import Due, Dues
from mailgate.store.tables import DueRow
from mailgate.store.unit_of_work import UnitOfWork
from tests.simulation.trial import Findings, Trial, a_spring_month

Plant = Callable[[pytest.MonkeyPatch, Trial], None]


def nothing(_patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    """The desk as it is."""


def forgets_what_it_told(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    plan = Dues.plan

    def forgetful(self: Dues, ticket_id: Any, wanted: Any, *, new: bool = False) -> None:
        self._session.connection().execute(delete(DueRow).where(col(DueRow.ticket_id) == ticket_id))
        plan(self, ticket_id, wanted, new=new)

    patch.setattr(Dues, "plan", forgetful)


def makes_up_for_every_missed_status_mail(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    planned: dict[int, datetime] = {}
    real = clocks.next_status

    def remembered(house: House, ticket: Ticket, *, after: datetime) -> datetime:
        planned[ticket.ticket_id] = real(house, ticket, after=after)
        return planned[ticket.ticket_id]

    def after_the_missed_one(house: House, ticket: Ticket, *, after: datetime) -> datetime:
        return remembered(house, ticket, after=min(after, planned[ticket.ticket_id]))

    patch.setattr(clocks, "next_status", remembered)
    patch.setattr(due_news, "next_status", after_the_missed_one)


def lets_clocks_run_while_it_waits(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    patch.setattr(sla, "merged", lambda _pauses, **_: ())


def warns_at_half_time(_patch: pytest.MonkeyPatch, trial: Trial) -> None:
    house = trial.desk.house
    trial.desk.house = replace(house, terms=[replace(one, warn_at_percent=50) for one in house.terms])


def writes_at_night(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    def at_all_hours(uow: UnitOfWork, _hours: OpeningHours, *, now: datetime, **_: object) -> list[Due]:
        return uow.dues.due(until=now)

    patch.setattr(due_mails, "due_now", at_all_hours)


def closes_after_nine_days(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    patch.setattr(clocks, "CLOSE_AFTER", 9)


def keeps_breaches_from_the_head(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    def without_heads(uow: UnitOfWork, house: House, falling: Iterable[Falling]) -> Iterator[Any]:
        return ((one, to) for one in falling for to in team_recipients(uow, house, one.ticket.team))

    patch.setattr(due_alarms, "_readers", without_heads)


def writes_a_mail_for_each_ticket(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    _divide(patch, lambda person: [(one,) for one in person.falling])


def writes_a_mail_for_each_kind(patch: pytest.MonkeyPatch, _trial: Trial) -> None:
    def by_kind(person: ForOne) -> list[tuple[Falling, ...]]:
        kinds = {one.kind for one in person.falling}
        return [tuple(one for one in person.falling if one.kind is kind) for kind in kinds]

    _divide(patch, by_kind)


def _divide(patch: pytest.MonkeyPatch, parts: Callable[[ForOne], list[tuple[Falling, ...]]]) -> None:
    real = due_mails.write

    def divided(house: House, circle: Circle, *, now: datetime) -> Written:
        people = tuple(replace(person, falling=part) for person in circle.people for part in parts(person))
        return real(house, replace(circle, people=people), now=now)

    patch.setattr(due_mails, "write", divided)


def marks_before_it_tells(patch: pytest.MonkeyPatch, trial: Trial) -> None:
    """In a transaction of its own: a kill in between loses the mail."""
    real = DueMails._told

    def in_two_steps(self: DueMails, circles: Sequence[tuple[Due, ...]], now: datetime) -> int:
        if trial.world.random.random() < 0.1:
            with self.database.transaction() as uow:
                uow.dues.done([due.due_id for circle in circles for due in circle])
        return real(self, circles, now)

    patch.setattr(DueMails, "_told", in_two_steps)


def _findings(plant: Plant, folder: Path) -> Findings:
    trial = Trial(a_spring_month(seed=7, tickets=90, days=26), folder)
    with pytest.MonkeyPatch.context() as patch:
        plant(patch, trial)
        return trial.run()


LONG = pytest.mark.skipif(
    os.environ.get("MAILGATE_LONG_TESTS") != "1", reason="a minute and a half; MAILGATE_LONG_TESTS=1 plants every fault"
)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("plant", "shows"),
    [
        (nothing, set()),
        (forgets_what_it_told, {"not_demanded"}),
        (writes_at_night, {"at_night", "not_demanded"}),
        (marks_before_it_tells, {"missing"}),
        pytest.param(makes_up_for_every_missed_status_mail, {"not_demanded"}, marks=LONG),
        pytest.param(lets_clocks_run_while_it_waits, {"not_demanded"}, marks=LONG),
        pytest.param(warns_at_half_time, {"missing", "not_demanded"}, marks=LONG),
        pytest.param(closes_after_nine_days, {"missing", "not_demanded"}, marks=LONG),
        pytest.param(keeps_breaches_from_the_head, {"missing"}, marks=LONG),
        pytest.param(writes_a_mail_for_each_ticket, {"not_bundled"}, marks=LONG),
        pytest.param(writes_a_mail_for_each_kind, {"not_bundled"}, marks=LONG),
    ],
)
def test_a_desk_that_does_this_is_found_out(plant: Plant, shows: set[str], tmp_path: Path) -> None:
    report = _findings(plant, tmp_path).report()
    assert set(report) >= shows, report
    assert bool(report) == bool(shows), report
