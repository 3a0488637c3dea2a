"""Opportunity: every account's readiness to expand, its seats, what is open and the next feature, as of a day; kept in the lake."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete

from vitalreel.conditions import write
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.health import score
from vitalreel.health.opportunity.recommend import Advice, advise
from vitalreel.health.opportunity.seats import SIGNALS, Pressure, seats
from vitalreel.health.opportunity.terms import Terms, read_terms
from vitalreel.health.opportunity.timing import timing
from vitalreel.health.opportunity.uses import Uses, gathered, uses
from vitalreel.health.readings import asked, readings
from vitalreel.health.scorecard import TENTHS
from vitalreel.identity import fingerprint, plain
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.kinds import WATCHED
from vitalreel.signals.tables import day_of
from vitalreel.steps.assess import NO_SCORES, with_provenance
from vitalreel.steps.company import Company, company_of, outcomes_of, product_features
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import Signals, catalogue_of, signals_of
from vitalreel.store.lake import LakeSession
from vitalreel.store.tables import lake_file
from vitalreel.store.workspace import LIBRARY, read_yaml

FILE = "expansion.yaml"
TABLE, PARTS, PATHS, COMPANY = "opportunity", "opportunity_part", "feature_path", "growth_model"
COLUMNS = pa.schema([
    ("account_id", pa.string()), ("day", pa.date32()), ("points", pa.float64()), ("coverage", pa.float64()), ("state", pa.string()),
    ("config", pa.string()), ("ready", pa.bool_()), ("may", pa.bool_()), ("held_by", pa.string()), ("band", pa.string()),
    ("arr", pa.float64()),
    ("seats", pa.int64()), ("used", pa.float64()), ("before", pa.float64()), ("renewal", pa.date32()), ("full_on", pa.date32()),
    ("features", pa.int64()), ("features_open", pa.int64()),
    ("next_feature", pa.string()), ("next_using", pa.int64()), ("next_well", pa.int64()), ("next_others_using", pa.int64()),
    ("next_others", pa.int64()), ("next_why", pa.string()),
    ("timing", pa.string()), ("timing_on", pa.date32()), ("timing_why", pa.string()),
])  # fmt: skip
"""A row an account with a live contract (or all, where no contract is known). points: 0..100 or null; state: as of a score; ready:
never null; may: whether what readiness needs holds, null: unknown; held_by: what of it does not; arr: whole currency units;
features: in use, null: nothing of its use is known; next_*: counts of similar accounts."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One day. rows: COLUMNS; parts: as `score_part`, of the expansion score; both of the accounts that are looked at."""

    day: date
    rows: pa.Table
    parts: pa.Table
    paths: pa.Table  # as `uses` has them
    company: Company
    left_out: tuple[str, ...]  # of expansion.yaml, in words

    @property
    def ready(self) -> int:
        """Accounts ready to expand."""
        return int(pc.sum(self.rows["ready"]).as_py() or 0)


def terms_of(doors: Doors, catalogue: Catalogue) -> Terms:
    """expansion.yaml of the workspace, else the shipped one. Raises BadConfiguration."""
    file = doors.workspace.root / FILE
    return read_terms(read_yaml(file if file.is_file() else LIBRARY / FILE, FILE), FILE, catalogue)


def assess_growth(doors: Doors, day: date, now: datetime) -> Looked:
    """Look at all accounts as of the end of `day` and keep what was found in place of the day's earlier look.

    Raises BadInput where no account was known, BadConfiguration for terms that cannot be used.
    """
    with doors.lake.session() as session:
        found = look(doors, session, day)
    keep(doors, found, now)
    return found


def look(doors: Doors, session: LakeSession, day: date) -> Looked:
    """All accounts as of the end of `day`, kept nowhere. The day's health score counts where it is kept already."""
    catalogue = catalogue_of(doors)
    terms = terms_of(doors, catalogue)
    known = _names(terms, catalogue)
    signals = signals_of(doors, session, catalogue, day, known)
    scores, places = _measured(session, signals, terms)
    accounts = signals.known.tables["account"].to_pyarrow()
    every = _aligned(accounts, scores["account_id"])
    outcomes = outcomes_of(session, day)
    listed = [r["feature"] for r in product_features(signals.known.tables, day)]
    used = gathered(session.rows("growth_uses"), scores["account_id"].to_pylist(), listed)
    company = company_of(session, signals, terms, used, every, outcomes, places)
    rows = _rows(day, terms, scores, places, every, used, company)
    rows = rows.filter(pc.fill_null(pc.not_equal(places["live"], 0.0), True))
    parts = session.rows("growth_parts") if terms.card else _NO_PARTS.empty_table()
    theirs = rows["account_id"].combine_chunks()
    parts, paths = (x.filter(pc.is_in(x["account_id"], theirs)) for x in (parts, session.rows("growth_uses")))
    return Looked(day, rows, parts, paths, company, terms.left_out)


