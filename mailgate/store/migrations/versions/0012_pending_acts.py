"""What binds a customer and was not proven waits for a yes."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_REFERS = {"ticket_id": "ticket", "superuser_id": "superuser", "mail_id": "mail", "answer_mail_id": "mail"}


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "pending_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("superuser_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqltypes.AutoString(), nullable=False),
        sa.Column("shown", sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("answer_mail_id", sa.Integer(), nullable=True),
        sa.Column("answer_proof", sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_act")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_pending_act_{column}_{other}"))
            for column, other in _REFERS.items()
        ),
    )
    op.create_index(op.f("ix_pending_act_ticket_id"), "pending_act", ["ticket_id"])
    op.create_index(
        "uq_pending_act_open",
        "pending_act",
        ["ticket_id", "superuser_id", "kind", "value"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
