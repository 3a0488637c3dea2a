"""What stands between a message and a person: mails that came back, dead addresses, kinds nobody wants, how fast channels are used."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, String, Table, Text

from vitalreel.store.kinds import Utc, meta

mail_report = Table(
    "mail_report", meta,
    Column("id", String(40), primary_key=True),  # fingerprint of the message, or of the refused attempt: counted once
    Column("kind", String(12), nullable=False),  # bounce | complaint | news | other
    Column("state", String(12), nullable=False),  # counted | noted: nothing follows | set_aside: for a person, `detail` says why
    Column("weight", String(8), nullable=False),  # hard | soft | "": says nothing about the address
    Column("outbox", String(80), index=True),  # key of the delivery it is about; None: of none of ours
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False, index=True),
    Column("address", String(320), nullable=False, index=True),  # we had written to, folded; never one that a report names
    Column("status", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("place", String(300), nullable=False, index=True),  # where the message lies
    Column("sent", Utc),  # when the delivery it is about had left
    Column("at", Utc, nullable=False),
)  # fmt: skip

suppression = Table(
    "suppression", meta,
    Column("id", String(40), primary_key=True),  # of address and report: a report that is read again suppresses nothing again
    Column("address", String(320), nullable=False, index=True),  # folded
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False, index=True),
    Column("reason", String(20), nullable=False),  # hard bounce | soft bounces | refused | complaint | by hand
    Column("detail", Text, nullable=False),
    Column("source", String(120), nullable=False),  # the report's id, or who did it
    Column("at", Utc, nullable=False),
    Column("lifted", Utc),  # None: it stands
    Column("lifted_by", String(120), nullable=False, server_default=""),
    Column("lifted_why", Text, nullable=False, server_default=""),
)  # fmt: skip

preference = Table(
    "preference", meta,  # beside `consent`, which is about a whole channel and comes first
    Column("contact", String(80), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("kind", String(30), primary_key=True),  # of `kinds:` in vitalreel.yaml
    Column("allowed", Boolean, nullable=False),
    Column("source", String(60), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

channel_pace = Table(
    "channel_pace", meta,
    Column("channel", String(20), primary_key=True),
    Column("left", Float, nullable=False),  # sendings, as of `at`; see `triggers.rate`
    Column("at", Utc, nullable=False),
)  # fmt: skip

mailbox = Table(
    "mailbox", meta,
    Column("name", String(200), primary_key=True),  # of a mailbox where mails come back
    Column("mark", String(80), nullable=False),  # up to where it was read
    Column("at", Utc, nullable=False),
)  # fmt: skip
