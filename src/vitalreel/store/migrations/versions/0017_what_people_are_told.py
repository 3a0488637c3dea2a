"""What people are told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "alert_rule",
        sa.Column("alert", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("alert", name=op.f("pk_alert_rule")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("alert", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=True),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_account"), "alert", ["account"])
    op.create_index(op.f("ix_alert_person"), "alert", ["person"])
    op.create_index("ix_alert_open", "alert", ["alert", "closed_on"])
    op.create_table(
        "notice",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("to", sa.String(length=320), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", utc, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("news", sa.JSON(), nullable=False),
        sa.Column("created", utc, nullable=False),
        sa.Column("changed", utc, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_due", "notice", ["state", "next_at"])
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("run", existing_type=sa.String(length=40), nullable=True)
