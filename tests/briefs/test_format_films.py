"""The films of the year's formats, for accounts of every kind: in their runtimes, all traced, none where none should be (T2 V7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.briefs.dossiers import AS_OF, dossier, known, line_from, module, origin, series, write
from tests.briefs.test_play_films import GROWING, QUOTE, STEADY
from tests.storyboard.test_compose import board_of
from vitalreel.briefs.dossier import Dossier, Known
from vitalreel.briefs.editorial import check, length_s
from vitalreel.briefs.trace import trace
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures import TitlePicture
from vitalreel.storyboard.trace_board import trace_board


def recorded(value: float, unit: str = "percent") -> Known:
    return Known(value, AS_OF, origin("goal_reading", 2), unit=unit)


def stated(**said: str) -> dict[str, Known]:
    return {f"statement.{topic}": Known(text, AS_OF, origin("statement", 2)) for topic, text in said.items()}


FALLING, SHORT = line_from(700, 400), [None] * 40 + line_from(500, 520, 25)
MET = {
    "goal.phrase": known("to fill ninety-five in a hundred open shifts within two days", "subject_goal"),
    "goal.metric": known("open shifts filled within two days", "subject_goal"), "goal.owner": known("Priya Raman", "subject_goal"),
    "goal.start": recorded(0.71), "goal.target": recorded(0.95), "goal.now": recorded(0.96), "goal.met": known(True, "goal_reading"),
    "goal.nearer": known(True, "goal_reading"), "goal.met_on": known(date(2026, 11, 18), "goal_reading"),
    "goal.met_days": known(4, "goal_reading"),
}  # fmt: skip
NEARER = {k: v for k, v in MET.items() if not k.startswith("goal.met")} | {
    "goal.metric": MET["goal.metric"], "goal.now": recorded(0.88), "goal.met": known(False, "goal_reading")
}  # fmt: skip
FARTHER = {**NEARER, "goal.now": recorded(0.60), "goal.nearer": known(False, "goal_reading")}
SAVED = {
    "value.agency_spend.saved": Known(13_400_000, AS_OF, origin("value_result", 2), "USD", "money"),
    "value.agency_spend.basis": known("your own agency invoices", "value_result"),
}  # fmt: skip
ALSO = stated(other_changes="you hired, and agency rates moved")
NEW = {
    "feature_new.name": known("Shift swaps", "product_feature"), "feature_new.released": known(date(2026, 11, 9), "product_feature"),
    "feature_new.days": known(13, "product_feature"), "feature_new.used": known(False, "product_feature"),
    "feature_new.does": known("to hand a shift to a colleague at another site", "product_feature"),
    "feature_new.replaces": known("the swap list on paper", "product_feature"), "features.used": known(9, "feature_usage"),
}  # fmt: skip
DESK = {"tickets.opened_before": known(11, "ticket"), "tickets.open": known(3, "ticket")}
REVIEW = {"qbr.next": known(date(2026, 12, 3), "calendar_item")}
NOTES = stated(
    asked_last="swap rules for part-time staff", asked_state="Those have been in use since 14 September",
    not_done="Two training sessions of four are still to come", priorities="two new depots, and one rota for all drivers",
    unmeasured="Are your nurses less tired", support_fault="The payroll export failed twice in November",
    support_after="It was repaired on 16 November",
)  # fmt: skip


def acting(about: Dossier, first: float = 130, last: float = 180) -> Dossier:
    """With key actions in each week."""
    return replace(about, series={**about.series, "key_actions": series(line_from(first, last), "key_actions")})


def plain(about: Dossier) -> Dossier:
    """Without anything known of its features."""
    return replace(about, features={})


ACCOUNTS: list[tuple[str, str, Dossier]] = [
    ("milestone", "a year of growth", dossier(GROWING)),
    ("milestone", "no year to compare", dossier([None] * 40 + line_from(80, 120, 25))),
    ("product_update", "all known", dossier(STEADY, NEW)),
    ("product_update", "replaces nothing, in use",
     dossier(STEADY, {**NEW, "feature_new.used": known(True)}, without=("feature_new.replaces",))),
    ("product_update", "use not known", dossier(STEADY, NEW, without=("feature_new.used", "features.used"))),
    ("re_onboarding", "falling, something new", dossier(FALLING, {**NEW, **DESK})),
    ("re_onboarding", "rising, nothing new", dossier(GROWING, DESK)),
    ("re_onboarding", "little known", plain(dossier([None] * 60 + [61.0] * 5, without=("tickets.opened", "contract.days_left")))),
    ("advocacy_request", "with what else changed", dossier(STEADY, {**MET, **ALSO})),
    ("advocacy_request", "without", dossier(STEADY, MET)),
    ("mid_cycle_value", "a goal, its worth known", acting(dossier(GROWING, {**MET, **SAVED, **ALSO}))),
    ("mid_cycle_value", "a goal, little else", plain(dossier(STEADY, MET))),
    ("mid_cycle_value", "faster", acting(dossier(GROWING))),
    ("mid_cycle_value", "a goal, slower", acting(dossier(line_from(601, 600), MET), 180, 130)),
    ("mid_cycle_value", "saved, faster", plain(acting(dossier(GROWING, SAVED)))),
    ("expansion_opportunity", "all known",
     dossier(GROWING, {**QUOTE, **stated(priorities="two new depots, and one rota for all drivers"), "features.used": known(9)})),
    ("expansion_opportunity", "little known", plain(dossier(SHORT, peers=0))),
    ("expansion_opportunity", "more people than seats", dossier(line_from(700, 700))),
    ("expansion_opportunity", "nearly every seat", dossier(line_from(600, 639))),
    ("pre_qbr_briefing", "goal met", dossier(GROWING, {**REVIEW, **MET, **SAVED, **ALSO, **DESK, **NOTES})),
    ("pre_qbr_briefing", "nearer, falling", dossier(FALLING, {**REVIEW, **NEARER, **SAVED, **DESK})),
    ("pre_qbr_briefing", "farther, no year", dossier([None] * 40 + line_from(500, 300, 25), {**REVIEW, **FARTHER, **DESK})),
    ("pre_qbr_briefing", "no reading", dossier(STEADY, REVIEW, without=("tickets.opened",))),
    ("pre_qbr_briefing", "little known", plain(dossier(STEADY, REVIEW, without=("tickets.opened", "account.outcome"), peers=0))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "who", "about"), ACCOUNTS, ids=[f"{a[0]}: {a[1]}" for a in ACCOUNTS])
def test_every_wording_keeps_the_standard_its_runtime_and_traces(name: str, who: str, about: Dossier) -> None:
    """T2 V2 V4 V7: four seeds for each segment it is made for; a person to answer and what is not known are in every one."""
    made = module(name)
    for segment in made.segments:
        for touch in range(4):
            script = write(made, replace(about, segment=segment), f"touch {touch}")

            assert () == trace(script).untraced
            assert [] == [f for f in check(script, made.grade) if f.level == "error"]
            assert made.length_s[0] <= length_s(script) <= made.length_s[1]


@pytest.mark.parametrize(("name", "who", "about"), ACCOUNTS, ids=[f"{a[0]}: {a[1]}" for a in ACCOUNTS])
def test_its_pictures_are_traced_too(name: str, who: str, about: Dossier) -> None:
    """V2: every text, line, bar, date and caption of the film as a document."""
    made = module(name)
    script = write(made, replace(about, segment=made.segments[0]))

    assert () == trace_board(board_of(script), script.brief.facts).untraced


@pytest.mark.parametrize(("name", "who", "about"), ACCOUNTS, ids=[f"{a[0]}: {a[1]}" for a in ACCOUNTS])
def test_its_title_is_its_first_headline(name: str, who: str, about: Dossier) -> None:
    """V6 V14: the title draws its own lines, and preflight looks for the headline's words there."""
    made = module(name)
    title = board_of(write(made, replace(about, segment=made.segments[0]))).scenes[0]

    assert isinstance(title.picture, TitlePicture)
    assert title.headline.shown == " ".join(line.shown for line in title.picture.lines)


