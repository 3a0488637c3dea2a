"""Pages opened to customers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "shared_view",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened", utc, nullable=False),
        sa.Column("expires", utc, nullable=False),
        sa.Column("revoked", utc, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_view")),
    )
    op.create_index(op.f("ix_shared_view_account"), "shared_view", ["account"])
