"""What customers agree to is kept: estimates of orders, access to their installation. Specialists have a role."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_LIVE = sa.text("state IN ('asked', 'granted')")


def upgrade() -> None:
    """Make it so."""
    _estimate()
    _support_access()
    op.add_column("specialist", sa.Column("role", sqltypes.AutoString(), nullable=True))


def _estimate() -> None:
    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("valid_until", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("hours", sqltypes.AutoString(), nullable=True),
        sa.Column("amount", sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        *_answer("answer", at="answered_at", by="answered_by"),
        sa.Column("billed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("billed_by", sa.Integer(), nullable=True),
        *(sa.Column(f"billed_{name}", sqltypes.AutoString(), nullable=True) for name in _BILLED),
        *_keys("estimate", ticket_id="ticket", specialist_id="specialist", **_WHO, billed_by="specialist"),
    )
    op.create_index(op.f("ix_estimate_ticket_id"), "estimate", ["ticket_id"])
    op.create_index(
        "uq_estimate_open", "estimate", ["ticket_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def _support_access() -> None:
    op.create_table(
        "support_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.Column("span", sqltypes.AutoString(), nullable=True),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=True),
        *_answer("answer", at="answered_at", by="answered_by"),
        *_answer("over", at="over_at", by="over_by"),
        *_keys(
            "support_access", ticket_id="ticket", customer_id="customer", specialist_id="specialist", **_WHO,
            over_by="superuser", over_mail_id="mail",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_support_access_ticket_id"), "support_access", ["ticket_id"])
    op.create_index(
        "uq_support_access_live",
        "support_access",
        ["ticket_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


_BILLED = ("hours", "amount", "currency", "text")
_WHO = {"answered_by": "superuser", "answer_mail_id": "mail"}


def _answer(name: str, *, at: str, by: str) -> list[sa.Column[object]]:
    return [
        sa.Column(at, sqltypes.UTCDateTime(), nullable=True),
        sa.Column(by, sa.Integer(), nullable=True),
        sa.Column(f"{name}_text", sqltypes.AutoString(), nullable=True),
        sa.Column(f"{name}_proof", sqltypes.AutoString(), nullable=True),
        sa.Column(f"{name}_mail_id", sa.Integer(), nullable=True),
    ]


def _keys(table: str, **foreign: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in foreign.items()
        ),
    ]


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
