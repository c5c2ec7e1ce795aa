"""The engine and its transactions: SQLite in one file, or PostgreSQL.

Promises: a transaction that has ended is on disk (``synchronous=FULL``); a writer holds the write lock from its
beginning on (``BEGIN IMMEDIATE``), so that what it read still holds when it writes; errors quote nothing of what was to
be stored, for that is mail. Commits are shared: see ``commit_together``. The schema is for ``schema``, the tables'
words for the modules beside this one.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Engine, Transaction, event, make_url
from sqlalchemy.engine import Connection
from sqlmodel import Session, create_engine

from mailgate.store.prepared import driven
from mailgate.store.rows import rehearse
from mailgate.store.trouble import is_deadlock
from mailgate.store.unit_of_work import UnitOfWork

T = TypeVar("T")

_BUSY_SECONDS = 10
_SHARED_COMMIT_LIMIT = 100
# A deferred BEGIN that reads and then writes fails with SQLITE_BUSY_SNAPSHOT, whatever the time-out.
BEGIN_TO_WRITE, BEGIN_TO_READ = "BEGIN IMMEDIATE", "BEGIN"
_DEADLOCKS = 5  # so many times in a row the database may end a piece of work for another's sake
# Done again at once, it could take what the other waits for before that one wakes: both would stand still once more.
_GIVE_WAY_SECONDS = 0.02


DATABASE_FILE = "mailgate.db"


def sqlite_url(folder: Path) -> str:
    """Where the database lies if nothing else is configured."""
    return f"sqlite:///{folder / DATABASE_FILE}"


class Database:
    """One database, used by any number of threads."""

    def __init__(self, url: str) -> None:
        self.engine = (
            _sqlite_engine(url)
            if make_url(url).get_backend_name() == "sqlite"
            else create_engine(url, pool_pre_ping=True, hide_parameters=True)
        )
        self._awaited: deque[_Work[Any]] = deque()
        self._waiting: deque[_Work[Any]] = deque()
        self._turns = deque([self._awaited, self._waiting])
        self._gathering = threading.Lock()
        self._led = False

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Read and write; committed and durable once the ``with`` block is left, rolled back if it raises."""
        with self._begun() as (transaction, session):
            yield UnitOfWork(session)
            session.flush()
            try:
                transaction.commit()  # raises where it was rolled back meanwhile, whoever has caught the error
            except BaseException:
                # Ended, for SQLAlchemy; the driver may still be in it, and then so would be whoever is next.
                transaction.connection.invalidate()
                raise

    @contextmanager
    def rehearsing(self) -> Iterator[UnitOfWork]:
        """Read and write, and nothing of it remains: what a transaction would do can be looked at.

        Other writers wait meanwhile, on SQLite all of them: only what is needed belongs in here.
        """
        with self._begun() as (_, session):
            rehearse(session)
            yield UnitOfWork(session)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Read only, from one consistent state, without keeping writers waiting."""
        with self._begun(reading=True) as (_, session):
            yield UnitOfWork(session)

    @contextmanager
    def _begun(self, *, reading: bool = False) -> Iterator[tuple[Transaction, Session]]:
        """A transaction that has begun, so that a database that cannot be had is known before anybody's work.

        It is rolled back unless it is committed. The session takes part in it only where it is asked for more than
        prepared statements: to lead a transaction of its own costs it more than all the rest of this.
        """
        with self.engine.connect() as connection:
            if reading:
                connection.execution_options(mailgate_reading=True)
            transaction = connection.begin()
            with Session(connection) as session:
                yield transaction, session

    def commit_together(self, work: Callable[[UnitOfWork], T], *, awaited: bool = False, takes_long: bool = False) -> T:
        """Run ``work`` in a transaction that it may share with others who ask at the same time; durable on return.

        While one commit is on its way to the disk the next callers gather; one of them then leads them all through a
        single transaction. ``work`` may be run once more, alone, if another one in the same transaction fails, or if
        the database ended the transaction so that another's could go on; so it must touch nothing but its unit of work.
        What ``work`` raises is raised here.

        ``awaited``: somebody at another machine waits for this. Such work and the rest take turns, each in transactions
        of its own: so it waits for one transaction of the rest at most, and the rest for one of such.
        ``takes_long``: of such work there is one in a transaction at most, for the sake of whoever waits for that.
        """
        mine: _Work[T] = _Work(work, takes_long=takes_long)
        with self._gathering:
            (self._awaited if awaited else self._waiting).append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.wait()  # until it is done, or called to lead
        if not mine.done:
            self._lead_until(mine)
        return mine.outcome()

    def _lead_until(self, mine: "_Work[Any]") -> None:
        """Through transaction after transaction until ours is done; then the first of those who wait takes over."""
        try:
            while not mine.done:
                batch = self._next_batch()
                self._lead(batch)
                for work in batch:
                    work.wake()
        finally:
            with self._gathering:
                heir = next((queue[0] for queue in self._turns if queue), None)
                self._led = heir is not None
            if heir is not None:
                heir.wake()

    def _next_batch(self) -> "list[_Work[Any]]":
        with self._gathering:
            self._turns.rotate()
            queue = next(queue for queue in self._turns if queue)
            batch = [queue.popleft()]
            long = batch[0].takes_long
            while queue and len(batch) < _SHARED_COMMIT_LIMIT and not (long and queue[0].takes_long):
                batch.append(queue.popleft())
                long = long or batch[-1].takes_long
            return batch

    def _lead(self, batch: "list[_Work[Any]]", *, deadlocks: int = 0) -> None:
        begun = False
        try:
            with self.transaction() as uow:
                begun = True
                results = [work.function(uow) for work in batch]
        except BaseException as error:  # noqa: BLE001 - handed to the caller whose work it is
            if len(batch) == 1 and deadlocks < _DEADLOCKS and is_deadlock(error):
                time.sleep(_GIVE_WAY_SECONDS * 2**deadlocks)
                self._lead(batch, deadlocks=deadlocks + 1)
                return
            if len(batch) == 1 or not begun:  # where none could begin, each alone would wait as long again
                for work in batch:
                    work.failed(error)
                return
            for work in batch:
                self._lead([work])
        else:
            for work, result in zip(batch, results, strict=True):
                work.succeeded(result)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


class _Work(Generic[T]):
    """A piece of work that waits for a shared commit, and how it ended. Whoever waits for it sleeps by itself."""

    def __init__(self, function: Callable[[UnitOfWork], T], *, takes_long: bool) -> None:
        self.function = function
        self.takes_long = takes_long
        self.done = False
        self._asleep = threading.Lock()
        self._asleep.acquire()
        self._result: T | None = None
        self._error: BaseException | None = None

    def wait(self) -> None:
        """Until somebody wakes whoever waits for it."""
        self._asleep.acquire()

    def wake(self) -> None:
        """Each is woken by itself: where they all wait for one lock, each has to pass it on to the next."""
        self._asleep.release()

    def succeeded(self, result: T) -> None:
        self._result, self.done = result, True

    def failed(self, error: BaseException) -> None:
        self._error, self.done = error, True

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return cast("T", self._result)


def _sqlite_engine(url: str) -> Engine:
    connect_args = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect_args, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a 250 must survive a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("mailgate_reading", False)
        driven(connection, connection.connection.cursor(), BEGIN_TO_READ if reading else BEGIN_TO_WRITE)

    return engine
