"""Everything that the first version remembers."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "answered",
        sa.Column("address", sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("last_at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", "kind", name=op.f("pk_answered")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("industry", sqltypes.AutoString(), nullable=False),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
    )
    op.create_table(
        "imap_cursor",
        sa.Column("mailbox", sqltypes.AutoString(), nullable=False),
        sa.Column("folder", sqltypes.AutoString(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", name=op.f("pk_imap_cursor")),
    )
    op.create_table(
        "raw_mail",
        sa.Column("sha256", sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_raw_mail")),
    )
    op.create_table(
        "specialist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("team", sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqltypes.AutoString(), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist")),
        sa.UniqueConstraint("address", name=op.f("uq_specialist_address")),
    )
    with op.batch_alter_table("specialist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_specialist_team"), ["team"], unique=False)

    op.create_table(
        "customer_domain",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("domain", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_domain_customer_id_customer")),
        sa.PrimaryKeyConstraint("customer_id", "domain", name=op.f("pk_customer_domain")),
    )
    with op.batch_alter_table("customer_domain", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_domain_domain"), ["domain"], unique=False)

    op.create_table(
        "customer_module",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("module", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_module_customer_id_customer")),
        sa.PrimaryKeyConstraint("customer_id", "module", name=op.f("pk_customer_module")),
    )
    op.create_table(
        "superuser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("address", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqltypes.AutoString(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_superuser_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_superuser")),
        sa.UniqueConstraint("address", name=op.f("uq_superuser_address")),
    )
    with op.batch_alter_table("superuser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_superuser_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sqltypes.AutoString(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("superuser_id", sa.Integer(), nullable=False),
        sa.Column("subject", sqltypes.AutoString(), nullable=False),
        sa.Column("type", sqltypes.AutoString(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("module", sqltypes.AutoString(), nullable=True),
        sa.Column("team", sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqltypes.AutoString(), nullable=False),
        sa.Column("untrained", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id_customer")),
        sa.ForeignKeyConstraint(["superuser_id"], ["superuser.id"], name=op.f("fk_ticket_superuser_id_superuser")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("serial", name=op.f("uq_ticket_serial")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_customer_id_opened_at", ["customer_id", "opened_at"], unique=False)

    op.create_table(
        "training",
        sa.Column("superuser_id", sa.Integer(), nullable=False),
        sa.Column("module", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["superuser_id"], ["superuser.id"], name=op.f("fk_training_superuser_id_superuser")),
        sa.PrimaryKeyConstraint("superuser_id", "module", name=op.f("pk_training")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sqltypes.AutoString(), nullable=False),
        sa.Column("raw_sha256", sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.Column("origin", sqltypes.AutoString(), nullable=False),
        sa.Column("peer", sqltypes.AutoString(), nullable=False),
        sa.Column("mail_from", sqltypes.AutoString(), nullable=True),
        sa.Column("rcpt_to", sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("settled_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("outcome", sqltypes.AutoString(), nullable=True),
        sa.Column("rule", sqltypes.AutoString(), nullable=True),
        sa.Column("evidence", sqltypes.AutoString(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("author_address", sqltypes.AutoString(), nullable=True),
        sa.Column("author_name", sqltypes.AutoString(), nullable=True),
        sa.Column("subject", sqltypes.AutoString(), nullable=True),
        sa.Column("message_id", sqltypes.AutoString(), nullable=True),
        sa.Column("release_superuser_id", sa.Integer(), nullable=True),
        sa.Column("release_by", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["raw_sha256"], ["raw_mail.sha256"], name=op.f("fk_mail_raw_sha256_raw_mail")),
        sa.ForeignKeyConstraint(
            ["release_superuser_id"], ["superuser.id"], name=op.f("fk_mail_release_superuser_id_superuser")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_mail_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_mail_dedupe_key")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index("ix_mail_outcome", ["outcome", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_mail_waiting",
            ["lease_until", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'received'"),
            postgresql_where=sa.text("state = 'received'"),
        )

    op.create_table(
        "thread_id",
        sa.Column("message_id", sqltypes.AutoString(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_thread_id_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("message_id", "ticket_id", name=op.f("pk_thread_id")),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_event_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("origin", sqltypes.AutoString(), nullable=False),
        sa.Column("peer", sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("raw_sha256", sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_arrival_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_mail_id"), ["mail_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("content_type", sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_id", sqltypes.AutoString(), nullable=True),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_attachment_mail_id_mail")),
        sa.PrimaryKeyConstraint("mail_id", "position", name=op.f("pk_attachment")),
    )
    op.create_table(
        "held",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.Column("cause", sqltypes.AutoString(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("held_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("decided_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("decided_by", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_held_customer_id_customer")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_held_mail_id_mail")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_held")),
    )
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.create_index("ix_held_waiting", ["state", "cause", "customer_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("author", sqltypes.AutoString(), nullable=False),
        sa.Column("author_address", sqltypes.AutoString(), nullable=False),
        sa.Column("author_name", sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("subject", sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqltypes.AutoString(), nullable=False),
        sa.Column("full_text", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_message_mail_id_mail")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_message_mail_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqltypes.AutoString(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sqltypes.AutoString(), nullable=False),
        sa.Column("mail_from", sqltypes.AutoString(), nullable=True),
        sa.Column("message_id", sqltypes.AutoString(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("not_before", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sent_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("response", sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_outbox_mail_id_mail")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_outbox_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["not_before", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'sending')"),
        )


def downgrade() -> None:
    """There is no way back but a backup: a rolled-back schema would lose what was received since."""
    raise NotImplementedError
