"""Plays edited at the console"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("play", sa.String(length=80), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play_edit")),
    )
    op.create_index(op.f("ix_play_edit_play"), "play_edit", ["play"])
