"""What tests of several packages share: the PostgreSQL that a process of pytest starts once, if a test asks for it."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a real server; whoever uses its database makes it as they need it."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url
