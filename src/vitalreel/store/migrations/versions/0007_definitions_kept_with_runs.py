"""Definitions kept with what began by them, and upgrades of runs under way"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.add_column(sa.Column("config", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE episode SET config = (SELECT r.config FROM play_run r WHERE r.account = episode.account AND r.play = episode.play "
        "AND r.opened_on = episode.opened_on)"
    )
    op.create_table(
        "run_upgrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("began", sa.String(length=40), nullable=False),
        sa.Column("now", sa.String(length=40), nullable=False),
        sa.Column("from_step", sa.Integer(), nullable=False),
        sa.Column("to_step", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("at", vitalreel.store.tables.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["play_run.id"], name=op.f("fk_run_upgrade_run_play_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_upgrade")),
    )
    with op.batch_alter_table("run_upgrade", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_upgrade_run"), ["run"], unique=False)
