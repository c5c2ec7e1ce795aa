"""Each decision on a mail is kept with how it came about, and under which configuration."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "config_version",
        sa.Column("key", sqltypes.AutoString(), nullable=False),
        sa.Column("first_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("text", sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_config_version")),
    )
    op.create_table(
        "trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("config", sqltypes.AutoString(), nullable=False),
        sa.Column("content", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_trace_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
    )
    op.create_index(op.f("ix_trace_mail_id"), "trace", ["mail_id"])


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
