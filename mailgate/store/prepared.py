"""Statements that a mail needs on its way: worked out once for each kind of database, then given to its driver.

SQLAlchemy builds, checks and compiles them as it does all others; but doing so anew for each of the forty statements of
a mail costs more than the database does. What comes back are plain rows with the columns' names, never objects that
are tracked. Values go in and out through the columns' own types, and errors come as SQLAlchemy's, without the values.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

_CURSOR = "mailgate.prepared"

_Convert = Callable[[Any], Any]


class Prepared:
    """A statement with ``bindparam`` where its values go; any number of threads may run it.

    ``statement``: itself, or what makes it for a kind of database where they differ.
    """

    def __init__(self, statement: ClauseElement | Callable[[Dialect], ClauseElement]) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, session: Session, **values: Any) -> list[Any]:
        """Its rows. What the session was given before and has not written is written first."""
        cursor, form = self._executed(session, values)
        return form.rows(cursor.fetchall())

    def first(self, session: Session, **values: Any) -> Any | None:
        """Its first row, if any."""
        rows = self.all(session, **values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values: Any) -> Any | None:
        """The first value of its first row, if any."""
        rows = self.all(session, **values)
        return rows[0][0] if rows else None

    def run(self, session: Session, **values: Any) -> int:
        """For a statement without rows: how many rows it changed."""
        cursor, _ = self._executed(session, values)
        return int(cursor.rowcount)

    def words(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The statement as that database's driver is given it, and the values."""
        form = self._form(dialect)
        return form.sql, form.given(values)

    def _form(self, dialect: Dialect) -> "_Form":
        form = self._forms.get(dialect.name)
        if form is None:
            own = self._statement
            statement = own if isinstance(own, ClauseElement) else own(dialect)
            form = self._forms[dialect.name] = _Form.of(statement, dialect)
        return form

    def _executed(self, session: Session, values: Mapping[str, Any]) -> "tuple[Any, _Form]":
        session.flush()
        connection, cursor = _cursor_of(session)
        form = self._form(connection.dialect)
        driven(connection, cursor, form.sql, form.given(values))
        return cursor, form


def driven(connection: Connection, cursor: Any, sql: str, values: Any = ()) -> None:
    """Give it to the driver; errors come as SQLAlchemy's, without the values."""
    try:
        cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        dialect = connection.dialect
        raise DBAPIError.instance(
            sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error


@dataclass(frozen=True, slots=True)
class _Form:
    """The statement in one database's words. ``places``: the names in order, where that is how values are given."""

    sql: str
    fixed: Mapping[str, Any]
    into: tuple[tuple[str, _Convert], ...]
    places: tuple[str, ...] | None
    row: Callable[[Sequence[Any]], Any] | None
    out_of: tuple[tuple[int, _Convert], ...]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> "_Form":
        compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        binds = {name: bind.type for bind, name in compiled.bind_names.items()}
        into = {name: convert for name, type_ in binds.items() if (convert := _into(type_, dialect)) is not None}
        own = {**compiled.construct_params(_check=False), **_defaults(compiled)}
        fixed = {name: into[name](value) if name in into else value for name, value in own.items()}
        columns = list(getattr(statement, "exported_columns", None) or ())
        out_of = ((place, _out_of(column.type, dialect)) for place, column in enumerate(columns))
        return cls(
            sql=str(compiled),
            fixed=fixed,
            into=tuple(into.items()),
            places=tuple(compiled.positiontup) if compiled.positional else None,
            row=_row_of([column.key for column in columns]) if columns else None,
            out_of=tuple((place, convert) for place, convert in out_of if convert is not None),
        )

    def given(self, values: Mapping[str, Any]) -> Any:
        """As the driver wants them."""
        all_of_them = {**self.fixed, **values}
        for name, convert in self.into:
            if name in values:  # the others are fixed, and were converted once
                all_of_them[name] = convert(values[name])
        return all_of_them if self.places is None else tuple([all_of_them[name] for name in self.places])

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Any]:
        """With the columns' own types and names."""
        if self.row is None:
            return []
        if not self.out_of:
            return [self.row(values) for values in raw]
        found = []
        for values in raw:
            changed = list(values)
            for place, convert in self.out_of:
                changed[place] = convert(changed[place])
            found.append(self.row(changed))
        return found


def _defaults(compiled: Any) -> dict[str, Any]:
    """Of the columns that an INSERT is not given, their own defaults; SQLAlchemy fills these in when it runs one."""
    columns = compiled.insert_prefetch
    for column in columns:
        if not column.default.is_scalar:
            raise TypeError(f"{column}: a default that is worked out anew for each row cannot be prepared")
    return {column.key: column.default.arg for column in columns}


def _row_of(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    # Its fields are known only when the statement is.
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = row._make
    return make


def _into(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _out_of(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _cursor_of(session: Session) -> tuple[Connection, Any]:
    """The driver's cursor for this transaction; one is enough, since rows are fetched at once."""
    connection: Any = session.bind  # on which ``Database`` has begun a transaction
    transaction = connection.get_transaction()
    if transaction is None:  # rolled back beneath us: the driver would commit each statement on its own
        raise InvalidRequestError("the transaction has ended")
    known = session.info.get(_CURSOR)
    if known is None:
        known = session.info[_CURSOR] = connection, connection.connection.cursor()
    return known
