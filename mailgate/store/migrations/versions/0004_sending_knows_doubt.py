"""The mark before the final dot, and what is known of mails in doubt."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    # Not in batch mode: nothing here needs SQLite to copy a table that holds every mail we sent.
    op.add_column("outbox", sa.Column("marked_at", sqltypes.UTCDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("uncertain_at", sqltypes.UTCDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("doubt_told_at", sqltypes.UTCDateTime(), nullable=True))
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    _index("ix_outbox_unsent", ["state", "not_before", "id"], where="state <> 'sent'")
    _index("ix_outbox_doubted", ["id"], where="doubts > 0")


def _index(name: str, columns: list[str], *, where: str) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
