"""Fixtures of the desk's tests. Modules that say ``on_both_databases`` run on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import without_rows
from tests.support.table import Table, a_table


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Where the desk remembers: an empty database; without a name in a file of its own."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    return without_rows(request.getfixturevalue("postgres_url"))


@pytest.fixture
def table(tmp_path: Path, database_url: str) -> Iterator[Table]:
    """Monday morning at ten: nothing on the table yet."""
    with a_table(tmp_path, database_url=database_url) as table:
        yield table
