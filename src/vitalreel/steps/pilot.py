"""pilot: proposes the two plays that carry most revenue at risk, sets a pilot up in vitalreel.yaml, and reports what came of it (T11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from vitalreel.accounts.contract import current_contracts
from vitalreel.errors import BadInput, Refused
from vitalreel.identity import AccountId
from vitalreel.measurement.pilot import Carried, Verdict, carried, churn_rate, modules_for, verdict
from vitalreel.measurement.planner import Advice, Plan, advise
from vitalreel.measurement.quarter import Period, quarter_of
from vitalreel.signals.features import Features
from vitalreel.steps.backtest import FOLLOWED_DAYS, Replay, churned_by, replay
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.report import report
from vitalreel.store.workspace import Programme, parse_yaml, read_programme
from vitalreel.store.yamltext import changed, write_over
from vitalreel.triggers.backtest import followed
from vitalreel.triggers.matrix import Play, VideoStep
from vitalreel.triggers.pilot import Pilot

PLAYS = 2
QUARTER = timedelta(days=91)
WEEKS = 13
"""Two quarters are looked at, each as if the plays were switched on at its beginning: by the last one, how many accounts there are in a
quarter; by the one before, what became of them."""
EVERY = timedelta(days=7)
"""Between two days that are looked at. What is so for less than a week may be missed."""
USUAL = 0.3
"""Of the rarer side of the outcome: the effect that is asked for, as in `plan-test`."""
CHURN = "churn.probability"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the pilot's plays, in its segment."""

    play: str
    per_quarter: int  # accounts it would open for
    by_itself: tuple[int, int]  # accounts that reached the goal without any film, of those whose time for it was over
    advice: Advice
    holdout: float
    shows: float | None  # smallest effect seen with 80% chance, as a share; None: none


@dataclass(frozen=True, slots=True)
class InSegment:
    segment: str
    accounts: int  # that the two plays would open for in a quarter
    at_risk: int  # cents a year


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pilot could be. Amounts in cents a year."""

    since: date
    day: date
    currency: str
    by_model: bool  # probabilities of churn are the model's; else by what became of each play's accounts
    order: tuple[Carried, ...]  # all plays with films, most first
    segments: tuple[InSegment, ...]  # most first
    segment: str
    plays: tuple[Chosen, ...]
    modules: tuple[tuple[str, str], ...]  # module, and the play it is for


@dataclass(frozen=True, slots=True)
class Ended:
    """What the pilot's report says of one play."""

    play: str
    verdict: Verdict
    why: str
    served: int
    held_out: int


def propose(doors: Doors, day: date, progress: Progress, segment: str = "") -> Proposal:
    """Put all plays to the two quarters up to `day` and propose a pilot. segment: chosen by a person; empty: the one that carries most.

    Raises Refused where fewer than two plays would have opened, BadInput for a segment no account is of.
    """
    arr, chance, segments = _known(doors, day)
    if segment and segment not in segments.values():
        known = ", ".join(sorted(set(segments.values())))
        raise BadInput("--segment", f"no account is of {segment!r}", f"use one of {known}")
    days = [day - EVERY * n for n in range(2 * WEEKS - 1, -1, -1)]
    before = replay(doors, days[:WEEKS], lambda what, n, _: progress(what, n, len(days)))
    seen = replay(doors, days[WEEKS:], lambda what, n, _: progress(what, WEEKS + n, len(days)))
    held = {c.holds for c in doors.programme.guards.conflicts}  # categories that are silent where revenue is at risk
    plays = {a.play.name: a.play for a in seen.asked if _may(a.play) and a.play.category not in held}
    recent = {p: {f.account for f in seen.fired if f.play == p} for p in plays}
    at = {(p, a): c for p in plays for a, c in _chances(doors, before, plays[p], recent[p], chance, day).items()}
    order = carried({p: recent[p] for p in plays if recent[p]}, arr, at)
    if len(order) < PLAYS:
        raise Refused(
            "a pilot",
            f"{len(order)} of {len(plays)} plays with films would have opened",
            "load more history, or write plays",
        )
    two = [plays[c.play] for c in order[:PLAYS]]
    found = _segments(two, recent, segments, arr, at)
    chosen = segment or found[0].segment
    mine = tuple(_chosen((before, seen), p, recent[p.name], chosen, segments) for p in two)
    films = {p: list(dict.fromkeys(s.module for s in plays[p].ladder if isinstance(s, VideoStep))) for p in plays}
    modules = modules_for([c.play for c in order], films, PLAYS)
    return Proposal(days[0], day, doors.programme.currency, bool(chance), order, found, chosen, mine, modules)


