"""The migrations give the tables that the code expects, once, and never backwards."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from mailgate.domain.ticket import Status
from mailgate.store import schema
from mailgate.store.database import Database
from mailgate.store.tables import metadata

_FIRST_ROWS = """
INSERT INTO customer (id, code, name, industry) VALUES (1, 'K1', 'Kund', 'Bygg');
INSERT INTO superuser (id, customer_id, address, name, language, active)
VALUES (1, 1, 'eva@kund.example', 'Eva', 'sv', TRUE);
INSERT INTO raw_mail (sha256, size, content) VALUES ('abc', 1, 'x');
INSERT INTO ticket (id, serial, prefix, customer_id, superuser_id, subject, type, team, stage, untrained, opened_at)
VALUES (1, 100001, 'MG', 1, 1, 'Hej', 'question', 'T', 'service_desk', FALSE, '2026-11-01 08:00:00');
INSERT INTO mail (id, dedupe_key, raw_sha256, state, origin, peer, rcpt_to, received_at, attempts, outcome, ticket_id)
VALUES (1, 'k', 'abc', 'settled', 'smtp', '::1', '[]', '2026-11-01 08:00:00', 1, 'ticket', 1)
"""


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


def test_a_database_of_the_first_version_is_upgraded_with_all_that_is_in_it(empty_database: Database) -> None:
    schema.migrate(empty_database, to="0001")
    with empty_database.engine.begin() as connection:
        for statement in _FIRST_ROWS.strip().split(";"):
            connection.execute(text(statement))
    schema.migrate(empty_database)
    with empty_database.reading() as uow:
        (ticket,) = uow.tickets.newest()
        assert (ticket.status, ticket.specialist_id) == (Status.OPEN, None)
        assert uow.mails.sums() == {"ticket": 1}


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.SchemaError, match="newer Mailgate"):
        schema.migrate(database)
