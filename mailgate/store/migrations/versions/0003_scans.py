"""What the clock looks for each minute, and counts each morning, is found without reading all that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_WORK, _RECEIVED = sa.text("status IN ('open', 'waiting')"), sa.text("state = 'received'")


def upgrade() -> None:
    """Make it so."""
    # Each begins with the column that its own condition fixes: so both databases see at once how little it holds.
    op.drop_index("ix_mail_waiting", "mail")
    op.create_index("ix_mail_waiting", "mail", ["state", "id"], sqlite_where=_RECEIVED, postgresql_where=_RECEIVED)
    op.drop_index("ix_ticket_at_work", "ticket")
    op.create_index("ix_ticket_at_work", "ticket", ["status", "team"], sqlite_where=_AT_WORK, postgresql_where=_AT_WORK)
    op.create_index("ix_ticket_opened_at_team", "ticket", ["opened_at", "team"])
    op.create_index("ix_ticket_status_resolved_at", "ticket", ["status", "resolved_at"])


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
