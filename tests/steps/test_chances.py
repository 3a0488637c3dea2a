"""The chance of churn beside every day's score: by the model that stands, told with its reasons, off where it may not be claimed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.steps.churning import TRAINED, left, trained
from tests.steps.companies import CARD, DAY, SIGNALS, company, found
from vitalreel.cli.health import churn_told
from vitalreel.conditions import evaluate, parse
from vitalreel.errors import BadConfiguration
from vitalreel.health.predict.logistic import chance
from vitalreel.signals.daily import signal_tables
from vitalreel.signals.moment import Moment
from vitalreel.steps.assess import read_model
from vitalreel.steps.chances import Chances, Told, chance_of, chances_on
from vitalreel.steps.doors import Doors
from vitalreel.steps.snapshots import FURTHER, Seen

PROBABLE = "  churn.probability: {type: percent, min: 0, max: 100, feed: health, fresh: 2}\n"
ASKED = "churn.probability >= 30%"
LEVELS = {"busy": 0.8, "quiet": 0.0}


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Three accounts and 29 churns of others."""
    opened = company(tmp_path / "ws")
    text = SIGNALS.replace("video: 2}", "video: 2, health: 2}") + PROBABLE
    (opened.workspace.root / "signals.yaml").write_text(text, encoding="utf-8")
    found(opened)
    left(opened, 1, 29)
    return opened


def nothing() -> pa.Table:
    """No reading besides the scorecards'."""
    return pa.table({"account_id": pa.array([], pa.string()), **{n: pa.array([], pa.float64()) for n in FURTHER}})


def scored(doors: Doors, day: dt.date) -> Chances:
    """What scoring writes beside scores by these levels: `blank` has none, `nobody` no scorecard."""
    accounts = ["blank", *LEVELS, "nobody"]
    scores = pa.table(
        {"account_id": accounts, "scorecard": ["everybody"] * 4, "state": [*["scored"] * 3, "no_scorecard"]}
    )
    parts = pa.table({"account_id": list(LEVELS), "part": ["people"] * 2, "level": list(LEVELS.values())})
    with doors.lake.session() as session:
        return chances_on(session, Seen(read_model(doors).scorecards, scores, parts, nothing), day, "USD")  # fmt: skip


def told(doors: Doors, account: str, day: dt.date) -> Told:
    with doors.lake.session() as session:
        return chance_of(session, lambda: read_model(doors).scorecards, account, day)


def asked(doors: Doors, day: dt.date) -> tuple[set[str], set[str]]:
    """(yes, unknown) of a condition on the probability."""
    catalogue = read_model(doors).catalogue
    with doors.lake.session() as session:
        known = session.as_of(day)
        lake = {name: known[name] for name in ("account", "churn_probability")}
        answer = evaluate(
            signal_tables(lake, catalogue, Moment(day)), {"q": parse(ASKED, catalogue).sound}, catalogue, day
        )
    return set(answer["q"].yes), set(answer["q"].unknown)


def test_below_thirty_churns_scoring_goes_by_rules_only_and_says_so(doors: Doors) -> None:
    """H7: the floor holds at every scoring, also where a model was once trained: nothing is written. The thirtieth lifts it."""
    trained(doors)
    off, why = scored(doors, DAY), told(doors, "busy", DAY)
    left(doors, 30, 30)

    assert off.said.startswith("No churn probability: 29 churns with a known history are too few")
    assert (None, None, off.off) == (off.rows, why.chance, why.off)
    assert ["blank", "busy", "quiet"] == scored(doors, DAY).rows["account_id"].to_pylist()  # type: ignore[index]


def test_the_probability_of_a_day_is_the_models_and_told_with_its_reasons(doors: Doors) -> None:
    """H7: from the day the model is known on; an account without a level has the average one's part."""
    trained(doors)
    left(doors, 30, 30)
    before, done = scored(doors, TRAINED - dt.timedelta(days=1)), scored(doors, DAY)

    assert "run `vitalreel predict train`" in before.off
    assert "Churn within 90 days: 3 accounts have a probability" in done.said
    assert done.rows is not None
    logits = np.array([-2.0, -2.0 - (0.8 - 0.5) / 0.25, -2.0 + 0.5 / 0.25])
    assert chance(logits) == pytest.approx(done.rows["probability"].to_numpy())
    assert "people" == done.rows["reasons"].to_pylist()[2][0]
    assert 2.0 == done.rows["log_odds"].to_pylist()[2][0]


def test_a_condition_asks_it_while_it_is_fresh(doors: Doors) -> None:
    """H7, H17: yes above the bar, unknown for who has none, and unknown for all once it is older than two days."""
    trained(doors, levels=LEVELS)
    left(doors, 30, 30)
    kept = told(doors, "quiet", TRAINED)

    assert ({"quiet"}, {"blank"}) == asked(doors, TRAINED)
    assert (set(), {"blank", "busy", "quiet"}) == asked(doors, DAY)
    assert kept.chance is not None and kept.chance.probability == pytest.approx(0.5)
    assert ["Chance of churn within 90 days of 2026-03-29: 50.0%", "  People: odds times 7.39"] == [
        line.split(", by")[0] for line in churn_told(kept)
    ]


def test_a_model_that_cannot_tell_churners_apart_moves_no_condition(doors: Doors) -> None:
    """H7: a probability no better than chance is shown as such, and no play fires on it."""
    trained(doors, low=0.45, levels=LEVELS)
    left(doors, 30, 30)

    assert "does not tell churners from others" in scored(doors, DAY).said
    assert "does not tell churners from others" in churn_told(told(doors, "quiet", TRAINED))[0]
    assert (set(), {"blank", "busy", "quiet"}) == asked(doors, TRAINED)


def test_a_model_falls_when_a_measure_changes_and_stands_when_a_weight_does(doors: Doors) -> None:
    """H7: levels must mean what they meant when it learnt; worth is no part of that."""
    trained(doors)
    left(doors, 30, 30)
    card = doors.workspace.root / "scorecards" / "everybody.yaml"
    card.write_text(CARD.replace("weight: 6", "weight: 5"), encoding="utf-8")
    weighed = scored(doors, DAY)
    card.write_text(CARD.replace("{0: 0, 10: 100}", "{0: 0, 20: 100}"), encoding="utf-8")

    assert "" == weighed.off
    assert "measure otherwise" in scored(doors, DAY).off


def test_a_score_never_reads_the_probability(doors: Doors) -> None:
    """H17: two numbers, never mixed: refused as a measure and in a rule."""
    card = doors.workspace.root / "scorecards" / "everybody.yaml"
    film, measure = "any contact has watched 'pricing' at least 50% within 14 days", "usage.active_users"
    by_role, flat = "{sponsor: +25, user: +10}", "-10"
    for text in (
        CARD.replace(measure, "churn.probability"),
        CARD.replace(film, ASKED).replace(by_role, flat),
    ):
        card.write_text(text, encoding="utf-8")
        with pytest.raises(BadConfiguration, match="no part of a score"):
            read_model(doors)
