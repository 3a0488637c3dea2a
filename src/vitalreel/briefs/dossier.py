"""The dossier: everything a film may say about one account as of a day, each piece with the rows it came from.

A step loads it (`gather.gather`), the rooms below only read it. What is not in the dossier cannot become a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from vitalreel.briefs.fact import Origin, Value
from vitalreel.identity import AccountId, ContactId

WEEK = timedelta(days=7)
WEEKS_KEPT = 65
"""How far back a dossier looks: a year and a quarter, so that a quarter can be set beside the same one a year ago."""

FieldType = Literal["name", "words", "date", "money", "count", "number", "recorded", "flag"]
"""name: a proper name or phrase spoken as it is; words: text that is shown but is not a name (a link, an address);
recorded: a number whose unit stands in the data beside it."""

_GOAL: Mapping[str, tuple[FieldType, str]] = {
    "phrase": ("name", "a goal the customer wrote down, as an infinitive"),
    "short": ("name", "the same, as short as a label"),
    "metric": ("name", "what the goal is measured by"),
    "owner": ("name", "who wrote the goal down"),
    "by": ("date", "day the customer set for the goal"),
    "set_on": ("date", "day the goal was set"),
    "start": ("recorded", "value when the goal was set"),
    "target": ("recorded", "value the customer wants"),
    "now": ("recorded", "latest reading"),
    "gap": ("recorded", "distance from the latest reading to the target; 0 once it is met"),
    "met": ("flag", "whether the latest reading reaches the target"),
    "met_on": ("date", "day of the first reading that reached the target"),
    "met_days": ("count", "days from that reading to the as-of day"),
    "held": ("flag", "whether every reading since then reached it"),
    "nearer": ("flag", "whether the latest reading is nearer to the target than the start was"),
}
_VALUE: Mapping[str, tuple[FieldType, str]] = {
    "before": ("recorded", "the sum over the same months of the year before"),
    "after": ("recorded", "the sum over the contract year so far"),
    "saved": ("recorded", "before less after, where that is more than nothing"),
    "basis": ("name", "whose figures these are, as a phrase"),
}
"""Value results as the customer's own records have them; which exist hangs on the data."""

