"""A ladder that runs follows the definition it began with, whatever becomes of its play meanwhile (T6 T9 P7)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triggers.plays import DAY, RAW, RULES, known, play, standing, standings, yes
from vitalreel.identity import AccountId, fingerprint
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision, Known
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.version import carried_on, changes, kept, read_kept

ACME = AccountId("acme")
OLD = play()
CONFIG = fingerprint(OLD)
NEW = play(
    ladder=[
        {**RAW["ladder"][0], "module": "m9"},
        {**RAW["ladder"][1], "step": "soon", "after": "3 days", "module": "m3"},
        {**RAW["ladder"][2], "after": "5 days"},
    ],
    stop_when=[],
    priority=90,
)


def opened() -> Decision:
    """The day on which the old definition opened."""
    return decide([OLD], yes("acme"), standings(standing()), known(), RULES, DAY)


def stored(first: Decision, began: dict[str, Play] | None = None) -> Known:
    episodes = {(e.account, e.play): e for e in first.episodes}
    running = tuple(r for r in first.runs if r.state == "running")
    return known(episodes=episodes, runs=running, began={CONFIG: OLD} if began is None else began)


def later(first: Decision, days: int, plays: list[Play], old: Answers, new: Answers | None = None, **more) -> Decision:
    answers = {CONFIG: {ACME: old}, "usage_drop": {ACME: new or Answers(when=True)}}
    return decide(plays, answers, standings(standing()), stored(first, **more), RULES, DAY + timedelta(days=days))


def test_what_opens_keeps_the_fingerprint_of_the_definition_it_opened_by():
    """T9: the run and its episode alike."""
    got = opened()

    assert [CONFIG] == [r.config for r in got.runs] == [e.config for e in got.episodes]


def test_a_run_takes_the_steps_of_the_definition_it_began_with():
    """T6: on day 14 comes the second film of the old ladder, whatever the new one says of days 3 and 5; the person comes on day 21."""
    first = opened()
    early = later(first, 6, [NEW], Answers(when=True))
    second = later(first, 14, [NEW], Answers(when=True))
    last = later(second, 21, [NEW], Answers(when=True))

    assert ([], []) == (early.touches, early.tasks)
    assert [("again", "m2")] == [(t.step, t.module) for t in second.touches]
    assert [("person", "done")] == [(k.step, r.state) for k, r in zip(last.tasks, last.runs, strict=True)]


def test_its_success_and_its_stops_are_those_of_its_own_definition():
    """T6: the new definition stops for nothing; the old one's success still stops its run."""
    got = later(opened(), 3, [NEW], Answers(when=True, success=True), Answers(when=True, success=None))

    assert [("stopped", "success")] == [(r.state, r.ended) for r in got.runs]


def test_an_episode_closes_as_it_opened():
    """T9: the old rule compares with what was kept at the opening; the new one is asked when the next episode opens."""
    closing = Answers(when=None, closes=True)
    got = later(opened(), 3, [NEW], closing, Answers(when=None, closes=False))
    kept_open = later(opened(), 3, [NEW], Answers(when=None, closes=False), Answers(when=None, closes=True))

    assert [("cooling", CONFIG)] == [(e.state, e.config) for e in got.episodes]
    assert ["open"] == [e.state for e in kept_open.episodes]


def test_the_next_episode_opens_by_the_newest_definition():
    """T9: re-entry after the cool-down of the old one, with the film of the new one."""
    cooling = replace(opened().episodes[0], state="cooling", closed_on=DAY)
    before = known(episodes={(ACME, "usage_drop"): cooling}, began={CONFIG: OLD})
    answers = {CONFIG: {ACME: Answers(when=True)}, "usage_drop": {ACME: Answers(when=True)}}
    early, again = (
        decide([NEW], answers, standings(standing()), before, RULES, DAY + timedelta(days=n))
        for n in (OLD.cool_down_days - 1, OLD.cool_down_days)
    )

    assert [] == early.touches
    assert [("show", "m9")] == [(t.step, t.module) for t in again.touches]
    assert [fingerprint(NEW)] == [r.config for r in again.runs]


