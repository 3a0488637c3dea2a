"""What stayed and what was added: to the cent by hand, laws of the bridge, intervals that hold, claims only from a sound draw."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.revenue import Kept, Sums, contribution, effective, grr, nrr, sums

DOC = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "quarterly-report.md"
Arm = Literal["served", "held_out"]


def cents(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


def book(
    n: int, draw: np.random.Generator, arm: Arm | None = None, lost: float = 0.1, planned: float = 0.0
) -> list[Kept]:
    """Unequal accounts of which 1 in 10 (or `lost`) is lost, 1 in 20 shrinks by 30%, 1 in 4 grows by 20%."""
    before = np.exp(draw.normal(13, 0.8, n)).astype(int) + 1
    fate = draw.random(n)
    factor = np.where(fate < lost, 0, np.where(fate < lost + 0.05, 0.7, np.where(fate < lost + 0.3, 1.2, 1)))
    after = np.round(before * factor).astype(int)
    pairs = enumerate(zip(before.tolist(), after.tolist(), strict=True))
    return [Kept(AccountId(f"{arm}{i}"), b, a, arm, "s", planned) for i, (b, a) in pairs]


def test_the_worked_example_of_the_docs_holds_to_the_cent():
    """M6, issue 6 line 8: NRR and GRR agree with the table worked by hand in docs, every sum of it included."""
    text = DOC.read_text(encoding="utf-8").split("### By hand")[1].split("## ")[0]
    rows = re.findall(r"^\| (\w+) \| ([\d,.]+) \| ([\d,.]+) \|", text, re.M)
    every = [Kept(AccountId(name), cents(before), cents(after)) for name, before, after in rows]
    cohort = [k for k in every if k.before]
    found = sums(cohort)
    kept = found.before - found.lost - found.shrunk
    told = re.findall(r"\*\*([\d,.]+)(%?)\*\*", text)

    assert (5, 4) == (len(every), len(cohort))
    assert Sums(4, 27_575_074, 8_000_000, 525_050, 1_260_050, 20_310_074) == found
    assert [found.before, found.after, kept] == [cents(number) for number, percent in told if not percent]
    assert [f"{float(Fraction(x, found.before)):.2%}" for x in (found.after, kept)] == [n + p for n, p in told if p]
    assert f"worth {effective(np.array([k.before for k in cohort], float)):.1f} equal ones" in text
    assert all(isinstance(answer, Refusal) for answer in (nrr(cohort, ""), grr(cohort, "")))


@given(st.lists(st.tuples(st.integers(1, 10**12), st.integers(0, 10**12)), min_size=1, max_size=40))
def test_the_bridge_adds_up_and_gross_is_never_above_net_or_one(pairs: list[tuple[int, int]]):
    """M6: exact in integers; intervals hold their value and stay where a share can be."""
    cohort = [Kept(AccountId(str(i)), before, after) for i, (before, after) in enumerate(pairs)]
    s, net, gross = sums(cohort), nrr(cohort, ""), grr(cohort, "")

    assert s.after == s.before - s.lost - s.shrunk + s.grown
    if isinstance(net, Estimate) and isinstance(gross, Estimate):
        assert 0 <= gross.low <= gross.value + 1e-12
        assert gross.value <= gross.high + 1e-12 <= 1 + 2e-12
        assert gross.value <= net.value + 1e-12
        assert net.low - 1e-9 <= net.value <= net.high + 1e-9


def test_intervals_hold_at_small_n():
    """M6: 40 unequal accounts, 400 books: the truth is inside in at least 92 of 100, for net and gross."""
    draw = np.random.default_rng(3)
    inside, told = [0, 0], 0
    truths = (0.05 * 0.7 + 0.25 * 1.2 + 0.6, 0.05 * 0.7 + 0.85)
    for _ in range(400):
        cohort = book(40, draw)
        both = nrr(cohort, ""), grr(cohort, "")
        if all(isinstance(a, Estimate) for a in both):
            told += 1
            for i, a in enumerate(both):
                inside[i] += a.low <= truths[i] <= a.high  # type: ignore[union-attr]

    assert told > 350
    assert min(inside) / told >= 0.92


def test_the_programme_s_part_is_told_by_the_draw_alone():
    """M6 M16 M18: a strong effect is found with its cents, none is not; a broken split or one heavy account is refused by name."""
    draw = np.random.default_rng(5)
    held, served, same = (book(n, draw, arm, lost, 0.3) for n, arm, lost in
                          ((150, "held_out", 0.4), (350, "served", 0.05), (350, "served", 0.4)))  # type: ignore[arg-type]  # fmt: skip
    strong, nothing = contribution([*served, *held], "", Floors()), contribution([*same, *held], "", Floors())
    heavy = Kept(AccountId("whale"), 10**9, 10**9, "served", "s", 0.3)

    assert isinstance(strong.answer, Estimate)
    assert isinstance(nothing.answer, Estimate)
    assert ("A", "up", None) == (strong.answer.grade, strong.answer.direction, nothing.answer.direction)
    assert strong.cents is not None
    assert strong.cents[0] == round(strong.answer.value * strong.served.before)
    assert strong.cents[1] < strong.cents[0] < strong.cents[2]
    for cohort, why in ((served, "which the assignment cannot explain"), ([*served, *held, heavy], "one account has"),
                        ([*served[:25], *held[:10]], "needs 20 in each arm")):  # fmt: skip
        refused = contribution(cohort, "", Floors())
        assert isinstance(refused.answer, Refusal)
        assert why in refused.answer.reason
        assert refused.cents is None


def test_one_side_of_zero_needs_the_permuted_arms_too():
    """M6: with no effect, of 40 programmes at most 5 tell a side."""
    draw = np.random.default_rng(7)
    told = 0
    for _ in range(40):
        cohort = [*book(140, draw, "served", 0.2, 0.3), *book(60, draw, "held_out", 0.2, 0.3)]
        answer = contribution(cohort, "", Floors()).answer
        told += isinstance(answer, Estimate) and answer.direction is not None

    assert told <= 5
    assert pytest.approx(2.0) == effective(np.array([5.0, 5.0]))
