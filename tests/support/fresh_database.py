"""An empty SQLite database of this version: made by the migrations once in each process, and copied from then on.

The migrations are 60 ms of work, and a thousand tests begin with an empty database.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mailgate.store.database import DATABASE_FILE, Database, sqlite_url
from mailgate.store.schema import migrate


def fresh_database(folder: Path) -> Database:
    """Open the one in this folder; an empty one, if there is none yet."""
    file = folder / DATABASE_FILE
    if not file.exists():
        file.write_bytes(_empty())
    return Database(sqlite_url(folder))


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        migrate(database)
        database.close()  # the last one to leave puts everything into the one file
        return (Path(folder) / DATABASE_FILE).read_bytes()
