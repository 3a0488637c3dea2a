"""The app database's tables of what arrives from other systems."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from vitalreel.store.kinds import Utc, meta

push = Table(
    "push", meta,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),  # in the order they came
    Column("source", String(40), nullable=False),
    Column("key", String(200), nullable=False),  # the sender's Idempotency-Key
    Column("table", String(60), nullable=False),  # the mapping's name for it
    Column("digest", String(64), nullable=False),  # of table and body: the same key with other rows is refused
    Column("rows", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # deflated; empty once it has landed
    Column("at", Utc, nullable=False),
    Column("landed", Utc),
    UniqueConstraint("source", "key"),
)  # fmt: skip

source_claim = Table(
    "source_claim", meta,  # who loads a source by its schedule, so that two workers do not
    Column("source", String(40), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("until", Utc, nullable=False),  # real clock; a claim that nobody gave back ends by itself
)  # fmt: skip

Index("ix_push_waiting", push.c.source, push.c.landed)
