"""What was said to every account, by which version of a play"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_version",
        sa.Column("config", sa.String(length=40), nullable=False),
        sa.Column("play", sa.String(length=80), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("config", name=op.f("pk_play_version")),
    )
    with op.batch_alter_table("play_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_play_version_play"), ["play"], unique=False)
    op.create_table(
        "play_day",
        sa.Column("play", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("config", sa.String(length=40), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("play", "day", name=op.f("pk_play_day")),
    )
    op.create_table(
        "said",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("play", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "play", "since", name=op.f("pk_said")),
    )
    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.create_index("ix_said_now", ["play", "until"], unique=False)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("flags", sa.JSON(), nullable=True))
