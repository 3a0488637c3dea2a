"""What became of accounts in the report: ends read off outcomes and contracts, churn by the draw, renewals by tier, films answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pytest

from tests.measurement.test_parts import opens
from vitalreel.accounts.revenue import Contract
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors, Followed
from vitalreel.measurement.ends import End, ends_of, first_end
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.incidence import incidence
from vitalreel.measurement.matched.company import Seen, sample_of
from vitalreel.measurement.parts.fates import HORIZON, Course, courses_of, fates
from vitalreel.measurement.parts.part import Event
from vitalreel.measurement.parts.renewals import WINDOW_DAYS, Renewal, renewals_by_tier
from vitalreel.measurement.parts.response import Offered, response
from vitalreel.measurement.report.curves import curves
from vitalreel.measurement.trial import Least

TODAY, FIRST = date(2026, 12, 31), date(2026, 1, 5)
LEAST = Least(accounts=20, events=10)
Arm = Literal["served", "held_out"]


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def contract(id: str, start: date, end: date | None, *amounts: tuple[date, int]) -> Contract:
    return Contract(id, start, end, amounts)


# -- what became of one account ---------------------------------------------------------------------------------------------

OLD = date(2025, 1, 5)
YEAR = contract("c1", OLD, FIRST, (OLD, 1000))


@pytest.mark.parametrize(
    ("outcomes", "held", "found"),
    [
        ([], [YEAR], [(FIRST, "churned", "contract c1")]),
        ([], [YEAR, contract("c2", after(20), None, (after(20), 1000))], [(FIRST, "renewed", "contract c1")]),
        ([], [YEAR, contract("c2", after(20), None, (after(20), 900))], [(FIRST, "downgraded", "contract c1")]),
        ([], [YEAR, contract("c2", after(40), None, (after(40), 1000))], [(FIRST, "churned", "contract c1")]),
        ([], [contract("c1", OLD, None, (OLD, 1000), (after(90), 800))], [(after(90), "downgraded", "contract c1")]),
        ([("o1", 3, "churned")], [YEAR], [(after(3), "churned", "outcome o1")]),
        ([("o1", 2, "expanded")], [contract("c1", OLD, None, (OLD, 1000))], [(after(2), "renewed", "outcome o1")]),
        ([("o1", 180, "expanded")], [contract("c1", OLD, None, (OLD, 1000))], []),
        (
            [("o1", 9, "contracted"), ("o2", 9, "renewed")], [],
            [(after(9), "downgraded", "outcome o1"), (after(9), "renewed", "outcome o2")],
        ),
    ],
)  # fmt: skip
def test_ends_are_read_off_outcomes_and_contracts(outcomes: list[Any], held: list[Contract], found: list[Any]):
    """M3 M5: a gap of a month is no loss, a loss told twice is one, growth counts as a renewal only where one was due."""
    rows = [{"outcome_id": o, "day": after(day), "kind": kind} for o, day, kind in outcomes]

    assert found == [(e.day, e.kind, e.source) for e in ends_of(rows, held, TODAY)]


def test_the_first_end_rules_the_others_out():
    """Issue 6: what came before the draw, or after another end, counts for nothing."""
    ends = tuple(End(after(d), kind, "x", True) for d, kind in ((-1, "renewed"), (9, "downgraded"), (30, "churned")))  # type: ignore[arg-type]

    assert ends[1] == first_end(ends, FIRST)
    assert None is first_end(ends, after(31))


# -- churn, renewals and downgrades -------------------------------------------------------------------------------------------


def course(i: int, arm: Arm, kind: str | None, day: int, since: date = FIRST) -> Course:
    end = End(since + timedelta(days=day - 1), kind, f"outcome o{arm}{i}", True) if kind else None  # type: ignore[arg-type]
    return Course(f"{arm}{i:02}", arm, since, end, "s", 0.4)


def drawn() -> list[Course]:
    """Of 60 served 6 are lost on day 50 and 30 renew on day 100; of 40 held out 16 are lost on day 20, 10 renew on day 100."""
    served = [("churned", 50)] * 6 + [("renewed", 100)] * 30 + [(None, 0)] * 24
    held = [("churned", 20)] * 16 + [("renewed", 100)] * 10 + [(None, 0)] * 14
    return [course(i, "served", *e) for i, e in enumerate(served)] + [
        course(i, "held_out", *e) for i, e in enumerate(held)
    ]


def test_churn_is_told_by_the_programme_s_draw_with_the_days_lost_to_it():
    """M3, issue 6: 10% less 40% are 30 points; (182 - 50) x 0.1 less (182 - 20) x 0.4 are -51.6 days; renewals, downgrades beside."""
    part = fates(drawn(), TODAY, LEAST, None, True)
    told = dict(part.answers)
    churn, lost = told["Churned, served less held out"], told["Days lost to churn, served less held out"]

    assert isinstance(churn, Estimate) and isinstance(lost, Estimate)
    assert ("A", "down", "points", "days") == (churn.grade, churn.direction, churn.unit, lost.unit)
    assert (-0.3, 0.1 * 132 - 0.4 * 162) == (pytest.approx(churn.value), pytest.approx(lost.value))
    assert isinstance(told["Renewed, served less held out"], Estimate)
    assert isinstance(told["Downgraded, served less held out"], Refusal)
    assert part.says.startswith(
        "Churn of the served less that of the held out, within 182 days of the draw: −30.0 points"
    )
    assert ("0 of 60", "6 of 60", "16 of 40") == tuple(
        part.figure(k).rests_on for k in ("churned_served_30", "churned_served_182", "churned_held_out_30")
    )
    assert {"draw", "end"} == {e.kind for r in part.behind("churned_served_182") for e in r.events}
    opens(part)


def test_whoever_is_still_followed_counts_as_long_as_that():
    """Issue 6: on day 60 what will come on day 100 is not known, and nobody has been followed for 182 days: no figure, a day for one."""
    part = fates(
        [replace(c, end=c.end if c.end and c.end.day <= after(59) else None) for c in drawn()],
        after(59),
        LEAST,
        None,
        True,
    )
    churn = part.answers[0][1]
    courses = courses_of(drawn(), after(59))

    assert isinstance(churn, Refusal)
    assert after(HORIZON) == churn.earliest
    assert "were followed for 182 days" in churn.reason
    assert 60 == courses.days[courses.cause == 0].max()


def test_without_a_holdout_others_made_alike_are_consistent_with_an_effect_at_best():
    """M3 M16: grade B says so; a refusal of it leaves nothing; a broken draw is never mended by it."""
    alike = Estimate("q", -0.1, -0.15, -0.05, "B", "m", (200, 400), (10, 60), {}, "down")
    said, none = (fates([], TODAY, LEAST, a, False).says for a in (alike, None))
    broken = fates([replace(c, planned=0.05) for c in drawn()], TODAY, LEAST, alike, True)

    assert "consistent with an effect and no proof of one" in said
    assert none.startswith("Not enough evidence: the programme holds nobody out")
    assert "sample ratio" in broken.answers[0][1].reason  # type: ignore[union-attr]


def test_the_picture_has_the_curves_and_says_them():
    """M12: three panels on one scale, the last shares written, and read aloud."""
    part = fates(drawn(), TODAY, LEAST, None, True)
    drawn_ = curves(part.curves)

    assert ["Churned", "Renewed"] == [n for n in ("Churned", "Renewed") if f">{n}<" in drawn_]
    assert "churned, served: 10% by day 182; churned, held out: 40% by day 182" in drawn_
    assert "" == curves(())


# -- renewals by tier -----------------------------------------------------------------------------------------------------------


def renewal(i: int, tier: int, arm: Arm, renewed: bool, opened: int = 0) -> Renewal:
    since, on = after(opened), after(opened + 60)
    end = End(on, "renewed" if renewed else "churned", f"outcome o{tier}{arm}{i}", True)
    followed = Followed(AccountId(f"{tier}{arm}{i:03}"), arm, since, on if renewed else None, "s", 0.4)
    return Renewal(followed, tier, end, f"run-{tier}{arm}{i}")


def tiers() -> list[Renewal]:
    """Tier 1: 54 of 60 and 28 of 40 renew; tier 2: 5 of 6 and 3 of 4."""
    sizes: list[tuple[int, Arm, int, int]] = [
        (1, "served", 54, 60),
        (1, "held_out", 28, 40),
        (2, "served", 5, 6),
        (2, "held_out", 3, 4),
    ]
    return [renewal(i, tier, arm, i < yes) for tier, arm, yes, n in sizes for i in range(n)]


def test_renewal_lift_is_told_by_tier_in_basis_points():
    """M5: 90% less 70% are 2,000 basis points in tier 1; tier 2 is refused; all together inside tiers; the matched beside them."""
    alike = Estimate("q", 0.1, 0.02, 0.18, "B", "m", (60, 90), (50, 60), {}, "up")
    part = renewals_by_tier(tiers(), 0.4, TODAY, Floors(20, 20), {1: alike})
    told = dict(part.answers)
    first, every = told["Tier 1, served less held out"], told["All tiers, served less held out"]

    assert isinstance(first, Estimate) and isinstance(every, Estimate)
    assert (pytest.approx(0.2), "basis points", "A", "up") == (first.value, first.unit, first.grade, first.direction)
    assert (66, 44) == every.n
    assert "basis points" == told["Tier 1, served less others made alike"].unit  # type: ignore[union-attr]
    assert isinstance(told["Tier 2, served less held out"], Refusal)
    assert "Tier 1: +2,000 basis points (95% interval +" in part.says
    assert ("54 of 60", "28 of 40") == tuple(part.figure(f"renewed_{a}_1").rests_on for a in ("served", "held_out"))
    opens(part)


def test_a_renewal_play_that_has_not_opened_is_told_as_that():
    """M5 M16: nothing is made of nothing; an opening whose window runs counts in no share."""
    running = renewals_by_tier([renewal(i, 1, "served", True, opened=300) for i in range(8)], 0.4, TODAY, Floors(), {})

    assert (
        "Not enough evidence: the play has not opened for any account yet"
        in renewals_by_tier([], 0.4, TODAY, Floors(), {}).says
    )
    assert (None, "0 of 0") == (running.figure("renewed_served_1").value, running.figure("renewed_served_1").rests_on)
    assert WINDOW_DAYS > (TODAY - after(300)).days


# -- films answered ---------------------------------------------------------------------------------------------------------------


def test_films_are_answered_by_play_module_segment_and_channel():
    """M1: of 20 films 12 were watched and 6 answered; each dimension sums to all of them, and each rate opens to its films."""

    def one(i: int) -> Offered:
        sent, seen = Event("film sent", f"k{i}", after(i)), Event("view", f"v{i}", after(i + 1)) if i < 12 else None
        play, module, segment, channel = (
            ("p", "m1", "enterprise", "email") if i % 2 else ("q", "m2", "long_tail", "in_app")
        )
        return Offered(
            f"a{i:02}",
            play,
            module,
            segment,
            channel,
            sent,
            seen,
            seen and replace(seen, kind="answer") if i < 6 else None,
        )

    part = response([one(i) for i in range(20)])

    assert ("6 of 20", "3 of 10", "3 of 10") == tuple(
        part.figure(k).rests_on for k in ("answered", "answered_module_m1", "answered_channel_in_app")
    )
    assert 10 == sum(f.key.startswith("answered_") for f in part.figures) + 2
    assert ["k0", "v0", "v0"] == [e.id for e in part.behind("answered")[0].events]
    assert part.says.startswith("6 of 20 films sent in the quarter were answered: 30.0% (95% interval")
    assert response([]).says.startswith("Not enough evidence")
    opens(part)


# -- accounts of a loaded company ---------------------------------------------------------------------------------------------------


def test_what_is_known_of_too_few_is_not_compared_by():
    """M3: a column known of 7 in 10 is left out, one known of 9 in 10 leaves the tenth out; one that is the same for all says nothing."""

    def seen(i: int) -> Seen:
        known = {
            "score": float(i % 7) if i % 10 else None,
            "rare": 1.0 if i % 10 < 7 else None,
            "same": 4.0,
            "tier": float(i % 3),
        }
        return Seen(f"a{i}", i % 4 == 0, FIRST, i % 5 == 0, known, float(i) if i % 10 else None)

    sample = sample_of("q", [seen(i) for i in range(100)], "score before")

    assert (("score", "tier"), (25, 75), 90) == (sample.covariates.names, sample.assigned, sum(sample.n))
    assert {"score": 10} == sample.missing
    assert sample.placebo is not None and "score before" == sample.placebo.name
    assert np.isfinite(sample.covariates.values).all()


def test_curves_end_where_the_shares_do():
    """M12: a picture's last point is the figure beside it."""
    c = courses_of(drawn(), TODAY)
    steps = incidence(c.days[c.treated], c.cause[c.treated], 1, np.ones(60), HORIZON)

    assert [50, 0.1] == pytest.approx(steps[-1].tolist())