_NO_PARTS = pa.schema([
    ("account_id", pa.string()), ("day", pa.date32()), ("part", pa.string()), ("label", pa.string()), ("points", pa.float64()),
    ("value", pa.float64()), ("level", pa.float64()), ("weight", pa.float64()), ("state", pa.string()),
])  # fmt: skip


def _names(terms: Terms, catalogue: Catalogue) -> frozenset[str]:
    """Every signal that is read."""
    measures = terms.card.measures if terms.card else ()
    read = {s for m in measures for s in (m.signal, m.over) if s}
    return named((terms.trees, terms.needs)) | read | {s for s in (*SIGNALS, WATCHED) if catalogue.find(s)}


def _measured(session: LakeSession, signals: Signals, terms: Terms) -> tuple[pa.Table, pa.Table]:
    """(scores, seats) of all accounts in order of id; keeps growth_parts and growth_uses."""
    fresh, moment = signals.fresh(), signals.moment
    session.put("growth_past", NO_SCORES.empty_table())
    use = signals.known.tables.get("feature_usage")
    session.put("growth_uses", _NO_USES.empty_table())

    def make() -> None:
        session.keep(
            "growth_seats",
            seats(signals.tables, terms.conditions, signals.catalogue, moment, fresh).order_by("account_id"),
        )
        if use is not None:
            session.keep("growth_uses", uses(use, moment))
        if terms.card is not None:
            card = terms.card
            wide = session.keep(
                "growth_wide", readings(signals.tables, [card], terms.trees, signals.catalogue, moment, fresh)
            )
            cards = [(card, session.keep("growth_card", score.counted(wide, card, asked([card]))))]
            scored = score.scores(wide, cards, session.kept("growth_past"), moment)
            session.keep("growth_scores", scored.order_by("account_id"))
            session.keep("growth_parts", score.parts(cards, moment).order_by("account_id", "part"))

    needs = write(terms.needs) if terms.needs is not None else ""
    reach = business_days([*terms.trees.values(), terms.needs], moment.number)
    session.planned((*signals.question, "growth", terms.card, needs, fresh, reach), make)
    places = session.rows("growth_seats")
    return session.rows("growth_scores") if terms.card else _unscored(places["account_id"], moment.day), places


_NO_USES = pa.schema([("account_id", pa.string()), ("feature", pa.string()), ("first", pa.int64()), ("last", pa.int64()),
                      ("recent", pa.float64()), ("days", pa.int64())])  # fmt: skip


def _unscored(accounts: pa.ChunkedArray, day: date) -> pa.Table:
    n = len(accounts)
    return pa.table({"account_id": accounts, "day": pa.array([day] * n, pa.date32()), "points": pa.nulls(n, pa.float64()),
                     "coverage": pa.array([0.0] * n), "state": pa.array(["no_scorecard"] * n), "config": pa.array([""] * n)})  # fmt: skip


