"""Fixtures of the desk's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.table import Table, a_table


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Monday morning at ten: nothing on the table yet."""
    with a_table(tmp_path) as table:
        yield table
