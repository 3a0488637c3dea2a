"""Who the sponsor is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "sponsor_sign",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("successor", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_sign")),
    )
    op.create_index(op.f("ix_sponsor_sign_account"), "sponsor_sign", ["account"])
    op.create_table(
        "sponsor_case",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("departed", sa.String(length=80), nullable=False),
        sa.Column("successor", sa.String(length=80), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_case")),
    )
    op.create_index(op.f("ix_sponsor_case_account"), "sponsor_case", ["account"])
