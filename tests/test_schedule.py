"""The daemon's regular work: what is due goes out, once, and no trouble ends it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mailgate import schedule as schedule_module
from mailgate.desk.house import House
from mailgate.desk.mailings import Worded
from mailgate.domain.outgoing import Notice
from mailgate.domain.rounds import RoundKind
from mailgate.schedule import Schedule
from mailgate.store.dues import DueKind
from tests.support.desk import Desk, a_desk
from tests.support.ticket_rows import DAWN, a_specialist, a_ticket, an_error

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = [f"{letter}{number} Sund" for letter in "ABC" for number in range(15)]


class Clockwork:
    """A schedule on a desk whose time the test sets; its jobs are run by hand."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = DAWN
        self.woken = 0
        self.schedule = Schedule(
            database=desk.database, house=desk.house, clock=lambda: self.now, wake_intake=lambda: None,
            wake_outbox=self._wake,
        )  # fmt: skip

    def _wake(self) -> None:
        self.woken += 1

    def rounds_at(self, text: str) -> int:
        self.now = datetime.fromisoformat(text)
        return self.schedule.make_rounds()

    def made(self, kind: RoundKind, day: date) -> bool:
        with self.desk.database.reading() as uow:
            return uow.dues.round_made(kind, day)


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Clockwork]:
    with a_desk(tmp_path) as desk:
        yield Clockwork(desk)


def test_digests_go_out_once_on_a_working_day(works: Clockwork) -> None:
    with works.desk.database.transaction() as uow:
        a_specialist(uow)
        an_error(uow, "Lönen är fel", due=-HOUR)
    assert works.rounds_at("2026-11-23T06:59+01:00") == 0
    assert works.rounds_at("2026-11-23T07:00+01:00") == 1
    assert works.rounds_at("2026-11-23T07:01+01:00") == 0
    (digest,) = works.desk.told("digest")
    assert digest.recipient == "sven@desk.example"
    assert works.woken == 1
    assert works.made(RoundKind.DIGEST, date(2026, 11, 23))


def test_what_stood_still_sends_the_days_digest_only_and_none_after_closing(works: Clockwork) -> None:
    with works.desk.database.transaction() as uow:
        a_specialist(uow)
    assert works.rounds_at("2026-11-18T07:00+01:00") == 1
    assert works.rounds_at("2026-11-20T17:00+01:00") == 0
    assert works.rounds_at("2026-11-22T10:00+01:00") == 0
    assert works.rounds_at("2026-11-23T15:00+01:00") == 1


def test_overviews_go_out_once_in_a_week(works: Clockwork) -> None:
    with works.desk.database.transaction() as uow:
        a_ticket(uow)
    assert works.rounds_at("2026-11-23T07:59+01:00") == 0
    assert works.rounds_at("2026-11-23T08:00+01:00") == 1
    assert works.rounds_at("2026-11-24T08:00+01:00") == 0
    assert [entry.recipient for entry in works.desk.told("overview")] == ["eva@k1.example"]
    assert works.rounds_at("2026-11-30T08:00+01:00") == 1


def test_a_round_that_was_broken_off_goes_on_where_it_was(works: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    with works.desk.database.transaction() as uow:
        for name in NAMES:
            a_specialist(uow, name)
    real, worded = schedule_module.word, 0

    def breaks_off(house: House, notice: Notice, *, now: datetime) -> Worded:
        nonlocal worded
        worded += 1
        if worded > 25:
            raise KeyboardInterrupt
        return real(house, notice, now=now)

    monkeypatch.setattr(schedule_module, "word", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        works.schedule.make_rounds()
    assert len(works.desk.told("digest")) == 20
    assert not works.made(RoundKind.DIGEST, date(2026, 11, 23))
    monkeypatch.setattr(schedule_module, "word", real)
    assert works.schedule.make_rounds() == 25
    assert sorted({entry.recipient for entry in works.desk.told("digest")}) == sorted(
        f"{name.split(maxsplit=1)[0].lower()}@desk.example" for name in NAMES
    )
    assert len(works.desk.told("digest")) == len(NAMES)


def test_one_digest_that_cannot_be_worded_keeps_no_other_back(
    works: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    with works.desk.database.transaction() as uow:
        for name in NAMES:
            a_specialist(uow, name)
    real = schedule_module.word

    def fails_for_one(house: House, notice: Notice, *, now: datetime) -> Worded:
        if notice.to.name == NAMES[3]:
            raise ValueError("no words")
        return real(house, notice, now=now)

    monkeypatch.setattr(schedule_module, "word", fails_for_one)
    works.schedule.make_rounds()
    assert len(works.desk.told("digest")) == len(NAMES) - 1
    assert not works.made(RoundKind.DIGEST, date(2026, 11, 23))
    monkeypatch.setattr(schedule_module, "word", real)
    assert works.schedule.make_rounds() == 1
    assert works.made(RoundKind.DIGEST, date(2026, 11, 23))


def test_what_falls_due_is_told_once(works: Clockwork) -> None:
    works.now = DAWN + 2 * HOUR
    with works.desk.database.transaction() as uow:
        a_specialist(uow)
        ticket = an_error(uow, due=timedelta(minutes=90))
        uow.dues.add(ticket.ticket_id, DueKind.SOLUTION_BREACH, DAWN + timedelta(minutes=90))
        uow.dues.add(ticket.ticket_id, DueKind.STATUS, DAWN + DAY)
    assert works.schedule.tell_what_is_due() == 1
    assert works.schedule.tell_what_is_due() == 0
    assert [entry.recipient for entry in works.desk.told("sla_alarm")] == ["sven@desk.example"]
    assert works.woken == 1


def test_a_schedule_that_ends_begins_no_more_mails(works: Clockwork) -> None:
    with works.desk.database.transaction() as uow:
        a_specialist(uow)
    works.schedule.start()
    works.schedule.stop()
    assert works.schedule.make_rounds() == 0
    assert works.desk.told("digest") == []
    assert not works.made(RoundKind.DIGEST, date(2026, 11, 23))


def test_the_years_of_these_days_are_worked_out_before_anybody_waits_for_them(works: Clockwork) -> None:
    assert works.desk.house.hours._years == {}
    works.schedule.work_out_years()
    assert set(works.desk.house.hours._years) == {2025, 2026, 2027, 2028}


def test_a_job_that_fails_is_logged_and_runs_again(works: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0

    def fails() -> None:
        nonlocal runs
        runs += 1
        raise RuntimeError("broken")

    monkeypatch.setattr(schedule_module.log, "exception", lambda event, **_: events.append(event))
    events: list[str] = []
    works.schedule._add("failing", fails, minutes=1)
    job = works.schedule._scheduler.get_job("failing")
    job.func()
    job.func()
    assert (runs, events) == (2, ["job_failed"] * 2)
