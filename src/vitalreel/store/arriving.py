"""The app database's tables of what arrives from other systems."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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

identity = Table(
    "identity", meta,  # a row of one source that may be another's second self, and what became of it
    Column("kind", String(8), primary_key=True),  # account | contact
    Column("alias", String(80), primary_key=True),
    Column("canonical", String(80), nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("rule", String(20), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("state", String(12), nullable=False),  # merged | proposed | unclear | apart | rejected
    Column("who", String(120), nullable=False),  # "" for the rules
    Column("at", Utc, nullable=False),
)  # fmt: skip

erased = Table(
    "erased", meta,  # people whose data was erased: what they are known again by
    Column("mark", String(40), primary_key=True),  # keyed fingerprint of an id or an address
    Column("contact", String(80), nullable=False, index=True),  # the id that stands, which says nothing by itself
    Column("who", String(120), nullable=False),  # of ours, who did it
    Column("at", Utc, nullable=False),
)  # fmt: skip

text_reading = Table(
    "text_reading", meta,  # how a text sounds and what it is about, so that no annotator reads it twice; the text is not kept
    Column("text", String(40), primary_key=True),  # its fingerprint
    Column("by", String(80), primary_key=True),  # the annotator: engine, model, words and topics
    Column("sentiment", Float), Column("topics", Text, nullable=False),  # joined by "|"
    Column("at", Utc, nullable=False),
)  # fmt: skip

Index("ix_push_waiting", push.c.source, push.c.landed)
