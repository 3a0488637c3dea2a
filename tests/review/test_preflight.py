"""Each defect preflight promises to catch is planted and caught, with its place and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.review.films import TODAY, board, fact, film, scene, seen
from vitalreel.review.preflight import Film, Heard, Limits, TextBox, passed, preflight
from vitalreel.storyboard.storyboard import Caption, CaptionWord


def test_a_sound_film_passes_every_check():
    """V14: no check cries wolf."""
    checks = preflight(film(), Limits(), TODAY)

    assert [] == [c for c in checks if not c.ok]
    assert passed(checks)


def dark(start: int, length: int) -> tuple[float, ...]:
    return tuple(16.0 if start <= i < start + length else 200.0 for i in range(300))


def late_caption() -> Film:
    words = (CaptionWord("Hello", 2.0, 2.5), CaptionWord("there.", 2.5, 3.0))
    return film(board=board(scene("one"), replace(scene("two"), captions=(Caption(2.0, 4.0, (words,)),))))


def fast_caption() -> Film:
    words = (CaptionWord("A" * 60, 1.0, 2.0),)
    return film(board=board(scene("one"), replace(scene("two"), captions=(Caption(1.0, 2.0, (words,)),))))


def tall(top: float, bottom: float) -> Film:
    upright = replace(board(scene("one"), scene("two")), width_px=1080, height_px=1920)
    return film(
        board=upright, boxes=(TextBox("one", "Hello", 96, 300, 400, 380), TextBox("two", "Low", 96, top, 400, bottom))
    )


def test_a_tall_film_keeps_text_from_under_a_phone_s_controls():
    """Platforms lay 220 px at the top and 240 at the foot of 1080 x 1920 over with their own (V10)."""
    checks = preflight(tall(1600, 1680), Limits(), TODAY)

    assert [("text clear of the platform's controls", True, "0 px")] == [
        (c.check, c.ok, c.value) for c in checks if "controls" in c.check
    ]
    assert not [c for c in preflight(film(), Limits(), TODAY) if "controls" in c.check]


@pytest.mark.parametrize(
    ("planted", "check", "where", "at_s"),
    [
        (film(untraced=("usage_line: '413'",)), "every figure traced", "usage_line: '413'", None),
        (film(length_window_s=(30.0, 60.0)), "runtime inside the module's window", "", None),
        (film(scenes=(seen("one"), seen("two", frames=299))), "decodes cleanly", "two", 10.0),
        (film(scenes=(seen("one"), seen("two", mean_luma=dark(60, 15)))), "no black stretch", "two", 12.0),
        (film(scenes=(seen("one", longest_frozen=(30, 260)), seen("two"))), "no frozen stretch", "one", 1.0),
        (film(sound=Heard(20.0, -13.0, -1.4, (1.0, 1.0))), "loudness", "", None),
        (film(sound=Heard(20.0, -16.0, -0.2, (1.0, 1.0))), "true peak", "", None),
        (film(sound=Heard(20.0, -16.0, -1.4, (7.5, 6.0))), "no silent stretch", "", 7.5),
        (film(sound=Heard(20.3, -16.0, -1.4, (7.5, 1.0))), "picture and sound equally long", "", None),
        (film(boxes=(TextBox("two", "Very long", 96, 100, 1950, 180),)), "text inside the safe area", "two: 'Very long'", 10.0),
        (tall(1610, 1690), "text clear of the platform's controls", "two: 'Low'", 10.0),
        (tall(200, 260), "text clear of the platform's controls", "two: 'Low'", 10.0),
        (late_caption(), "captions in sync", "two", 12.0),
        (fast_caption(), "captions readable", "two", 11.0),
        (
            film(ledger={"wau_now": fact(as_of=date(2026, 2, 1))}), "no fact past its freshness",
            "wau_now is of 2026-02-01, may be quoted 8 days", None,
        ),
        (film(feeds={"usage": False}), "no source gone stale", "usage", None),
        (film(editorial=("headline over 60 characters",)), "editorial standard", "headline over 60 characters", None),
    ],
)  # fmt: skip
def test_a_planted_defect_is_caught_with_place_and_time(planted: Film, check: str, where: str, at_s: float | None):
    """V14: the one failed check names what is wrong, where and when."""
    failed = [c for c in preflight(planted, Limits(), TODAY) if not c.ok]

    assert [(check, where, at_s)] == [(c.check, c.where, c.at_s) for c in failed]
