"""Whose film it is, and what for, decides what is in it: each circumstance chooses scenes and wording, and unknown chooses nothing (V3)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.briefs.dossiers import dossier, falling, known, line_from, module, rising
from tests.steps.test_languages import NOTE
from vitalreel.briefs.brief import make_brief
from vitalreel.briefs.cases import CIRCUMSTANCES
from vitalreel.briefs.differ import differ
from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.editorial import check
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import read_module
from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace
from vitalreel.briefs.write import write_script
from vitalreel.errors import BadConfiguration

OUTCOME = "overtime under six per cent of hours"
ASKED = {
    "segment": ("segment = 'enterprise'", {"segment": "enterprise"}, {"segment": "long_tail"}),
    "tier": ("tier = 1", {"tier": 1}, {"tier": 2}),
    "trigger": ("trigger = 'usage_drop'", {"play": "usage_drop"}, {"play": None}),
    "use_case": ("use_case = 'compliance'", {"account.use_case": "compliance"}, {"account.use_case": "rostering"}),
    "role": ("role = 'admin'", {"contact.role": "admin"}, {"contact.role": "sponsor"}),
    "outcome": (f"outcome = '{OUTCOME}'", {"account.outcome": OUTCOME}, {"account.outcome": "fewer calls to agencies"}),
}
"""Circumstance -> a question, what makes it a yes, and what makes it a no."""


OWN = """
  - {scene: own, if: "QUESTION", headline: "For you", show: {statement: ["This is for you."]}, say_exactly: "This is here for you."}
  - scene: said
    headline: "As it suits"
    show: {statement: ["As it suits."]}
    cases:
      - {if: "QUESTION", say_exactly: "This is said in a way that suits you."}
      - {if: otherwise, say_exactly: "This is said as it is to everyone."}
"""


def asking(question: str) -> Module:
    """A film with a scene of its own, and a case of its own, for those of whom the answer is yes."""
    return read_module(NOTE + OWN.replace("QUESTION", question), "modules/note.yaml")


def told(made: Module, circumstances: dict[str, object], about: Dossier | None = None, touch: str = "t") -> Script:
    about = about or falling()
    named = {name: known(value) for name, value in circumstances.items() if "." in name}  # type: ignore[arg-type]
    plain = {name: value for name, value in circumstances.items() if name in ("segment", "tier")}
    about = replace(about, fields={**about.fields, **named}, **plain)  # type: ignore[arg-type]
    resolved = resolve(made, about)
    play = circumstances.get("play")
    return write_script(
        made, make_brief(made, about, resolved, None if play is None else str(play)), resolved.missing, touch
    )


def scenes(script: Script) -> dict[str, str]:
    return {scene.name: " ".join(line.shown for line in scene.say) for scene in script.scenes}


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_a_circumstance_chooses_scenes_and_wording(name: str) -> None:
    """V3: trigger, segment, tier, use case, role and stated outcome, each alone."""
    question, yes, no = ASKED[name]
    made = asking(question)
    suits, others = scenes(told(made, yes)), scenes(told(made, no))

    assert ("own" in suits, "own" in others) == (True, False)
    assert ("This is said in a way that suits you.", "This is said as it is to everyone.") == (
        suits["said"],
        others["said"],
    )


@pytest.mark.parametrize("name", ["use_case", "role", "outcome"])
def test_what_is_not_recorded_chooses_nothing(name: str) -> None:
    """V3: unknown is not yes, nor is its opposite; `is known` asks for it."""
    field = {"use_case": "account.use_case", "role": "contact.role", "outcome": "account.outcome"}[name]
    about = falling()
    without = replace(about, fields={k: v for k, v in about.fields.items() if k != field})

    assert "own" not in scenes(told(asking(ASKED[name][0]), {}, without))
    assert "own" not in scenes(told(asking(f"{name} is not 'x'"), {}, without))
    assert "own" not in scenes(told(asking(f"{name} is known"), {}, without))
    assert "own" in scenes(told(asking(f"{name} is known"), ASKED[name][1], without))


def test_a_circumstance_nobody_knows_is_a_mistake() -> None:
    """V5: with those there are."""
    with pytest.raises(BadConfiguration, match="weather"):
        asking("weather = 'fine'")


def test_an_administrator_gets_other_checks_than_a_champion() -> None:
    """V3: usage_drop_recovery: who can look at sign-ins is asked to; both scenes are still drawn once for everyone."""
    made = module("usage_drop_recovery")
    admin, champion = (told(made, {"contact.role": role}) for role in ("admin", "champion"))
    checks = [next(s for s in script.scenes if s.name == "first_checks") for script in (admin, champion)]

    assert (True, True) == tuple(scene.shared for scene in checks)
    assert checks[0].headline != checks[1].headline and checks[0].say != checks[1].say
    assert "first_checks" in differ(champion, admin).own_scenes


def test_a_milestone_is_set_beside_what_the_customer_set_out_for() -> None:
    """V3: milestone: with a stated outcome there is a scene more, in the customer's own words; without, no promise is made up."""
    made = module("milestone")
    with_it, without = told(made, {"account.outcome": OUTCOME}, rising()), told(made, {}, _aimless(rising()))

    assert ("goal" in scenes(with_it), "goal" in scenes(without)) == (True, False)
    assert OUTCOME in scenes(with_it)["goal"]


def test_a_new_start_begins_with_what_the_product_is_used_for() -> None:
    """V3: re_onboarding: a rule to show, an open shift, or a task of the week."""
    made = module("re_onboarding")
    begins = {
        scenes(told(made, {"account.use_case": use}, dossier(line_from(600, 610))))["begin"]
        for use in ("compliance", "open_shifts", "rostering")
    }

    assert 3 == len(begins)


SHIPPED = {
    "usage_drop_recovery": (falling(), [{"contact.role": role} for role in ("admin", "champion", "sponsor")]),
    "milestone": (rising(), [{"account.outcome": OUTCOME}, {"account.outcome": "to halve the calls to agencies"}, {}]),
    "re_onboarding": (
        dossier(line_from(600, 610)),
        [{"account.use_case": use} for use in ("compliance", "open_shifts", "rostering")],
    ),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_wording_for_every_circumstance_keeps_the_standard(name: str) -> None:
    """V2 V4: traced, within the module's window, no finding; for each segment and several seeds."""
    about, circumstances = SHIPPED[name]
    made = module(name)
    for told_of, segment, touch in product(circumstances, ("enterprise", "mid_market", "long_tail"), range(4)):
        kept = about if told_of else _aimless(about)
        script = told(made, {**told_of, "segment": segment}, kept, f"touch {touch}")

        assert () == trace(script).untraced
        assert [] == [f for f in check(script, made.grade) if f.level == "error"]


def _aimless(about: Dossier) -> Dossier:
    return replace(about, fields={k: v for k, v in about.fields.items() if k != "account.outcome"})
