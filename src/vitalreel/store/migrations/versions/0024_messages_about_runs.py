"""Messages about runs of plays"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hook_message", sa.Column("run", sa.String(length=40), nullable=False, server_default=""))
    op.create_index(op.f("ix_hook_message_run"), "hook_message", ["run"])
