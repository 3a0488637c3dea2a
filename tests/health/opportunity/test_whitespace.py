"""What is open at an account: unknown is said and never counted as open, nor as nothing."""

from __future__ import annotations

from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.whitespace import Offered, Own, whitespace

FULL = Pressure(100, 100.0, 90.0, None)
OFFERED = Offered(
    features={"swaps": "Swaps", "rules": "Rules", "fill": "Fill"},
    products=("Core", "Analytics"),
    departments=("Nursing", "Finance"),
    use_cases=("rotas", "leave"),
    regions=("EMEA", "NA", "APAC"),
    plans={"growth": ("swaps", "rules")},
)


def test_everything_open_is_named_with_why() -> None:
    """H9: licences, features in and out of the plan, products, departments, use cases, regions."""
    own = Own(
        pressure=Pressure(100, 60.0, None, None), features={"swaps"}, once={"rules"}, plan="growth", products={"core"},
        use_cases={"Rotas"}, departments={"Nursing": (3, 2), "IT": (2, 0)}, regions={"EMEA"}, there={"NA": "4 of its people are there"},
    )  # fmt: skip
    found = [(g.kind, g.name, g.why, g.sale) for g in whitespace(own, OFFERED) if g.state == "open"]

    assert [
        ("seats", "unused seats", "60 of 100 are used each week", False),
        ("feature", "Rules", "used once, not any more, in its plan", False),
        ("feature", "Fill", "never used, not in its plan", True),
        ("product", "Analytics", "sold to other accounts, not to it", True),
        ("department", "IT", "2 people there, none of them seen lately", None),
        ("department", "Finance", "nobody there is known to us", None),
        ("use_case", "leave", "others have it", None),
        ("region", "NA", "4 of its people are there", None),
    ] == found


def test_unknown_is_said_once_a_kind_and_nothing_is_open() -> None:
    """H9: an account of which nothing is known has no whitespace that could be counted."""
    found = whitespace(Own(Pressure(None, None, None, None), None), OFFERED)

    assert {"unknown"} == {g.state for g in found}
    assert ["seats", "feature", "product", "department", "use_case", "region"] == [g.kind for g in found]


def test_where_nobody_says_what_there_is_the_rest_is_unknown() -> None:
    """H9: an account with products, where no list of products is known."""
    own = Own(FULL, {"swaps"}, products={"Core"}, use_cases={"rotas"}, departments={"IT": (1, None)}, regions={"EMEA"})
    found = {g.kind: g.state for g in whitespace(own, Offered())}

    assert dict.fromkeys(("feature", "product", "use_case", "department"), "unknown") == found


def test_a_region_is_open_only_where_the_customer_is_known_to_work() -> None:
    """H9: of the others nobody knows."""
    found = [
        (g.name, g.state, g.why)
        for g in whitespace(Own(FULL, {"swaps"}, regions={"emea"}), OFFERED)
        if g.kind == "region"
    ]

    assert [("", "unknown", "whether it works in NA, APAC")] == found


def test_all_seats_in_use_leave_none_open() -> None:
    """H9: pressure is no whitespace."""
    assert [] == [g for g in whitespace(Own(FULL, set()), OFFERED) if g.kind == "seats"]
