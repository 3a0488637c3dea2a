"""Who is asked to review"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "review_ask",
        sa.Column("review", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("since", utc, nullable=False),
        sa.Column("reminded", utc, nullable=True),
        sa.Column("answered", utc, nullable=True),
        sa.ForeignKeyConstraint(["review"], ["review.id"], name=op.f("fk_review_ask_review_review")),
        sa.PrimaryKeyConstraint("review", "role", name=op.f("pk_review_ask")),
    )
    op.create_index(op.f("ix_review_ask_person"), "review_ask", ["person"])
