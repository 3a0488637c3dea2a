"""Leases of deliveries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("held_until", vitalreel.store.tables.Utc(timezone=True), nullable=True))
