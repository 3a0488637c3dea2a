"""The canonical model (D1): every table and column that anything downstream may read, whatever the vendor called it.

All lake tables also carry the columns of PROVENANCE. Money is integer cents beside an ISO currency; times are aware UTC;
a `day` is a calendar date in the account's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "word", "integer", "number", "money", "bool", "date", "time", "words"]
"""word: one of a few values; words: a set, stored as text joined by "|" ; money: integer cents."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type
    required: bool = False
    low: float | None = None  # smallest value that can be true
    high: float | None = None  # largest value that can be true
    values: tuple[str, ...] = ()  # for "word": the only ones allowed; empty means free
    refers_to: str | None = None  # a table whose key this is


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    key: tuple[str, ...]  # columns that make a row the same row
    dated: str | None  # the column that says when it was so; None: a state, dated by when we learnt it
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        for c in self.columns:
            if c.name == name:
                return c
        raise KeyError(name)


PROVENANCE = ("known_on", "learnt", "source", "location", "line", "row_key", "row_digest", "load")
"""known_on: date, the account-local day on which we learnt it; learnt: aware UTC, the instant;
source: mapping's name; location and line: where the row stood; row_key: the key
columns joined by "|"; row_digest: fingerprint of the row's canonical values; load: id of the load that brought it."""


def _c(name: str, type_: Type = "text", required: bool = False, low: float | None = None, high: float | None = None,
       values: tuple[str, ...] = (), refers_to: str | None = None) -> Column:  # fmt: skip
    return Column(name, type_, required, low, high, values, refers_to)


def _account() -> Column:
    return _c("account_id", "text", True, refers_to="account")


