"""expansion.yaml: what is read, what is left out because a workspace has not got it, and what is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.health.opportunity.terms import read_terms
from vitalreel.health.scorecard import FULL
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.store.workspace import LIBRARY, read_yaml

SHIPPED: dict[str, Any] = read_yaml(LIBRARY / "expansion.yaml", "expansion.yaml")


def catalogue(*without: str) -> Catalogue:
    """The shipped one, less some signals."""
    raw = read_yaml(LIBRARY / "signals.yaml", "signals.yaml")
    return read_catalogue(
        {**raw, "signals": {k: v for k, v in raw["signals"].items() if k not in without}}, "signals.yaml"
    )


def test_the_shipped_terms_can_be_measured_whole() -> None:
    """H9: a scorecard of readiness worth 100 points, nothing of it left out."""
    terms = read_terms(SHIPPED, "expansion.yaml", catalogue())
    assert terms.card is not None

    assert (FULL, ()) == (sum(m.worth for m in terms.card.measures), terms.left_out)
    assert 3 == len(terms.conditions)


def test_what_a_workspace_has_not_got_is_left_out_and_said() -> None:
    """H9: without surveys the weights are shared among the rest; where `needs` cannot be asked, nobody is ready."""
    terms = read_terms(SHIPPED, "expansion.yaml", catalogue("nps", "planning.window", "invoices.overdue"))
    assert terms.card is not None

    assert FULL == sum(m.worth for m in terms.card.measures)
    assert {"nps", "planning", "needs"} == {said.partition(":")[0] for said in terms.left_out}
    assert terms.needs is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"ready": 0}, "ready"),
        ({"needs": "band green"}, "needs"),
        ({"needs": None}, "needs"),
        ({"lead": "a month"}, "lead"),
        ({"full": "1.2"}, "full"),
        ({"sells": {"product": ["Core"]}}, "sells"),
        ({"sells": {"regions": "EMEA"}}, "regions"),
        ({"grops": {}}, "expansion.yaml"),
        ({"points": {"name": "x"}}, "points"),
        ({"needs": "expansion.score >= 70"}, "needs"),
        ({"groups": {"own": {"measures": {"it": {"signal": "expansion.score", "scale": {0: 0, 100: 100}}}}}}, "signal"),
    ],
)
def test_a_mistake_is_named_with_its_place(change: dict[str, object], place: str) -> None:
    """H9: bad configuration says where, and what to write."""
    with pytest.raises(BadConfiguration) as refused:
        read_terms({**SHIPPED, **change}, "expansion.yaml", catalogue())

    assert place in refused.value.where


def test_regions_may_say_which_time_zones_lie_in_them() -> None:
    """H9: a list of names, or names with the beginnings of zones."""
    terms = read_terms({**SHIPPED, "sells": {"regions": {"EMEA": ["Europe", "Africa"]}}}, "expansion.yaml", catalogue())

    assert (("EMEA",), {"EMEA": ("Europe", "Africa")}) == (terms.sells["regions"], terms.zones)
