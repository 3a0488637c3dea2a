"""The peer: one plain SQL statement over the same files that computes the same score of the same day, and nothing else.

It knows what is so only in these data and what no product may take for granted: one version of each row, values that keep exactly
three days and never overlap, one contract an account, no dead day, one time zone. It computes points alone: no parts, no bands, no history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from vitalreel.health.scorecard import FULL, Measure, Scale, Scorecard

READINGS = {
    "active_seats": "round(a1 / nullif(seats, 0), 9)",
    "use_trend": "round(a1 / nullif(a2, 0) - 1, 9)",
    "key_actions_trend": "round(k1 / nullif(k2, 0) - 1, 9)",
    "breadth": "coalesce(features, 0)",
    "severe_tickets": "coalesce(severe, 0)",
    "csat": "csat",
    "nps": "nps",
    "pulse": "pulse",
    "contract_trend": "CASE WHEN since <= d - 367 AND arr > 0 THEN 0.0 END",
    "payments": "coalesce(overdue, 0)",
}


def statement(lake: Path, cards: Sequence[Scorecard], day: date) -> str:
    """(account_id, points): points 0..100 to a tenth, NULL where less than half of the weight has data."""
    levels = ", ".join(f"CASE card {_by_card(cards, name)} END AS l_{name}" for name in READINGS)
    worths = ", ".join(f"CASE card {_worths(cards, name)} END AS w_{name}" for name in READINGS)
    known = " + ".join(f"CASE WHEN l_{n} IS NOT NULL THEN w_{n} ELSE 0 END" for n in READINGS)
    measured = " + ".join(f"coalesce((l_{n} * w_{n} + 500000) // 1000000, 0)" for n in READINGS)
    means = ", ".join(f"sum(l_{n}) OVER c AS s_{n}, count(l_{n}) OVER c AS n_{n}" for n in READINGS)
    stands_in = " + ".join(
        f"CASE WHEN l_{n} IS NOT NULL OR n_{n} = 0 THEN 0.0 ELSE s_{n} * (w_{n} / 1000000.0) / n_{n} END"
        for n in READINGS
    )
    readings = ", ".join(f"{sql} AS r_{name}" for name, sql in READINGS.items())
    return f"""
WITH asked AS (SELECT DATE '{day}' - DATE '1970-01-01' AS d),
held AS (SELECT account_id, metric, value, greatest(0, least(n + 3, d + 1) - greatest(n, d - 27)) AS o1,
         greatest(0, least(n + 3, d - 27) - greatest(n, d - 118)) AS o2
         FROM (SELECT *, day - DATE '1970-01-01' AS n FROM read_parquet('{lake}/usage/*.parquet')), asked
         WHERE n <= d AND known_on <= DATE '{day}' AND metric IN ('active_users', 'key_actions')),
used AS (SELECT account_id, {_means("active_users", "a")}, {_means("key_actions", "k")} FROM held GROUP BY account_id),
breadth AS (SELECT account_id, count(DISTINCT feature) AS features FROM read_parquet('{lake}/feature_usage/*.parquet')
            WHERE value > 0 AND day BETWEEN DATE '{day}' - 27 AND DATE '{day}' GROUP BY account_id),
asks AS (SELECT account_id,
         count(*) FILTER (severity IN ('high', 'urgent') AND o <= DATE '{day}' AND (c IS NULL OR c > DATE '{day}')) AS severe,
         round(avg(csat) FILTER (coalesce(c, o) BETWEEN DATE '{day}' - 90 AND DATE '{day}'), 6) AS csat
         FROM (SELECT *, CAST(opened AS DATE) AS o, CAST(closed AS DATE) AS c FROM read_parquet('{lake}/ticket/*.parquet'))
         GROUP BY account_id),
said AS (SELECT account_id,
         round(avg(CASE WHEN score >= 9 THEN 100.0 WHEN score >= 7 THEN 0.0 ELSE -100.0 END) FILTER (kind = 'nps'), 6) AS nps,
         max(score) FILTER (kind = 'pulse') AS pulse FROM read_parquet('{lake}/survey/*.parquet') WHERE day <= DATE '{day}'
         GROUP BY account_id),
owed AS (SELECT account_id, count(*) FILTER (due < DATE '{day}' AND paid IS NULL) AS overdue
         FROM read_parquet('{lake}/invoice/*.parquet') GROUP BY account_id),