def _may(play: Play) -> bool:
    """Whether a pilot can begin with it: it has films, and holding out from it is allowed."""
    return not play.critical and any(isinstance(s, VideoStep) for s in play.ladder)


def _known(doors: Doors, day: date) -> tuple[dict[str, int], dict[str, float], dict[str, str]]:
    """By account: ARR in cents, probability of churn where a model stands, segment."""
    catalogue = catalogue_of(doors)
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue, day, {CHURN} & set(catalogue.signals))
        chance: dict[str, float] = {}
        if CHURN in catalogue.signals:
            features = Features(catalogue, signals.moment, signals.fresh())
            column = features.at(CHURN)
            wide = features.wide(signals.tables).select("account_id", p=column).to_pyarrow().to_pylist()
            chance = {r["account_id"]: float(r["p"]) for r in wide if r["p"] is not None}
        rows = session.rows("account").select(["account_id", "segment"]).to_pylist()
        known = session.as_of(day)
        contracts = known["contract"].to_pyarrow() if "contract" in known else None
    live = current_contracts(contracts, day, doors.programme.currency).to_pylist() if contracts is not None else []
    arr = {r["account_id"]: int(r["arr"]) for r in live if r["arr"] is not None}
    return arr, chance, {r["account_id"]: r["segment"] or "long_tail" for r in rows}


def _chances(
    doors: Doors, seen: Replay, play: Play, accounts: Collection[AccountId], model: Mapping[str, float], day: date
) -> dict[AccountId, float]:
    """Each account's probability of churn: the model's, else the share of the play's accounts that left within 90 days."""
    with doors.lake.session() as session:
        lost = churned_by(session, day)
    first: dict[AccountId, date] = {}
    for f in seen.fired:
        if f.play == play.name:
            first.setdefault(f.account, f.day)
    everybody = dict.fromkeys(seen.audience[play.name], seen.since)
    all_of_them = followed(everybody, lost, day, FOLLOWED_DAYS)
    mine = followed(first, lost, day, FOLLOWED_DAYS)
    base = all_of_them.churned / all_of_them.accounts if all_of_them.accounts else 0.0
    rate = churn_rate(mine.churned, mine.accounts, base)
    return {a: model.get(a, rate) for a in accounts}


def _segments(
    two: Sequence[Play], recent: Mapping[str, Collection[AccountId]], segments: Mapping[str, str], arr: Mapping[str, int],
    at: Mapping[tuple[str, AccountId], float],
) -> tuple[InSegment, ...]:  # fmt: skip
    """Where the two plays would speak, most revenue at risk first; an account that both speak to counts once."""
    risk: dict[AccountId, int] = {}
    for play in two:
        for a in recent[play.name]:
            risk[a] = max(risk.get(a, 0), round(arr.get(a, 0) * at[play.name, a]))
    names = sorted({segments[a] for a in risk if a in segments})
    found = [
        InSegment(n, sum(segments.get(a) == n for a in risk), sum(r for a, r in risk.items() if segments.get(a) == n))
        for n in names
    ]
    return tuple(sorted(found, key=lambda s: (-s.at_risk, s.segment)))


def _chosen(
    quarters: Sequence[Replay], play: Play, recent: Collection[AccountId], segment: str, segments: Mapping[str, str]
) -> Chosen:
    """The play's accounts in the segment, and how large a holdout they can carry."""
    accounts = sum(segments.get(a) == segment for a in recent)
    ends = [_by_itself(seen, play) for seen in quarters]
    reached, over = sum(r for r, _ in ends), sum(n for _, n in ends)
    base = (reached + 1) / (over + 2)
    advice = advise(Plan(base, 0.5, "rise"), max(accounts, 2), USUAL * min(base, 1 - base))
    holdout = advice.holdout if advice.holdout is not None else 0.5
    shows = next((s.effect for s in advice.sizes if s.holdout == holdout), None)
    return Chosen(play.name, accounts, (reached, over), advice, holdout, shows)


