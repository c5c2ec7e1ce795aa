"""What falls due and cannot be told is set aside, and tried again."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    # Not in batch mode: nothing here needs SQLite to copy a table that holds every mail that ever fell due.
    op.add_column("due", sa.Column("trouble", sqltypes.AutoString(), nullable=True))
    op.add_column("due", sa.Column("again_at", sqltypes.UTCDateTime(), nullable=True))
    op.create_index(
        "ix_due_aside",
        "due",
        ["again_at"],
        sqlite_where=sa.text("state = 'aside'"),
        postgresql_where=sa.text("state = 'aside'"),
    )
    op.create_table(
        "due_told",
        sa.Column("due_id", sa.Integer(), nullable=False),
        sa.Column("address", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["due_id"], ["due.id"], name=op.f("fk_due_told_due_id_due")),
        sa.PrimaryKeyConstraint("due_id", "address", name=op.f("pk_due_told")),
    )


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
