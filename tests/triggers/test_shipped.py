"""The plays in the box: each is read, its conditions hold against the shipped catalogue, and its films exist for whom it is for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.briefs.dossiers import module
from tests.triggers.books import SHIPPED
from tests.triggers.plays import DAY, RULES, known, person, standing, standings
from vitalreel.identity import AccountId
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.steps.asking import check_guards, check_play
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers
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
    "renewal_package",
}
BESIDE = {"red_band", "orange_band"}  # beside what people do


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

    assert SIX | FORMATS | BESIDE == filmed


@pytest.mark.parametrize(
    ("name", "window", "length_s"),
    [
        ("pre_qbr", "5 to 10 days before qbr.next", (240, 420)),  # 4 to 7 minutes
        ("mid_cycle_value", "5 business days", (90, 180)),  # of a value event; 90 s to 3 minutes
        ("expansion_season", "10 business days", (120, 240)),  # of the planning season; 2 to 4 minutes
        ("milestone", "5 business days", (30, 60)),  # V7: short
        ("product_update", "10 business days", (30, 75)),
        ("advocacy", "10 business days", (45, 95)),
        ("renewal_opener", "5 business days", (120, 180)),  # from 90 days before; 2 to 3 minutes
        (
            "renewal_window",
            "5 business days",
            (45, 100),
        ),  # the same for all others; other modules are short, 30 to 120 s
        ("renewal_package", "60 to 69 days before renewal", (360, 570)),  # 5 to 10 minutes: its parts come to 6 to 9.5
        ("renewal_package_later", "30 to 45 days before renewal", (360, 570)),
        ("red_band_word", "5 business days", (45, 120)),
        ("recovery_offered", "5 business days", (45, 100)),
    ],
)
def test_a_format_has_the_window_and_the_runtime_of_the_spec(name: str, window: str, length_s: tuple[float, float]):
    """T2 V7: as it ships; both are lines of files people may edit."""
    film = next(s for s in shipped(name).ladder if isinstance(s, VideoStep))

    assert (window, length_s) == (str(film.window), module(film.module).length_s)


def test_the_renewal_s_films_go_to_their_tiers_and_keep_their_distance():
    """T1 T2 T15: an opener ninety days before for everybody, the package by tier; from the latest opener to the package's last day are
    twenty-one days, and what only people know is asked first."""
    plays = {n: shipped(n) for n in ("renewal_opener", "renewal_window", "renewal_package", "renewal_package_later")}
    whens = {n: p.when for n, p in plays.items()}

    assert ("days to renewal between 84 and 90 and tier <= 2", "days to renewal between 60 and 78 and tier <= 2") == (
        whens["renewal_opener"], whens["renewal_package"]
    )  # fmt: skip
    assert "between 75 and 90 and (tier >= 3 or segment is long_tail)" in whens["renewal_window"]
    assert "between 30 and 52 and tier >= 3" in whens["renewal_package_later"]
    assert 84 - 60 >= 21 and 75 - 30 >= 21
    for name in ("renewal_package", "renewal_package_later"):
        assert [TaskStep, VideoStep, TaskStep] == [type(s) for s in plays[name].ladder]
    (apart,) = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml").guards.apart
    used = {s.module for p in plays.values() for s in p.ladder if isinstance(s, VideoStep)}
    assert (set(apart.modules), 21) == (used, apart.days)


def test_an_executive_s_word_comes_after_the_person_and_without_a_clip_says_who_acts():
    """T1 T7: the task stands in front of the film whatever the tier; done, the film goes; no synthetic voice speaks as the executive."""
    word, people = shipped("red_band_word"), shipped("red_account_recovery")
    red = {word.name: {AccountId("acme"): Answers(when=True, unless=True)}}
    at = standings(standing(tier=2, people=(person(role="sponsor"),)))
    switched = frozenset({word.name})
    first = decide([word], red, at, known(switched_on=switched), RULES, DAY)
    stored = known(
        switched_on=switched, episodes={(e.account, e.play): e for e in first.episodes}, runs=tuple(first.runs),
        tasked=frozenset(r.id for r in first.runs), helped=frozenset(r.id for r in first.runs),
    )  # fmt: skip
    then = decide([word], red, at, stored, RULES, DAY + timedelta(days=1))

    assert (word.when, "executive.cco") == (people.when, module("account_recovery").talent)
    assert ([], ["person_first"]) == (first.touches, [k.step for k in first.tasks])
    assert ["account_recovery"] == [x.module for x in then.touches]
    (scene,) = [s for s in module("account_recovery").scenes if s.name == "executive"]
    assert ["talent", "statement"] == [c.kind for c in scene.cases]
    offered = next(s for s in shipped("recovery_offered").ladder if isinstance(s, VideoStep))
    assert ("on_request", 2) == (offered.made, offered.after_days)


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
