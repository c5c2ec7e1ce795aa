"""Transactions: durable, exclusive, and shared without sharing each other's failures."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError, InvalidRequestError, OperationalError

from mailgate.domain.ticket import TicketId
from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from mailgate.store.tables import CounterRow
from mailgate.store.unit_of_work import UnitOfWork
from tests.support.postgres import without_rows


def _next(uow: UnitOfWork) -> int:
    return uow.tickets.next_number(prefix="MG", first=1).serial


def test_many_threads_that_commit_together_lose_no_update(database: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        serials = list(pool.map(lambda _: database.commit_together(_next), range(300)))
    assert sorted(serials) == list(range(1, 301))


def test_two_databases_on_one_file_lose_no_update(tmp_path: Path) -> None:
    first, second = Database(sqlite_url(tmp_path)), Database(sqlite_url(tmp_path))
    migrate(first)
    with ThreadPoolExecutor(8) as pool:
        databases = [first, second] * 50
        serials = list(pool.map(lambda database: database.commit_together(_next), databases))
    assert sorted(serials) == list(range(1, 101))
    first.close()
    second.close()


def test_work_that_fails_fails_alone(database: Database) -> None:
    def spoilt(_uow: UnitOfWork) -> int:
        raise LookupError("mine")

    gate = threading.Event()

    def slow(uow: UnitOfWork) -> int:
        gate.wait(5)
        return _next(uow)

    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(database.commit_together, slow)
        good = [pool.submit(database.commit_together, _next) for _ in range(3)]
        bad = pool.submit(database.commit_together, spoilt)
        gate.set()
        with pytest.raises(LookupError, match="mine"):
            bad.result(10)
        assert sorted([leader.result(10), *(one.result(10) for one in good)]) == [1, 2, 3, 4]


def test_where_nobody_can_begin_all_are_told_so_at_once(database: Database) -> None:
    tries = 0

    def refuse(_connection: object) -> None:
        nonlocal tries
        tries += 1
        raise TimeoutError("locked")

    leading, gate = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> int:
        leading.set()
        gate.wait(5)
        event.listen(database.engine, "begin", refuse, insert=True)
        return _next(uow)

    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(database.commit_together, slow)
        leading.wait(5)
        others = [pool.submit(database.commit_together, _next) for _ in range(5)]
        while len(database._waiting) < len(others):  # until all have gathered behind the leader
            time.sleep(0.01)
        gate.set()
        assert leader.result(10) == 1
        for other in others:
            with pytest.raises(TimeoutError, match="locked"):
                other.result(10)
    assert tries == 1, "each try may wait for seconds"
    event.remove(database.engine, "begin", refuse)
    assert database.commit_together(_next) == 2


def test_an_error_quotes_nothing_of_the_mail(database: Database) -> None:
    def store(uow: UnitOfWork) -> None:
        uow.tickets.add_thread_ids(TicketId(99), ["<a-secret@kund.example>"])

    with pytest.raises(DatabaseError) as raised:  # there is no such ticket
        database.commit_together(store)
    assert "secret" not in str(raised.value)


def test_what_was_rolled_back_left_nothing(database: Database) -> None:
    def give_up(uow: UnitOfWork) -> None:
        _next(uow)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.commit_together(give_up)
    assert database.commit_together(_next) == 1


def test_what_was_rolled_back_beneath_somebody_who_goes_on_is_not_taken_for_committed(database: Database) -> None:
    def go_on(uow: UnitOfWork) -> None:
        _next(uow)
        uow.session.add(CounterRow(name="ticket", value=1))
        with pytest.raises(DatabaseError):  # there is one, and what could not be written ends the transaction
            uow.session.flush()
        with pytest.raises(InvalidRequestError):
            _next(uow)

    with pytest.raises(InvalidRequestError):
        database.commit_together(go_on)
    assert database.commit_together(_next) == 1


def test_a_commit_that_fails_fails_each_that_waited_for_it(database: Database) -> None:
    sound = database.engine.dialect.do_commit

    def full(_connection: object) -> None:
        raise database.engine.dialect.loaded_dbapi.OperationalError("disk full")

    leading, gate = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> int:
        leading.set()
        gate.wait(5)
        return _next(uow)

    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(database.commit_together, slow)
        leading.wait(5)
        others = [pool.submit(database.commit_together, _next) for _ in range(3)]
        _until(lambda: len(database._waiting) == len(others))
        database.engine.dialect.do_commit = full  # type: ignore[method-assign, assignment]
        gate.set()
        for one in (leader, *others):
            with pytest.raises(OperationalError, match="disk full"):
                one.result(10)
    database.engine.dialect.do_commit = sound  # type: ignore[method-assign]
    assert database.commit_together(_next) == 1, "and nothing of it remains"


def test_sqlite_commits_are_synchronous_and_write_ahead(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    with database.engine.connect() as connection:
        full = 2
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == full
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


def test_a_writer_holds_the_lock_from_its_first_statement_on(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    migrate(database)
    other = sqlite3.connect(tmp_path / "mailgate.db", timeout=0, isolation_level=None)
    with database.transaction() as uow:
        assert uow.tickets.ticket(1) is None  # type: ignore[arg-type]  # a read, and still:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    with database.reading() as uow:
        assert uow.tickets.ticket(1) is None  # type: ignore[arg-type]
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    other.close()
    database.close()


def test_what_is_awaited_waits_for_no_more_than_one_transaction_of_the_rest(database: Database) -> None:
    order: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: UnitOfWork) -> None:
        begun.set()
        assert go_on.wait(10)
        order.append("slow")

    def note(name: str) -> Callable[[UnitOfWork], None]:
        return lambda _: order.append(name)

    threads = [threading.Thread(target=database.commit_together, args=(slow,))]
    threads[0].start()
    assert begun.wait(10)
    for number in range(5):
        threads.append(threading.Thread(target=database.commit_together, args=(note(f"rest {number}"),)))
        threads[-1].start()
    _until(lambda: len(database._waiting) == 5)
    threads.append(threading.Thread(target=database.commit_together, args=(note("awaited"),), kwargs={"awaited": True}))
    threads[-1].start()
    _until(lambda: len(database._awaited) == 1)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert order[:2] == ["slow", "awaited"]
    assert len(order) == 7


def test_what_takes_long_has_a_transaction_without_another_such(database: Database) -> None:
    transactions: dict[str, int] = {}
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: UnitOfWork) -> None:
        begun.set()
        assert go_on.wait(10)

    def note(name: str) -> Callable[[UnitOfWork], None]:
        return lambda uow: transactions.update({name: id(uow)}) or kept.append(uow)  # type: ignore[func-returns-value]

    kept: list[UnitOfWork] = []  # so that none has another's id
    threads = [threading.Thread(target=database.commit_together, args=(slow,))]
    threads[0].start()
    assert begun.wait(10)
    for place, (name, takes_long) in enumerate([("one", True), ("short", False), ("two", True), ("other", False)], 1):
        more = {"takes_long": takes_long}
        threads.append(threading.Thread(target=database.commit_together, args=(note(name),), kwargs=more))
        threads[-1].start()
        _until(lambda: len(database._waiting) == place)  # noqa: B023
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert transactions["one"] == transactions["short"] != transactions["two"] == transactions["other"]


def _until(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.005)


@pytest.mark.servers
def test_work_that_postgresql_ends_for_anothers_sake_is_done_again(postgres_url: str) -> None:
    nodes = [Database(without_rows(postgres_url)), Database(postgres_url)]
    both_hold_one = threading.Barrier(2)
    runs: list[str] = []

    def count_up(uow: UnitOfWork, name: str) -> None:
        uow.session.connection().execute(
            text("UPDATE counter SET value = value + 1 WHERE name = :name"), {"name": name}
        )

    def crosswise(first: str, then: str) -> Callable[[UnitOfWork], None]:
        def work(uow: UnitOfWork) -> None:
            runs.append(first)
            count_up(uow, first)
            if runs.count(first) == 1:
                both_hold_one.wait(10)
            count_up(uow, then)

        return work

    with nodes[0].transaction() as uow:
        uow.session.connection().execute(text("INSERT INTO counter (name, value) VALUES ('a', 0), ('b', 0)"))
    with ThreadPoolExecutor(2) as pool:
        works = [pool.submit(nodes[0].commit_together, crosswise("a", "b"))]
        works.append(pool.submit(nodes[1].commit_together, crosswise("b", "a")))
        for one in works:
            one.result(30)
    with nodes[0].reading() as uow:
        values = uow.session.connection().execute(text("SELECT value FROM counter")).scalars().all()
    assert values == [2, 2]
    assert len(runs) >= 3, "one of them was ended, and done again; seldom more than once: that is the machine's to say"
    for node in nodes:
        node.close()
