"""Explain: one account's score on a day, or its change since an earlier one, from saved rows or computed on the fly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from ibis import _, literal

from vitalreel.errors import NotFound
from vitalreel.health.explain import Explanation, Standing, standing_of
from vitalreel.health.explain import explain as compare
from vitalreel.identity import AccountId
from vitalreel.steps.assess import read_model, score_day
from vitalreel.steps.chances import Told, chance_of
from vitalreel.steps.doors import Doors
from vitalreel.store.lake import LakeSession


def standing(doors: Doors, account: AccountId, day: date) -> Standing:
    """The account's score as of `day`: the saved one, else computed now and saved nowhere.

    Raises NotFound where the account was no customer on that day.
    """
    with doors.lake.session() as session:
        return _standing(doors, session, account, day)


def explain(doors: Doors, account: AccountId, day: date, since: date) -> Explanation:
    """What moved the account's score from `since` to `day`."""
    with doors.lake.session() as session:
        return compare(_standing(doors, session, account, since), _standing(doors, session, account, day))


def churn(doors: Doors, account: AccountId, day: date) -> Told:
    """The chance of churn kept of the account's day, beside the score and never in it; or why there is none."""
    with doors.lake.session() as session:
        return chance_of(session, lambda: read_model(doors).scorecards, account, day)


def _standing(doors: Doors, session: LakeSession, account: AccountId, day: date) -> Standing:
    saved = _saved(session, account, day)
    scores, parts = saved if saved is not None else _computed(doors, session, account, day)
    if not scores:
        raise NotFound("account", account, f"it was no customer on {day.isoformat()}, or its name is another")
    return standing_of(scores[0], parts)


def _saved(session: LakeSession, account: AccountId, day: date) -> tuple[list[Any], list[Any]] | None:
    if "score" not in session.names:
        return None
    lake = session.as_of(day)
    mine = (_.account_id == account) & (_.day == literal(day))
    scores = session.con.to_pyarrow(lake["score"].filter(mine)).to_pylist()
    if not scores:
        return None
    return scores, session.con.to_pyarrow(lake["score_part"].filter(mine).order_by("part")).to_pylist()


def _computed(doors: Doors, session: LakeSession, account: AccountId, day: date) -> tuple[list[Any], list[Any]]:
    result = score_day(doors, session, read_model(doors), day)
    return _mine(result.scores, account), _mine(result.parts, account)


def _mine(rows: pa.Table, account: AccountId) -> list[Any]:
    return [r for r in rows.to_pylist() if r["account_id"] == account]


def scored_before(doors: Doors, account: AccountId, day: date) -> date | None:
    """The newest day before `day` for which the account has a saved score; None if there is none."""
    with doors.lake.session() as session:
        if "score" not in session.names:
            return None
        rows = session.as_of(day)["score"].filter((_.account_id == account) & (_.day < literal(day)))
        found: date | None = session.con.to_pyarrow(rows.aggregate(day=_.day.max()))["day"][0].as_py()
    return found
