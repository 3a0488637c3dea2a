"""From a module's `show:` to the storyboard for the six kinds that draw distributions, grids and goals (V2 V6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.briefs.dossiers import known
from tests.briefs.test_families import FACTS, about_everything, made
from tests.storyboard.test_compose import board_of, changed_picture
from vitalreel.briefs.brief import make_brief
from vitalreel.briefs.dossier import Dossier, Known
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.module import Module
from vitalreel.briefs.script import Script
from vitalreel.briefs.write import write_script
from vitalreel.errors import BadConfiguration
from vitalreel.storyboard import axis
from vitalreel.storyboard.pictures.adoption import AdoptionPicture
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.pictures.similar import SimilarPicture
from vitalreel.storyboard.pictures.support import SupportPicture
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.trace_board import trace_board

GOAL = """
  unused: {is: x, from: "difference(seats, wau)", unit: [seat, seats], missing: drop, example: ["10", "ten"]}
  goal_start: {is: x, from: goal.start, unit: recorded, missing: drop, example: ["71%", "seventy-one per cent"]}
  goal_now: {is: x, from: goal.now, unit: recorded, missing: drop, example: ["71%", "seventy-one per cent"]}
  goal_target: {is: x, from: goal.target, unit: recorded, missing: drop, example: ["71%", "seventy-one per cent"]}
  others_did: {is: x, from: "part(others, others_count)", unit: [customer, customers], missing: drop, example: ["7", "seven"]}
"""
SCENES = """
  - {scene: peers, headline: Use of your seats, source: "Product log, to {as_of}.", say_exactly: "You use {in_use} of your seats.",
     show: {benchmark: [{label: Seats in use, yours: in_use, peers: peers}], you: You, middle: Similar customers, beside: similar}}
  - {scene: seats, headline: Your seats, source: "Each dot is {dot with unit} of {seats}.", say_exactly: "Last week {wau_now}.",
     show: {seats: seats, dot: dot, seats_active: wau_now, active_note: people a week, seats_free: unused, free_note: not in use}}
  - {scene: months, headline: Your features, source: "Product log, to {as_of}.", say_exactly: "These are the features you use.",
     show: {adoption: months, off: not used}}
  - {scene: sites, headline: Your sites, source: "Product log, to {as_of}.", say_exactly: "The least used is {gap}.",
     show: {adoption: sites, off: not used, note: "{gap} is not used everywhere."}}
  - {scene: tickets, headline: Your tickets, source: "Support desk, to {as_of}.", say_exactly: "The hardest month was {hard}.",
     show: {support: tickets, in_time: answered within a day, late: took longer, unknown: no answer on record,
            note: "Most waited in {hard}."}}
  - {scene: goal, headline: Your goal, source: "Your own record, to {as_of}.", say_exactly: "It is {goal_now} now.",
     show: {outcome: goal_now, goal_start: goal_start, goal: goal_target, start_note: at the start, now_note: now,
            goal_note: "Your goal: {goal_target}", state: not there yet, quote: "{account.outcome}", credit: "{contact.full_name}"}}
  - {scene: did, headline: What others did, source: "{did} and {others_did} customers.", say_exactly: "For {did} it changed.",
     show: {similar: others, did: "the {did} that took it up", others: "the {others_did} without it", before: Before, after: After,
            caveat: "A pattern, not proof."}}
