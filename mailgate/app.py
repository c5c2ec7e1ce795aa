"""The composition root: builds every concrete object out of a ``Config``; starts, drains and stops the daemon.

The only place with real randomness; the real clock is ``real_clock``. ``Workshop`` is what the daemon and the command
line share; ``Daemon`` adds the doors and the loops.
"""

import os
import secrets
import signal
import socket
import sys
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from mailgate.config import Config
from mailgate.config_file import ConfigError
from mailgate.desk.house import house_of
from mailgate.desk.keys import open_keys
from mailgate.desk.strictness import codes_of_nobody
from mailgate.domain.ports import Clock
from mailgate.folder_lock import LOCK_FILE, AlreadyRunningError, OnlyOne
from mailgate.heap import give_back_large_blocks, look_for_garbage_seldom
from mailgate.ingest.imap_fetcher import ImapFetcher
from mailgate.ingest.parser_pool import ParserPool
from mailgate.ingest.recipients import recipients_of
from mailgate.ingest.smtp_door import SmtpDoor
from mailgate.notify.dispatcher import Dispatcher
from mailgate.notify.transports import ways_out
from mailgate.pipeline import Pipeline
from mailgate.real_clock import now
from mailgate.schedule import Schedule
from mailgate.store.database import DATABASE_FILE, Database, sqlite_url
from mailgate.store.ports import SharedOutbox, SharedSpool
from mailgate.store.schema import SchemaError, is_current, is_empty, migrate

log = structlog.get_logger()

_SENDING_LEASE = timedelta(minutes=30)


random_bytes = secrets.token_bytes
"""The one real source of keys."""


def mint() -> str:
    """A word that no other mail has."""
    return secrets.token_hex(10)


class DoorDiedError(Exception):
    """What talks to SMTP clients has ended, and the daemon with it."""


def open_database(config: Config) -> Database:
    """The database of this configuration, with this version's tables.

    Raises ``SchemaError`` for a later version's, and for an empty file where a daemon has worked before: to begin anew
    in its place would give out the same ticket numbers once more.
    """
    config.data_folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    database = Database(config.storage.database or sqlite_url(config.data_folder))
    lock = config.data_folder / LOCK_FILE
    if not config.storage.database and lock.exists() and is_empty(database):
        raise SchemaError(
            f"the database in {config.data_folder} is gone: restore a backup, or remove {lock} to begin anew"
        )
    migrate(database)
    return database


def open_as_it_is(config: Config) -> Database:
    """The same, where nothing may be made or changed. Raises ``SchemaError`` where it is not there, or another's."""
    if not config.storage.database and not (config.data_folder / DATABASE_FILE).exists():
        raise SchemaError(f"there is no database in {config.data_folder} yet; mailgate serve makes one")
    database = Database(config.storage.database or sqlite_url(config.data_folder))
    if not is_current(database):
        raise SchemaError("the database is another version's; this version's mailgate serve brings it up to date")
    return database


class Workshop:
    """The database and what works on it, without doors or loops: enough for one command, and the daemon's core."""

    def __init__(self, config: Config, *, clock: Clock = now) -> None:
        self.config = config
        self.clock = clock
        self.database = open_database(config)
        keys = open_keys(self.database, config, new_key=random_bytes, today=clock().date())
        self.house = house_of(config, mint=mint, keys=keys)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        parser = config.parser
        self.parser = ParserPool(children=parser.children, memory_mib=parser.memory_mib, seconds=parser.seconds)
        self.pipeline = Pipeline(
            database=self.database, parser=self.parser, house=self.house, clock=clock, owner=self.owner
        )

    def welcomes(self, reverse_path: str) -> bool:
        """Whether somebody with this address may write at all: see ``[addresses] strangers``."""
        with self.database.reading() as uow:
            return uow.customers.knows_sender(reverse_path)

    def close(self) -> None:
        """End the parser's children and let go of the database."""
        self.parser.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


