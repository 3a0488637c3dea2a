"""What conditions were read by, and which of them ended a run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("play_run", sa.Column("because", sa.Text(), nullable=True))
    op.add_column("play_run", sa.Column("catalogue", sa.String(length=40), nullable=True))
    op.add_column("play_version", sa.Column("language", sa.Integer(), nullable=True))
    op.add_column("play_version", sa.Column("catalogue", sa.String(length=40), nullable=True))
