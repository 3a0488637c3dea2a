"""Laws of the language: compiled equals said, written equals read, and the future never changes an answer."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

import ibis
import pytest
from benchmarks.conditions import compared
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conditions.beside import Rows, catalogue_of_tests, tables
from tests.conditions.chance import Company, Speaker
from tests.conditions.oracle import Oracle
from vitalreel.conditions import Tree, answers, evaluate, freshness, from_json, parse, parse_json, to_json, write
from vitalreel.conditions.windows import business_days
from vitalreel.signals.moment import Moment
from vitalreel.signals.tables import day_number

CATALOGUE = catalogue_of_tests()
HOLIDAYS = frozenset({dt.date(2026, 3, 25), dt.date(2026, 3, 30)})
seeds = st.integers(0, 2**32 - 1)
days = st.dates(dt.date(2026, 3, 27), dt.date(2026, 4, 2))
few = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])


def conditions(r: random.Random, n: int) -> dict[str, Tree]:
    """n random sound conditions by name."""
    speaker, out = Speaker(r, CATALOGUE), {}
    while len(out) < n:
        checked = parse(speaker.say(), CATALOGUE)
        if checked.tree is not None:
            out[f"c{len(out)}"] = checked.tree
    return out


@few
@given(seeds, days)
def test_the_compiled_answer_is_the_one_the_text_says(seed: int, as_of: dt.date):
    """T3: for every account yes, no and unknown agree with a reader that takes one account and one day at a time."""
    r = random.Random(seed)
    rows, trees = Company(r, CATALOGUE, day_number(as_of)).rows, conditions(r, 20)
    oracle = Oracle(rows, CATALOGUE, day_number(as_of), HOLIDAYS)
    got = evaluate(tables(rows), trees, CATALOGUE, as_of, HOLIDAYS)

    expected = {(write(t), a): oracle.answer(t, a) for t in trees.values() for a in oracle.accounts}
    said = {
        (write(t), a): True if a in got[n].yes else None if a in got[n].unknown else False
        for n, t in trees.items()
        for a in oracle.accounts
    }
    assert expected == said


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(seeds, days, days)
def test_a_query_left_open_is_the_same_for_every_day_but_for_business_days(seed: int, one: dt.date, other: dt.date):
    """H2: what a plan's question leaves out (the day) is not in its SQL; and its answers are those of the query of the day."""
    r = random.Random(seed)
    rows, trees = tables(Company(r, CATALOGUE, day_number(one)).rows), conditions(r, 15)
    fresh = freshness(rows["feeds"].to_pyarrow().to_pylist(), CATALOGUE, one)
    con = ibis.duckdb.connect()

    def asked(moment: Moment, trees: Mapping[str, Tree]) -> ibis.Table:
        return answers(rows, trees, CATALOGUE, moment, fresh, HOLIDAYS).order_by("account_id")

    for name, value in Moment(one).variables.items():
        con.raw_sql(f"SET VARIABLE {name} = {value}")
    left_open = con.to_pyarrow(asked(Moment(one, open=True), trees))
    assert con.to_pyarrow(asked(Moment(one), trees)).to_pylist() == left_open.to_pylist()

    today = day_number(one)
    by_date = {name: tree for name, tree in trees.items() if not business_days(tree, today, HOLIDAYS)}
    written = {con.compile(asked(Moment(day, open=True), by_date)) for day in (one, other)}
    assert (1, True) == (len(written), len(by_date) > 0)


@given(seeds)
@settings(max_examples=150)
def test_what_is_written_reads_as_the_same_tree(seed: int):
    """T1: the file and the form are the same thing: text to tree to text, and JSON to tree to JSON, lose nothing."""
    (tree,) = conditions(random.Random(seed), 1).values()

    again, form = parse(write(tree), CATALOGUE), to_json(tree)
    assert (tree, write(tree), tree, tree) == (
        again.tree,
        again.canonical,
        from_json(form),
        parse_json(form, CATALOGUE).tree,
    )


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(seeds, days)
def test_rows_learnt_later_never_change_an_answer(seed: int, as_of: dt.date):
    """D: as of a day only what was known then counts; a correction learnt tomorrow is not seen today."""
    r = random.Random(seed)
    rows, trees = Company(r, CATALOGUE, day_number(as_of)).rows, conditions(r, 15)

    past, noisy = (evaluate(tables(x), trees, CATALOGUE, as_of) for x in (_past(rows, as_of), _noisy(rows, as_of)))
    assert past == noisy


def _past(rows: Rows, as_of: dt.date) -> Rows:
    """What was known and so on the day."""
    today = day_number(as_of)
    dated = ("facts", "events", "feeds")
    return {
        table: [r for r in mine if r.get("known_on", today) <= today and (table not in dated or r["day"] <= today)]
        for table, mine in rows.items()
    }


def _noisy(rows: Rows, as_of: dt.date) -> Rows:
    """Every row again, learnt tomorrow and saying something else."""
    tomorrow, lies = day_number(as_of) + 1, {"facts": {"num": 1.0, "word": "red"}, "milestones": {"done": 1.0}}
    return {
        table: mine + [{**r, "known_on": tomorrow, **lies.get(table, {})} for r in mine if "known_on" in r]
        for table, mine in rows.items()
    }


def test_the_benchmark_finds_a_compiler_that_says_otherwise(monkeypatch: pytest.MonkeyPatch):
    """T3: 10,000 conditions are its business (`python -m benchmarks.conditions`); here it asks three, and three of a reader that errs."""
    (sound,) = compared(3, 7)
    monkeypatch.setattr(Oracle, "answer", lambda *_: "never")
    monkeypatch.setattr("benchmarks.conditions._word", str)
    (wrong,) = compared(3, 7)

    assert (3, [], sound.answers) == (sound.conditions, sound.wrong, len(wrong.wrong))
    assert sound.answers > 0