def _aligned(accounts: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """The account rows in the order of `ids`."""
    return accounts.take(pc.index_in(ids.combine_chunks(), accounts["account_id"].combine_chunks()))


# -- rows


def _rows(
    day: date, terms: Terms, scores: pa.Table, places: pa.Table, accounts: pa.Table, used: Uses, company: Company
) -> pa.Table:
    """COLUMNS of all accounts, in order of id."""
    may, held_by = _held(terms, places)
    enough = pc.fill_null(pc.greater_equal(scores["points"], terms.ready / TENTHS), False)
    ready = pc.and_(enough, pc.fill_null(may, False))
    found = {name: scores[name] for name in ("account_id", "day", "points", "coverage", "state", "config")}
    found |= {"ready": ready, "may": may, "held_by": held_by, "band": places["band"], "arr": places["arr"]}
    found |= _seat_columns(day, terms, places, accounts, may.to_pylist())
    now, offered = company.used_now, company.offers(used)
    seen = pa.array(used.seen & company.heard)
    counts = (now & offered[None, :]).sum(1)
    found["features"] = pc.if_else(seen, pa.array(now.sum(1)), None)
    found["features_open"] = (
        pc.if_else(seen, pa.array(offered.sum() - counts), None) if offered.any() else pa.nulls(len(counts), pa.int64())
    )
    segments = np.array([s or "" for s in accounts["segment"].to_pylist()], str)
    advice = advise(used.accounts, segments, now, company.outcome, offered, used.features)
    found |= _advised([a if ok else "" for a, ok in zip(advice, seen.to_pylist(), strict=True)])
    return pa.table([pa.array(_plain(found[f.name]), f.type) for f in COLUMNS], schema=COLUMNS)


def _plain(column: Any) -> Any:
    return column.to_pylist() if isinstance(column, pa.Array | pa.ChunkedArray) else column


def _held(terms: Terms, places: pa.Table) -> tuple[pa.Array, list[str]]:
    """Whether what readiness needs holds (null: unknown), and what of it does not, in words."""
    answers = [places[f"may{i}"].to_pylist() for i in range(len(terms.conditions))]
    words = [write(tree) for tree in terms.conditions]
    may, held = [], []
    for said in zip(*answers, strict=True) if answers else ((),) * places.num_rows:
        may.append(None if not said else False if False in said else None if None in said else True)
        held.append(
            "; ".join(
                f"{'not so' if a is False else 'unknown'}: {w}"
                for a, w in zip(said, words, strict=True)
                if a is not True
            )
        )
    return pa.array(may, pa.bool_()), held


def _seat_columns(
    day: date, terms: Terms, places: pa.Table, accounts: pa.Table, may: Sequence[bool | None]
) -> dict[str, list[Any]]:
    """Pressure and timing, account by account."""
    found: dict[str, list[Any]] = {
        n: [] for n in ("seats", "used", "before", "renewal", "full_on", "timing", "timing_on", "timing_why")
    }
    months = accounts["planning_months"].to_pylist()
    for row, said, yes in zip(places.to_pylist(), months, may, strict=True):
        p = pressure_of(row)
        full = p.full_on(day, terms.full)
        when = timing(day, planning(said), p.renewal, full, yes, terms.leads)
        values = (p.seats, p.used, p.before, p.renewal, full, when.state, when.on, when.why)
        for name, value in zip(found, values, strict=True):
            found[name].append(value)
    return found


def pressure_of(row: Mapping[str, Any]) -> Pressure:
    """From a row of `growth_seats`."""
    seats_ = int(row["seats"]) if row["seats"] else None
    return Pressure(
        seats_, row["used"], row["before"], day_of(int(row["renewal"])) if row["renewal"] is not None else None
    )


def planning(said: str | None) -> tuple[int, ...]:
    """Months 1..12 from "7|8|9"; what is no month is left out."""
    return tuple(int(m) for m in (said or "").split("|") if m.strip().isdigit() and 1 <= int(m) <= 12)


def _advised(advice: Sequence[Advice | str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in ("feature", "using", "well", "others_using", "others"):
        found[f"next_{name}"] = [getattr(a, name) if isinstance(a, Advice) else None for a in advice]
    found["next_why"] = [None if isinstance(a, Advice) else a or "unseen" for a in advice]
    return found


# -- keeping


def keep(doors: Doors, found: Looked, now: datetime) -> None:
    """Publish a day's look and take back the day's earlier one, in one transaction."""
    prefix = f"growth-{found.day:%Y%m%d}-"
    run = prefix + fingerprint(now)[:16]
    document = json.dumps(plain(found.company.document()))
    model = pa.table({"day": pa.array([found.day], pa.date32()), "document": [document]})
    tables = {
        TABLE: _kept(_identified(found.rows, ("account_id", "day")), run, found.day, now),
        PARTS: _kept(_identified(found.parts, ("account_id", "day", "part")), run, found.day, now),
        PATHS: _kept(
            _identified(_dated(found.paths, found.day), ("account_id", "day", "feature")), run, found.day, now
        ),
        COMPANY: _kept(_identified(model, ("day",)), run, found.day, now),
    }
    with doors.engine.begin() as connection:
        connection.execute(delete(lake_file).where(lake_file.c.load.startswith(prefix)))
        doors.lake.publish(connection, doors.lake.stage(run, tables), now)


def _dated(rows: pa.Table, day: date) -> pa.Table:
    return rows.append_column("day", pa.repeat(pa.scalar(day), rows.num_rows))


def _kept(rows: pa.Table, run: str, day: date, now: datetime) -> pa.Table:
    return with_provenance(rows, run, day, now, "opportunities")


def _identified(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Rows with what tells them apart, and their versions."""
    own = {c: pc.cast(rows[c], pa.string()) for c in rows.column_names}
    keys = pc.binary_join_element_wise(*(own[c] for c in key), "|")
    digests = pc.binary_join_element_wise(*own.values(), "|", null_handling="replace")
    return rows.append_column("row_key", keys).append_column("row_digest", digests)
