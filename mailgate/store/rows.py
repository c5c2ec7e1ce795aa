"""The little that all the modules of tables share: keys of rows, inserting what may be there already, and conditions
that an index of some rows serves.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

_LARGE = 1024 * 1024
IDS: BindParameter[int] = bindparam("ids", expanding=True)
"""In statements that are built once: keys of rows, given as ``ids`` when one is carried out."""


def insert_ignoring(session: Session, table: type, values: dict[str, Any], *, unique: list[str]) -> bool:
    """Insert a row unless one with the same unique key is there; True if it was inserted. Same SQL everywhere."""
    statement = _insert_ignoring(session.get_bind().dialect.name, table, tuple(values), tuple(unique))
    return session.connection().execute(statement, values).first() is not None


@lru_cache(maxsize=128)
def _insert_ignoring(dialect_name: str, table: Any, columns: tuple[str, ...], unique: tuple[str, ...]) -> Any:
    """Built once: to build it takes longer than to carry it out."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    statement = dialect.insert(table.__table__).values({name: bindparam(name) for name in columns})
    # Not the row count: on PostgreSQL the driver does not always have it.
    return statement.on_conflict_do_nothing(index_elements=unique).returning(literal(1))


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
