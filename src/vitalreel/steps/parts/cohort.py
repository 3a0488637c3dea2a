"""cohort: the accounts plays were served for against others of the loaded company made alike, from what was known before (M3)."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log1p
from typing import Any

from vitalreel.accounts.revenue import Contract
from vitalreel.errors import BadInput
from vitalreel.identity import AccountId, fingerprint
from vitalreel.measurement.ends import ENDINGS, End, Ending, ends_of
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.matched.cohort import compare_cohort
from vitalreel.measurement.matched.company import Seen, sample_of
from vitalreel.measurement.quarter import Period, quarter_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.happened import Run, happened_by, once, until
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.parts.asked import Asked
from vitalreel.steps.plays import read_plays
from vitalreel.steps.retained import paid
from vitalreel.store.database import reading

PLACEBO = "score a quarter before"
STALE = timedelta(days=35)
"""A score older than this says nothing of the day."""
_LOOKS_BACK = {"score": 1, "score four weeks before": 29, PLACEBO: 92}
_TICKETS = timedelta(days=90)
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Cohort:
    """A comparison and the accounts behind it."""

    question: str
    seen: tuple[Seen, ...]
    answer: Estimate | Refusal


def cohort(
    asked: Asked, plays: Collection[str], ends: Mapping[str, Sequence[End]], kind: Ending, window_days: int
) -> Cohort | None:  # fmt: skip
    """Accounts for which one of `plays` opened and was served, against those for which none was; None where none was served.

    An account's first day is that of its first opening; of an account without one, that of some opening, chosen by its id. It counts
    where it paid the day before and its window is over. What is known is of the day before or earlier.
    """
    first = _first_days(asked, plays)
    last = asked.day - timedelta(days=window_days)
    days = {
        a: day for a, day in first.items() if day <= last and any(c.on(day - timedelta(days=1)) for c in asked.held[a])
    }
    served = {a for a in days if _served(asked, plays, a)}
    if not served or not any(a not in served for a in days):
        return None
    known = _known(asked, days)
    seen = []
    for account, day in sorted(days.items()):
        hit = next(
            (e for e in ends.get(account, ()) if e.kind == kind and day <= e.day < day + timedelta(days=window_days)),
            None,
        )
        values = dict(known[account])
        past = values.pop(PLACEBO)
        seen.append(Seen(account, account in served, day, hit is not None, values, past, hit.source if hit else ""))
    question = f"share of accounts {kind} within {window_days} days of a play's opening, served less others made alike"
    return Cohort(question, tuple(seen), compare_cohort(sample_of(question, seen, PLACEBO)))


def _runs(asked: Asked, plays: Collection[str]) -> list[Run]:
    found = [r for p in plays for r in until(asked.happened.runs.get(p, ()), asked.period)]
    return once(sorted(found, key=lambda r: (r["opened_on"], r["id"])))


def _served(asked: Asked, plays: Collection[str], account: str) -> bool:
    return any(
        r["arm"] == "served" for p in plays for r in until(asked.happened.runs.get(p, ()), asked.period) if r["account"] == account
    )  # fmt: skip


def _first_days(asked: Asked, plays: Collection[str]) -> dict[AccountId, date]:
    """Of every account with contracts: the day of its first opening, else of one chosen by its id among all first openings."""
    own = {AccountId(r["account"]): r["opened_on"] for r in _runs(asked, plays)}
    openings = sorted(own.values())
    if not openings:
        return {}
    return {
        account: own.get(account) or openings[int(fingerprint("first day", account), 16) % len(openings)]
        for account in asked.held
    }


def of_company(doors: Doors, day: date, plays: Sequence[str], kind: str, window_days: int) -> Cohort:
    """The comparison by all that was known at the end of `day`. plays: none names all of the workspace.

    Raises BadInput for a play that is not there, and where none of them was served to an account whose window is over.
    """
    known = {a.play.name: a.play for a in read_plays(doors, catalogue_of(doors))}
    if odd := next((p for p in plays if p not in known), None):
        raise BadInput(f"--play {odd}", "there is no such play", f"name one of {', '.join(sorted(known))}")
    period = Period(quarter_of(day), day)
    with reading(doors.engine).connect() as connection, doors.lake.session() as session:
        happened, held = (
            happened_by(connection, period, doors.programme.zone),
            paid(session, day, doors.programme.currency),
        )
        asked = Asked(doors.workspace, doors.programme, period, session, connection, happened, known, {}, held, None)
        wanted = next(e for e in ENDINGS if e == kind)
        found = cohort(asked, tuple(plays) or tuple(known), every_end(asked), wanted, window_days)
    if found is None:
        reason = (
            f"no account was served by a play {window_days} days ago or earlier, or none was left to compare it with"
        )
        raise BadInput("cohort", reason, "a later day, or a shorter --window")
    return found


def every_end(asked: Asked) -> Mapping[str, Sequence[End]]:
    """All that became of every account with contracts or outcomes, by the end of the day."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for row in asked.rows("outcome", "outcome_id", "account_id", "day", "kind"):
        told.setdefault(row["account_id"], []).append(row)
    accounts = sorted({*told, *asked.held})
    return {a: ends_of(told.get(a, ()), asked.held.get(AccountId(a), ()), asked.day) for a in accounts}


