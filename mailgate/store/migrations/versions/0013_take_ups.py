"""A held mail is taken up by replying to its gist: which replies did so, and whether they say more than yes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "take_up",
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("held_id", sa.Integer(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["mail.id"], name=op.f("fk_take_up_reply_id_mail")),
        sa.ForeignKeyConstraint(["held_id"], ["mail.id"], name=op.f("fk_take_up_held_id_mail")),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_take_up")),
    )
    op.create_index(op.f("ix_take_up_held_id"), "take_up", ["held_id"])


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
