"""Bugs of the database's use, and of the work in between. See ``planted``."""

import secrets

from sqlalchemy import Engine, event

from judge.bugs import bug, put
from mailgate import folder_lock
from mailgate.domain import fingerprint
from mailgate.ingest import parser_pool
from mailgate.store import database, spool


def _after_each_connect(statement: str) -> None:
    real = database._sqlite_engine

    def engine(url: str) -> Engine:
        made = real(url)
        event.listen(made, "connect", lambda connection, _record: connection.execute(statement))
        return made

    put(database, "_sqlite_engine", engine)


@bug
def commits_without_fsync() -> None:
    """SQLite's NORMAL: a kill cannot tell it from FULL, a power cut can."""
    _after_each_connect("PRAGMA synchronous=NORMAL")


@bug
def begins_deferred() -> None:
    """A transaction that reads first and then writes fails at once when somebody else has written meanwhile."""
    put(database, "BEGIN_TO_WRITE", database.BEGIN_TO_READ)


@bug
def takes_each_copy_for_a_new_mail() -> None:
    put(fingerprint, "dedupe_key", lambda _envelope: secrets.token_hex(32))


@bug
def leaves_claims_of_the_dead() -> None:
    """What a killed daemon had in hand waits until its lease is over."""
    put(spool.SpoolTable, "end_leases", lambda _self: 0)


@bug
def lets_a_second_daemon_in() -> None:
    """It frees what the first has claimed, before it finds that the port is taken."""
    put(folder_lock.OnlyOne, "__enter__", lambda self: setattr(self, "_file", self._path.open("a")))


@bug
def tries_poison_for_ever() -> None:
    put(parser_pool, "_DEATHS_ALLOWED", 10**9)
