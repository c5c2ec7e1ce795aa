"""Brings a database to the schema of this version, by Alembic's migrations in ``migrations/versions``.

An older program refuses a newer database: it would not know what it breaks.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from mailgate.store.database import Database
from mailgate.store.tables import metadata

_FOLDER = Path(__file__).parent / "migrations"
HEAD = "0013"
"""The newest migration; ``tests/store/test_schema.py`` holds it to the folder."""


class SchemaError(Exception):
    """The database is not one that this version can use."""


def migrate(database: Database, *, to: str = HEAD) -> None:
    """Create or upgrade the tables. Raises ``SchemaError`` for a database of a later version.

    ``to``: an earlier version, for those who try the upgrade from there.
    """
    present = _version(database)
    if present == to:
        return  # the usual start does not pay for loading Alembic
    if present is not None and present > HEAD:
        raise SchemaError(
            f"the database is of a newer Mailgate (schema {present}, this is {HEAD}); install that version"
        )
    from alembic import command  # noqa: PLC0415 - half a second that only a new or old database costs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def is_current(database: Database) -> bool:
    """Whether it has the tables of this version."""
    return _version(database) == HEAD


def is_empty(database: Database) -> bool:
    """Whether it has none of our tables."""
    return _version(database) is None


def _version(database: Database) -> str | None:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def scratch_database() -> Database:
    """An empty one in memory, gone when it is closed; for one thread."""
    database = Database("sqlite://")
    metadata.create_all(database.engine)
    return database
