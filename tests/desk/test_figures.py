"""A month's figures: each clock counted once, in open hours, and the same whenever they are asked for."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from mailgate.desk.figures import month_figures
from mailgate.domain.figures import MonthFigures, percent, spread
from mailgate.domain.ticket import TicketType
from mailgate.domain.verdict import HoldCause
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.desk import Desk, a_desk, from_eva
from tests.support.ticket_past import a_past, at

NOVEMBER = date(2026, 11, 1)
H = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as desk:
        yield desk


def november(desk: Desk, make: Callable[[UnitOfWork], object], *, now: str = "12-24 12:00") -> MonthFigures:
    """November, after something was put into the database."""
    with desk.database.transaction() as uow:
        make(uow)
    return figures(desk, NOVEMBER, now=at(now))


def figures(desk: Desk, first: date, *, now: datetime) -> MonthFigures:
    with desk.database.reading() as uow:
        asked, _ = month_figures(uow, first, terms=desk.house.terms, hours=desk.house.hours, now=now)
    return asked


def test_a_month_without_tickets_is_all_nothing(desk: Desk) -> None:
    found = figures(desk, NOVEMBER, now=at("12-24 12:00"))
    assert (found.total.received, found.total.share, found.total.handling.spread) == (0, None, None)
    assert not any((found.by_type, found.by_level, found.by_team, found.by_customer, found.worst, found.held))
    assert len(found.days) == 30


def test_times_are_open_hours_without_lunch_nights_and_waiting(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(
            uow, ("take", "11-02 14:00"), ("ask", "11-02 15:00"), ("resumed", "11-03 10:00"), ("resolve", "11-03 11:30")
        )

    total = november(desk, make).total
    assert total.handling.spread is not None
    assert total.solution.spread is not None
    assert total.handling.spread.worst == 4 * H  # 9-12 and 13-14
    assert total.solution.spread.worst == 6.5 * H  # 9-12, 13-15, then 10-11:30 of the next day
    assert (total.received, total.solved, total.at_work) == (1, 1, 0)


def test_the_terms_are_kept_or_not_for_each_clock(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("take", "11-02 10:59"), ("resolve", "11-02 15:59"), level=1)
        a_past(uow, ("take", "11-02 11:01"), ("resolve", "11-03 08:01"), level=1)

    (level,) = november(desk, make).by_level
    assert (level.key, level.tally.handling.met, level.tally.handling.missed) == ("1", 1, 1)
    assert (level.tally.solution.met, level.tally.solution.missed) == (1, 1)
    assert level.tally.share == 0.5


def test_what_is_no_program_error_has_times_and_no_terms(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("take", "11-20 10:00"), ("resolve", "11-20 11:00"), type=TicketType.QUESTION, level=None)

    found = november(desk, make)
    assert found.total.solution.spread is not None
    assert (found.total.share, found.by_level, found.worst) == (None, (), ())
    assert [group.key for group in found.by_type] == ["question"]


def test_a_deadline_counts_in_the_month_in_which_it_runs_out_and_in_no_other(desk: Desk) -> None:
    with desk.database.transaction() as uow:  # level 3: 12 open hours, the first on Monday, so until 3 November 14:00
        a_past(uow, ("take", "12-01 09:00"), opened="10-30 15:00")
    now = at("12-24 12:00")
    months = [figures(desk, date(2026, month, 1), now=now).total.handling for month in (10, 11, 12)]
    assert [(one.met, one.missed) for one in months] == [(0, 0), (0, 1), (0, 0)]
    assert [one.spread is not None for one in months] == [False, False, True]


def test_a_month_that_is_over_is_told_as_it_ended(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_past(uow, ("take", "11-02 10:00"), opened="11-02 09:00")
    then = figures(desk, NOVEMBER, now=at("12-01 00:00"))
    with desk.database.transaction() as uow:
        a_past(
            uow,
            ("take", "11-02 10:00"),
            ("team", "12-01 08:00", {"team": "Annat"}),
            ("level", "12-01 08:05", {"level": 1}),
            ("resolve", "12-01 09:00"),
        )
    both = figures(desk, NOVEMBER, now=at("12-24 12:00"))
    assert (then.total.at_work, both.total.at_work, both.total.solved) == (1, 2, 0)
    assert [(group.key, group.tally.received) for group in both.by_team] == [("Handel", 2)]
    assert [group.key for group in both.by_level] == ["3"]


def test_a_month_under_way_is_told_as_of_now(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, opened="11-02 09:00")
        a_past(uow, opened="11-20 09:00")

    found = november(desk, make, now="11-03 15:00")
    assert not found.over
    assert (found.total.received, found.total.overdue) == (1, 0)
    assert november(desk, lambda _uow: None, now="11-04 15:00").total.overdue == 1


def test_what_was_done_with_before_the_month_is_not_of_it_until_it_is_reopened(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_past(
            uow,
            ("resolve", "10-05 10:00"),
            ("reopened", "11-05 10:00"),
            ("resolve", "11-05 11:00"),
            opened="10-05 09:00",
        )
        a_past(uow, ("resolve", "10-05 10:00"), opened="10-05 09:00")
    now = at("12-24 12:00")
    october, november_ = figures(desk, date(2026, 10, 1), now=now), figures(desk, NOVEMBER, now=now)
    assert (october.total.solved, october.total.reopened) == (2, 0)
    assert (november_.total.solved, november_.total.reopened, november_.total.received) == (1, 1, 0)


def test_a_level_found_out_late_counts_when_it_was_found_out(desk: Desk) -> None:
    with desk.database.transaction() as uow:
        a_past(uow, ("level", "11-10 09:00", {"level": 1}), opened="10-28 09:00", level=5)
    now = at("12-24 12:00")
    missed = [figures(desk, date(2026, month, 1), now=now).total.handling.missed for month in (10, 11, 12)]
    assert missed == [0, 1, 0]


def test_the_worst_are_the_latest_in_open_hours_each_ticket_once(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        for hour in range(9, 12):
            a_past(uow, ("take", f"11-04 {hour:02}:30"), subject=f"till {hour}")  # due 11-03 15:00
        for _ in range(9):
            a_past(uow, ("take", "11-04 08:00"))
        a_past(uow, subject="aldrig", level=1)
        a_past(uow, ("take", "11-02 10:00"), subject="i tid")

    found = november(desk, make)
    assert [one.subject for one in found.worst[:4]] == ["aldrig", "till 11", "till 10", "till 9"]
    assert len(found.worst) == 10
    late = found.worst[1].worst
    assert late is not None
    assert (late.due, late.late_by) == (at("11-03 15:00"), 4.5 * H)  # 15-16, then 8-11:30


def test_what_was_late_before_the_month_and_still_is_stays_among_the_worst(desk: Desk) -> None:
    found = november(desk, lambda uow: a_past(uow, opened="09-01 09:00", subject="glömd"))
    assert [one.subject for one in found.worst] == ["glömd"]
    assert found.total.overdue == 1
    assert found.total.handling.missed == 0  # that was September's


def test_customers_of_one_name_are_two(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, of="K1")
        a_past(uow, of="K2")

    assert [(one.key, one.name) for one in november(desk, make).by_customer] == [("K1", "Kund K1"), ("K2", "Kund K2")]


def test_days_are_the_desks_and_know_when_nobody_works(desk: Desk) -> None:
    found = november(desk, lambda uow: a_past(uow, ("resolve", "11-30 15:00"), opened="11-01 00:30"))
    assert (found.days[0].received, found.days[0].working) == (1, False)
    assert (found.days[29].solved, found.days[29].working) == (1, True)


def test_held_mails_are_told_by_cause_as_of_the_months_end(desk: Desk) -> None:
    spooled = [desk.spool(from_eva()).mail_id for _ in range(4)]

    def make(uow: UnitOfWork) -> None:
        for mail_id, (held, decided) in zip(
            spooled, [("11-03", "11-04"), ("11-05", "12-01"), ("11-06", None), ("10-06", None)], strict=True
        ):
            now = at(f"{held} 09:00")
            uow.holds.hold(mail_id, cause=HoldCause.STRANGER, customer_id=None, now=now)
            if decided is not None:
                uow.holds.decide(mail_id, state="released", by="x", now=at(f"{decided} 09:00"))

    (held,) = november(desk, make).held
    assert (held.cause, held.held, held.released, held.rejected, held.waiting) == (HoldCause.STRANGER, 3, 1, 0, 2)


def test_the_number_of_statements_does_not_grow_with_the_tickets(desk: Desk) -> None:
    def statements(count: int) -> int:
        with desk.database.transaction() as uow:
            for _ in range(count):
                a_past(uow, ("take", "11-02 10:00"))
        said: list[str] = []

        def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            said.append(statement)

        event.listen(desk.database.engine, "before_cursor_execute", listen)
        figures(desk, NOVEMBER, now=at("12-24 12:00"))
        event.remove(desk.database.engine, "before_cursor_execute", listen)
        return len(said)

    assert statements(1) == statements(20) <= 4


@pytest.mark.parametrize(("share", "said"), [(0, 0), (0.001, 1), (0.5, 50), (0.999, 99), (1, 100)])
def test_percent_never_says_all_or_none_when_it_is_not_so(share: float, said: int) -> None:
    assert percent(share) == said


def test_nine_in_ten_is_one_of_the_times_that_there_were() -> None:
    found = spread([hours * H for hours in (5, 1, 2, 3, 4, 6, 7, 8, 9, 30)])
    assert found is not None
    assert (found.median, found.p90, found.worst, found.count) == (5.5 * H, 9 * H, 30 * H, 10)
    assert spread([]) is None


def test_what_was_merged_into_another_ticket_is_not_solved_by_that(desk: Desk) -> None:
    def make(uow: UnitOfWork) -> None:
        a_past(uow, ("take", "11-02 10:00"), ("merge", "11-02 11:00"))
        a_past(uow, ("take", "11-02 10:00"), ("resolve", "11-02 11:00"), ("merge", "11-03 09:30"))

    total = november(desk, make).total
    assert (total.received, total.solved, total.at_work) == (2, 1, 0)
    assert total.solution.spread is not None
    assert total.solution.spread.worst == 2 * H
    assert (total.solution.met, total.solution.missed) == (1, 0)
