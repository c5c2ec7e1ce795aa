"""The little that all the modules of tables share: keys of rows, inserting what may be there already, and conditions
that an index of some rows serves.
"""

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Dialect, bindparam, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from mailgate.store.prepared import Prepared

_LARGE = 1024 * 1024
_REHEARSED = "mailgate.rehearsed"
REHEARSED_FROM = 2_000_000_000
"""Keys from here on are those of a rehearsal: see ``rehearse``."""
IDS: BindParameter[int] = bindparam("ids", expanding=True)
"""In statements that are built once: keys of rows, given as ``ids`` when one is carried out."""


@cache
def find(table: Any, *columns: str, also: Any = None, order: str | None = None) -> Prepared:
    """The rows whose columns have the values that are given by the columns' names when it is run."""
    own = table.__table__
    found = select(*own.c).where(*(own.c[name] == bindparam(name) for name in columns))
    if also is not None:
        found = found.where(also)
    return Prepared(found.order_by(own.c[order]) if order is not None else found)


def insert_row(session: Session, table: Any, values: dict[str, Any]) -> int:
    """Insert a row; its key."""
    values = _keyed(session, table, values)
    key = _insert(table, tuple(values)).scalar(session, **values)
    return key_of(key)


def insert_and_read(session: Session, table: Any, values: dict[str, Any]) -> Any:
    """Insert a row; all of it, with what the database filled in."""
    values = _keyed(session, table, values)
    return _insert(table, tuple(values), whole=True).first(session, **values)


def change_row(session: Session, table: Any, key: int, values: dict[str, Any]) -> None:
    """Set some columns of the row with this key."""
    if values:
        _change(table, tuple(values)).run(session, the_key=key, **values)


def change_and_read(session: Session, table: Any, key: int, values: dict[str, Any]) -> Any:
    """Set some columns of the row with this key, or none; all of it as it is then, or None."""
    if not values:
        return find(table, "id").first(session, id=key)
    return _change(table, tuple(values), whole=True).first(session, the_key=key, **values)


def insert_ignoring(session: Session, table: Any, values: dict[str, Any], *, unique: list[str]) -> bool:
    """Insert a row unless one with the same unique key is there; True if it was inserted. Same SQL everywhere."""
    values = _keyed(session, table, values)
    # Not the row count: on PostgreSQL the driver does not always have it.
    return _insert_ignoring(table, tuple(values), tuple(unique)).scalar(session, **values) is not None


def insert_all_ignoring(session: Session, table: Any, rows: Sequence[dict[str, Any]], *, unique: list[str]) -> None:
    """The same for a few rows with the same columns, in one statement."""
    if rows:
        rows = [_keyed(session, table, row) for row in rows]
        values = {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}
        _insert_ignoring(table, tuple(rows[0]), tuple(unique), count=len(rows)).all(session, **values)


def rehearse(session: Session) -> None:
    """Rows that are inserted from here on get keys of their own, higher than all that are given out.

    PostgreSQL's sequences do not go back with their transaction: what is rolled back would use up keys.
    """
    session.info[_REHEARSED] = itertools.count(REHEARSED_FROM)


def _keyed(session: Session, table: Any, values: dict[str, Any]) -> dict[str, Any]:
    keys = session.info.get(_REHEARSED)
    if keys is None or "id" not in table.__table__.c:
        return values
    return {**values, "id": next(keys)}


@cache
def _insert(table: Any, names: tuple[str, ...], *, whole: bool = False) -> Prepared:
    own = table.__table__
    new = insert(own).values({name: bindparam(name) for name in names})
    return Prepared(new.returning(*own.c) if whole else new.returning(own.c.id))


@cache
def _change(table: Any, names: tuple[str, ...], *, whole: bool = False) -> Prepared:
    own = table.__table__
    this = update(own).where(own.c.id == bindparam("the_key")).values({name: bindparam(name) for name in names})
    return Prepared(this.returning(*own.c) if whole else this)


@cache
def _insert_ignoring(table: Any, names: tuple[str, ...], unique: tuple[str, ...], *, count: int = 0) -> Prepared:
    """``count``: of rows, whose values are then named by their places, too."""
    values: Any = {name: bindparam(name) for name in names}
    if count:
        values = [{name: bindparam(f"{name}_{place}") for name in names} for place in range(count)]

    def made_for(dialect: Dialect) -> ClauseElement:
        words = postgresql if dialect.name == "postgresql" else sqlite
        new = words.insert(table.__table__).values(values).on_conflict_do_nothing(index_elements=list(unique))
        statement: ClauseElement = new.returning(literal(1))
        return statement

    return Prepared(made_for)


def insert_large(session: Session, table: type, values: dict[str, Any], *, unique: str, large: str) -> bool:
    """``insert_ignoring`` for a row whose column ``large`` may hold many octets, of which no copy stays in memory."""
    inserted = insert_ignoring(session, table, values, unique=[unique])
    if len(values[large]) > _LARGE:
        # A prepared statement of SQLite keeps a copy of what it was given last, in each connection of the pool. It is
        # given nothing in its place, and that is ignored: the row is there.
        insert_ignoring(session, table, values | {large: b""}, unique=[unique])
    return inserted


def key_of(value: int | None) -> int:
    """The key of a row that was read or flushed."""
    assert value is not None, "a row that was read or flushed has its key"  # noqa: S101
    return value


def is_just(column: Any, value: str) -> ColumnElement[bool]:
    """The column has this value, which is one of the program's own words, written into the statement.

    An index of some rows serves a query only if the query says the index's condition: a parameter says nothing.
    """
    condition: ColumnElement[bool] = column == literal(value, literal_execute=True)
    return condition


def is_among(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """The same for several values; in the order of the alphabet, as the indexes' conditions have them."""
    words: Any = bindparam("words", sorted(values), expanding=True, literal_execute=True, unique=True)
    condition: ColumnElement[bool] = column.in_(words)
    return condition
