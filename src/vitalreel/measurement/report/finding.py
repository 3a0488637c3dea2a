"""What the quarterly report says: each play's counts inside the quarter and its answers, and the one sentence on top (M12 M16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from vitalreel.measurement.arms import Floors, too_few
from vitalreel.measurement.bounce import Bounce
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.parts.part import Event, Part
from vitalreel.measurement.plan import Standing
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.ranking import Ranking
from vitalreel.measurement.revenue import Contribution, Kept, Sums

Answer = Estimate | Refusal
NO_CLAIM = "Not enough evidence yet for any claim."


@dataclass(frozen=True, slots=True)
class Finding:
    """One play: what was done inside the quarter as plain counts, and what it changed.

    `answer` is about the accounts for which the play opened inside the quarter, `so_far` about all before the quarter's end.
    """

    play: str
    answer: Answer
    so_far: Answer
    window_days: int  # after an opening, in which the outcome counts
    opened: int  # episodes
    opened_so_far: int  # episodes up to the quarter's end, `opened` among them
    served: int  # accounts
    held_out: int  # accounts
    films: int  # sent
    watched: int  # films with a view by a person, whenever they were sent
    modules: tuple[str, ...] = ()  # of its films
    behind: tuple[Behind, ...] = ()  # every account of the play up to the quarter's end
    rebound: Rebound | None = None
    plan: Standing | None = None  # by which both answers are computed, held against all accounts so far

    @property
    def first(self) -> bool:
        """Whether the play had not opened before this quarter, so that both answers are about the same accounts."""
        return self.opened == self.opened_so_far


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday, cut at the quarter's ends: what happened in them, over all plays."""

    first: date
    served: int = 0  # episodes that opened for accounts of this arm
    held_out: int = 0
    films: int = 0
    watched: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """A reason for which touches were withheld, and how many accounts met it."""

    reason: str
    accounts: int
    behind: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)  # account -> its touches that were withheld


@dataclass(frozen=True, slots=True)
class Behind:
    """One account of a play up to the quarter's end, with the events that its figures are counted from (M15)."""

    account: str
    arm: str  # of its first opening so far
    opened: tuple[tuple[date, str], ...]  # each episode so far: the day, and the arm it had
    stratum: str
    planned: float | None  # its chance to be held out, by the assignment log
    window_over: date  # of its first opening so far
    outcome_on: date | None  # after its first opening so far
    films: tuple[date, ...] = ()  # sent in the quarter
    watched: tuple[date, ...] = ()  # films first watched in the quarter
    own_arm: str | None = None  # of its first opening in the quarter; None: it had none
    own_outcome_on: date | None = None  # after that opening
    events: tuple[Event, ...] = ()  # draws, openings, films, views and what reached the goal, by their own ids


@dataclass(frozen=True, slots=True)
class Revenue:
    """A quarter's revenue from the end of the day `first` to the end of `last`, and what the programme added."""

    currency: str
    first: date
    last: date
    sums: Sums
    nrr: Answer
    grr: Answer
    added: Contribution
    cohort: tuple[Kept, ...]  # accounts with revenue on `first`
    drawn: tuple[Kept, ...]  # accounts of the programme's draw whose six months are over
    plan: Standing | None = None  # by which `added` is computed


@dataclass(frozen=True, slots=True)
class Rebound:
    """How a play's metric moved after openings: never an effect, shown beside what was to be expected without the play (M2)."""

    metric: str
    arms: Mapping[str, tuple[int, float, float]]  # arm -> accounts, mean at the opening, mean when the window ended
    expected: Bounce | None  # of the served, learnt from all accounts before the play first opened
    why_none: str = ""
    moved: tuple[Moved, ...] = ()  # the accounts whose means `arms` tells
    learnt: tuple[Moved, ...] = ()  # those the expectation was learnt from