FIELDS: Mapping[str, tuple[FieldType, str]] = {
    "account.name": ("name", "the customer's name, as its owner writes it"),
    "account.industry": ("name", "the customer's sector"),
    "account.plan": ("name", "the plan the customer is on"),
    "account.use_case": ("name", "what the customer uses the product for, first of what is recorded"),
    "account.outcome": ("name", "what the customer wants from the product, in its own words"),
    "account.since": ("date", "first day as a customer"),
    "account.business_case": ("name", "the case the customer made for buying, as it was written then"),
    "contact.first_name": ("name", "the viewer's first name"),
    "contact.full_name": ("name", "the viewer's name"),
    "contact.role": ("name", "the viewer's role: sponsor, champion, admin or user"),
    "contact.title": ("name", "the viewer's title"),
    "csm.first_name": ("name", "first name of the person who answers"),
    "csm.full_name": ("name", "the person who answers"),
    "csm.title": ("name", "what the person who answers does"),
    "csm.email": ("words", "where the person who answers can be written to"),
    "csm.phone": ("words", "where the person who answers can be rung"),
    "csm.booking_url": ("words", "where a time with that person can be chosen"),
    "csm.portrait": ("words", "media id of the photograph of the person who answers, where they consented"),
    "csm.approved_on": ("date", "day on which the person who answers approved every word of the module"),
    "talent.full_name": ("name", "the person who speaks in the film"),
    "talent.first_name": ("name", "first name of the person who speaks"),
    "talent.title": ("name", "what the person who speaks does"),
    "talent.portrait": ("words", "media id of the photograph of the person who speaks, where they consented"),
    "talent.approved_on": ("date", "day on which the person who speaks approved every word of the module"),
    "vendor.name": ("name", "our company's name"),
    "vendor.product": ("name", "the product's name"),
    "as_of": ("date", "the last day whose data the film knows"),
    "contract.arr": ("money", "yearly value of the live paid contracts together"),
    "contract.seats": ("count", "seats in the live paid contracts together"),
    "contract.start": ("date", "first day of the contract year that is running"),
    "contract.renewal": ("date", "day on which the contract renews or ends"),
    "contract.notice_date": ("date", "last day on which notice can be given"),
    "contract.days_left": ("count", "days from the as-of day to the renewal"),
    "contract.auto_renew": ("flag", "whether the contract renews by itself"),
    "contract.subscriptions": ("count", "live paid subscriptions"),
    "tickets.opened": ("count", "tickets opened in the last 13 weeks"),
    "tickets.opened_before": ("count", "tickets opened in the 13 weeks before"),
    "tickets.open": ("count", "tickets not closed"),
    "tickets.urgent_open": ("count", "tickets marked urgent and not closed"),
    "tickets.oldest_open": ("date", "day on which the ticket that is open for longest was opened"),
    "milestones.planned": ("count", "milestones agreed"),
    "milestones.done": ("count", "milestones done"),
    "milestones.late": ("name", "the milestone that is past its planned day for longest and not done"),
    "milestones.late_due": ("date", "the day it was planned for"),
    **{f"{goal}.{field}": known for goal in ("goal", "goal_2") for field, known in _GOAL.items()},
    **{f"value.{name}.{field}": known for name in ("agency_spend", "manager_hours") for field, known in _VALUE.items()},
    "quote.seats": ("count", "seats in the approved quote for the next term"),
    "quote.seats_more": ("count", "seats in the quote less the seats of today"),
    "quote.seat_price": ("money", "price of a seat for a month in the quote, before tax"),
    "quote.seat_price_before": ("money", "price of a seat for a month today, before tax"),
    "quote.price_change": ("number", "change of the price of a seat; 0.03 is 3%"),
    "quote.total": ("money", "total of the quote for a year, before tax"),
    "quote.valid_until": ("date", "last day the quote stands"),
    "quote.days_valid": ("count", "days from the as-of day to the last day the quote stands"),
    "qbr.next": ("date", "day of the next planned business review"),
    "feature_new.name": ("name", "the feature that came out last"),
    "feature_new.released": ("date", "day it came out"),
    "feature_new.days": ("count", "days from that day to the as-of day"),
    "feature_new.does": ("name", "what it lets people do, as an infinitive"),
    "feature_new.replaces": ("name", "what it takes the place of, as a noun phrase"),
    "feature_new.used": ("flag", "whether the account has used it"),
    "features.used": ("count", "features used in the last 13 weeks"),
}
"""Every single value a module may ask for, with its type and definition. Open: `links.<name>`, `clips.<name>` (recorded clips
of the film's talent) and `screens.<name>` (captures of the product; all three words), `statement.<topic>` (a sentence or
clause somebody of ours wrote down and dated, spoken as it is) and the series."""
OPEN = ("links.", "clips.", "screens.")
INSIDE: Mapping[str, tuple[FieldType, str]] = {
    "inside.score": ("number", "the health score, 0 to 100"),
    "inside.band": ("name", "its band"),
    "inside.scored_on": ("date", "the day it is of"),
    "inside.coverage": ("number", "share of the score's weight with fresh data; 0.7 is 70%"),
    "inside.churn": ("number", "calibrated chance of churn within the model's horizon; 0.2 is 20%"),
    "inside.churn_days": ("count", "days of that horizon"),
    "inside.no_churn": ("name", "why no chance of churn is claimed, as a clause"),
    "inside.sponsor_left_on": ("date", "day the last sponsor change was noticed"),
    "inside.people": ("count", "contacts known"),
    "inside.invoices_late": ("count", "invoices past their day and not paid"),
}
"""What only papers for our own people may tell. No film and nothing a customer reads can name these."""
LISTS: Mapping[str, Mapping[str, str]] = {
    "milestones": {"name": "name", "due": "date", "done": "date", "state": "name"},
    "milestones.ahead": {"name": "name", "due": "date"},
    "inside.people": {"name": "name", "role": "name", "title": "name", "status": "name", "seen": "date", "watched": "percent"},
    "inside.drivers": {"name": "name", "points": "points", "most": "points"},
    "inside.risks": {"what": "name", "day": "date"},
    "inside.steps": {"what": "name", "who": "name", "due": "date"},
}  # fmt: skip
"""Lists of rows with their columns and units; those that begin with `inside.` are for our own people."""