class Daemon:
    """``mailgate serve``: both doors, the intake, the dispatcher and the clock.

    ``door``: SMTP's, which is a process of its own, made before this one became what it is.
    """

    def __init__(self, workshop: Workshop, door: SmtpDoor) -> None:
        config = workshop.config
        workshop.house.composer.check()  # a template that cannot be read stops the start, not the first mail
        self._workshop = workshop
        self._stop = threading.Event()
        pipeline = workshop.pipeline
        self.spool = SharedSpool(workshop.database, on_new=pipeline.wake.ring)
        clock, home, max_bytes = workshop.clock, config.home, config.smtp.max_mail_bytes
        recipients = recipients_of(config.addresses, reply_addresses=config.identity.reply_addresses == "plus")
        self._door = door
        self._door_died = False
        self._fetchers = [
            ImapFetcher(
                box, spool=self.spool, home=home, max_mail_bytes=max_bytes, clock=clock, ours=recipients.addresses
            )
            for box in config.imap
        ]
        self._outbox = SharedOutbox(
            workshop.database,
            owner=workshop.owner,
            lease=_SENDING_LEASE,
            give_up_after=timedelta(days=config.outgoing.give_up_after_days),
            doubt=config.outgoing.doubt_policy,
        )
        ways, wake = ways_out(config), pipeline.settled
        self._dispatcher = Dispatcher(self._outbox, ways.connect, clock=clock, wake=wake, connections=ways.connections)
        self._schedule = Schedule(
            database=workshop.database,
            house=workshop.house,
            clock=clock,
            wake_intake=pipeline.wake.ring,
            wake_outbox=pipeline.settled.set,
        )
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain.

        Raises ``AlreadyRunningError``, ``DoorDiedError``, ``OSError`` if a port is taken.
        """
        give_back_large_blocks()
        with OnlyOne(self._workshop.config.data_folder):
            self._take_over()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self._stop.set())
            # There is nothing to reload; what rotates logs shall not end the service (a terminal that goes away may).
            signal.signal(signal.SIGHUP, lambda *_: self._stop.set() if sys.stdin.isatty() else log.info("hup_ignored"))
            self.start()
            look_for_garbage_seldom()
            # Not for ever: Python handles a signal in this thread, and the kernel may have woken another one for it.
            while not self._stop.wait(1.0):
                pass
            self.drain()
        if self._door_died:
            raise DoorDiedError("the SMTP door's process ended by itself")

    def _end_without_door(self) -> None:
        """Who keeps services alive starts us anew: better than to run on and take no mail."""
        self._door_died = True
        self._stop.set()

    def start(self) -> None:
        """Open the doors, and begin to work."""
        pipeline = self._workshop.pipeline
        loops = [(f"intake-{n}", pipeline.run) for n in range(self._workshop.config.parser.children)]
        loops += [("outbox", self._dispatcher.run)]
        loops += [(f"imap-{number}", fetcher.run) for number, fetcher in enumerate(self._fetchers)]
        self._schedule.work_out_years()
        welcomes = self._workshop.welcomes if self._workshop.config.addresses.strangers == "refuse" else None
        self._door.start(spool=self.spool, welcomes=welcomes, gone=self._end_without_door)
        for name, loop in loops:
            thread = threading.Thread(target=loop, args=(self._stop,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._schedule.start()
        with self._workshop.database.reading() as uow:
            if not uow.customers.any_superuser():
                log.warning("register_empty", hint="every sender is a stranger until `mailgate register import`")
            if nobodys := codes_of_nobody(uow, self._workshop.config.identity.strict_customers):
                log.warning(
                    "strict_customers_unknown",
                    codes=nobodys,
                    hint="[identity] strict_customers: nobody is strict by these",
                )
        places = [f"{host}:{port}" for host, port in self._door.addresses]
        log.info("serving", smtp=places, imap=[box.name for box in self._workshop.config.imap])

    def drain(self) -> None:
        """Stop taking mail, finish what is under way, and end."""
        log.info("draining")
        self._stop.set()
        self._door.drain(self._workshop.config.smtp.drain_seconds)
        self._workshop.pipeline.wake.ring()
        self._workshop.pipeline.settled.set()
        self._schedule.stop()
        # What a thread still waits for by then (a relay that does not answer) is taken up again at the next start.
        deadline = time.monotonic() + self._workshop.config.smtp.drain_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        log.info("stopped", unfinished=[thread.name for thread in self._threads if thread.is_alive()])

    def _take_over(self) -> None:
        """What an earlier run had claimed when it ended is free again: nobody else works on this database file."""
        if self._workshop.config.storage.database:
            return
        with self._workshop.database.transaction() as uow:
            mails = uow.spool.end_leases()
        if mails:
            log.warning("taken_over", mails=mails)
        self._outbox.take_over(self._workshop.clock())


__all__ = ["AlreadyRunningError", "ConfigError", "Daemon", "DoorDiedError", "Workshop", "now", "open_as_it_is"]
