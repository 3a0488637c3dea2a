"""What was loaded when a day was decided"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("play_day", sa.Column("lake", sa.String(length=40), nullable=True))
