"""How much is invested in an account: tiers by rule, for accounts whose mapping gives none (T5)."""

# ruff: noqa: S608 - SQL over tables in memory; it holds numbers only

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vitalreel.errors import BadConfiguration
from vitalreel.sources.relations import Relations

TIERED = pa.schema([("account_id", pa.string()), ("tier", pa.int64()), ("why", pa.string())])
"""why: "given" by the mapping, or the rule in words."""


@dataclass(frozen=True, slots=True)
class TierRule:
    """An account belongs to the first rule it satisfies."""

    tier: int  # 1 .. 4
    top: float | None = None  # among the accounts with the most ARR, as a share of those with any, 0..1
    arr_at_least: int | None = None  # integer cents a year
    has_csm: bool = False  # a CSM of its own suffices

    @property
    def words(self) -> str:
        if self.top is not None:
            return f"top {self.top:.0%} by ARR"
        if self.arr_at_least is not None:
            csm = " or a CSM" if self.has_csm else ""
            return f"ARR of at least {self.arr_at_least / 100:,.0f}{csm}"
        return "has a CSM" if self.has_csm else "the rest"


def read_tiers(raw: Sequence[Mapping[str, Any]], where: str = "vitalreel.yaml: tiers") -> tuple[TierRule, ...]:
    """Rules of `tiers:`, in order; the last takes the rest. Raises BadConfiguration naming the rule."""
    rules = []
    for number, one in enumerate(raw, 1):
        place = f"{where}[{number}]"
        unknown = set(one) - {"tier", "top", "arr_at_least", "has_csm"}
        if unknown:
            raise BadConfiguration(place, f"{sorted(unknown)[0]!r} is no rule", "use top, arr_at_least or has_csm")
        if one.get("tier") not in (1, 2, 3, 4):
            raise BadConfiguration(place, f"tier is {one.get('tier')!r}", "it may be 1, 2, 3 or 4")
        floor = one.get("arr_at_least")
        if floor is not None and not (isinstance(floor, int | float) and floor >= 0):
            raise BadConfiguration(place, f"arr_at_least is {floor!r}", "write an amount a year, such as 5000")
        cents = None if floor is None else round(floor * 100)
        rules.append(TierRule(one["tier"], _share(one.get("top"), place), cents, bool(one.get("has_csm", False))))
    if not rules or rules[-1] != TierRule(rules[-1].tier):
        raise BadConfiguration(where, "no rule takes the rest", "end with a line such as `- {tier: 4}`")
    return tuple(rules)


def _share(value: object, where: str) -> float | None:
    if value is None:
        return None
    text = str(value)
    if not text.endswith("%") or not text[:-1].replace(".", "", 1).isdigit() or not 0 < float(text[:-1]) <= 100:
        raise BadConfiguration(where, f"top is {text!r}", "write a share such as `10%`")
    return float(text[:-1]) / 100


def assign_tiers(accounts: pa.Table, contracts: pa.Table, rules: tuple[TierRule, ...]) -> pa.Table:
    """One row (TIERED) per account, as of the day both tables are of.

    accounts: account_id, tier (null where the mapping gives none), csm. contracts: accounts.contract.CONTRACT of that day.
    Shares are of the accounts that have any ARR, rounded up; ties go by account_id. Accounts without ARR satisfy no `top`.
    """
    cases = " ".join(f"WHEN {_satisfies(rule)} THEN {i}" for i, rule in enumerate(rules))
    words = pa.table(
        {"i": list(range(len(rules))), "rule_tier": [r.tier for r in rules], "words": [r.words for r in rules]}
    )
    with Relations({"accounts": accounts, "contracts": contracts, "rules": words}) as db:
        return db.table(f"""
            WITH joined AS (
                SELECT a.account_id, a.tier, a.csm, coalesce(c.arr, 0) AS arr,
                       row_number() OVER (ORDER BY coalesce(c.arr, 0) DESC, a.account_id) AS position,
                       (SELECT count(*) FROM accounts SEMI JOIN (FROM contracts WHERE arr > 0) USING (account_id)) AS paying
                FROM accounts a LEFT JOIN contracts c USING (account_id)),
                 ruled AS (SELECT *, CASE {cases} END AS i FROM joined)
            SELECT account_id, CAST(coalesce(tier, rule_tier) AS BIGINT) AS tier,
                   CASE WHEN tier IS NOT NULL THEN 'given' ELSE words END AS why
            FROM ruled JOIN rules USING (i) ORDER BY account_id""").cast(TIERED)


def _satisfies(rule: TierRule) -> str:
    terms = []
    if rule.top is not None:
        terms.append(f"(arr > 0 AND position <= ceil(paying * {rule.top!r} - 1e-9))")
    if rule.arr_at_least is not None:
        terms.append(f"arr >= {rule.arr_at_least}")
    if rule.has_csm:
        terms.append("csm IS NOT NULL")
    return " OR ".join(terms) if terms else "true"
