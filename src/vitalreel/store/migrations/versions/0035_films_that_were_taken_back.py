"""Films that were taken back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "recall",
        sa.Column("video", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=400), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.String(length=40), nullable=True),
        sa.Column("replaced_who", sa.String(length=400), nullable=False),
        sa.Column("replaced_at", utc, nullable=True),
        sa.ForeignKeyConstraint(["video"], ["video.id"], name=op.f("fk_recall_video_video")),
        sa.ForeignKeyConstraint(["replaced_by"], ["video.id"], name=op.f("fk_recall_replaced_by_video")),
        sa.PrimaryKeyConstraint("video", name=op.f("pk_recall")),
    )
