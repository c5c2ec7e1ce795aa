"""What clocks and specialists move."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    _add_tables()
    _add_columns()


def _add_tables() -> None:
    op.create_table(
        "round",
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "made_on", name=op.f("pk_round")),
    )
    op.create_table(
        "due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_due_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("ticket_id", "kind", "due_at", name=op.f("uq_due_ticket_id_kind_due_at")),
    )
    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.create_index(
            "ix_due_next",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.create_table(
        "participant",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("superuser_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["superuser_id"], ["superuser.id"], name=op.f("fk_participant_superuser_id_superuser")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_participant_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "superuser_id", name=op.f("pk_participant")),
    )


def _add_columns() -> None:
    with op.batch_alter_table("superuser", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overview", sa.Boolean(), nullable=False, server_default="1"))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sqltypes.AutoString(), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("specialist_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("handling_started_at", sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("handling_due", sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("solution_due", sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("resolved_at", sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_ticket_at_work",
            ["team", "status"],
            unique=False,
            sqlite_where=sa.text("status IN ('open', 'waiting')"),
            postgresql_where=sa.text("status IN ('open', 'waiting')"),
        )


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
