"""Touches planned anew"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("touch", sa.Column("replans", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_touch_late", "touch", ["state", "window_to"])
