"""${message}"""

import sqlalchemy as sa
from sqlmodel.sql import sqltypes
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Make it so."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
