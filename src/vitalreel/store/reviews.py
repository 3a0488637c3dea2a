"""Films that people look at before they leave: who is asked until when, what they said, and what they changed."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from vitalreel.store.kinds import Utc, meta

review = Table(
    "review", meta,
    Column("id", String(40), primary_key=True),
    Column("video", String(40), ForeignKey("video.id"), nullable=False),
    Column("touch", String(40), ForeignKey("touch.id"), nullable=False, unique=True),
    Column("needs", JSON, nullable=False),  # roles still to approve: ["csm", "production"]
    Column("why", String(80), nullable=False),  # "tier 1" | "sampled" | "automatic"
    Column("state", String(12), nullable=False),  # waiting | approved | rejected | lapsed: too late
    Column("due", Utc, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

review_ask = Table(
    "review_ask", meta,  # who is asked now, in each role that must look
    Column("review", String(40), ForeignKey("review.id"), primary_key=True),
    Column("role", String(20), primary_key=True),  # csm | production
    Column("person", String(80), nullable=False, index=True),  # a CSM's id, one of alerts.yaml's people, or "operations"
    Column("deputy", Boolean, nullable=False),  # in the place of somebody who did not answer, or was spared
    Column("since", Utc, nullable=False),
    Column("reminded", Utc),  # the last time
    Column("answered", Utc),  # approved in this role; None: not yet
)  # fmt: skip

review_event = Table(
    "review_event", meta,
    Column("id", Integer, primary_key=True),
    Column("review", String(40), ForeignKey("review.id"), nullable=False, index=True),
    Column("who", String(120), nullable=False),
    # queued asked reminded reassigned approved rejected lapsed refreshed commented edited corrected
    Column("what", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at_s", Float),  # the moment of the film it speaks of; None: the whole
    Column("at", Utc, nullable=False),
)  # fmt: skip

line_edit = Table(
    "line_edit", meta,  # a line of a film in review that a reviewer said otherwise; the film is what its module wrote, and these
    Column("review", String(40), ForeignKey("review.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, in the order they were made
    Column("scene", String(80), nullable=False), Column("line", Integer, nullable=False),  # sentence of the scene, from 0
    Column("text", Text, nullable=False), Column("was", Text, nullable=False),  # with facts as {name}
    Column("video", String(40), ForeignKey("video.id"), nullable=False),  # the film it made
    Column("who", String(120), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

fact_correction = Table(
    "fact_correction", meta,  # a value that a person of ours said instead of the source, for the films of an account
    Column("id", String(40), primary_key=True),
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False),  # whose own value it is; "" where it is the account's
    Column("target", String(160), nullable=False),  # `briefs.correct.Target.key`
    Column("fact", String(80), nullable=False), Column("means", Text, nullable=False),  # as its film called it
    Column("was", JSON, nullable=False), Column("now", JSON, nullable=False),  # plain values
    Column("who", String(120), nullable=False), Column("why", Text, nullable=False),
    Column("state", String(12), nullable=False),  # stands | replaced | withdrawn | confirmed | overtaken
    Column("ended", Utc), Column("ended_by", Text, nullable=False),
    Column("review", String(40), ForeignKey("review.id"), nullable=False),  # in which it was made
    Column("video", String(40), ForeignKey("video.id"), nullable=False),  # the film it made
    Column("at", Utc, nullable=False),
)  # fmt: skip
