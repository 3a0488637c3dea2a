"""Films rated and passed on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("passed_on_from", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_link_passed_on_from"), "link", ["passed_on_from"])
    op.add_column("view", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("view", sa.Column("rating", sa.Integer(), nullable=True))
