"""Channels by tier: how they are written, and whom they reach (R5 R8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triggers.plays import DAY, known, person, play, standing, standings, yes
from vitalreel.errors import BadConfiguration
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.channels import Channels, read_channels
from vitalreel.triggers.decide import decide
from vitalreel.triggers.guards import Caps, Rules

TIERS: dict[str, Any] = {f"tier_{n}": ["email", "in_app"] for n in (1, 2, 3, 4)}
BOTH = read_channels({**TIERS, "tier_4": ["in_app"], "personal": [1, 2]}, "channels")
STEP = {"step": "show", "module": "m1", "to": "champion else admin", "window": "within 3 business days"}


def sent_by(tier: int, *people: Any, rules: Channels = BOTH, **changes: Any) -> list[tuple[str, tuple[str, ...]]]:
    """(contact, channels) of what opens for an account of that tier."""
    them = standings(standing(tier=tier, people=people))
    got = decide(
        [play(ladder=[{**STEP, **changes}, *PLAY_TAIL])],
        yes("acme"),
        them,
        known(),
        Rules(Caps(), 0.0, channels=rules),
        DAY,
    )
    return [(touch.contact.id, touch.channels) for touch in got.touches]


PLAY_TAIL = [{"step": "person", "after": "21 days", "task": {"owner": "csm", "title": "Call", "due": "2 days"}}]


def test_a_step_without_channels_takes_those_of_the_account_s_tier():
    """R5: mail first with the product beside it, or the product alone, as the tier says; a step that names its own keeps them."""
    ana = person("ana")

    assert [("ana", ("email", "in_app"))] == sent_by(1, ana)
    assert [("ana", ("in_app",))] == sent_by(4, ana)
    assert [("ana", ("email",))] == sent_by(4, ana, channels=["email"])


def test_whoever_may_be_mailed_comes_before_whoever_only_signs_in():
    """R8: the best channel is tried with every role before the next one; to be mailed one must have agreed, to find it in the
    product it is enough not to have refused."""
    silent, admin = person("ana", consent={}), person("bo", role="admin")
    refuses = person("cy", consent={"email": False, "in_app": False})

    assert [("bo", ("email", "in_app"))] == sent_by(1, silent, admin)
    assert [("ana", ("in_app",))] == sent_by(1, silent)
    assert [] == sent_by(1, refuses)


def test_the_shipped_programme_reaches_every_tier_in_the_product_too():
    """R5: personal mail for the two upper tiers, the company's for the others, and the product for all from the first day."""
    shipped = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml").channels

    assert all(("email", "in_app") == shipped.of(tier, ()) for tier in (1, 2, 3, 4, None))
    assert ((1, 2), True, 3, 7) == (
        shipped.personal,
        shipped.beside,
        shipped.shown_after_days,
        shipped.person_after_days,
    )


def test_the_second_tier_goes_by_the_cs_platform_where_there_is_one():
    """R5: a structured engagement for tier 2; it mails, so whoever has not agreed to mail is not handed to it."""
    named = {**TIERS, "tier_2": ["engagement", "email", "in_app"]}
    there, absent = read_channels(named, "channels", platform=True), read_channels(named, "channels")

    assert [("ana", ("engagement", "email", "in_app"))] == sent_by(2, person("ana"), rules=there)
    assert [("ana", ("email", "in_app"))] == sent_by(2, person("ana"), rules=absent)
    assert [("ana", ("in_app",))] == sent_by(2, person("ana", consent={}), rules=there)
    assert [("ana", ("in_app",))] == sent_by(2, person("ana", email=None), rules=there)


def test_a_programme_of_before_mails_everybody():
    """C7: a workspace without the part goes on as it did."""
    assert (("email",), (1, 2, 3, 4), False) == (
        read_channels(None, "x").of(3, ()),
        Channels().personal,
        Channels().beside,
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tier_2": ["letter"]}, r"channels\.tier_2: cannot read \['letter'\]; list channels, best first: email, in_app, engagement"),
        ({"tier_2": None}, r"channels\.tier_2: cannot read None"),
        ({"tier_5": ["email"]}, "'tier_5' is not known"),
        ({"personal": [7]}, r"channels\.personal: cannot read \[7\]; list the tiers"),
        ({"in_app": "always"}, r"channels\.in_app: 'always' is not known; use beside"),
        ({"unopened": {"in_app": "7 days", "person": "3 days"}}, r"channels\.unopened: asks the person before"),
        ({"unopened": {"in_app": "soon"}}, r"channels\.unopened\.in_app: cannot read 'soon'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(changed: dict[str, Any], said: str):
    """C7: place, mistake, remedy."""
    with pytest.raises(BadConfiguration, match=said):
        read_channels({**TIERS, **changed}, "channels")
