"""The report's words and pictures: one headline, every answer, nothing from elsewhere, the same text for the same figures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.measurement.arms import Floors
from vitalreel.measurement.bounce import Bounce
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.quarter import Period, Quarter, quarter_of
from vitalreel.measurement.report.faces import font_faces
from vitalreel.measurement.report.finding import (
    NO_CLAIM,
    Behind,
    Finding,
    Rebound,
    Report,
    Silence,
    Week,
    in_time,
    points,
    weeks_of,
)
from vitalreel.measurement.report.order import order
from vitalreel.measurement.report.page import page, under

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OVER = Period(Quarter(2026, 3), date(2026, 11, 22))
ESTIMATE = Estimate(
    "share that recovered", 0.25, 0.12, 0.36, "A", "Newcombe's interval", (140, 60), (70, 15), {"sample ratio": "p = 1"}
)
REFUSAL = Refusal(
    "share that renewed", "9 served accounts are not enough", "more <accounts>", date(2027, 3, 4), (9, 3), (2, 0)
)


def finding(play: str, answer: Estimate | Refusal, so_far: Estimate | Refusal | None = None) -> Finding:
    return Finding(play, answer, so_far or answer, 45, 12, 12 if so_far is None else 20, 9, 3, 7, 4)


def report(*findings: Finding, period: Period = OVER) -> Report:
    weeks = tuple(Week(d, 1, 0, 1, 1) for d in weeks_of(period))
    return Report(period, "Larkspur & Sons", findings, weeks, (Silence("no contact", 2),))


def test_the_headline_holds_grade_a_only_and_says_where_chance_would_do():
    """M16 M18: a matched or refused answer never reaches the top; an interval across zero is not sold as a change."""
    matched = Estimate("share", 0.3, 0.1, 0.5, "B", "matched", (90, 90), (40, 20), {})
    unclear = Estimate("share", -0.021, -0.09, 0.05, "A", "randomised", (90, 90), (40, 42), {})

    assert NO_CLAIM == report(finding("a", matched), finding("b", REFUSAL)).headline
    assert "Usage drop: +25.0 points (95% interval +12.0 to +36.0)." == report(finding("usage_drop", ESTIMATE)).headline
    assert (
        "B: −2.1 points (95% interval −9.0 to +5.0), which chance alone can make."
        == report(finding("b", unclear)).headline
    )


@given(st.floats(-1, 1))
def test_points_have_a_real_minus_and_no_signed_nothing(share: float):
    """C1: what rounds to nothing is nothing, in neither direction."""
    assert re.fullmatch(r"[+−]\d{1,3}\.\d|0\.0", points(share))
    assert points(share) not in ("+0.0", "−0.0")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_weeks_fill_the_quarter_up_to_the_day(day: date):
    """M12: each day that counts is in one week."""
    period = Period(quarter_of(day), day)
    firsts = weeks_of(period)

    assert period.quarter.start == firsts[0]
    assert firsts[-1] < period.until
    assert all(d.weekday() == 0 for d in firsts[1:])
    assert {7} >= {(b - a).days for a, b in pairwise(firsts[1:])}
    assert (period.until - firsts[-1]).days <= 7


def test_only_a_lack_of_accounts_is_mended_by_other_quarters():
    """M16: a broken split gets no day; a small quarter gets that of the play as a whole."""
    small = Refusal("q", "too few", "more", None, (9, 3), (2, 0))
    broken = Refusal("q", "the arms came out 190 to 25", "find out", None, (190, 25), (90, 12))

    assert REFUSAL.earliest == in_time(small, REFUSAL, OVER, Floors()).earliest  # type: ignore[union-attr]
    assert OVER.day == in_time(small, ESTIMATE, OVER, Floors()).earliest  # type: ignore[union-attr]
    assert broken is in_time(broken, ESTIMATE, OVER, Floors())
    assert small is in_time(small, broken, OVER, Floors())
    assert ESTIMATE is in_time(ESTIMATE, REFUSAL, OVER, Floors())


def test_the_page_tells_every_answer_and_asks_for_nothing(faces: dict[str, bytes]):
    """M12 P8: headline, figures, refusals with reason and day; styles and faces inside; names escaped; equal text again."""
    found = report(finding("usage_drop", ESTIMATE, REFUSAL), finding("renewal", REFUSAL))
    text = page(found, faces, NOW)

    for words in (found.headline, "Larkspur &amp; Sons", "+25.0 points", "9 served accounts are not enough", "more &lt;accounts&gt;",
                  "Earliest: 4 Mar 2027", "R: refused", "Grade A", "No contact", "1 of 2 plays can carry a figure"):  # fmt: skip
        assert words in text
    assert text == page(found, faces, NOW)
    assert [] == [url for url in re.findall(r"url\((.{5})|src=|href=(?!\"#)", text) if url != "data:"]
    assert "<script" not in text


def test_a_quarter_that_runs_says_so(faces: dict[str, bytes]):
    """M12: whoever reads it knows how much of it they see."""
    running = Period(Quarter(2026, 4), date(2026, 11, 22))

    assert "53 of its 92 days are in this report" in page(report(finding("a", REFUSAL), period=running), faces, NOW)
    assert "is not over" not in page(report(finding("a", REFUSAL)), faces, NOW)


def test_a_quarter_without_anything_is_told_in_a_sentence(faces: dict[str, bytes]):
    """C1: no empty chart, no empty table."""
    text = page(Report(OVER, "Larkspur", (), (Week(OVER.quarter.start),), ()), faces, NOW)

    assert "Nothing happened in this quarter" in text
    assert "<svg" not in text
    assert "The workspace has no plays." == under(Report(OVER, "Larkspur", (), (), ()))


def test_plays_without_an_opening_share_a_section(faces: dict[str, bytes]):
    """M16: each is named with what is asked of it, under the one reason they share; a play that opened keeps its own section."""
    why = Refusal("share that grew", "the play has not opened for any account yet", "let it run", None, (0, 0), (0, 0))
    never = [replace(finding(play, why), opened=0, opened_so_far=0) for play in ("seats_full", "sponsor_left")]
    text = page(report(finding("usage_drop", REFUSAL), *never), faces, NOW)

    assert ["Usage drop", "Plays without an opening"] == re.findall(
        r"<h2>(Usage drop|Seats full|Sponsor left|Plays .*?)</h2>", text
    )
    assert 1 == text.count(why.reason)
    assert all(f"<li><b>{name}.</b> Asked: share that grew.</li>" in text for name in ("Seats full", "Sponsor left"))


def test_letters_beyond_the_house_s_faces_bring_theirs(faces: dict[str, bytes]):
    """L1: a vendor's name in Hebrew or Arabic is not a row of boxes on paper."""
    plain, hebrew = font_faces("Larkspur", faces), font_faces("Larkspur לרקספור", faces)

    assert "Noto Sans Hebrew" not in plain
    assert 'font-family:"Noto Sans Hebrew";font-weight:600' in hebrew
    assert len(plain) < 200_000


