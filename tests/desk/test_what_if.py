"""Past program errors under other terms and hours: what happened stays, what was promised is another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailgate.config import Config
from mailgate.config_time import HoursConfig
from mailgate.desk.what_if import Change, Rules, TicketCompared, simulate, sums
from mailgate.domain.news import AlarmClock
from mailgate.domain.terms import Promise, ServiceTerms, Target, TargetUnit
from mailgate.domain.ticket import ServiceLevel, TicketType
from mailgate.holiday_calendars import opening_hours
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.desk import Desk, a_desk
from tests.support.ticket_past import a_past, at

_FOUR_WEEKS = Target(TargetUnit.WEEKS, 4)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def terms(hours: float = 12, target: Target = _FOUR_WEEKS, *, published: date = date(2020, 1, 1)) -> ServiceTerms:
    promise = Promise(handling_within=timedelta(hours=hours), target=target)
    return ServiceTerms(published_on=published, promises=dict.fromkeys(ServiceLevel, promise))


def compare(desk: Desk, make: Callable[[UnitOfWork], object], new: Rules | None = None) -> list[TicketCompared]:
    """November under the desk's own rules and others, seen from Christmas."""
    old = Rules(terms=desk.house.terms, hours=desk.house.hours)
    with desk.database.transaction() as uow:
        make(uow)
    with desk.database.reading() as uow:
        return simulate(
            uow, start=at("11-01 00:00"), end=at("12-01 00:00"), old=old, new=new or old, now=at("12-24 12:00")
        )


def test_under_the_same_rules_nothing_changes(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("take", "11-02 10:00"), ("resolve", "11-03 10:00"))
        a_past(uow, ("take", "11-27 10:00"))

    found = compare(desk, make)
    assert [(one.handling.change, one.solution.change) for one in found] == [
        (Change.STILL_IN_TIME, Change.STILL_IN_TIME),
        (Change.STILL_LATE, Change.STILL_LATE),
    ]
    assert all(run.old_due == run.new_due for one in found for run in one.clocks)


def test_shorter_terms_make_late_what_was_in_time(desk: Desk) -> None:
    new = Rules(terms=[terms(2)], hours=desk.house.hours)
    (one,) = compare(desk, lambda uow: a_past(uow, ("take", "11-02 13:30")), new)
    assert one.handling.change is Change.LATE_NOW
    assert (one.handling.old_due, one.handling.new_due) == (at("11-03 15:00"), at("11-02 11:00"))
    assert one.handling.done_at == at("11-02 13:30")


def test_longer_terms_forgive(desk: Desk) -> None:
    new = Rules(terms=[terms(20)], hours=desk.house.hours)
    (one,) = compare(desk, lambda uow: a_past(uow, ("take", "11-03 15:30")), new)
    assert one.handling.change is Change.LATE_NO_MORE


def test_other_hours_move_deadlines_under_the_same_terms(desk: Desk) -> None:
    long_days = HoursConfig(monday=("07:00-20:00",), lunch="")
    hours = opening_hours(Config(hours=long_days))
    new = Rules(terms=desk.house.terms, hours=hours)
    (one,) = compare(desk, lambda uow: a_past(uow, ("take", "11-03 13:30")), new)
    assert one.handling.new_due == at("11-03 09:00")  # 11 hours of Monday, and one from 8
    assert one.handling.change is Change.LATE_NOW


def test_each_ticket_is_under_the_new_terms_of_its_own_day(desk: Desk) -> None:
    versions = [terms(20), terms(1, published=date(2026, 10, 15))]
    new = Rules(terms=versions, hours=desk.house.hours)

    def make(uow: UnitOfWork) -> None:
        a_past(uow, opened="11-02 09:00")

    (one,) = compare(desk, make, new)
    assert one.handling.new_due == at("11-02 10:00")
    later = replace(new, terms=[terms(20), terms(1, published=date(2026, 11, 15))])
    assert compare(desk, lambda _uow: None, later)[0].handling.new_due == at("11-04 16:00")


def test_waiting_for_the_customer_counts_for_neither(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("ask", "11-02 10:00"), ("resumed", "11-06 10:00"), ("resolve", "11-06 11:00"), level=1)

    same_day = Rules(terms=[terms(2, Target(TargetUnit.SAME_DAY))], hours=desk.house.hours)
    (one,) = compare(desk, make, same_day)
    assert one.solution.change is Change.STILL_IN_TIME
    assert one.solution.new_due == one.solution.old_due > at("11-06 11:00")


def test_only_program_errors_of_the_span_are_compared(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, type=TicketType.QUESTION, level=None)
        a_past(uow, opened="10-31 23:59")
        a_past(uow, opened="12-01 00:00")
        a_past(uow, ("type", "11-03 09:00", {"type": "question", "level": None}))
        a_past(uow, opened="11-30 23:59", subject="denna")

    assert [one.subject for one in compare(desk, make)] == ["denna"]


def test_sums_add_up(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("take", "11-02 13:30"), ("resolve", "11-02 14:00"))
        a_past(uow, ("take", "11-20 13:30"), ("resolve", "11-20 14:00"))

    handling, solution = sums(compare(desk, make, Rules(terms=[terms(2)], hours=desk.house.hours)))
    assert (handling.clock, handling.tickets, handling.late_old, handling.late_new) == (AlarmClock.HANDLING, 2, 1, 2)
    assert (solution.late_old, solution.late_new, solution.changes[Change.STILL_IN_TIME]) == (0, 0, 2)
