"""How a database would carry out what the code asks of it: which tables it would read from end to end."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Connection, event
from sqlmodel import Session

from mailgate.store.database import Database
from mailgate.store.prepared import Prepared
from mailgate.store.tables import metadata

SMALL = frozenset({"customer", "customer_module", "customer_domain", "superuser", "training", "specialist", "round"})
"""Tables that do not grow with the tickets."""

_TABLES = frozenset(metadata.tables)
_OF_SOME_ROWS = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"].get("where") is not None
}
_SQLITE = re.compile(r"SCAN (?:TABLE )?(\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_POSTGRES = re.compile(r"(?:Seq Scan|Index(?: Only)? Scan using (\w+)|Bitmap Heap Scan) on (\w+)")


class Asked:
    """The statements that were carried out, and those among them that read a big table from end to end."""

    def __init__(self) -> None:
        self.statements = 0
        self.scans: list[str] = []


@contextmanager
def asked_of(database: Database) -> Iterator[Asked]:
    """Have each statement's plan told before it is carried out, word for word and with its values."""
    asked, looking = Asked(), False

    def look(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal looking
        if looking or not statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            return
        looking = True
        try:
            asked.scans += [f"{scan}: {statement}" for scan in _scans(connection, statement, parameters)]
            asked.statements += 1
        finally:
            looking = False

    executed = Prepared._executed

    def looked_at(prepared: Prepared, session: Session, values: Mapping[str, Any]) -> Any:
        connection = session.connection()
        look(connection, None, *prepared.words(connection.dialect, values))
        return executed(prepared, session, values)

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        with mock.patch.object(Prepared, "_executed", looked_at):
            yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


def _scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        found = [match.groups() for row in plan if (match := _SQLITE.match(row[3]))]
        return [table for table, index in found if _is_big(table) and index not in _OF_SOME_ROWS]
    # An empty table is read from end to end whatever indexes it has, unless that is made as dear as it will be.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    lines = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    return [table for place, line in enumerate(lines) if (table := _scanned(line, lines[place + 1 : place + 4]))]


def _scanned(line: str, below: list[str]) -> str | None:
    match = _POSTGRES.search(line)
    if match is None or not _is_big(match[2]) or match[1] in _OF_SOME_ROWS:
        return None
    return None if any("Cond:" in each or "Bitmap Index Scan" in each for each in below) else match[2]


def _is_big(table: str) -> bool:
    return table in _TABLES - SMALL
