"""Accounts and contacts of different sources that are the same"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("canonical", sa.String(length=80), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "alias", name=op.f("pk_identity")),
    )
    for table in ("account", "contact"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("merged_into", sa.String(length=80), nullable=True))
