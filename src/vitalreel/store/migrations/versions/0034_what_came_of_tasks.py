"""Whose tasks are, and what came of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0034"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    for column in (
        sa.Column("role", sa.String(length=80), server_default="", nullable=False),
        sa.Column("playbook", sa.String(length=80), server_default="", nullable=False),
        sa.Column("series", sa.String(length=80), server_default="", nullable=False),
        sa.Column("done_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("done_at", utc, nullable=True),
        sa.Column("outcome", sa.String(length=40), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("task", column)
    op.create_index(op.f("ix_task_owner"), "task", ["owner"])
    # tasks stored for "csm" and "pooled" go to whoever looks after the account, with the next turn
    op.execute("UPDATE task SET role = 'csm' WHERE owner IN ('csm', 'pooled')")