_TABLES = (
    Table("account", ("account_id",), "since", (
        _c("account_id", required=True), _c("name", required=True), _c("domain"), _c("industry"),
        _c("segment", "word", values=("enterprise", "mid_market", "long_tail")), _c("tier", "integer", low=1, high=4),
        _c("region"), _c("country"), _c("zone"), _c("language"), _c("csm"), _c("plan"), _c("since", "date"),
        _c("parent"), _c("outcome"), _c("business_case"), _c("use_cases", "words"), _c("products", "words"),
        _c("planning_months", "words"), _c("external_ids", "words"),
    )),
    Table("contact", ("contact_id",), None, (
        _c("contact_id", required=True), _account(), _c("name", required=True), _c("first_name"), _c("email"),
        _c("role", "word", values=("sponsor", "champion", "admin", "user")), _c("title"), _c("department"),
        _c("seniority", "word", values=("executive", "manager", "staff")), _c("active", "bool"), _c("left_on", "date"),
        _c("zone"), _c("language"), _c("consent_email", "bool"), _c("last_seen", "date"), _c("invented", "bool"),
        _c("external_ids", "words"), _c("consent_in_app", "bool"),
    )),
    Table("csm", ("csm_id",), None, (
        _c("csm_id", required=True), _c("name", required=True), _c("first_name"), _c("email"), _c("title"), _c("phone"),
        _c("booking_url"),
    )),
    Table("contract", ("contract_id",), "start", (
        _c("contract_id", required=True), _account(), _c("start", "date", True), _c("end", "date"),
        _c("arr", "money", low=0), _c("currency"), _c("seats", "integer", low=0), _c("plan"), _c("products", "words"),
        _c("auto_renew", "bool"), _c("notice_days", "integer", low=0), _c("term_months", "integer", low=0),
        _c("trial", "bool"), _c("renewal", "date"), _c("ended_early", "bool"),
    )),
    Table("usage", ("account_id", "day", "metric"), "day", (
        _account(), _c("day", "date", True), _c("metric", required=True), _c("value", "number", True, low=0),
    )),
    Table("contact_usage", ("account_id", "contact_id", "day", "metric"), "day", (
        _account(), _c("contact_id", required=True), _c("day", "date", True), _c("metric", required=True),
        _c("value", "number", True, low=0),
    )),
    Table("feature_usage", ("account_id", "day", "feature"), "day", (
        _account(), _c("day", "date", True), _c("feature", required=True), _c("value", "number", True, low=0),
    )),
    Table("milestone", ("account_id", "milestone"), None, (
        _account(), _c("milestone", required=True), _c("due", "date"), _c("done", "date"),
    )),
    Table("ticket", ("ticket_id",), "opened", (
        _c("ticket_id", required=True), _account(), _c("opened", "time", True), _c("first_response_minutes", "number", low=0),
        _c("closed", "time"), _c("severity", "word", values=("low", "medium", "high", "urgent")), _c("topic"), _c("subject"),
        _c("body"), _c("sentiment", "number", low=-1, high=1), _c("csat", "number", low=1, high=5), _c("escalated", "bool"),
        _c("topics", "words"), _c("sentiment_by"),
    )),
    Table("survey", ("survey_id",), "day", (
        _c("survey_id", required=True), _account(), _c("contact_id"), _c("day", "date", True),
        _c("kind", "word", values=("nps", "csat", "pulse")), _c("score", "number", True), _c("comment"),
    )),
    Table("conversation", ("conversation_id",), "at", (
        _c("conversation_id", required=True), _account(), _c("at", "time", True),
        _c("kind", "word", values=("call", "meeting", "email")), _c("participants", "words"), _c("summary"),
        _c("sentiment", "number", low=-1, high=1), _c("transcript"), _c("topics", "words"), _c("sentiment_by"),
    )),
    Table("remark", ("remark_id",), "at", (
        _c("remark_id", required=True), _account(), _c("conversation_id", required=True), _c("at", "time", True),
        _c("kind", "word", True, values=("ask", "risk", "commitment", "succession")), _c("sentence", required=True),
        _c("speaker"), _c("contact_id"),
        _c("start_s", "number", low=0),
    )),
    Table("invoice", ("invoice_id",), "due", (
        _c("invoice_id", required=True), _account(), _c("due", "date", True), _c("paid", "date"), _c("amount", "money", low=0),
        _c("currency"),
    )),
    Table("engagement", ("engagement_id",), "at", (
        _c("engagement_id", required=True), _account(), _c("contact_id"), _c("at", "time", True), _c("kind", required=True),
        _c("subject"),
    )),
    Table("sponsor_change", ("account_id", "day"), "day", (
        _account(), _c("day", "date", True), _c("left_contact"), _c("new_contact"),
    )),
    Table("third_party_signal", ("account_id", "day", "kind"), "day", (
        _account(), _c("day", "date", True), _c("kind", required=True), _c("value", "number"), _c("text"),
    )),
    Table("calendar_item", ("item_id",), None, (
        _c("item_id", required=True), _account(), _c("kind", required=True), _c("day", "date", True), _c("title"),
        _c("state"),
    )),
    Table("content_view", ("view_id",), "at", (
        _c("view_id", required=True), _account(), _c("contact_id"), _c("at", "time", True), _c("module", required=True),
        _c("kind"), _c("share", "number", True, low=0, high=1), _c("seconds", "number", low=0), _c("replays", "integer", low=0),
        _c("prompted_by"), _c("asked_for_human", "bool"), _c("clicked", "bool"), _c("video_id"),
        _c("shared", "bool"), _c("rating", "number", low=1, high=5), _c("feature"),
        _c("stopped_at", "number", low=0, high=1), _c("released", "date"),
    )),
    Table("content_offer", ("offer_id",), "at", (
        _c("offer_id", required=True), _account(), _c("contact_id"), _c("at", "time", True), _c("module", required=True),
        _c("kind"), _c("play"), _c("video_id"),
    )),
    Table("outcome", ("outcome_id",), "day", (
        _c("outcome_id", required=True), _account(), _c("day", "date", True),
        _c("kind", "word", True, values=("renewed", "churned", "contracted", "expanded", "reactivated")),
        _c("arr_before", "money"), _c("arr_after", "money"), _c("currency"), _c("reason"), _c("comment"),
    )),
    Table("advocacy_answer", ("answer_id",), "day", (
        _c("answer_id", required=True), _account(), _c("contact_id"), _c("day", "date", True), _c("kind"),
        _c("answer", "word", True, values=("yes", "no", "later", "done")), _c("owner"), _c("comment"),
    )),
    Table("csm_activity", ("activity_id",), "day", (
        _c("activity_id", required=True), _account(), _c("day", "date", True), _c("csm"), _c("kind"), _c("minutes", "number", low=0),
    )),
    Table("outside_score", ("account_id", "day", "platform"), "day", (
        _account(), _c("day", "date", True), _c("platform", required=True), _c("score", "number"), _c("band"), _c("call_to_action"),
    )),
    Table("product_feature", ("feature",), None, (
        _c("feature", required=True), _c("name"), _c("does"), _c("replaces"), _c("released", "date"), _c("changed", "date"),
        _c("retired", "date"),
    )),
    Table("subject_goal", ("goal_id",), "set_on", (
        _c("goal_id", required=True), _account(), _c("phrase", required=True), _c("short"), _c("metric"),
        _c("unit", "word", values=("percent", "count", "hours", "number")), _c("rank", "integer", low=1), _c("by", "date"),
        _c("set_on", "date"), _c("start", "number"), _c("target", "number"), _c("now", "number"), _c("owner"), _c("confirmed_on", "date"),
    )),
    Table("goal_reading", ("goal_id", "day"), "day", (
        _c("goal_id", required=True, refers_to="subject_goal"), _account(), _c("day", "date", True), _c("value", "number", True),
    )),
    Table("value_result", ("account_id", "name"), "ends", (
        _account(), _c("name", required=True), _c("kind", "word", True, values=("money", "hours", "count")), _c("begins", "date", True),
        _c("ends", "date", True), _c("before", "number", True, low=0), _c("after", "number", True, low=0), _c("currency"),
        _c("basis", required=True), _c("owner"), _c("confirmed_on", "date"),
    )),
    Table("statement", ("account_id", "topic"), "day", (
        _account(), _c("topic", required=True), _c("text", required=True), _c("day", "date", True), _c("owner", required=True),
        _c("confirmed_on", "date"),
    )),
    Table("quote", ("quote_id",), "issued", (
        _c("quote_id", required=True), _account(), _c("issued", "date", True), _c("valid_until", "date", True),
        _c("seats", "integer", True, low=0), _c("seat_price", "money", True, low=0), _c("seat_price_before", "money", low=0),
        _c("total", "money", True, low=0), _c("currency", required=True), _c("term_months", "integer", low=0), _c("approved", "bool"),
    )),
)  # fmt: skip

TABLES: Mapping[str, Table] = {t.name: t for t in _TABLES}
