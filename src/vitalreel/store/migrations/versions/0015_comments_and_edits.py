"""Comments and edits of reviewers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review_event", sa.Column("at_s", sa.Float(), nullable=True))
    op.create_table(
        "line_edit",
        sa.Column("review", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("video", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_line_edit_review_review")),
        sa.ForeignKeyConstraint(["video"], ["video.id"], name=op.f("fk_line_edit_video_video")),
        sa.PrimaryKeyConstraint("review", "number", name=op.f("pk_line_edit")),
    )
