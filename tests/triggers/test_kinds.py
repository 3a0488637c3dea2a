"""Kinds of messages people choose among, and the guards that hear them (R8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.triggers.test_guards import ANA, ASK, GOOD, asked, reason
from vitalreel.errors import BadConfiguration
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.guards import reachable, whom
from vitalreel.triggers.kinds import Kind, declined, read_kinds

KINDS = (Kind("help", "Help", ("usage_drop", "inactivity")), Kind("offers", "Offers", ("expansion",)))


def test_what_is_not_wanted_is_told_by_the_plays_that_would_send_it():
    """R8: a no to a kind is one to all its plays by that channel, a yes and a kind that is gone say nothing."""
    said = {("email", "help"): False, ("email", "offers"): True, ("in_app", "offers"): False, ("email", "gone"): False}

    assert {("email", "usage_drop"), ("email", "inactivity"), ("in_app", "expansion")} == declined(KINDS, said)


def test_the_next_channel_or_person_takes_the_place_of_one_that_does_not_want_it():
    """R8 R4: asked per channel; a CS platform mails, so what holds for mail holds for it."""
    ana = replace(ANA, declined=frozenset({("email", ASK.category)}))
    bo = replace(ANA, id="bo")

    assert ("in_app",) == reachable(ana, ("email", "engagement", "in_app"), ASK.category)
    assert ("email", "in_app") == reachable(ana, ("email", "in_app"), "another")
    assert bo == whom(replace(ASK, person=None), replace(GOOD, people=(ana, bo)))


@pytest.mark.parametrize("moment", ["send", "show"])
def test_it_is_asked_as_the_film_leaves(moment: str):
    """R8: whatever was planned; another kind is not held by it."""
    for category, expected in ((ASK.category, "kind declined"), ("another", None)):
        ana = replace(ANA, declined=frozenset({("email", category)}))
        no = asked(moment, replace(ASK, person=ana), replace(GOOD, people=(ana,)))
        assert expected == (reason(no) if no else None)


def test_the_shipped_kinds_hold_every_shipped_play_once():
    """R8: no play of ours is left out of what people may choose."""
    programme = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml")
    plays = [read_yaml(path, path.name)["category"] for path in sorted((LIBRARY / "plays").glob("[!_]*.yaml"))]

    assert set(plays) == {category for kind in programme.kinds for category in kind.plays}


@pytest.mark.parametrize(
    ("raw", "words"),
    [([], "mapping"), ({"A b": {}}, "no name"), ({"a": {"plays": []}}, "title"), ({"a": {"title": "A", "play": []}}, "play"),
     ({"a": {"title": "A", "plays": ["x"]}, "b": {"title": "B", "plays": ["x"]}}, "two kinds"),
     ({f"k{n}": {"title": "A", "plays": []} for n in range(9)}, "at most 8")],
)  # fmt: skip
def test_kinds_that_make_no_sense_are_refused(raw: object, words: str):
    """The mistake is named with its place."""
    with pytest.raises(BadConfiguration, match=words):
        read_kinds(raw, "vitalreel.yaml: kinds")