# -- what was known before ---------------------------------------------------------------------------------------------------


def _known(asked: Asked, days: Mapping[AccountId, date]) -> dict[str, dict[str, float | None]]:
    scores = _scores(asked, days)
    tickets: dict[str, list[date]] = {}
    for r in asked.rows("ticket", "account_id", "opened"):
        tickets.setdefault(r["account_id"], []).append(asked.date_of(r["opened"]))
    rows = {r["account_id"]: r for r in asked.rows("account", "account_id", "since", "tier")}
    found: dict[str, dict[str, float | None]] = {}
    for account, day in days.items():
        held, row = asked.held[account], rows.get(account, {})
        began = row.get("since") or min(c.start for c in held)
        raised = sum(day - _TICKETS <= opened < day for opened in tickets.get(account, ()))
        tier = row.get("tier")
        found[account] = {
            **{name: _score(scores.get(account, ()), day - timedelta(days=back)) for name, back in _LOOKS_BACK.items()},
            "revenue, log": log1p(sum(c.on(day - timedelta(days=1)) for c in held) / 100),
            "days a customer": float((day - began).days),
            "tier": None if tier is None else float(tier),
            "days to renewal": float(_to_renewal(held, day)),
            "tickets in 90 days": float(raised),
        }
    return found


def _scores(asked: Asked, days: Mapping[AccountId, date]) -> dict[str, list[tuple[date, float]]]:
    """Scored days of these accounts, in order."""
    found: dict[str, list[tuple[date, float]]] = {}
    for r in asked.rows("score", "account_id", "day", "points", "state"):
        if r["state"] == "scored" and r["account_id"] in days:
            found.setdefault(r["account_id"], []).append((r["day"], r["points"]))
    return {account: sorted(each) for account, each in found.items()}


def _score(scores: Sequence[tuple[date, float]], day: date) -> float | None:
    """The last up to a day that is not stale."""
    place = bisect_right(scores, (day, float("inf"))) - 1
    return scores[place][1] if place >= 0 and day - scores[place][0] <= STALE else None


def _to_renewal(held: Sequence[Contract], day: date) -> int:
    """Days to the soonest end of a running contract, else to the next whole year of the one that began last."""
    running = [c for c in held if c.on(day - timedelta(days=1))]
    named = [c.end for c in running if c.end is not None and c.end > day]
    if named:
        return (min(named) - day).days
    return YEAR_DAYS - (day - max(c.start for c in running)).days % YEAR_DAYS


# -- as a file ----------------------------------------------------------------------------------------------------------------


def as_csv(seen: Sequence[Seen]) -> str:
    """The accounts as `vitalreel estimate` reads them: treated, outcome, what was known, and the outcome from before."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    names = list(seen[0].known) if seen else []
    out.writerow(
        [
            "account",
            "first_day",
            "served",
            "outcome",
            *(n.replace(", ", "_").replace(" ", "_") for n in (*names, PLACEBO)),
        ]
    )
    for s in seen:
        cells = ["" if v is None else f"{v:.6g}" for v in (*(s.known[n] for n in names), s.earlier)]
        out.writerow([s.account, s.index, int(s.treated), int(s.hit), *cells])
    return written.getvalue()
