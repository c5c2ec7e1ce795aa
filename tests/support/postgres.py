"""A real PostgreSQL, started for the tests on a free loopback port and stopped after them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from mailgate.store.database import Database
from mailgate.store.schema import migrate
from mailgate.store.tables import metadata
from tests.support.servers import free_ports

on_both_databases = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)], indirect=True
)
"""For modules of tests whose outcome could differ: locks, savepoints, what is too large for a column."""


def _folder_of_programs() -> Path:
    """Debian keeps the server's programs by version, away from PATH: the newest that is there."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if os.environ.get("MAILGATE_REQUIRE_SERVERS") == "1":
        pytest.fail("PostgreSQL is not installed, and MAILGATE_REQUIRE_SERVERS=1 demands it", pytrace=False)
    pytest.skip("PostgreSQL is not installed")


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Gives the URL of an empty database; everything lies in ``folder``, and ends with the block."""
    programs = _folder_of_programs()
    (port,) = free_ports(1)
    data = folder / "pg"
    # PostgreSQL refuses to run as root, and must reach its folder.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        data.mkdir()
        shutil.chown(data, "postgres")
        for parent in data.parents:
            if parent != Path("/tmp") and parent.is_relative_to("/tmp"):  # noqa: S108
                parent.chmod(parent.stat().st_mode | 0o011)

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")

    run(f"{programs}/initdb", "-D", str(data), "-U", "mailgate", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run(f"{programs}/pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://mailgate@127.0.0.1:{port}/postgres"
    finally:
        run(f"{programs}/pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")


def without_tables(url: str) -> str:
    """The same database, with nothing in it at all."""
    _carry_out(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


def without_rows(url: str) -> str:
    """The same database with this version's tables, all of them empty."""
    database = Database(url)
    try:
        migrate(database)
    finally:
        database.close()
    _carry_out(url, f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")
    return url


def _carry_out(url: str, *statements: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))
    database.close()
