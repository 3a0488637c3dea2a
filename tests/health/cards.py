"""Scorecards at random, and a scorer in plain Python that the set-based one must agree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import strategies as st

from vitalreel.health.readings import asked, reading_of, unprompted
from vitalreel.health.scorecard import FULL, Measure, Rule, Scale, Scorecard, worths

Row = Mapping[str, object]


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    """One card of one to five measures and up to three rules."""
    weights = draw(st.lists(st.fractions(Fraction(1, 3), 9, max_denominator=7), min_size=1, max_size=5))
    measures = [
        Measure(f"m{i}", "group", f"Measure {i}", f"signal.{i}", None, None, None, draw(scales()), tenured, worth)
        for i, worth in enumerate(worths(weights))
        for tenured in [((90, draw(scales())),) if draw(st.booleans()) else ()]
    ]
    points = draw(st.lists(st.integers(-400, 400).filter(bool), max_size=3))
    rules = [Rule(f"rule{j}", f"Rule {j}", f"tier = {j + 1}", p) for j, p in enumerate(points)]
    missing = draw(st.sampled_from(["shrink_to_segment", "share_out"]))
    return Scorecard(
        "card", {}, tuple(measures), tuple(rules), missing=missing, rules_limit=draw(st.sampled_from([300, FULL]))
    )


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    readings = sorted(draw(st.lists(st.integers(-20, 20), min_size=2, max_size=4, unique=True)))
    points = draw(st.lists(st.integers(0, 100), min_size=len(readings), max_size=len(readings)))
    return Scale(tuple((float(x), float(y)) for x, y in zip(readings, points, strict=True)))


@st.composite
def rows(draw: st.DrawFn, card: Scorecard) -> list[Row]:
    """Accounts with readings in quarters, some without; rules that hold or not, by prompted films or not."""
    wanted = asked([card])
    found = []
    for n in range(draw(st.integers(1, 12))):
        row: dict[str, object] = {
            "account_id": f"a{n:02}",
            "tenure": draw(st.sampled_from([10.0, 400.0])),
            "card": "card",
        }
        for column in wanted.readings.values():
            row[column] = draw(st.none() | st.integers(-100, 100).map(lambda q: q / 4))
        for rule, column in wanted.rules.items():
            row[column] = rule.points if draw(st.booleans()) else 0
            row[unprompted(column)] = rule.points if draw(st.booleans()) else 0
        found.append(row)
    return found


def naive(card: Scorecard, everyone: Sequence[Row]) -> dict[str, tuple[int | None, float]]:
    """account -> (tenths or None, coverage), account by account in plain Python."""
    wanted = asked([card])
    levels = {
        str(r["account_id"]): [_level(m, r, wanted.readings[reading_of(m)]) for m in card.measures] for r in everyone
    }
    found: dict[str, tuple[int | None, float]] = {}
    for row in everyone:
        mine = levels[str(row["account_id"])]
        worth = sum(m.worth for m, level in zip(card.measures, mine, strict=True) if level is not None)
        if worth < FULL // 2:
            found[str(row["account_id"])] = (None, worth / FULL)
            continue
        measured = sum(
            (m.worth * level + 500_000) // 1_000_000
            for m, level in zip(card.measures, mine, strict=True)
            if level is not None
        )
        ruled = sum(int(str(row[column])) for column in wanted.rules.values())
        ruled = max(-card.rules_limit, min(card.rules_limit, ruled))
        stands_in = _missing(card, mine, list(levels.values()), measured / worth)
        found[str(row["account_id"])] = (max(0, min(FULL, measured + stands_in + ruled)), worth / FULL)
    return found


def _level(measure: Measure, row: Row, column: str) -> int | None:
    reading = row[column]
    if reading is None:
        return None
    return round(measure.scale_for(int(float(str(row["tenure"])))).level(float(str(reading))) * 1_000_000)


def _missing(card: Scorecard, mine: Sequence[int | None], everyone: Sequence[Sequence[int | None]], own: float) -> int:
    total = 0.0
    for i, measure in enumerate(card.measures):
        if mine[i] is not None:
            continue
        known = [levels[i] for levels in everyone if levels[i] is not None]
        shrinks = card.missing == "shrink_to_segment" and known
        mean = sum(k for k in known if k is not None) / len(known) / 1_000_000 if shrinks else own
        total += measure.worth * mean
    return round(total)
