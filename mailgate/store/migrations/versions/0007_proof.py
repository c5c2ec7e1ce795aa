"""Each mail keeps whether it is truly from its author, and how that was found out."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.add_column("mail", sa.Column("proof", sqltypes.AutoString(), nullable=True))
    op.add_column("mail", sa.Column("proof_evidence", sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
