"""What automatic mail is counted by, and which mails were left unanswered for it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WITHHELD = sa.text("withheld > 0")


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "tally",
        sa.Column("scope", sqltypes.AutoString(), nullable=False),
        sa.Column("span", sqltypes.AutoString(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told_at", sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "span", name=op.f("pk_tally")),
    )
    op.create_index("ix_tally_since", "tally", ["since"])
    op.create_index("ix_tally_withheld", "tally", ["told_at"], sqlite_where=_WITHHELD, postgresql_where=_WITHHELD)
    op.add_column("mail", sa.Column("unanswered", sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
