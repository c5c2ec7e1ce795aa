"""Alembic's entry: runs on the connection that ``schema.migrate`` hands over, all migrations in one transaction."""

from alembic import context

from mailgate.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
context.run_migrations()
