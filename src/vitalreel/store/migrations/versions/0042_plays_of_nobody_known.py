"""Plays of nobody known, and who was said to be at a browser"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "anonymous_view",
        sa.Column("view", sa.String(length=80), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("view", name=op.f("pk_anonymous_view")),
    )
    op.create_index(op.f("ix_anonymous_view_device"), "anonymous_view", ["device"])
    op.create_table(
        "viewer_device",
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("device", "said", name=op.f("pk_viewer_device")),
    )
    op.create_index(op.f("ix_viewer_device_contact"), "viewer_device", ["contact"])
