"""Loads by schedule, and how each went"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("load") as batch_op:
        batch_op.add_column(sa.Column("by", sa.String(length=12), nullable=False, server_default="hand"))
        batch_op.add_column(sa.Column("took_s", sa.Float(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("error", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("passing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "source_claim",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_claim")),
    )
