"""What people of ours were told: news as it came up, and the messages that carried it, each once."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text

from vitalreel.store.kinds import Utc, meta

alert_rule = Table(
    "alert_rule", meta,
    Column("alert", String(80), primary_key=True),  # a row of alerts.yaml
    Column("since", Date, nullable=False),  # the day it was first asked
)  # fmt: skip

alert = Table(
    "alert", meta,
    Column("id", String(40), primary_key=True),  # fingerprint of row, what it is about and the day: opened once
    Column("alert", String(80), nullable=False),
    Column("about", String(160), nullable=False),  # account, play, source or delivery
    Column("account", String(80), index=True),
    Column("person", String(80), nullable=False, index=True),  # who is told: a CSM's id, or "operations"
    Column("how", String(12), nullable=False),  # at once | digest
    Column("title", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("told", Boolean, nullable=False),  # False: it was so already when its row was first asked
    Column("notice", String(40)),  # the message that told it; "" where it was over before anybody was told
    Column("at", Utc, nullable=False),
)  # fmt: skip

notice = Table(
    "notice", meta,
    Column("key", String(40), primary_key=True),  # fingerprint of person and alerts: made once
    Column("person", String(80), nullable=False),
    Column("how", String(12), nullable=False),  # at once | digest
    Column("day", Date, nullable=False),  # on the person's clock
    Column("channel", String(12), nullable=False),
    Column("to", String(320), nullable=False),
    Column("state", String(12), nullable=False),  # waiting | sent | failed
    Column("attempts", Integer, nullable=False),  # by this channel
    Column("next_at", Utc, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("news", JSON, nullable=False),  # [{title, detail, place}]
    Column("created", Utc, nullable=False), Column("changed", Utc, nullable=False),
)  # fmt: skip

Index("ix_alert_open", alert.c.alert, alert.c.closed_on)
Index("ix_notice_due", notice.c.state, notice.c.next_at)
