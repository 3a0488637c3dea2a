"""The plays in the box: each is read, its conditions hold against the shipped catalogue, and its films exist for whom it is for."""

from __future__ import annotations

import pytest

from tests.briefs.dossiers import module
from tests.triggers.books import SHIPPED
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.steps.asking import check_guards, check_play
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.matrix import Play, TaskStep, VideoStep, read_play

NAMES = sorted(path.stem for path in (LIBRARY / "plays").glob("*.yaml"))
SIX = {"onboarding_stall", "usage_drop", "sponsor_change", "support_shift", "expansion", "renewal_window"}
FORMATS = {
    "pre_qbr",
    "mid_cycle_value",
    "expansion",
    "renewal_window",
    "milestone",
    "product_update",
    "advocacy",
    "inactivity",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")


def shipped(name: str) -> Play:
    return read_play(read_yaml(LIBRARY / "plays" / f"{name}.yaml", name), f"plays/{name}.yaml", SHIPPED)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_play_holds_and_its_films_are_for_its_accounts(name: str, catalogue: Catalogue):
    """T1 T3 T6: read, checked, ending with a person; a film is of the play's category, for one of its roles and all of its segments."""
    play = shipped(name)
    check_play(play, catalogue)

    assert name == play.name
    assert isinstance(play.ladder[-1], TaskStep)
    for step in play.ladder:
        if isinstance(step, VideoStep):
            film = module(step.module)
            assert play.category == film.category
            assert set(play.segments or ("enterprise", "mid_market", "long_tail")) <= set(film.segments)


def test_all_six_categories_and_all_formats_ship_with_a_film_each():
    """T1 T2: onboarding, usage, sponsor, support, expansion and renewal; the formats of the year, and re-onboarding."""
    filmed = {shipped(n).category for n in NAMES if any(isinstance(s, VideoStep) for s in shipped(n).ladder)}

    assert SIX | FORMATS == filmed


@pytest.mark.parametrize(
    ("name", "window", "length_s"),
    [
        ("pre_qbr", "5 to 10 days before qbr.next", (240, 420)),  # 4 to 7 minutes
        ("mid_cycle_value", "5 business days", (90, 180)),  # of a value event; 90 s to 3 minutes
        ("expansion_season", "10 business days", (120, 240)),  # of the planning season; 2 to 4 minutes
        ("milestone", "5 business days", (30, 60)),  # V7: short
        ("product_update", "10 business days", (30, 75)),
        ("advocacy", "10 business days", (45, 95)),
    ],
)
def test_a_format_has_the_window_and_the_runtime_of_the_spec(name: str, window: str, length_s: tuple[float, float]):
    """T2 V7: as it ships; both are lines of files people may edit."""
    film = next(s for s in shipped(name).ladder if isinstance(s, VideoStep))

    assert (window, length_s) == (str(film.window), module(film.module).length_s)


def test_a_value_film_is_told_of_an_event_and_at_most_three_times_a_year():
    """T2: by what was reached and not by calendar."""
    play = shipped("mid_cycle_value")

    assert "value.reached within 5 business days" in play.when
    assert 3 >= 365 / play.cool_down_days


def test_what_only_people_do_is_never_held_back():
    """T8: a holdout measures films; where a play is all tasks, its accounts are all served."""
    plays = [shipped(n) for n in NAMES]

    assert [] == [p.name for p in plays if not p.critical and not any(isinstance(s, VideoStep) for s in p.ladder)]


def test_the_shipped_guards_hold_against_the_shipped_catalogue(catalogue: Catalogue):
    """T7 T15: a person first where the best are in the red, no pitch at risk, and renewal films that exist keep their distance."""
    guards = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml").guards

    assert {"person_first", "the account is at risk"} == set(check_guards(guards, catalogue))
    assert {"expansion"} == {c.holds for c in guards.conflicts}
    assert [] == [m for a in guards.apart for m in a.modules if not (LIBRARY / "modules" / f"{m}.yaml").is_file()]
    assert {c for x in guards.conflicts for c in x.running} <= {shipped(n).category for n in NAMES}
