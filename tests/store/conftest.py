"""Every test of the store runs on both databases: a SQLite file, and PostgreSQL where it is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.store.database import Database, sqlite_url
from mailgate.store.schema import migrate
from tests.support.postgres import without_tables


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        database = Database(sqlite_url(tmp_path))
    else:
        database = Database(without_tables(request.getfixturevalue("postgres_url")))
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A migrated database with nothing in it."""
    migrate(empty_database)
    return empty_database