""".replace("wau_now", "wau")


def module(scenes: str = SCENES) -> Module:
    return made(FACTS + GOAL.lstrip("\n"), scenes)


def subject() -> Dossier:
    def of(value: float) -> Known:
        return replace(known(value, "subject_goal"), unit="percent")

    base = about_everything()
    goals = {"goal.start": of(0.71), "goal.now": of(0.9), "goal.target": of(0.95)}
    return replace(base, fields={**base.fields, **goals})


def script_of(one: Module) -> Script:
    resolved = resolve(one, subject())
    assert {} == {name: why for name, why in resolved.missing.items() if name in one.facts}
    return write_script(one, make_brief(one, subject(), resolved), resolved.missing)


SCRIPT = script_of(module())
BOARD = board_of(SCRIPT)


def picture(kind: type) -> Any:
    return next(s.picture for s in BOARD.scenes if isinstance(s.picture, kind))


def test_all_six_kinds_are_made_from_a_module_and_traced_whole() -> None:
    """Every dot, cell, square, slope and tick stands in the ledger (V2)."""
    kinds = [scene.kind for scene in BOARD.scenes if scene.kind not in ("statement",)]

    assert ["benchmark", "seats", "adoption", "adoption", "support", "outcome", "similar"] == kinds
    assert () == trace_board(BOARD, SCRIPT.brief.facts).untraced


def test_parts_land_on_the_voices_words() -> None:
    """A number comes in when it is said, where it is said later than it could be drawn (V9)."""
    times = {scene.kind: scene for scene in BOARD.scenes}
    row = times["benchmark"].picture.rows[0]  # type: ignore[union-attr]
    said = next(c for c in times["benchmark"].captions).lines[0]

    assert pytest.approx(next(w.start_s for w in said if "%" in w.text), abs=0.35) == row.at_s
    assert picture(OutcomePicture).now_at_s >= 2.6
    assert picture(SimilarPicture).did.at_s >= 2.5


def altered() -> list[tuple[str, Storyboard]]:
    bench, grid, squares = picture(BenchmarkPicture), picture(AdoptionPicture), picture(SupportPicture)
    slopes, dots = picture(SimilarPicture), picture(SeatsPicture)
    row, cell = bench.rows[0], grid.rows[0].cells[-1]
    seat_source = [replace(s, source=Text("Register.")) if s.kind == "seats" else s for s in BOARD.scenes]
    cells = (*grid.rows[0].cells[:-1], replace(cell, value=cell.value + 1))
    month = replace(squares.months[0], late=squares.months[0].late + 1)
    fewer = replace(slopes.did, pairs=slopes.did.pairs[:-1])
    return [
        ("another peer", changed_picture(BOARD, BenchmarkPicture, rows=(replace(row, peers=(0.1, *row.peers[1:])),))),
        ("another quartile", changed_picture(BOARD, BenchmarkPicture, rows=(replace(row, high=0.99),))),
        ("another dot", changed_picture(BOARD, BenchmarkPicture, rows=(replace(row, yours=0.2),))),
        ("a short scale", changed_picture(BOARD, BenchmarkPicture, ticks=bench.ticks[:1])),
        ("a seat more", changed_picture(BOARD, SeatsPicture, active=replace(dots.active, seats=dots.active.seats + 1))),
        ("a larger dot", changed_picture(BOARD, SeatsPicture, per_dot=500.0)),
        ("a dot not told", replace(BOARD, scenes=tuple(seat_source))),
        (
            "another cell",
            changed_picture(BOARD, AdoptionPicture, rows=(replace(grid.rows[0], cells=cells), *grid.rows[1:])),
        ),
        (
            "another month",
            changed_picture(BOARD, AdoptionPicture, columns=(Text("Feb", ("months",)), *grid.columns[1:])),
        ),
        ("a square more", changed_picture(BOARD, SupportPicture, months=(month, *squares.months[1:]))),
        ("another start", changed_picture(BOARD, OutcomePicture, start=0.1)),
        ("another goal", changed_picture(BOARD, OutcomePicture, target=0.5)),
        ("a customer less", changed_picture(BOARD, SimilarPicture, did=fewer)),
        ("another median", changed_picture(BOARD, SimilarPicture, others=replace(slopes.others, after=1.0))),
    ]


@pytest.mark.parametrize(("what", "board"), altered(), ids=lambda v: v if isinstance(v, str) else "")
def test_whatever_is_altered_is_found(what: str, board: Storyboard) -> None:
    """What is not on the ledger cannot be on the screen (V2)."""
    assert trace_board(board, SCRIPT.brief.facts).untraced


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("dot: dot, ", "", "seats needs dot"),
        (", peers: peers}", ", peer: peers}", "benchmark needs peers"),
        ("yours: in_use", "yours: nobody", "nobody', which is no fact"),
        ('source: "Support desk, to {as_of}.", ', "", "a support picture without a source line"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_told_when_it_is_read(was: str, becomes: str, says: str) -> None:
    """With file and line (V5)."""
    with pytest.raises(BadConfiguration, match=says):
        module(SCENES.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("values", "percent", "shown"),
    [
        ([0.43, 0.98], True, ["40%", "50%", "60%", "70%", "80%", "90%", "100%"]),
        ([-12.0, 30.0], False, ["−20", "−10", "0", "10", "20", "30"]),
        ([5.0, 5.0], False, ["2", "3", "4", "5", "6", "7", "8"]),
        ([0.0, 3e11], False, ["0", "50,000,000,000", "100,000,000,000", "150,000,000,000", "200,000,000,000",
                              "250,000,000,000", "300,000,000,000"]),
    ],
)  # fmt: skip
def test_a_span_is_round_and_covers_its_values(values: list[float], percent: bool, shown: list[str]) -> None:
    """Without an exponent, with a real minus."""
    made_of = axis.span(values, "peers", percent)

    assert shown == [text.shown for _, text in made_of]
    assert made_of[0][0] <= min(values) and max(values) <= made_of[-1][0]
