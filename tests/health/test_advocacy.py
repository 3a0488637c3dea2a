"""Who might speak for us: every criterion of a kind is met, nobody who answered lately, and the right person to ask."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.health.advocacy import Answer, Person, Rules, Said, candidates, read_rules, whom
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.store.workspace import LIBRARY, read_yaml

TODAY = dt.date(2026, 3, 31)
SHIPPED: dict[str, Any] = read_yaml(LIBRARY / "advocacy.yaml", "advocacy.yaml")


def catalogue(*without: str) -> Catalogue:
    raw = read_yaml(LIBRARY / "signals.yaml", "signals.yaml")
    return read_catalogue(
        {**raw, "signals": {k: v for k, v in raw["signals"].items() if k not in without}}, "signals.yaml"
    )


def rules(*without: str) -> Rules:
    return read_rules(SHIPPED, "advocacy.yaml", catalogue(*without))


def test_a_kind_needs_every_criterion_and_the_healthiest_come_first() -> None:
    """H10: one without a result may be asked for a reference only; one without a survey for nothing."""
    every = frozenset(c.name for c in rules().criteria)
    meets = {"both": every, "reference": every - {"result"}, "neither": every - {"content"}}
    found = candidates(rules(), meets, {}, [], {"both": 82.0, "reference": 95.0, "neither": 99.0}, TODAY)

    assert [("reference", ["reference"]), ("both", ["reference", "testimonial"])] == [
        (c.account, [k.name for k in c.kinds]) for c in found
    ]
    assert {"healthy", "content", "calm", "settled", "clear"} == {w.name for w in found[0].why}


@pytest.mark.parametrize(
    ("said", "days_ago", "there"),
    [
        ("no", 0, False),
        ("yes", 359, False),
        ("no", 360, True),
        ("later", 119, False),
        ("later", 120, True),
        ("no", -1, True),
    ],
)
def test_whoever_answered_rests(said: Said, days_ago: int, there: bool) -> None:
    """H10: for 360 days, whoever said later for 120; an answer of a later day is not seen."""
    every = frozenset(c.name for c in rules().criteria)
    answer = Answer("a", TODAY - dt.timedelta(days=days_ago), "reference", said, None, "Ines", "")

    assert there == bool(candidates(rules(), {"a": every}, {}, [answer], {}, TODAY))


def test_the_sponsor_is_asked_and_of_two_the_promoter() -> None:
    """H10: by role, then whoever said it themselves, then who agreed to mail; nobody of another role."""
    champion = Person("c", "Cleo", "champion", TODAY, True)
    quiet, mailed, promoter = (
        Person(n, n, "sponsor", d, m) for n, d, m in (("a", None, False), ("b", None, True), ("z", TODAY, False))
    )
    roles = rules().roles

    assert promoter == whom(roles, [champion, quiet, mailed, promoter])
    assert mailed == whom(roles, [champion, quiet, mailed])
    assert champion == whom(roles, [champion])
    assert None is whom(roles, [Person("u", "U", "user", TODAY, True)])


def test_what_cannot_be_asked_is_left_out_with_every_kind_that_needs_it() -> None:
    """H10: without goals there are no testimonials, and that is said."""
    found = rules("value.reached")

    assert ["reference"] == [k.name for k in found.kinds]
    assert ["result", "testimonial"] == [said.partition(":")[0] for said in found.left_out]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rest": "a year"}, "rest"),
        ({"kinds": {}}, "kinds"),
        ({"kinds": {"talk": {"needs": ["helthy"]}}}, "kinds.talk.needs"),
        ({"criteria": {"healthy": {"when": "band green"}}}, "criteria.healthy.when"),
        ({"criteria": {"healthy": {}}}, "criteria.healthy"),
        ({"promoter": 11}, "promoter"),
        ({"ask": []}, "ask"),
        ({"who": []}, "advocacy.yaml"),
    ],
)
def test_a_mistake_is_named_with_its_place(change: dict[str, object], place: str) -> None:
    """H10: bad configuration says where, and what to write."""
    with pytest.raises(BadConfiguration) as refused:
        read_rules({**SHIPPED, **change}, "advocacy.yaml", catalogue())

    assert place in refused.value.where
