"""A back-test of days that were really decided says what the decision said; what is learnt later changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.trip.conftest import DAY, Company
from vitalreel.errors import BadInput, NotFound
from vitalreel.steps.backtest import backtest
from vitalreel.store import tables as t


def test_it_fires_where_the_plays_opened_or_were_held_back(company: Company) -> None:
    """T4 T12: the day the company was decided, back-tested: the same accounts, guards and holdouts left aside."""
    doors = company.doors
    with doors.engine.connect() as c:
        wanted = ("opened", "held out", "withheld")
        said = c.execute(select(t.said.c.account, t.said.c.play).where(t.said.c.outcome.in_(wanted))).all()
    name = max({r.play for r in said}, key=lambda play: (sum(r.play == play for r in said), play))
    steps: list[tuple[str, int, int]] = []
    found = backtest(doors, name, DAY, DAY + timedelta(days=1), DAY, lambda *step: steps.append(step))

    assert {r.account for r in said if r.play == name} == {f.account for f in found.fired}
    assert ((DAY, found.accounts),) == found.per_week
    assert [("days", 1, 1)] == steps
    assert found.accounts <= found.audience
    assert found.after.gap is None and 0 == found.after.fired.accounts  # nobody's 90 days are over
    both = {r.account for r in said if r.play == name}
    shared = {o.play: o.shared for o in found.overlaps}
    others = {r.play for r in said} - {name}
    assert {p: n for p in others if (n := len(both & {r.account for r in said if r.play == p}))} == shared


def test_a_play_nobody_has_and_an_empty_stretch_are_named(company: Company) -> None:
    """P5: with what there is instead."""
    with pytest.raises(NotFound, match=r"the workspace has .*usage_drop"):
        backtest(company.doors, "other", DAY, DAY + timedelta(days=1), DAY, lambda *_: None)
    with pytest.raises(BadInput, match="not before"):
        backtest(company.doors, "usage_drop", DAY, DAY, DAY, lambda *_: None)
