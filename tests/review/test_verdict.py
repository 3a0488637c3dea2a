"""Who must look at a film, by tier and by a sample that cannot be re-drawn."""

from __future__ import annotations

from math import sqrt

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.review.verdict import Verdict, read_rules, verdict

RULES = read_rules(
    {
        "tier_1": {"needs": ["csm", "production"]},
        "tier_2": {"needs": ["csm"], "sample": "20%"},
        "tier_3": {},
        "tier_4": {},
    },
    "x",
)


def test_tier_1_waits_for_people_and_tier_3_does_not():
    """R1: the named CSM and production for tier 1, nobody for tier 3 without a sample."""
    assert Verdict(("csm", "production"), "tier 1") == verdict(1, "t", RULES, b"k")
    assert Verdict((), "automatic") == verdict(3, "t", RULES, b"k")


def test_the_sample_is_fair_and_stable():
    """R1: 20% of touches within 4 standard errors, and the same answer when a film is made again."""
    drawn = [verdict(2, f"t{i}", RULES, b"k") for i in range(5_000)]

    assert drawn == [verdict(2, f"t{i}", RULES, b"k") for i in range(5_000)]
    assert abs(sum(v.why == "sampled" for v in drawn) - 1_000) < 4 * sqrt(5_000 * 0.2 * 0.8)


def test_a_missing_tier_is_a_mistake_with_its_place():
    """C7: a tier nobody decided about is not a tier nobody reviews."""
    with pytest.raises(BadConfiguration, match=r"vitalreel\.yaml: review: tier_1 is missing"):
        read_rules({}, "vitalreel.yaml: review")
