"""Prepared statements: what goes in comes out, on both databases, and trouble comes under SQLAlchemy's names."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from mailgate.store.database import Database
from mailgate.store.prepared import Prepared
from mailgate.store.rows import change_row, find, insert_ignoring, insert_row
from mailgate.store.tables import AnsweredRow, CustomerRow, SpecialistRow

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ANSWERED = find(AnsweredRow, "address", "kind")


def _customer(code: str = "K1") -> dict[str, object]:
    return {"code": code, "name": "Kund", "industry": "", "overdue_since": None}


def test_values_come_back_with_their_own_types_and_names(database: Database) -> None:
    with database.transaction() as uow:
        insert_ignoring(
            uow._session,
            AnsweredRow,
            {"address": "å@b.example", "kind": "x", "last_at": AT},
            unique=["address", "kind"],
        )
        row = ANSWERED.first(uow._session, address="å@b.example", kind="x")
    assert (row.address, row.last_at) == ("å@b.example", AT)


def test_what_the_session_holds_is_written_before_a_statement_asks(database: Database) -> None:
    with database.transaction() as uow:
        uow._session.add(AnsweredRow(address="a@b.example", kind="x", last_at=AT))
        assert ANSWERED.first(uow._session, address="a@b.example", kind="x") is not None


def test_another_transaction_has_a_cursor_of_its_own(database: Database) -> None:
    for number in range(3):
        with database.transaction() as uow:
            key = insert_row(uow._session, CustomerRow, _customer(f"K{number}"))
            change_row(uow._session, CustomerRow, key, {"name": "Annan"})
        with database.reading() as uow:
            assert find(CustomerRow, "id").first(uow._session, id=key).name == "Annan"


def test_a_change_of_nothing_changes_nothing(database: Database) -> None:
    with database.transaction() as uow:
        change_row(uow._session, CustomerRow, insert_row(uow._session, CustomerRow, _customer()), {})


def test_how_many_rows_were_changed_is_told(database: Database) -> None:
    rename = Prepared(
        update(CustomerRow).where(col(CustomerRow.code) == bindparam("who")).values(name=bindparam("called"))
    )
    with database.transaction() as uow:
        insert_row(uow._session, CustomerRow, _customer())
        assert rename.run(uow._session, who="K1", called="Ny") == 1
        assert rename.run(uow._session, who="K2", called="Ny") == 0


def test_a_statement_may_have_values_of_its_own_and_the_same_name_twice(database: Database) -> None:
    found = Prepared(
        select(CustomerRow.id).where(
            (col(CustomerRow.code) == bindparam("word")) | (col(CustomerRow.name) == bindparam("word")),
            CustomerRow.industry == "",
        )
    )
    with database.transaction() as uow:
        key = insert_row(uow._session, CustomerRow, _customer())
        assert found.scalar(uow._session, word="Kund") == key
        assert found.scalar(uow._session, word="K1") == key
        assert found.scalar(uow._session, word="K9") is None


def test_trouble_has_sqlalchemys_name_and_quotes_no_parameters(database: Database) -> None:
    with database.transaction() as uow:
        insert_row(uow._session, CustomerRow, _customer())
    with pytest.raises(IntegrityError) as trouble, database.transaction() as uow:
        insert_row(uow._session, CustomerRow, _customer())
    assert "[parameters" not in str(trouble.value)
    assert trouble.value.params is None


def test_a_column_that_is_not_given_has_its_own_default(database: Database) -> None:
    specialist = {"address": "sven@desk.example", "name": "Sven", "team": "Handel", "language": "sv"}
    with database.transaction() as uow:
        key = insert_row(uow._session, SpecialistRow, specialist)
        row = find(SpecialistRow, "id").first(uow._session, id=key)
    assert (row.active, row.head) == (True, False)
