"""Many modules at once: few false claims, and the best one is not as good as it looks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.estimators.modules import library
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measurement.test_trial import table
from vitalreel.cli.estimate import estimate
from vitalreel.measurement.ranking import between, discoveries, ranked, shrunk
from vitalreel.measurement.shares import miettinen_nurminen, score_p


def test_discoveries_are_those_of_the_paper():
    """M18: the 15 p-values of section 3.2 in Benjamini and Hochberg 1995: four at 5%, where Bonferroni finds three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]

    assert [True] * 4 + [False] * 11 == discoveries(np.array(p), 0.05).tolist()


def test_what_was_seen_is_drawn_in_by_what_chance_adds():
    """M18: equal errors of 1 and a variance of 5 seen: 4 of 5 parts are true; where there is no more than chance, nothing is left."""
    seen = np.array([-3.0, -1.0, 1.0, 3.0]) * np.sqrt(5 / (20 / 3))
    mean, spread = between(seen, np.ones(4))

    assert (0.0, 2.0) == (pytest.approx(mean, abs=1e-9), pytest.approx(spread))
    assert pytest.approx(0.8 * seen) == shrunk(seen, np.ones(4), mean, spread)
    assert 0.0 == between(seen / 10, np.ones(4))[1]


@settings(max_examples=12)
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_p_and_interval_say_the_same(n: int, m: int, data: st.DataObject):
    """M16: below 5% exactly where the 95% interval leaves zero out."""
    events = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    _, low, high = miettinen_nurminen(events, (n, m))

    assert (score_p(events, (n, m)) < 0.05) == (not low <= 0 <= high)


def test_a_library_without_effect_claims_next_to_nothing_and_the_best_module_is_drawn_in():
    """M18: fifty modules that do nothing; taken singly, some would shine."""
    got = ranked(library(np.random.default_rng(6), null=50, real=0, sizes=(150, 400)), 0.3)
    best = min(got.judged, key=lambda r: r.seen)

    assert len(got.judged) > 20
    assert any(r.p < 0.05 for r in got.judged)
    assert 0 == sum(r.claimed for r in got.judged)
    assert abs(best.value) < abs(best.seen) / 2


def test_a_strong_module_is_claimed_with_a_wider_interval_and_a_small_one_refused():
    """M16 M18: being picked costs width; too few accounts are told as such."""
    groups = {"works": table((20, 60), (200, 200)), "small": table((1, 2), (9, 8))}
    groups |= {f"idle {i}": table((40 + i, 40), (200, 200)) for i in range(5)}
    got = ranked(groups, None)
    works = got.judged[0]

    assert ("works", True, ["small"]) == (works.name, works.claimed, list(got.refused))
    assert miettinen_nurminen((20, 60), (200, 200), 1 - 0.1 / 6)[1:] == (works.low, works.high)
    assert works.seen < works.value < 0


def test_the_command_compares_by_a_column(tmp_path: Path):
    """M18: one table, best first, with what may be claimed of it."""
    rows = [
        f"{module},{arm},{int(i < hit)}"
        for module, counts in {"opener": (10, 40), "tips": (30, 31), "tiny": (1, 1)}.items()
        for arm, hit in zip((1, 0), counts, strict=True)
        for i in range(100 if module != "tiny" else 4)
    ]
    path = tmp_path / "touches.csv"
    path.write_text("\n".join(["module,arm,churned", *rows]), encoding="utf-8")
    asked = [str(path), "--treatment", "arm", "--outcome", "churned", "--by", "module"]
    drawn = [*asked, "--design", "randomised"]
    told = json.loads(CliRunner().invoke(estimate, [*drawn, "--json"]).output)

    assert [("opener", True), ("tips", False)] == [(a["name"], a["claimed"]) for a in told["answers"]]
    assert ["tiny"] == [r["name"] for r in told["refused"]]
    assert "tiny: no figure: 4 treated accounts" in CliRunner().invoke(estimate, drawn).output
    assert "say --design randomised" in CliRunner().invoke(estimate, asked).output
