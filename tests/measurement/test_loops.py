"""The loop held against its truth, small: what `python -m benchmarks.loops` does for a hundred companies, for a few and quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from benchmarks.loops import companies
from benchmarks.loops.companies import Asked, every, found, kept
from benchmarks.loops.programme import Trial
from benchmarks.loops.rooms import ran
from benchmarks.loops.tables import Ran, text
from benchmarks.loops.truth import Held

from vitalreel.simulator.films import Planted

SMALL = Trial(accounts=500)


def test_films_that_do_nothing_change_nothing_and_the_measurement_tells_what_the_data_carry():
    """(M19 M17) A company lived with placebos: an account's life is the same with and without its films, so the truth is zero to the last
    account; each figure has both arms and an interval around it, and what is too little is refused."""
    company = ran("placebo", replace(SMALL, planted=Planted(scale=0.0)))
    counts = company.counts

    assert counts["opened"] >= counts["sent"] >= counts["watched"] > 0
    assert 2 == len(company.held) + counts["refusals"]  # of two plays
    assert company.held
    for h in company.held:
        assert 0.0 == h.truth
        assert h.low < h.value < h.high
        assert min(h.n) >= 20
    assert [h.what for h in company.held if h.claimed] == company.claims


def test_a_programme_too_short_to_tell_refuses_everything():
    """(M16) After three weeks no window is over: no figure, no claim, and the line says so."""
    company = ran("strong", replace(SMALL, accounts=100, weeks=3, planted=Planted(scale=60.0)))

    assert ([], [], 2) == (company.held, company.claims, company.counts["refusals"])
    assert "nothing told" in company.line()


def test_a_strong_planted_effect_is_found():
    """(M19) Sixty times what is believed of films, though two of three are watched by nobody: the interval leaves zero out on its side."""
    company = ran("strong", replace(SMALL, accounts=1200, planted=Planted(scale=60.0)))
    drop = next(h for h in company.held if h.what.startswith("usage_drop"))

    assert drop.truth > 0.1
    assert drop.holds
    assert drop.low > 0
    assert company.claims == ["usage_drop, so far"]


def told(seed: int, truth: float, low: float, high: float, world: str = "placebo") -> Ran:
    held = Held("play, so far", (low + high) / 2, low, high, truth, low > 0 or high < 0, (30, 20))
    return Ran(world, seed, [held], None, ["play"] if held.claimed else [], [], {}, 1.0)


def test_the_table_counts_what_holds_and_what_is_claimed():
    """(M19) Four companies: three intervals hold the truth, one of them leaves zero out, and one company tells nothing."""
    done = [
        told(1, 0.0, -0.1, 0.1), told(2, 0.15, 0.05, 0.2), told(3, 0.0, -0.3, -0.1), told(4, 0.0, -0.2, 0.1),
        Ran("placebo", 5, [], None, [], [], {}, 1.0),
    ]  # fmt: skip
    cells = [[c.strip() for c in line.split("|")[1:-1]] for line in text(done, {"placebo": 300}).splitlines()]
    rows: Mapping[str, list[str]] = {row[1]: row for row in cells if len(row) > 4}
    claims = next(row for row in cells if row[:1] == ["placebo"] and len(row) == 4)

    assert ["5", "4", "30 and 20"] == rows["play, so far"][2:5]
    assert rows["play, so far"][7].startswith("3 of 4 (75%")
    assert rows["play, so far"][8].startswith("2 of 4 (50%")
    assert claims[1] == "5" and claims[2].startswith("2 of 5 (40%")


def test_a_night_that_was_broken_off_goes_on_with_what_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """(M19) A company that was run is read again word for word, and not run a second time."""
    monkeypatch.setattr(companies, "KEPT", tmp_path)
    monkeypatch.setattr(companies, "ran", lambda asked: told(asked.seed, 0.0, -0.1, 0.1, asked.world))
    asked = [Asked("placebo", seed, 400, 0, by_rooms=True) for seed in (1, 2)]
    (made,) = kept(asked[:1])
    (again,) = every(asked[:1], again=False, processes=1)

    assert asdict(made) == asdict(again) == asdict(found(asked[0].file))
    assert not asked[1].file.exists()