def test_a_ladder_ends_though_its_play_was_taken_away():
    """T6: what happens in the end is always defined: the person is still reached."""
    first = opened()
    second = later(first, 14, [], Answers(when=True))
    last = later(second, 21, [], Answers(when=True))

    assert ["again"] == [t.step for t in second.touches]
    assert [("person", "done")] == [(k.step, r.state) for k, r in zip(last.tasks, last.runs, strict=True)]


def test_a_definition_that_can_be_asked_no_more_sends_no_film_and_still_reaches_its_person():
    """P6: what is not known is no yes: its film is held with the reason, its person comes on their day."""
    first, broken = opened(), Answers(when=None, outdated="no signal 'usage.gone'")
    film, person = later(first, 14, [NEW], broken), later(first, 21, [NEW], broken)

    assert ([], [("again", "definition outdated")]) == (film.touches, [(w.step, w.reason) for w in film.withheld])
    assert ["person"] == [k.step for k in person.tasks]


@pytest.mark.parametrize(
    ("names", "step", "goes_on"),
    [
        (("show", "again", "person"), 0, 0),  # nothing done yet
        (("show", "again", "person"), 1, 1),
        (("first", "show", "again", "person"), 1, 2),  # a step put in before what is done is not done late
        (("show", "soon", "again", "person"), 1, 1),  # one put in behind it is
        (("again", "person"), 2, 1),
        (("person",), 2, 0),  # the person is still reached
        (("person",), 3, 1),  # but not twice
        (
            ("other", "else", "more", "person"),
            1,
            1,
        ),  # by days, where no name is known: `other` was due on day 0 as well
        (("other", "person"), 2, 1),
    ],
)
def test_an_upgraded_run_goes_on_after_what_it_has_done(names: tuple[str, ...], step: int, goes_on: int):
    """T6 T9: by the names of steps, else by their days: nothing is done twice, nobody is left without a person."""
    days = {"show": 0, "other": 0, "first": 0, "soon": 3, "else": 7, "again": 14, "more": 16, "person": 21}
    raw = {"show": RAW["ladder"][0], "person": RAW["ladder"][2]}
    ladder = [{**raw.get(n, RAW["ladder"][1]), "step": n, "after": f"{days[n]} days"} for n in names]

    assert goes_on == carried_on(OLD, play(ladder=ladder), step)


steps = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5, unique=True)


@given(steps, steps, st.data())
def test_no_upgrade_repeats_a_step_or_loses_the_person(old: list[str], new: list[str], data: st.DataObject):
    """T6 T9: over any two ladders: what lies ahead was not done, and ends with the person unless they were asked."""
    one, two = (play(ladder=_ladder(names)) for names in (old, new))
    step = data.draw(st.integers(0, len(one.ladder)))
    ahead = [s.name for s in two.ladder[carried_on(one, two, step) :]]
    done = [s.name for s in one.ladder[:step]]

    assert set(ahead).isdisjoint(done)
    assert ahead == [] if "person" in done else ahead[-1] == "person"


def _ladder(names: list[str]) -> list[dict[str, object]]:
    films = [{**RAW["ladder"][0], "step": n, "after": f"{3 * i} days"} for i, n in enumerate(names)]
    return [*films, {**RAW["ladder"][2], "after": f"{3 * len(names)} days"}]


@pytest.mark.parametrize("one", [OLD, NEW, play(unless="band is red", tiers=[1, 2], critical=True, holdout="20%")])
def test_a_definition_reads_back_as_the_play_it_was(one: Play):
    """P7: through the database's JSON, with the same fingerprint."""
    back = read_kept(json.loads(json.dumps(kept(one))))

    assert (one, fingerprint(one)) == (back, fingerprint(back))


def test_a_definition_of_an_older_software_is_read_with_what_was_meant_then():
    """P7: a field that came later has its default, one that went is left out; neither makes it another definition."""
    older = json.loads(json.dumps(kept(OLD)))
    older.pop("risk")
    older["colour"] = "blue"

    assert OLD == read_kept(older)


def test_what_an_upgrade_would_change_is_named_as_people_write_it():
    assert ("ladder", "priority", "stop_when") == changes(OLD, NEW)
    assert ("episode.cool_down",) == changes(OLD, replace(OLD, cool_down_days=3))