@dataclass(frozen=True, slots=True)
class Moved:
    """One account's value of a metric on two days."""

    account: str
    arm: str  # "": before any play opened
    then: float
    later: float
    then_on: date  # the last value up to this day
    later_on: date


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal of the report, by play and by which accounts it is about."""

    play: str
    about: str  # "quarter" | "so far"
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    vendor: str
    findings: tuple[Finding, ...]
    weeks: tuple[Week, ...]
    silences: tuple[Silence, ...]
    revenue: Revenue | None = None
    ranking: Ranking | None = None  # of the plays, over all accounts so far
    parts: tuple[Part, ...] = ()

    @property
    def day(self) -> date:
        return self.period.day

    @property
    def headline(self) -> str:
        """The one sentence a chief financial officer reads first. Only randomised estimates may be in it."""
        claims = [_claim(f, f.answer) for f in self.claims]
        added = self.revenue.added.answer if self.revenue else None
        if isinstance(added, Estimate) and added.grade == "A":
            chance = "" if added.direction else ", which chance alone can make"
            claims.append(f"NRR: {_range(added)}{chance}.")
        return " ".join(claims) or NO_CLAIM

    @property
    def claims(self) -> tuple[Finding, ...]:
        """The plays whose answer of the quarter is grade A."""
        return tuple(f for f in self.findings if isinstance(f.answer, Estimate) and f.answer.grade == "A")

    @property
    def plans(self) -> tuple[Standing, ...]:
        """The analysis plans behind the figures: each play's, then the programme's."""
        own = [f.plan for f in self.findings] + [p.plan for p in self.parts]
        return tuple(s for s in (*own, self.revenue.plan if self.revenue else None) if s is not None)

    @property
    def refusals(self) -> tuple[Told, ...]:
        """Every refusal, the quarter's first."""
        both = [("quarter", f, f.answer) for f in self.findings] + [("so far", f, f.so_far) for f in self.findings]
        return tuple(Told(f.play, about, answer) for about, f, answer in both if isinstance(answer, Refusal))


def _claim(finding: Finding, answer: Answer) -> str:
    assert isinstance(answer, Estimate)
    chance = "" if answer.low > 0 or answer.high < 0 else ", which chance alone can make"
    return f"{finding.play.replace('_', ' ').capitalize()}: {_range(answer)}{chance}."


def _range(answer: Estimate) -> str:
    return f"{points(answer.value)} points (95% interval {points(answer.low)} to {points(answer.high)})"


def points(share: float) -> str:
    """A difference of shares in points: +4.2 or −0.5, with a real minus; nothing is 0.0."""
    written = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if written in ("+0.0", "−0.0") else written


def basis_points(share: float) -> str:
    """A difference of shares in basis points: +420 or −35, with a real minus; nothing is 0."""
    written = f"{10_000 * share:+,.0f}".replace("-", "−")
    return "0" if written in ("+0", "−0") else written


def told_in(answer: Estimate, value: float) -> str:
    """A value of an answer in the answer's own unit, without its name."""
    if answer.unit == "basis points":
        return basis_points(value)
    if answer.unit == "points":
        return points(value)
    written = f"{value:+,.1f}".replace("-", "−")
    return "0.0" if written in ("+0.0", "−0.0") else written


def in_time(own: Answer, together: Answer, period: Period, floors: Floors) -> Answer:
    """The answer about a stretch of time; where only more accounts than it has would help, with the day on which the play's
    accounts of all quarters, `together`, could carry a figure.
    """
    if isinstance(own, Estimate) or own.earliest is not None or own.events is None:
        return own
    if not too_few(own.n, own.events, floors):
        return own
    others = f"{own.would_help}; counted with other quarters' accounts, the play"
    if isinstance(together, Estimate):
        return replace(own, would_help=f"{others} has a figure", earliest=period.day)
    return (
        replace(own, would_help=f"{others} could have a figure", earliest=together.earliest)
        if together.earliest
        else own
    )


def weeks_of(period: Period) -> tuple[date, ...]:
    """The first days of the quarter's weeks, as far as they have begun: its own first day, then Mondays."""
    first = period.quarter.start
    days = [first]
    monday = first + timedelta(days=7 - first.weekday())
    while monday < period.until:
        days.append(monday)
        monday += timedelta(days=7)
    return tuple(days)
