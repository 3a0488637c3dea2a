"""The plays in the box: each is read, its conditions hold against the shipped catalogue, and its films exist for whom it is for."""

from __future__ import annotations

import pytest

from tests.briefs.dossiers import module
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.steps.asking import check_guards, check_play
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.matrix import Play, TaskStep, VideoStep, read_play

NAMES = sorted(path.stem for path in (LIBRARY / "plays").glob("*.yaml"))
SIX = {"onboarding_stall", "usage_drop", "sponsor_change", "support_shift", "expansion", "renewal_window"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")


def shipped(name: str) -> Play:
    return read_play(read_yaml(LIBRARY / "plays" / f"{name}.yaml", name), f"plays/{name}.yaml")


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


def test_all_six_categories_ship_with_a_film_each():
    """T1: onboarding, usage, sponsor, support, expansion and renewal."""
    filmed = {shipped(n).category for n in NAMES if any(isinstance(s, VideoStep) for s in shipped(n).ladder)}

    assert SIX == filmed


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
