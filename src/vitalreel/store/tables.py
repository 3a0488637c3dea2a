"""The app database's tables, for SQLite and PostgreSQL alike. Unique keys decide what may happen once."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from vitalreel.store.alerts import alert as alert
from vitalreel.store.alerts import alert_rule as alert_rule
from vitalreel.store.alerts import notice as notice
from vitalreel.store.arriving import erased as erased
from vitalreel.store.arriving import identity as identity
from vitalreel.store.arriving import push as push
from vitalreel.store.arriving import source_claim as source_claim
from vitalreel.store.arriving import text_reading as text_reading
from vitalreel.store.kinds import Utc as Utc
from vitalreel.store.kinds import meta as meta
from vitalreel.store.plays import analysis_plan as analysis_plan
from vitalreel.store.plays import assignment as assignment
from vitalreel.store.plays import episode as episode
from vitalreel.store.plays import play_day as play_day
from vitalreel.store.plays import play_edit as play_edit
from vitalreel.store.plays import play_run as play_run
from vitalreel.store.plays import play_version as play_version
from vitalreel.store.plays import run_upgrade as run_upgrade
from vitalreel.store.plays import said as said
from vitalreel.store.plays import sponsor_case as sponsor_case
from vitalreel.store.plays import sponsor_sign as sponsor_sign
from vitalreel.store.plays import task as task
from vitalreel.store.plays import touch as touch
from vitalreel.store.plays import withheld as withheld
from vitalreel.store.returns import channel_pace as channel_pace
from vitalreel.store.returns import mail_report as mail_report
from vitalreel.store.returns import mailbox as mailbox
from vitalreel.store.returns import preference as preference
from vitalreel.store.returns import suppression as suppression
from vitalreel.store.reviews import fact_correction as fact_correction
from vitalreel.store.reviews import line_edit as line_edit
from vitalreel.store.reviews import review as review
from vitalreel.store.reviews import review_ask as review_ask
from vitalreel.store.reviews import review_event as review_event

# --- what arrived -----------------------------------------------------------------------------------------------------

load = Table(
    "load", meta,
    Column("id", String(40), primary_key=True),
    Column("source", String(80), nullable=False),
    Column("started", Utc, nullable=False),
    Column("finished", Utc),
    Column("state", String(16), nullable=False),  # running | done | failed
    Column("counts", JSON, nullable=False),  # table -> {read, accepted, duplicate, quarantined}
    Column("mapping", String(40), nullable=False),  # fingerprint of the mapping that read it
    Column("by", String(12), nullable=False, server_default="hand"),  # hand | schedule
    Column("took_s", Float, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),  # why it failed
    Column("passing", Boolean, nullable=False, server_default=false()),  # it may succeed with nothing changed
)  # fmt: skip

lake_file = Table(
    "lake_file", meta,
    Column("path", String(200), primary_key=True),  # inside the lake folder
    Column("table", String(40), nullable=False, index=True),
    Column("load", String(40), nullable=False, index=True),
    Column("rows", Integer, nullable=False),
    Column("written", Utc, nullable=False),
)  # fmt: skip

finding = Table(
    "finding", meta,
    Column("id", Integer, primary_key=True),
    Column("load", String(40), ForeignKey("load.id"), nullable=False, index=True),
    Column("code", String(60), nullable=False),
    Column("table", String(40), nullable=False),
    Column("count", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("did", Text, nullable=False),
    UniqueConstraint("load", "code", "table"),
)  # fmt: skip

quarantine = Table(
    "quarantine", meta,
    Column("id", String(40), primary_key=True),  # fingerprint of source, table and row: quarantined once
    Column("load", String(40), ForeignKey("load.id"), nullable=False),
    Column("source", String(80), nullable=False),
    Column("table", String(40), nullable=False),
    Column("location", String(300), nullable=False),
    Column("line", Integer, nullable=False),
    Column("code", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("row", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # held | replayed
    Column("at", Utc, nullable=False),
)  # fmt: skip

# --- who the customer is (current versions, for keys and screens; history is in the lake) -----------------------------

account = Table(
    "account", meta,
    Column("id", String(80), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("segment", String(20)),
    Column("tier", Integer),
    Column("zone", String(60)),
    Column("language", String(20)),
    Column("csm", String(80)),
    Column("flags", JSON),  # the programme's guards: name -> what its condition said on the last day decided
    Column("row", JSON, nullable=False),  # all canonical columns as last known
    Column("updated", Utc, nullable=False),
    Column("merged_into", String(80)),  # the account it is the second self of
)  # fmt: skip

contact = Table(
    "contact", meta,
    Column("id", String(80), primary_key=True),
    Column("account", String(80), ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("email", String(320)),
    Column("role", String(20)),
    Column("active", Boolean, nullable=False),
    Column("row", JSON, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("merged_into", String(80)),  # the contact it is the second self of
)  # fmt: skip

csm = Table(
    "csm", meta,
    Column("id", String(80), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("row", JSON, nullable=False),
    Column("updated", Utc, nullable=False),
)  # fmt: skip

# --- how the customer is ----------------------------------------------------------------------------------------------

score_run = Table(
    "score_run", meta,
    Column("id", String(40), primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("config", String(40), nullable=False),  # fingerprint of the scorecards
    Column("accounts", Integer, nullable=False),
    Column("numbers", JSON, nullable=False),  # scored, insufficient, bands, seconds
)  # fmt: skip

# --- films ------------------------------------------------------------------------------------------------------------

video = Table(
    "video", meta,
    Column("id", String(40), primary_key=True),  # fingerprint of script, storyboard inputs and look
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False),
    Column("module", String(80), nullable=False, index=True),
    Column("module_version", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # made | refused | recalled | on_request: its viewer has not asked yet
    Column("draft", Boolean, nullable=False),
    Column("length_s", Float, nullable=False),
    Column("scenes", JSON, nullable=False),  # [{name, kind, headline, start_s, end_s, fingerprint, reused}]
    Column("files", JSON, nullable=False),  # kind -> media key
    Column("preflight", JSON, nullable=False),  # [{check, ok, value, limit, at_s, where}]
    Column("cost", JSON, nullable=False),  # {wall_s, cpu_s, made, reused}
    Column("config", JSON, nullable=False),  # fingerprints of module, brand, plays
    Column("at", Utc, nullable=False),
)  # fmt: skip

rendition = Table(
    "rendition", meta,
    Column("id", String(40), primary_key=True),  # names the folder of its files, as a film's id does
    Column("video", ForeignKey("video.id"), nullable=False, index=True),  # the film it is another size of
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # made | refused
    Column("files", JSON, nullable=False),  # as a film's
    Column("preflight", JSON, nullable=False),
    Column("cost", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip
"""Other sizes of a film: the same words, voice and captions on a square or a tall page."""

film_job = Table(
    "film_job", meta,
    Column("id", String(40), primary_key=True),  # fingerprint of what the film is for: entered once, made once
    Column("kind", String(12), nullable=False),  # touch: ahead of its window | asked: its viewer waits
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False),
    Column("module", String(80), nullable=False),
    Column("play", String(80), nullable=False),
    Column("step", String(80), nullable=False),
    Column("touch", String(40), ForeignKey("touch.id"), nullable=False, index=True),
    Column("link", String(40), nullable=False),  # whose viewer asked; "" for films made ahead
    Column("as_of", Date, nullable=False),
    Column("at", Utc, nullable=False),  # the instant it is made at, as the data sees it
    Column("draft", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),  # lower is sooner
    Column("state", String(12), nullable=False),  # waiting | working | made | refused | set_aside | dropped
    Column("turn", Integer, nullable=False),  # how often it was taken in hand; only the holder of the last turn may settle it
    Column("attempts", Integer, nullable=False),  # the same, since somebody last said "try again"
    Column("next_at", Utc, nullable=False),  # not before (real clock)
    Column("owner", String(80), nullable=False),  # the worker that has it in hand, or had it last
    Column("process", String(120), nullable=False),  # HOST/PID/START of that worker
    Column("beat", Utc),  # its last sign of life (real clock)
    Column("carried", Integer, nullable=False),  # the turn a message was sent for; -1: none
    Column("carried_at", Utc),
    Column("stage", String(40), nullable=False),  # what is being done
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),  # end of the traceback
    Column("video", String(40)),
    Column("cost", JSON, nullable=False),  # {wall_s, cpu_s, price, currency} of the film that was made
    Column("entered", Utc, nullable=False),  # real clock, as are those below
    Column("started", Utc),
    Column("ended", Utc),
)  # fmt: skip

module_sign = Table(
    "module_sign", meta,  # a module as it stood, and the editor who put a name under it or took it out of use
    Column("module", String(80), primary_key=True),
    Column("content", String(40), primary_key=True),  # fingerprint of what it says, shows and asks
    Column("version", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # live | retired
    Column("who", String(120), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

worker = Table(
    "worker", meta,
    Column("name", String(80), primary_key=True),  # HOST-SLOT
    Column("process", String(120), nullable=False),
    Column("started", Utc, nullable=False),
    Column("beat", Utc, nullable=False),
    Column("hands", Integer, nullable=False),  # processes that speak and draw
)  # fmt: skip

# --- to whom, once ----------------------------------------------------------------------------------------------------

outbox = Table(
    "outbox", meta,
    Column("key", String(80), primary_key=True),  # touch id + channel: one attempt stream each
    Column("touch", String(40), ForeignKey("touch.id"), unique=True),  # whose sending this is; None: another channel's, beside it
    Column("beside", String(40), ForeignKey("touch.id"), index=True),  # the touch it is beside; None: it is the touch's own sending
    Column("channel", String(20), nullable=False),
    Column("account", String(80), nullable=False),
    Column("contact", String(80), nullable=False, index=True),
    Column("video", String(40), ForeignKey("video.id"), nullable=False),
    Column("to", String(320), nullable=False),
    Column("state", String(12), nullable=False),  # ready | sending | sent | unknown | failed | stopped
    Column("attempts", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("mail", String(40), unique=True),  # the mail's name, which nobody can guess; None: it is no mail
    Column("holder", String(120), nullable=False, server_default=""), Column("held_until", Utc),  # whose attempt; its lease (real clock)
    Column("created", Utc, nullable=False), Column("changed", Utc, nullable=False),
)  # fmt: skip

inbox = Table(
    "inbox", meta,  # films in the product, for one person: what the in-app channel delivers into
    Column("key", String(80), primary_key=True),  # of the outbox row: delivered once
    Column("link", String(40), ForeignKey("link.id"), nullable=False, unique=True),  # leads to the film as it is now
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("shown", Utc),  # since when it is put in front of its person, its mail having stayed unopened; None: it lies in the list
)  # fmt: skip

entrance = Table(
    "entrance", meta,  # a person's own way into the inbox and the portal; the company's product hands it out
    Column("id", String(40), primary_key=True),
    Column("account", String(80), nullable=False),
    Column("contact", String(80), nullable=False, unique=True),
    Column("revoked", Utc),
    Column("created", Utc, nullable=False),
)  # fmt: skip

link = Table(
    "link", meta,
    Column("id", String(40), primary_key=True),
    Column("video", String(40), ForeignKey("video.id"), nullable=False),
    Column("account", String(80), nullable=False),
    Column("contact", String(80), nullable=False),
    Column("touch", String(40)),
    Column("expires", Utc, nullable=False),
    Column("revoked", Utc),
    Column("created", Utc, nullable=False),
    Column("passed_on_from", String(40), index=True),  # of a colleague's link: the link of the contact who passed the film on
)  # fmt: skip

consent = Table(
    "consent", meta,
    Column("contact", String(80), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("allowed", Boolean, nullable=False),
    Column("source", String(60), nullable=False),  # mapping | unsubscribe | console
    Column("at", Utc, nullable=False),
)  # fmt: skip

recall = Table(
    "recall", meta,  # films that were taken back
    Column("video", String(40), ForeignKey("video.id"), primary_key=True),
    Column("who", String(400), nullable=False),
    Column("why", String(400), nullable=False),
    Column("at", Utc, nullable=False),
    Column("links", Integer, nullable=False),  # that led to it then
    Column("replaced_by", String(40), ForeignKey("video.id")),  # what they show since
    Column("replaced_who", String(400), nullable=False),
    Column("replaced_at", Utc),
)  # fmt: skip
stop = Table(
    "stop", meta,
    Column("scope", String(20), primary_key=True),  # all | play | module | account
    Column("name", String(80), primary_key=True),
    Column("who", String(120), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

# --- what the viewer did ----------------------------------------------------------------------------------------------

event = Table(
    "event", meta,
    Column("id", String(80), primary_key=True),  # the player's own id: a repeat changes nothing
    Column("view", String(80), nullable=False, index=True),
    Column("link", String(40), nullable=False, index=True),
    Column("type", String(20), nullable=False),
    Column("at", Utc, nullable=False),  # viewer's clock
    Column("received", Utc, nullable=False),
    Column("seq", Integer),
    Column("body", JSON, nullable=False),
)  # fmt: skip

view = Table(
    "view", meta,
    Column("id", String(80), primary_key=True),
    Column("link", String(40), nullable=False, index=True),
    Column("video", String(40), nullable=False, index=True),
    Column("account", String(80), nullable=False, index=True),
    Column("contact", String(80), nullable=False),
    Column("started", Utc, nullable=False),
    Column("watched_s", Float, nullable=False),
    Column("completion", Float, nullable=False),  # 0..1 of the film's length, each second once
    Column("ranges", JSON, nullable=False),  # [[from, to]]
    Column("replays", JSON, nullable=False),  # [{from, to, times}]
    Column("last_position_s", Float, nullable=False),
    Column("clicked", Boolean, nullable=False),
    Column("asked_for_human", Boolean, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=false()),
    Column("rating", Integer),  # 1 to 5, what the viewer said last; null: nothing
    Column("counts", Boolean, nullable=False),  # a person's play (K9)
    Column("why_not", String(40), nullable=False),
    Column("events", Integer, nullable=False),  # how many events it was computed from
    Column("updated", Utc, nullable=False),
)  # fmt: skip

anonymous_view = Table(
    "anonymous_view", meta,  # plays by a public link, for as long as nobody is known to have watched
    Column("view", String(80), primary_key=True),
    Column("device", String(80), nullable=False, index=True),  # the browser
    Column("link", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

viewer_device = Table(
    "viewer_device", meta,  # who was said to be at a browser
    Column("device", String(80), primary_key=True),
    Column("said", String(200), primary_key=True),  # as the application named them
    Column("contact", String(80), nullable=False, index=True),  # "" while there is no such contact
    Column("by", String(120), nullable=False),  # of ours, who decided; "" for the application
    Column("at", Utc, nullable=False),
)  # fmt: skip

hook_message = Table(
    "hook_message", meta,
    Column("id", String(40), primary_key=True),  # of one view as it stood, or of one run, for one hook: queued once
    Column("hook", String(40), nullable=False, index=True),  # its name in vitalreel.yaml
    Column("view", String(80), nullable=False, index=True),  # "" where it is about a run of a play
    Column("run", String(40), nullable=False, server_default="", index=True),  # "" where it is about a view
    Column("version", Integer, nullable=False),  # events the view was measured from; of a run 1 once it has ended
    Column("body", Text, nullable=False),  # as it is signed and sent
    Column("state", String(12), nullable=False), Column("attempts", Integer, nullable=False),  # waiting | sent | failed
    Column("next_at", Utc, nullable=False), Column("answer", String(200), nullable=False),  # to the last attempt
    Column("created", Utc, nullable=False), Column("changed", Utc, nullable=False),
)  # fmt: skip

shared_view = Table(
    "shared_view", meta,
    Column("id", String(40), primary_key=True),
    Column("account", String(80), nullable=False, index=True),
    Column("paper", String(80), nullable=False),
    Column("day", Date, nullable=False),  # the document's
    Column("content", String(40), nullable=False),  # fingerprint of the document that was decided on
    Column("opened_by", String(120), nullable=False),
    Column("opened", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("revoked", Utc),
    Column("revoked_by", String(120), nullable=False),
)  # fmt: skip

secret = Table(
    "secret", meta,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("at", Utc, nullable=False),
)  # fmt: skip

Index("ix_film_job_next", film_job.c.state, film_job.c.priority)
Index("ix_outbox_due", outbox.c.state, outbox.c.next_at)
Index("ix_hook_message_due", hook_message.c.state, hook_message.c.next_at)
Index("ix_event_view_seq", event.c.view, event.c.at)
