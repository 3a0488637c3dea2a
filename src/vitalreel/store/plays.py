"""What plays have done: arms, episodes, runs with the definitions they follow, touches, tasks, and every reason for silence."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from vitalreel.store.kinds import Utc, meta

assignment = Table(
    "assignment", meta,
    Column("account", String(80), primary_key=True),
    Column("play", String(80), primary_key=True),  # "*" is the programme
    Column("arm", String(12), nullable=False),  # served | held_out
    Column("stratum", String(80), nullable=False),
    Column("method", String(20), nullable=False),  # blocks | hash
    Column("position", Integer, nullable=False),  # in order of eligibility within the stratum
    Column("share", Float, nullable=False),
    Column("at", Utc, nullable=False),
    Column("day", Date, nullable=False),
)  # fmt: skip

episode = Table(
    "episode", meta,
    Column("account", String(80), primary_key=True),
    Column("play", String(80), primary_key=True),
    Column("state", String(12), nullable=False),  # armed | open | cooling
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("seen", Date, nullable=False),  # the day that made it what it is
    Column("opening", JSON),  # values at the opening, for "of before"
    Column("config", String(40)),  # fingerprint of the definition it opened by
)  # fmt: skip

play_run = Table(
    "play_run", meta,
    Column("id", String(40), primary_key=True),
    Column("account", String(80), nullable=False, index=True),
    Column("play", String(80), nullable=False),
    Column("occurrence", String(40), nullable=False),  # the day the episode opened
    Column("arm", String(12), nullable=False),
    Column("state", String(16), nullable=False),  # running | held_out | done | stopped
    Column("step", Integer, nullable=False),  # index of the next step
    Column("opened_on", Date, nullable=False),
    Column("config", String(40), nullable=False),  # fingerprint of the definition it follows: that it began with, unless upgraded
    Column("ended", String(80)),
    Column("because", Text),  # the condition of `stop_when` that ended it; None: something else did, or nothing yet
    Column("catalogue", String(40)),  # fingerprint of signals.yaml as it was when it opened; None: kept by older software
    Column("at", Utc, nullable=False),
    UniqueConstraint("account", "play", "occurrence"),
)  # fmt: skip

touch = Table(
    "touch", meta,
    Column("id", String(40), primary_key=True),
    Column("run", String(40), ForeignKey("play_run.id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False, index=True),
    Column("module", String(80), nullable=False),
    Column("channels", JSON, nullable=False),  # in order of preference
    Column("window_from", Utc, nullable=False),
    Column("window_to", Utc, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("state", String(16), nullable=False),  # planned made refused in_review approved rejected sent missed stopped
    Column("made", String(12), nullable=False, server_default="ahead"),  # ahead of its window | on_request
    Column("video", String(40)),
    Column("intro", String(40), nullable=False, server_default=""),  # the recorded introduction in front of its film; "": none
    Column("refreshed", Date),  # day of the figures it was held against just before its window; None: not yet, or no need
    Column("why", JSON, nullable=False),
    Column("replans", Integer, nullable=False, server_default="0"),  # how often it was planned anew, its window having passed
    Column("at", Utc, nullable=False),
    UniqueConstraint("run", "step"),
)  # fmt: skip

task = Table(
    "task", meta,
    Column("id", String(40), primary_key=True),
    Column("run", String(40), ForeignKey("play_run.id")),  # None: an alert gave it
    Column("step", String(80), nullable=False),  # of the play's ladder, or the alert's name
    Column("account", String(80), nullable=False, index=True),
    Column("role", String(80), nullable=False, server_default=""),  # as whom the owner has it: csm, a role, or a person's id
    Column("owner", String(80), nullable=False, index=True),  # a person's id
    Column("title", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String(12), nullable=False),  # open | done | passed: its next turn came before it was done
    Column("playbook", String(80), nullable=False, server_default=""),
    Column("series", String(80), nullable=False, server_default=""),  # the task it is a turn of
    Column("done_by", String(120), nullable=False, server_default=""),
    Column("done_at", Utc),
    Column("outcome", String(40), nullable=False, server_default=""),  # of `tasks: outcomes:`
    Column("note", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
    UniqueConstraint("run", "step"),
)  # fmt: skip

withheld = Table(
    "withheld", meta,
    Column("id", Integer, primary_key=True),
    Column("account", String(80), nullable=False, index=True),
    Column("play", String(80), nullable=False),
    Column("step", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("account", "play", "step", "day", "reason"),
)  # fmt: skip

play_version = Table(
    "play_version", meta,
    Column("config", String(40), primary_key=True),  # fingerprint of the play; a run keeps the one it began with
    Column("play", String(80), nullable=False, index=True),
    Column("definition", JSON, nullable=False),  # the play as it was read
    Column("language", Integer),  # version its conditions are written in; None, as below: kept by older software
    Column("catalogue", String(40)),  # fingerprint of signals.yaml as it was when first decided by
    Column("at", Utc, nullable=False),  # first decided by
)  # fmt: skip

analysis_plan = Table(
    "analysis_plan", meta,  # by what a figure is computed, saved with the first decision made by it; never changed
    Column("hash", String(40), primary_key=True),
    Column("play", String(80), nullable=False, index=True),  # "*" and "* ends" are the programme
    Column("plan", JSON, nullable=False),
    Column("day", Date, nullable=False),  # the day that was decided
    Column("at", Utc, nullable=False),
)  # fmt: skip

run_upgrade = Table(
    "run_upgrade", meta,  # a run that was made to follow another definition of its play, by a person
    Column("id", Integer, primary_key=True),
    Column("run", String(40), ForeignKey("play_run.id"), nullable=False, index=True),
    Column("began", String(40), nullable=False), Column("now", String(40), nullable=False),  # definitions
    Column("from_step", Integer, nullable=False), Column("to_step", Integer, nullable=False),
    Column("who", String(120), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

play_edit = Table(
    "play_edit", meta,  # a play's file changed at the console
    Column("id", Integer, primary_key=True),
    Column("play", String(80), nullable=False, index=True),  # name of its file
    Column("who", String(120), nullable=False), Column("note", Text, nullable=False),
    Column("before", Text, nullable=False), Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

play_day = Table(
    "play_day", meta,
    Column("play", String(80), primary_key=True),
    Column("day", Date, primary_key=True),  # a day on which it was put to all accounts
    Column("config", String(40), nullable=False),
    Column("lake", String(40)),  # fingerprint of what was loaded then; None: kept by older software
    Column("at", Utc, nullable=False),
)  # fmt: skip

said = Table(
    "said", meta,  # what a play answered to an account, one row for as long as it stays the same; no row: a plain no
    Column("account", String(80), primary_key=True),
    Column("play", String(80), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),  # first day it no longer was so; None: still so
    Column("outcome", String(12), nullable=False),  # opened running "held out" withheld answered cooling no unknown "not for it"
    Column("reason", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

sponsor_sign = Table(
    "sponsor_sign", meta,  # what speaks for another executive sponsor at an account
    Column("id", String(40), primary_key=True),  # fingerprint of account, kind and source: kept once
    Column("account", String(80), nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # crm | left | role | bounce | named | watched | forwarded | silent
    Column("contact", String(80), nullable=False), Column("successor", String(80), nullable=False),  # "" where it names nobody
    Column("day", Date, nullable=False),
    Column("source", Text, nullable=False), Column("words", Text, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

sponsor_case = Table(
    "sponsor_case", meta,  # a person is asked who the sponsor is, and what they said
    Column("id", String(40), primary_key=True),
    Column("account", String(80), nullable=False, index=True),
    Column("state", String(12), nullable=False),  # open | confirmed | dismissed
    Column("opened_on", Date, nullable=False),
    Column("departed", String(80), nullable=False), Column("successor", String(80), nullable=False),  # while open: as the signs have it
    Column("who", String(120), nullable=False), Column("why", Text, nullable=False),
    Column("decided_on", Date),
    Column("at", Utc, nullable=False),
)  # fmt: skip

Index("ix_touch_late", touch.c.state, touch.c.window_to)
Index("ix_said_now", said.c.play, said.c.until)
