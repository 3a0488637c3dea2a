"""Contracts whose yearly revenue became a twelfth, or twelve times as much, all at once: a column of ARR that turned into MRR.

One contract may shrink so far; most of those that changed do not by chance. Such rows are refused with what they were.
"""

# ruff: noqa: S608 - SQL over tables in memory; every name and text passes through quoted() and literal()

from __future__ import annotations

import pyarrow as pa

from vitalreel.sources.relations import Relations, literal
from vitalreel.sources.rows import REFUSED

STORED = pa.schema([("contract_id", pa.string()), ("arr", pa.int64())])
"""ARR of contracts as the lake has them now: cents."""

CLOSE = 0.005
"""How near to twelve times counts, as a share: months are rounded to cents, and prices move little."""

LEAST = 3
"""So few contracts that changed twelvefold prove nothing about a column."""

REMEDY = "if the column holds months now, write `times: 12` in the mapping; if not, `amounts: believed` in the contract"


def turned(arriving: pa.Table, stored: pa.Table) -> pa.Table:
    """Contracts to be refused (REFUSED): where at least LEAST, and most of those that changed, changed twelvefold.

    arriving: row-grain contracts. stored: STORED. A contract is compared with itself as stored; one that is not, with the
    contract of its account that began before it, in the same file. Where the column turned, contracts that nothing can be
    compared with are refused too, but not those that stand as they stood.
    """
    with Relations({"arriving": arriving, "stored": stored}) as db:
        db.keep("compared", _COMPARED)
        counts = db.rows(
            "SELECT count(*) FILTER (twelvefold) AS twelve, count(*) FILTER (changed) AS changed FROM compared"
        )[0]
        if counts["twelve"] < LEAST or counts["twelve"] * 2 <= counts["changed"]:
            return REFUSED.empty_table()
        told = f"so did {counts['twelve']:,} of {counts['changed']:,} contracts that changed; {REMEDY}"
        return db.table(f"""
            SELECT 'contract' AS "table", _file AS file, _line AS line, 'amounts_turned' AS code,
                   CASE WHEN was IS NULL THEN {literal("its ARR may be by the month: that of others turned twelvefold, ")}
                   ELSE printf('ARR was %.2f and would be %.2f, twelvefold, ', was / 100, arr / 100) END || {literal(told)} AS reason
            FROM compared WHERE twelvefold OR after_one OR (was IS NULL AND EXISTS (FROM stored))""").cast(REFUSED)


def _twelvefold(was: str, now: str) -> str:
    return f"least({was}, {now}) > 0 AND abs(greatest({was}, {now}) / (12.0 * least({was}, {now})) - 1) <= {CLOSE}"


_COMPARED = f"""
    WITH placed AS (
             SELECT a._file, a._line, a.account_id, a.start, CAST(a.arr AS DOUBLE) AS arr, CAST(s.arr AS DOUBLE) AS own,
                    lag(CAST(a.arr AS DOUBLE)) OVER (PARTITION BY a.account_id ORDER BY a.start, a._line) AS earlier
             FROM arriving a LEFT JOIN stored s USING (contract_id) WHERE a.arr > 0),
         judged AS (
             SELECT * EXCLUDE (own, earlier), coalesce(own, earlier) AS was, own IS NULL AS apart,
                    coalesce({_twelvefold("coalesce(own, earlier)", "arr")}, false) AS twelvefold
             FROM placed),
         first AS (SELECT account_id, min_by(arr, start) AS level, min(start) AS since FROM judged WHERE twelvefold GROUP BY 1)
    SELECT judged.*, coalesce(apart AND NOT twelvefold AND start >= since AND arr BETWEEN level / 3 AND level * 3, false) AS after_one,
           coalesce(was <> arr, false) AND NOT after_one AS changed
    FROM judged LEFT JOIN first USING (account_id)"""
