"""The migrations give the tables that the code expects, once, and never backwards."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from mailgate.store import schema
from mailgate.store.database import Database
from mailgate.store.tables import metadata


def test_the_migrated_tables_are_those_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_the_newest_migration_is_the_one_that_the_start_looks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema._FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_migrating_twice_changes_nothing(database: Database) -> None:
    schema.migrate(database)


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.SchemaError, match="newer Mailgate"):
        schema.migrate(database)