@pytest.fixture(scope="module")
def faces(assets: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (assets / "faces").glob("*.ttf")}


def behind(play: str, n: tuple[int, int], hits: tuple[int, int]) -> tuple[Behind, ...]:
    """Accounts of a play that opened on 1 July, so many of each arm with the goal reached."""
    day, over, hit = date(2026, 7, 1), date(2026, 8, 15), date(2026, 7, 9)
    return tuple(
        Behind(f"{play}-{arm}-{i}", arm, ((day, arm),), "s", 0.3, over, hit if i < reached else None)
        for arm, size, reached in zip(("served", "held_out"), n, hits, strict=True)
        for i in range(size)
    )


def test_plays_are_put_in_order_with_luck_taken_off(faces: dict[str, bytes]):
    """M18: the highest figure is drawn towards the mean; a play whose split is broken is in no order, with its own reason."""
    broken = Refusal("q", "the arms came out 190 to 25", "find out", None, (190, 25), (90, 12))
    hits = {"good": (84, 12), "fair": (60, 20), "lucky": (56, 18), "none": (48, 20)}
    found = report(*(replace(finding(p, ESTIMATE), behind=behind(p, (140, 60), h), modules=("m1",)) for p, h in hits.items()),
                   finding("split", broken))  # fmt: skip
    ranking = order(found.findings, OVER.day)
    best = ranking.judged[-1]
    text = page(replace(found, ranking=ranking), faces, NOW)

    assert ("good", True, ((140, 60), (84, 12))) == (best.name, best.claimed, (best.n, best.events))
    assert ranking.mean < best.value < best.seen == pytest.approx(0.4)
    assert {"split": broken} == ranking.refused
    assert "Not in the order, for want of evidence: Split." in text
    assert text.index("<td>m1</td>") < text.index("What this report does not say")


def test_before_and_after_is_never_an_effect(faces: dict[str, bytes]):
    """M2: how the served moved is told with what was to be expected without, as no effect, and never in the headline."""
    rebound = Rebound("usage", {"served": (90, 10.0, 13.0), "held_out": (30, 10.0, 12.9)}, Bounce(2.9, 2.1, 3.7))
    found = report(replace(finding("usage_drop", REFUSAL), rebound=rebound))
    text = " ".join(page(found, faces, NOW).split())

    assert NO_CLAIM == found.headline
    assert "Before and after: no effect" in text
    assert "from 10 to 13 (+3) in 90 served accounts and from 10 to 12.9 (+2.9) in 30 held out accounts" in text
    assert "+2.9 (+2.1 to +3.7) was to be expected without the play" in text
