"""Counts of automatic mail begin anew with each span, and survive being counted by many at once."""

from datetime import UTC, datetime, timedelta
from threading import Thread

from mailgate.domain.budgets import Span
from mailgate.store.database import Database
from mailgate.store.tallies import SAID

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SCOPES = ["address:eva@kund.example", "customer:1", "instance"]
EVA = SCOPES[0]


def used(database: Database, scope: str, now: datetime) -> tuple[int, int]:
    with database.reading() as uow:
        found = uow.tallies.used([scope], now=now)
    return found.get((scope, Span.TEN_MINUTES), 0), found.get((scope, Span.DAY), 0)


def use(database: Database, *moments: datetime) -> None:
    for now in moments:
        with database.transaction() as uow:
            uow.tallies.use(SCOPES, now=now)


def test_ten_minutes_and_the_day_are_counted_apart(database: Database) -> None:
    use(database, NOON, NOON + 9 * MINUTE, NOON + 10 * MINUTE)
    assert used(database, EVA, NOON + 11 * MINUTE) == (1, 3)
    assert used(database, EVA, NOON + 20 * MINUTE) == (0, 3)
    assert used(database, EVA, NOON + DAY) == (0, 0)
    assert used(database, "address:bo@kund.example", NOON) == (0, 0)
    use(database, NOON + DAY)
    assert used(database, "instance", NOON + DAY) == (1, 1)


def test_nothing_that_was_counted_at_the_same_time_is_missed(database: Database) -> None:
    counting = [Thread(target=use, args=(database, *[NOON] * 10)) for _ in range(4)]
    for thread in counting:
        thread.start()
    for thread in counting:
        thread.join()
    assert used(database, EVA, NOON) == (40, 40)


def test_what_was_said_counts_from_the_last_time(database: Database) -> None:
    def said(now: datetime) -> int:
        with database.reading() as uow:
            return uow.tallies.said("said:x", since=now - DAY)

    for hours in (0, 20, 40):
        now = NOON + timedelta(hours=hours)
        with database.transaction() as uow:
            uow.tallies.say("said:x", since=now - DAY, now=now)
    assert said(NOON + timedelta(hours=60)) == 3
    assert said(NOON + timedelta(hours=65)) == 0
    late = NOON + timedelta(hours=65)
    with database.transaction() as uow:
        uow.tallies.say("said:x", since=late - DAY, now=late)
    assert said(late) == 1


def test_what_was_withheld_is_told_once_and_again_after_its_time(database: Database) -> None:
    use(database, NOON)
    with database.transaction() as uow:
        for _ in range(3):
            uow.tallies.withhold(EVA, Span.DAY)
        assert [(one.scope, one.count) for one in uow.tallies.untold(told_before=NOON - DAY)] == [(EVA, 3)]
        uow.tallies.told(uow.tallies.untold(told_before=NOON - DAY), now=NOON)
        assert uow.tallies.last_told() == NOON
        uow.tallies.withhold(EVA, Span.DAY)
        assert uow.tallies.untold(told_before=NOON - DAY) == []
        assert [one.count for one in uow.tallies.untold(told_before=NOON + MINUTE)] == [1]


def test_old_counts_go_and_what_is_still_to_be_told_stays(database: Database) -> None:
    use(database, NOON)
    with database.transaction() as uow:
        uow.tallies.say("said:x", since=NOON, now=NOON)
        uow.tallies.say("said:y", since=NOON, now=NOON)
        uow.tallies.withhold("said:y", SAID)
        assert uow.tallies.forget(before=NOON - DAY) == 0
        assert uow.tallies.forget(before=NOON + DAY) == 7
        assert [one.scope for one in uow.tallies.untold(told_before=NOON)] == ["said:y"]