@dataclass(frozen=True, slots=True)
class Known:
    """One value and how we know it. Money is integer cents, with its currency beside it."""

    value: Value
    as_of: date  # the day it was so
    origin: Origin
    currency: str = ""
    unit: str = ""  # as recorded, for fields of type "recorded": "percent", "count", "hours", "money"
    limit: float | None = None  # the goal it is held against: no rounding may reach or cross it


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of one metric: the latest reading in them, the highest, their sum; all None without rows."""

    last: float | None = None
    peak: float | None = None
    last_day: date | None = None
    total: float | None = None
    rows: tuple[str, ...] = ()  # "file.csv:line", in row order
    digests: tuple[str, ...] = ()  # of those rows
    corrected: str = ""  # who said that it was otherwise, when and why; empty: nobody


@dataclass(frozen=True, slots=True)
class Series:
    """A metric by week, oldest first. The last week ends on `ends` (the as-of day), each earlier one seven days before."""

    table: str  # canonical table: "usage" or "feature_usage"
    metric: str
    ends: date
    weeks: tuple[Week, ...]

    def end_of(self, index: int) -> date:
        """Last day of the week at `index`."""
        return self.ends - WEEK * (len(self.weeks) - 1 - index)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of one feature's use."""

    first: date
    total: float
    rows: tuple[str, ...]
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a film may know of a support ticket: when, never what was written in it."""

    opened: date
    answered_minutes: float | None  # until the first answer; None: none is recorded
    closed_days: float | None  # until it was closed; None: open
    row: str
    digest: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A similar account without its name: it can be compared with, and never told apart."""

    series: Mapping[str, Series] = field(default_factory=dict)  # metric -> weekly series of `usage`
    features: Mapping[str, Series] = field(default_factory=dict)  # feature's name -> weekly series
    seats: Known | None = None


Entry = Mapping[str, Known]
"""One row of a list: column -> what is known; a column that is not known is left out."""


@dataclass(frozen=True, slots=True)
class Dossier:
    account: AccountId
    contact: ContactId | None
    as_of: date
    segment: str
    tier: int
    language: str  # the viewer's own; the film's is its module's
    fields: Mapping[str, Known] = field(default_factory=dict)  # by the names of FIELDS and "links.<name>"
    series: Mapping[str, Series] = field(default_factory=dict)  # metric -> weekly series of `usage`
    features: Mapping[str, Series] = field(default_factory=dict)  # feature -> weekly series of `feature_usage`
    months: Mapping[str, tuple[Month, ...]] = field(default_factory=dict)  # feature -> its months, oldest first
    places: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)  # the customer's own sites -> features
    tickets: tuple[Ticket, ...] = ()
    product: Mapping[str, Known] = field(default_factory=dict)  # feature's id -> its name
    lists: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)  # by the names of LISTS, in order
    peers: tuple[Peer, ...] = ()  # similar accounts
    fed: Mapping[str, date] = field(default_factory=dict)  # table -> newest day delivered for any account


def is_inside(name: str) -> bool:
    """Whether a field or a list is for our own people only."""
    return name.startswith("inside.")


def field_type(name: str) -> FieldType | None:
    """The type of a field a module or a paper may name, or None if there is no such field."""
    if name in INSIDE:
        return INSIDE[name][0]
    if any(name.startswith(stem) and len(name) > len(stem) for stem in OPEN):
        return "words"
    if name.startswith("statement.") and len(name) > len("statement."):
        return "name"
    return FIELDS[name][0] if name in FIELDS else None
