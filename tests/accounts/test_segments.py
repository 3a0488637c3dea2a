"""Tiers by rule, for accounts whose mapping gives none (T5)."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vitalreel.accounts.contract import CONTRACT
from vitalreel.accounts.segments import TierRule, assign_tiers, read_tiers
from vitalreel.errors import BadConfiguration

RULES = read_tiers(
    [
        {"tier": 1, "top": "10%"},
        {"tier": 2, "top": "40%"},
        {"tier": 3, "arr_at_least": 50, "has_csm": True},
        {"tier": 4},
    ]
)


def tiers(
    arr: dict[str, int], given: dict[str, int] | None = None, csm: dict[str, str] | None = None
) -> dict[str, int]:
    ids = list(arr)
    accounts = pa.table({
        "account_id": ids, "tier": pa.array([(given or {}).get(i) for i in ids], pa.int64()),
        "csm": pa.array([(csm or {}).get(i) for i in ids], pa.string()),
    })  # fmt: skip
    contracts = pa.Table.from_pylist([{"account_id": i, "arr": a} for i, a in arr.items() if a], CONTRACT)
    return {r["account_id"]: r["tier"] for r in assign_tiers(accounts, contracts, RULES).to_pylist()}


def test_shares_are_of_the_accounts_that_pay():
    """T5: of ten paying accounts one is tier 1, the next three tier 2; those without ARR do not dilute the shares."""
    got = tiers({**{f"A{i}": (20 - i) * 1000 for i in range(10)}, **{f"B{i}": 0 for i in range(30)}})

    assert {"A0": 1, "A1": 2, "A3": 2, "A4": 3} == {k: got[k] for k in ("A0", "A1", "A3", "A4")}
    assert {4} == {got[f"B{i}"] for i in range(30)}


def test_a_tier_the_mapping_gives_stands():
    """T5: assignment is deliberate; rules fill what is open."""
    assert 1 == tiers({"A": 0, "B": 5000}, given={"A": 1})["A"]


def test_an_arr_floor_or_a_csm_lifts_out_of_the_long_tail():
    """T5: amounts in the file are units a year, here 50.00."""
    got = tiers({f"A{i}": 4_999 + (i < 9) for i in range(10)} | {"C": 0}, csm={"C": "x"})

    assert (3, 4, 3) == (got["A8"], got["A9"], got["C"])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([{"tier": 1, "top": "10%"}], "no rule takes the rest"),
        ([{"tier": 5}], "it may be 1, 2, 3 or 4"),
        ([{"tier": 1, "top": "ten"}, {"tier": 4}], "write a share"),
        ([{"tier": 1, "floor": 3}, {"tier": 4}], "'floor' is no rule"),
    ],
)
def test_an_unsound_rule_is_told_with_its_place(raw: list[dict[str, object]], words: str):
    """T5: figures live in configuration, and a slip in it is told."""
    with pytest.raises(BadConfiguration, match=r"vitalreel\.yaml: tiers") as e:
        read_tiers(raw)

    assert words in str(e.value)


def test_a_rule_says_itself_in_words():
    """T5: a person sees why an account has its tier."""
    assert "top 10% by ARR" == TierRule(1, top=0.1).words
