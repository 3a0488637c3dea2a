"""Scores on other engines: readings, scores, bands and every part the same on PostgreSQL and on PySpark in local mode."""

from __future__ import annotations

import datetime as dt
import random
from itertools import zip_longest

import ibis
import pyarrow as pa

from tests.conditions.beside import catalogue_of_tests
from tests.conditions.chance import Company
from tests.services.engines import Engine
from vitalreel.conditions import Tree, freshness, parse
from vitalreel.health import score
from vitalreel.health.reading import read_scorecard
from vitalreel.health.readings import asked, readings
from vitalreel.health.scorecard import Scorecard
from vitalreel.signals.moment import Moment
from vitalreel.signals.tables import SHAPES, day_number

DAY = dt.date(2026, 3, 31)
CATALOGUE = catalogue_of_tests()
EARLIER = pa.schema(
    [("account_id", pa.string()), ("day", pa.date32()), ("points", pa.float64()), ("band", pa.string())]
)


def card(name: str, tiers: list[int] | str) -> dict[str, object]:
    """A scorecard with every kind of measure and rule, in its written form."""
    return {
        "scorecard": name,
        "applies_to": "everyone" if tiers == "everyone" else {"tier": tiers},
        "missing": "share_out" if tiers == "everyone" else "shrink_to_segment",
        "points_limit": 30,
        "groups": {
            "use": {"weight": 5, "measures": {
                "seats": {"signal": "usage.active_users / contract.seats", "window": "28 days", "scale": {0.1: 0, 0.7: 60, 1.2: 100},
                          "by_tenure": {"< 90 days": {0.05: 0, 0.4: 100}}},
                "trend": {"signal": "usage.active_users", "window": "14 days", "change": "against own 13 weeks",
                          "scale": {"-50%": 0, "0%": 70, "+20%": 100}, "weight": 2},
                "minutes": {"signal": "usage.minutes", "scale": {0: 0, 60: 100}}}},
            "voice": {"weight": 3, "measures": {
                "nps": {"signal": "nps", "scale": {-100: 0, 0: 55, 50: 100}},
                "severe": {"signal": "tickets.severe", "scale": {0: 100, 1: 60, 5: 0}}}},
        },
        "points": [
            {"name": "film", "when": "any contact has watched 'renewal_package' at least 50%", "points": {"sponsor": 25, "user": 10}},
            {"name": "silent", "when": "no video.watched for 45 days", "points": -20},
            {"name": "severe_lately", "when": "tickets.severe >= 1 and band is one of (red, orange)", "points": -7.5},
        ],
    }  # fmt: skip


def scorecards() -> tuple[tuple[Scorecard, ...], dict[str, Tree]]:
    trees: dict[str, Tree] = {}

    def check(text: str, where: str) -> None:
        trees[text] = parse(text, CATALOGUE).sound

    raw = (card("upper", [1, 2]), card("rest", "everyone"))
    return tuple(read_scorecard(r, str(r["scorecard"]), CATALOGUE, check) for r in raw), trees


def whole(engine: Engine, rows: dict[str, pa.Table]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Scores and parts of everybody, by the engine, in order."""
    cards, trees = scorecards()
    long = {name: engine.put(name, table) for name, table in rows.items()}
    long["unprompted_events"] = engine.put("unprompted", rows["events"].slice(0, rows["events"].num_rows // 2))
    moment, fresh = Moment(DAY), freshness(rows["feeds"].to_pylist(), CATALOGUE, DAY)
    wide = engine.keep("wide", readings(long, cards, trees, CATALOGUE, moment, fresh))
    wanted = asked(cards)
    counted = [(c, engine.keep(f"card_{c.name}", score.counted(wide, c, wanted))) for c in cards]
    earlier = engine.put("earlier", past(rows))
    scores = engine.con.to_pyarrow(score.scores(wide, counted, earlier, moment)).to_pylist()
    parts = engine.con.to_pyarrow(score.parts(counted, moment)).to_pylist()
    return sorted(scores, key=lambda r: r["account_id"]), sorted(parts, key=lambda r: (r["account_id"], r["part"]))


def past(rows: dict[str, pa.Table]) -> pa.Table:
    """Scores of the days before, near the edges of bands."""
    r = random.Random(3)
    names = rows["accounts"]["account_id"].to_pylist()
    found = [
        {"account_id": a, "day": DAY - dt.timedelta(days=n), "points": r.choice([39.0, 43.5, 61.0, 82.0]), "band": band}
        for a in names
        for n, band in ((1, "orange"), (2, "yellow"))
    ]
    return pa.Table.from_pylist(found, schema=EARLIER)


def differing(mine: list[dict[str, object]], theirs: list[dict[str, object]]) -> list[tuple[object, object]]:
    """Rows that are not the same, side by side."""
    return [pair for pair in zip_longest(mine, theirs) if pair[0] != pair[1]]


def test_scores_bands_and_drivers_are_those_of_duckdb(engine: Engine) -> None:
    """H1, H2, H5, H17: two scorecards over accounts with gaps, corrections and missing data; every column, every row."""
    rows = Company(random.Random(11), CATALOGUE, day_number(DAY), accounts=40).rows
    rows["feeds"] = [{"feed": feed, "day": day_number(DAY)} for feed in CATALOGUE.feeds]
    tables = {name: pa.Table.from_pylist(list(rows.get(name, [])), schema=schema) for name, schema in SHAPES.items()}
    duck = ibis.duckdb.connect()
    ours = Engine("duckdb", duck, lambda name, table: duck.create_table(name, table, overwrite=True))

    scores, parts = whole(ours, tables)
    others = whole(engine, tables)
    assert [] == [
        pair for mine, theirs in zip((scores, parts), others, strict=True) for pair in differing(mine, theirs)
    ]
    assert {"scored", "insufficient"} <= {r["state"] for r in scores}
    assert {"known", "missing", "yes", "prompted", "stand_in"} <= {p["state"] for p in parts}
