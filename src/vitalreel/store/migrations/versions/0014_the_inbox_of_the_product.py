"""The inbox of the product"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column("touch", existing_type=sa.String(length=40), nullable=True)
        batch_op.add_column(sa.Column("beside", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(op.f("fk_outbox_beside_touch"), "touch", ["beside"], ["id"])
        batch_op.create_index(batch_op.f("ix_outbox_beside"), ["beside"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.Column("shown", utc, nullable=True),
        sa.ForeignKeyConstraint(["link"], ["link.id"], name=op.f("fk_inbox_link_link")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
        sa.UniqueConstraint("link", name=op.f("uq_inbox_link")),
    )
    op.create_index(op.f("ix_inbox_account"), "inbox", ["account"])
    op.create_index(op.f("ix_inbox_contact"), "inbox", ["contact"])
    op.create_table(
        "entrance",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("revoked", utc, nullable=True),
        sa.Column("created", utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrance")),
        sa.UniqueConstraint("contact", name=op.f("uq_entrance_contact")),
    )