seen AS (SELECT account_id, max(CASE WHEN share >= 0.5 AND day >= DATE '{day}' - 59 THEN 1 ELSE 0 END) AS watched, max(day) AS last
         FROM (SELECT *, CAST("at" AS DATE) AS day FROM read_parquet('{lake}/content_view/*.parquet')) WHERE day <= DATE '{day}'
         GROUP BY account_id),
offered AS (SELECT account_id, max(CAST("at" AS DATE)) AS offer FROM read_parquet('{lake}/content_offer/*.parquet')
            WHERE CAST("at" AS DATE) <= DATE '{day}' GROUP BY account_id),
wide AS (SELECT a.account_id, coalesce(a.segment, '') AS card, d, a.since - DATE '1970-01-01' AS since,
         d - (a.since - DATE '1970-01-01') AS tenure,
         a1, a2, k1, k2, features, severe, csat, nps, pulse, overdue, k.seats, k.arr,
         CASE WHEN watched = 1 THEN 150 ELSE 0 END
         - CASE WHEN offer BETWEEN DATE '{day}' - 89 AND DATE '{day}' - 45 AND (last IS NULL OR last < DATE '{day}' - 44)
                AND a.since <= DATE '{day}' - 44 THEN 200 ELSE 0 END AS ruled
         FROM read_parquet('{lake}/account/*.parquet') a CROSS JOIN asked
         LEFT JOIN read_parquet('{lake}/contract/*.parquet') k USING (account_id) LEFT JOIN used USING (account_id)
         LEFT JOIN breadth USING (account_id) LEFT JOIN asks USING (account_id) LEFT JOIN said USING (account_id)
         LEFT JOIN owed USING (account_id) LEFT JOIN seen USING (account_id) LEFT JOIN offered USING (account_id)),
read AS (SELECT account_id, card, tenure, ruled, {readings} FROM wide),
levels AS (SELECT account_id, card, ruled, {levels}, {worths} FROM read),
counted AS (SELECT *, {known} AS known, {measured} AS measured, {means} FROM levels WINDOW c AS (PARTITION BY card))
SELECT account_id, CASE WHEN known >= {FULL // 2} THEN greatest(0, least({FULL}, measured + CAST(floor({stands_in} + 0.5) AS BIGINT)
       + greatest(-400, least(400, ruled)))) / 10.0 END AS points FROM counted"""


def _means(metric: str, name: str) -> str:
    """Means of the two windows, where at least half of their days have a value."""
    return ", ".join(
        f"CASE WHEN 2 * sum(o{k}) FILTER (metric = '{metric}') >= {days} THEN sum(value * o{k}) FILTER (metric = '{metric}')"
        f" / sum(o{k}) FILTER (metric = '{metric}') END AS {name}{k}"
        for k, days in ((1, 28), (2, 91))
    )


def _by_card(cards: Sequence[Scorecard], name: str) -> str:
    return " ".join(
        f"WHEN '{card.name}' THEN {_level(m, f'r_{name}')}" for card in cards for m in card.measures if m.name == name
    )


def _worths(cards: Sequence[Scorecard], name: str) -> str:
    return " ".join(f"WHEN '{card.name}' THEN {m.worth}" for card in cards for m in card.measures if m.name == name)


def _level(measure: Measure, r: str) -> str:
    young = " ".join(f"WHEN tenure < {below} THEN {_on(scale, r)}" for below, scale in measure.by_tenure)
    level = f"CASE {young} ELSE {_on(measure.scale, r)} END" if young else _on(measure.scale, r)
    return f"CAST(floor({level} * 10000.0 + 0.5) AS BIGINT)"


def _on(scale: Scale, r: str) -> str:
    lines = [
        f"WHEN {r} <= {x1!r} THEN {y0!r} + ({r} - {x0!r}) * {(y1 - y0) / (x1 - x0)!r}"
        for (x0, y0), (x1, y1) in zip(scale.corners, scale.corners[1:], strict=False)
    ]
    first, last = scale.corners[0], scale.corners[-1]
    return f"CASE WHEN {r} IS NULL THEN NULL WHEN {r} <= {first[0]!r} THEN {first[1]!r} {' '.join(lines)} ELSE {last[1]!r} END"