SHIFT = {**MET, "goal.met": known(False, "goal_reading"), "goal.now": recorded(0.90)}


@pytest.mark.parametrize(
    ("name", "about", "why"),
    [
        ("milestone", dossier(FALLING), "it has passed again"),
        ("product_update", dossier(STEADY, NEW, without=("feature_new.does",)), "what it does is written nowhere"),
        ("product_update", dossier(STEADY, {**NEW, "feature_new.days": known(40)}), "no news any more"),
        ("re_onboarding", dossier(STEADY, {"contract.days_left": known(20, "contract")}), "the renewal is near: a person talks"),
        ("advocacy_request", dossier(STEADY, SHIFT), "the goal is not met"),
        ("advocacy_request", dossier(STEADY, {**MET, "contract.days_left": known(40, "contract")}), "it would be a bargain"),
        ("mid_cycle_value", acting(dossier(line_from(601, 600))), "nothing was reached"),
        ("mid_cycle_value", dossier(FALLING, SHIFT), "neither the goal nor more people"),
        ("mid_cycle_value", dossier(FALLING, {**MET, "goal.met_days": known(40, "goal_reading")}), "it was reached long ago"),
        ("expansion_opportunity", dossier(FALLING), "no pattern that speaks for more"),
        ("pre_qbr_briefing", dossier(STEADY), "no review is planned"),
        *[(m, dossier(GROWING, {**MET, **NEW, **REVIEW, "tickets.urgent_open": known(1, "ticket")}), "something urgent is open")
          for m in ("milestone", "product_update", "re_onboarding", "advocacy_request", "mid_cycle_value", "expansion_opportunity",
                    "pre_qbr_briefing")],
    ],
)  # fmt: skip
def test_where_it_would_be_wrong_to_speak_no_film_is_made(name: str, about: Dossier, why: str) -> None:
    """T2 T7: the module knows when a film would be an insult, a guess or pressure."""
    with pytest.raises(Refused):
        write(module(name), about)


def test_a_briefing_never_offers_anything() -> None:
    """T15: a pre-QBR film leaves expansion out, whatever stands in the data."""
    about = dossier(GROWING, {**REVIEW, **MET, **SAVED, **ALSO, **DESK, **NOTES, **QUOTE})
    said = " ".join(line.said for s in write(module("pre_qbr_briefing"), about).scenes for line in s.say)

    assert not [word for word in ("quote", "price", "more seats", "upgrade", "offer") if word in said.lower()]
