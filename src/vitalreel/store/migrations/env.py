"""Alembic's entry: runs the migrations on the connection `migrate` hands over."""

from __future__ import annotations

from alembic import context

from vitalreel.store.tables import meta

context.configure(
    connection=context.config.attributes["connection"], target_metadata=meta, render_as_batch=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