def _by_itself(seen: Replay, play: Play) -> tuple[int, int]:
    """Firings whose success moved as wanted in its time, and firings whose time was over."""
    span = timedelta(days=play.success.within_days)
    over = [f for f in seen.fired if f.play == play.name and f.day + span <= seen.until]
    return sum(f in seen.reached and seen.reached[f] <= f.day + span for f in over), len(over)


# -- set up -------------------------------------------------------------------------------------------------------------


def refuse_second(doors: Doors) -> None:
    """Raises Refused where a pilot stands."""
    if (standing := doors.programme.pilot) is not None:
        days = f"one stands from {standing.start} to {standing.until}"
        raise Refused("a pilot", days, "end it with `vitalreel pilot stop`")


def start(doors: Doors, proposal: Proposal, first: date) -> Pilot:
    """Write the pilot into vitalreel.yaml, a quarter from `first` on; comments stay. Raises as `refuse_second`."""
    refuse_second(doors)
    written = {
        "plays": {c.play: f"{c.holdout:.0%}" for c in proposal.plays},
        "segment": proposal.segment,
        "from": first,
        "until": first + QUARTER,
        "modules": [m for m, _ in proposal.modules],
        "shows": {c.play: f"{100 * c.shows:.1f}%" for c in proposal.plays if c.shows is not None},
    }
    pilot = _write(doors, written).pilot
    assert pilot is not None
    return pilot


def stop(doors: Doors) -> Pilot:
    """Take the pilot out of vitalreel.yaml: every play of the workspace may open again. Raises Refused where none stands."""
    pilot = standing_pilot(doors)
    _write(doors, None)
    return pilot


def standing_pilot(doors: Doors) -> Pilot:
    """The pilot. Raises Refused where there is none."""
    if doors.programme.pilot is None:
        raise Refused("the pilot", "vitalreel.yaml has none", "see `vitalreel pilot propose`")
    return doors.programme.pilot


def _write(doors: Doors, pilot: Mapping[str, Any] | None) -> Programme:
    """vitalreel.yaml with another pilot, checked before it takes the old one's place; the rest as its owner wrote it."""
    path = doors.workspace.root / "vitalreel.yaml"

    def change(content: Any) -> None:
        if pilot is None:
            del content["pilot"]
        else:
            content["pilot"] = dict(pilot)

    text = changed(path.read_text(encoding="utf-8"), change, path.name)
    programme = read_programme(parse_yaml(text, path.name), path.name)
    write_over(path, text)
    return programme


# -- told ---------------------------------------------------------------------------------------------------------------


def tell(doors: Doors, day: date) -> tuple[Pilot, tuple[Ended, ...]]:
    """What the pilot came to as known at the end of `day`, by the quarterly report's own answers. Raises Refused where there is none."""
    pilot = standing_pilot(doors)
    open_all = replace(doors, programme=replace(doors.programme, pilot=None))
    found = report(open_all, Period(quarter_of(min(day, pilot.until)), day))
    parts = {p.key: p for p in found.parts}
    ends = []
    for f in found.findings:
        if f.play in pilot.plays:
            part = parts.get(f"diagnosis-{f.play}")
            said, why = verdict(
                f.so_far, pilot.shows.get(f.play), weakest(part.says) if part else "", day >= pilot.until
            )
            arms = [b.arm for b in f.behind]
            ends.append(Ended(f.play, said, why, arms.count("served"), arms.count("held_out")))
    return pilot, tuple(ends)


def weakest(says: str) -> str:
    """What a diagnosis calls the weakest link of a play's chain; empty where it names none."""
    at = says.find("the weakest link is")
    return says[at:].rstrip(".") if at >= 0 else ""
