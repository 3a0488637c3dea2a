"""Plans that were fixed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analysis_plan",
        sa.Column("hash", sa.String(length=40), nullable=False),
        sa.Column("play", sa.String(length=80), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_analysis_plan")),
    )
    op.create_index(op.f("ix_analysis_plan_play"), "analysis_plan", ["play"])
