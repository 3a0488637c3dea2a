"""Facts that people of ours corrected"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "fact_correction",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("target", sa.String(length=160), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("now", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ended", utc, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("review", sa.String(length=40), nullable=False),
        sa.Column("video", sa.String(length=40), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_fact_correction_review_review")),
        sa.ForeignKeyConstraint(["video"], ["video.id"], name=op.f("fk_fact_correction_video_video")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_correction")),
    )
    op.create_index(op.f("ix_fact_correction_account"), "fact_correction", ["account"])
