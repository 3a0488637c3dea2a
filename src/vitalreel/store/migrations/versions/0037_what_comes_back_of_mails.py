"""What comes back of mails"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import vitalreel.store.tables
from vitalreel.identity import fingerprint

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = vitalreel.store.tables.Utc(timezone=True)
    op.create_table(
        "mail_report",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.String(length=8), nullable=False),
        sa.Column("outbox", sa.String(length=80), nullable=True),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("sent", utc, nullable=True),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_report")),
    )
    for column in ("outbox", "account", "contact", "address", "place"):
        op.create_index(op.f(f"ix_mail_report_{column}"), "mail_report", [column])
    op.create_table(
        "suppression",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.Column("lifted", utc, nullable=True),
        sa.Column("lifted_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("lifted_why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    for column in ("address", "account", "contact"):
        op.create_index(op.f(f"ix_suppression_{column}"), "suppression", [column])
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail", sa.String(length=40), nullable=True))
    _name_the_sent_ones()
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_unique_constraint(op.f("uq_outbox_mail"), ["mail"])


def _name_the_sent_ones() -> None:
    """Mails that have left bear the fingerprint of their row's key in their Message-ID."""
    outbox = sa.table("outbox", sa.column("key"), sa.column("channel"), sa.column("mail"))
    connection = op.get_bind()
    keys = connection.execute(sa.select(outbox.c.key).where(outbox.c.channel == "email")).scalars().all()
    if keys:
        named = [{"k": key, "name": fingerprint(key)} for key in keys]
        row = sa.update(outbox).where(outbox.c.key == sa.bindparam("k")).values(mail=sa.bindparam("name"))
        connection.execute(row, named)
