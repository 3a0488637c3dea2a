"""Patterns before churn: thresholds found where they were planted, judged on accounts they were not chosen on."""

from __future__ import annotations

import numpy as np
import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.health.patterns import Found, Question, patterns, read_questions
from vitalreel.health.predict.snapshots import Snapshots

DROP = Question("drop", "Use fell", tuple(f"use down {x}%" for x in (10, 30, 50)))
NOISE = Question("noise", "Nothing", ("coin >= 1", "coin >= 2"))
TICKETS = Question("tickets", "Many tickets", ("tickets >= 1", "tickets >= 5"))
ACCOUNTS, DAYS = 400, 6


def history(churners: int, seed: int = 1) -> Snapshots:
    """DAYS snapshots a month apart; the first `churners` accounts leave 20 days after their last, use 30 % lower on the last two.

    Use falls by 10 % on half of all days, by 30 % on 2 % of them. Tickets come on all days of churners' last month, and on a tenth of
    others; a coin says nothing.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(ACCOUNTS):
        leaves = i < churners
        for d in range(DAYS):
            soon = leaves and d >= DAYS - 2
            fell = 30 if soon or rng.random() < 0.02 else 10 if rng.random() < 0.5 else 0
            tickets = 5 if (leaves and d == DAYS - 1) or rng.random() < 0.1 else 0
            answers = [
                fell >= 10,
                fell >= 30,
                fell >= 50,
                rng.random() < 0.5,
                rng.random() < 0.2,
                tickets >= 1,
                tickets >= 5,
            ]
            rows.append((f"a{i}", 30 * d, answers, soon))
    accounts, days, x, y = zip(*rows, strict=True)
    gone = np.where(np.array(y), 30 * (DAYS - 1) + 20, 0)
    ones = np.ones(len(rows))
    return Snapshots((), np.array(accounts), np.array(days), np.array(x, float), np.array(y, float), gone, ones)


def looked(rows: Snapshots) -> Found:
    found = patterns((DROP, NOISE, TICKETS), rows, "all")
    assert found is not None
    return found


def test_the_threshold_that_tells_churners_apart_is_found_with_its_rates() -> None:
    """H21: 30 % and neither the loose one nor the strict; it comes before every churn, 50 days ahead, and before 2 % of other days."""
    best = looked(history(80)).single[0]

    assert (("use down 30%",), 80, 80, 50) == (best.conditions, best.churns, best.hits, best.lead_days)
    assert best.false == pytest.approx(0.02, abs=3 * best.false_error)
    assert 0 < best.false_error < 0.01


def test_what_says_nothing_comes_last_and_promises_nothing() -> None:
    """H21: a coin's rates are judged on other accounts than those that chose its threshold, so luck does not show."""
    last = looked(history(80)).single[-1]
    share = {"coin >= 1": 0.5, "coin >= 2": 0.2}[last.conditions[0]]

    assert ("noise",) == last.names
    assert last.precise == pytest.approx(160 / (ACCOUNTS * DAYS), abs=0.03)
    assert last.false == pytest.approx(share, abs=0.31)


def test_a_combination_is_told_where_it_is_surer_than_its_parts() -> None:
    """H21: use that fell and tickets together are followed by churn nearly always."""
    found = looked(history(80))
    alone = {p.names: p.precise for p in found.single}

    assert ("drop", "tickets") == found.together[0].names
    assert found.together[0].precise > max(alone["drop",], alone["tickets",])


def test_few_churns_and_days_not_to_be_learnt_from_propose_nothing() -> None:
    """H21: below 30 churns there is no pattern; accounts that were sent films teach nothing."""
    rows = history(80)
    rows.weights[np.isin(rows.accounts, [f"a{i}" for i in range(51)])] = 0

    assert None is patterns((DROP, NOISE, TICKETS), history(29), "all")
    assert None is patterns((DROP, NOISE, TICKETS), rows, "all")


def test_unknown_answers_are_neither_hits_nor_alarms() -> None:
    """H17: what was not known on a day counts nowhere."""
    rows = history(80)
    rows.x[rows.days == 150, :3] = np.nan
    best = next(p for p in looked(rows).single if p.names == ("drop",))

    assert (80, 80, 50) == (best.churns, best.hits, best.lead_days)


@pytest.mark.parametrize(
    "entry", [{"label": "x", "when": "use down X%"}, {"label": "x", "when": "use down 5%", "x": [1, 2]}, 3]
)
def test_a_question_without_a_threshold_is_refused(entry: object) -> None:
    """H21: with its place and what to write."""
    with pytest.raises(BadConfiguration, match=r"patterns\.drop"):
        read_questions({"patterns": {"drop": entry}}, "patterns.yaml")
