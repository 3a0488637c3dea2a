"""One comparison from any CSV: what is read, what is refused as input, and the published figures it must find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from tests.conftest import NO_LALONDE, pytest_terminal_summary
from vitalreel.cli.estimate import estimate as command
from vitalreel.cli.estimate import told
from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.matched.weights import effective, entropy_weights, variance_ratios
from vitalreel.steps.effect import Asked, estimate, read_sample
from vitalreel.steps.fates import fate

HEAD = "id,arm,churned,before,plan\n"


def written(folder: Path, rows: str, head: str = HEAD) -> Path:
    path = folder / "file.csv"
    path.write_text(head + rows, encoding="utf-8")
    return path


def test_the_experiment_on_job_training_finds_its_published_effect(lalonde: Path):
    """M3, issue 6: 1,794 with a standard error of 671 (Dehejia and Wahba 1999) in the randomised sample."""
    got = estimate(lalonde / "nsw_dw.csv", Asked("treat", "re78", design="randomised"))

    assert isinstance(got, Estimate)
    assert (1794, "A", "up", (185, 260)) == (round(got.value), got.grade, got.direction, got.n)
    assert (475, 3113) == (round(got.low), round(got.high))


def test_words_become_columns_and_missing_cells_are_counted(tmp_path: Path):
    """M16: nothing is guessed: a row without a value is left out, and said so."""
    rows = "1,1,0,5,pro\n2,0,1,,pro\n3,1,1,7,free\n4,0,0,8,free\n5,,1,9,free\n6,0,NA,9,pro\n7,0,1,2,pro\n"
    got = read_sample(written(tmp_path, rows), Asked("arm", "churned", ("before", "plan")))

    assert (("before", "plan pro"), ("before", "plan")) == (got.covariates.names, got.covariates.sources)
    assert ((2, 2), (2, 4)) == (got.n, got.assigned)
    assert {"arm": 1, "churned": 1, "before": 1} == got.missing
    assert [[5.0, 1.0], [7.0, 0.0], [8.0, 0.0], [2.0, 1.0]] == got.covariates.values.tolist()


def test_a_constant_says_nothing_and_is_left_out(tmp_path: Path):
    """M3: a column of one word or one number cannot be adjusted for."""
    got = read_sample(written(tmp_path, "1,1,0,5,pro\n2,0,1,5,pro\n"), Asked("arm", "churned", ("before", "plan")))

    assert () == got.covariates.names


@pytest.mark.parametrize(
    ("rows", "asked", "said"),
    [
        ("1,2,0,5,pro\n", Asked("arm", "churned"), "arm: '2' is neither 0 nor 1"),
        ("1,1,0,5,pro\n", Asked("arm", "churn"), "churn: there is no such column; did you mean churned?"),
        ("1,1,0,5,pro\n", Asked("arm", "plan"), "plan: 'pro' is no number"),
        ("1,1,0,5,pro\n", Asked("arm", "churned", ("churned",)), "churned: it is what is compared"),
        ("1,1,0,5,pro\n", Asked("arm", "churned"), "all accounts are in one arm"),
        ("1,1,0,5,pro\n2,0,1,inf,pro\n", Asked("arm", "before"), "before: 'inf' is no number"),
        ("1,1,,5,pro\n", Asked("arm", "churned"), "no row has a value in all of arm, churned"),
        ("1,1,0,5,pro\n2,0,1,6,a\n", Asked("arm", "before", kind="binary"), "before: 5 is neither 0 nor 1"),
        (
            "".join(f"{i},{i % 2},0,1,w{i}\n" for i in range(30)),
            Asked("arm", "churned", ("plan",)),
            "plan: 30 different words",
        ),
        ("1,1,0,5,pro\n1,0,1,6,a\n2,1,0,1,a\n", Asked("arm", "churned", unit="id"), "id: 1 is in two arms"),
    ],
)
def test_a_file_that_cannot_be_read_as_asked_says_where(tmp_path: Path, rows: str, asked: Asked, said: str):
    """The thing, the place, the remedy."""
    with pytest.raises(BadInput) as told:
        estimate(written(tmp_path, rows), asked)

    assert said in str(told.value)


def test_what_is_no_table_is_told_as_such(tmp_path: Path):
    """An empty or a missing file is no comparison."""
    with pytest.raises(BadInput, match="no CSV with a header"):
        estimate(written(tmp_path, "", ""), Asked("arm", "churned"))
    with pytest.raises(BadInput, match="no such file"):
        estimate(tmp_path / "gone.csv", Asked("arm", "churned"))


def test_the_command_answers_with_the_same_keys_whatever_it_says(tmp_path: Path):
    """M16: an estimate ends with 0, a refusal with 1; neither holds a key that the other lacks."""
    counts = ((1, 0, 100), (1, 1, 40), (0, 0, 60), (0, 1, 60))
    rows = "".join(f"{arm},{out}\n" * times for arm, out, times in counts)
    path = written(tmp_path, rows, "arm,churned\n")
    asked = [str(path), "--treatment", "arm", "--outcome", "churned", "--design", "randomised", "--json"]
    fine, refused = (CliRunner().invoke(command, [*asked, "--share", share]) for share in ("0.5", "0.3"))
    estimated, refusal = json.loads(fine.output), json.loads(refused.output)

    assert (0, 1) == (fine.exit_code, refused.exit_code)
    assert set(estimated) == set(refusal)
    assert {
        "kind",
        "value",
        "low",
        "high",
        "grade",
        "method",
        "n",
        "events",
        "checks",
        "reason",
        "would_help",
        "earliest",
    } <= set(refusal)
    assert ("estimate", "A", "down", [40, 60]) == tuple(estimated[k] for k in ("kind", "grade", "direction", "events"))
    assert ("refusal", "R", None) == tuple(refusal[k] for k in ("kind", "grade", "value"))
    assert "−21.4 points" in CliRunner().invoke(command, asked[:-1]).output


def test_an_outcome_from_before_is_made_alike_too_but_in_its_own_fit():
    """M3: naming it is enough; where the arms were drawn, nothing needs to be made alike."""
    asked = Asked("arm", "churned", ("plan",), placebo="before")

    assert (("plan", "before"), ("plan",)) == (asked.known, replace(asked, design="randomised").known)


KNOWN = ("age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75")


def test_a_survey_as_the_control_group_tells_the_direction_only(lalonde: Path):
    """M3, issue 6: near the experiment's 1,794, but the past differs too: grade C, up, and no more."""
    got = estimate(lalonde / "treated_against_cps.csv", Asked("treat", "re78", KNOWN, "re75"))

    assert isinstance(got, Estimate)
    assert ("C", "up", (185, 15992)) == (got.grade, got.direction, got.n)
    assert 1402 == round(got.value)
    assert got.checks["placebo"].startswith("failed: re75, from before, differs by -1,493")
    assert got.checks["agreement"].startswith("passed")
    assert "direction only: up (grade C)" in told(got)[0]


def test_weights_on_means_alone_agree_with_another_program(lalonde: Path):
    """M3: 1,406, -1,227 for re75, and 269 accounts' worth, as a trial with other code found; variances stay apart."""
    sample = read_sample(lalonde / "treated_against_cps.csv", Asked("treat", "re78", KNOWN, "re75"))
    own, x = sample.treated, sample.covariates.with_zeros().values
    then = sample.before()
    weights, past = (entropy_weights(c[~own], c[own].mean(0)) for c in (x, then.covariates.with_zeros().values))

    assert 1406 == round(float(sample.outcome[own].mean() - weights @ sample.outcome[~own]))
    assert -1227 == round(float(then.outcome[own].mean() - past @ then.outcome[~own]))
    assert 269 == round(effective(weights))
    assert variance_ratios(x[own], x[~own], weights).min() < 0.5


def test_unlike_controls_are_warned_of_and_not_believed(lalonde: Path):
    """M3, issue 6: the PSID's few others like the treated weigh as much as 29 accounts."""
    columns = ("age", "educ", "race", "married", "nodegree", "re74", "re75")
    got = estimate(lalonde / "matchit_lalonde_nsw_psid.csv", Asked("treat", "re78", columns, "re75"))

    assert isinstance(got, Refusal)
    assert None is got.direction
    assert got.checks["before weighting"].startswith("warning")


# -- what accounts end by, and when ------------------------------------------------------------------------------------------

FATES = {0: [("churned", 30)] * 24 + [("renewed", 90)] * 16, 1: [("churned", 30)] * 6 + [("renewed", 90)] * 34}
ENDS = [("arm", "fate", "days")] + [
    (str(arm), fate, str(day)) for arm, ended in FATES.items() for fate, day in ended + [("", 121)] * 20
]


def ends(folder: Path, rows: Sequence[tuple[str, ...]] = ENDS) -> Path:
    return written(folder, "".join(f"{','.join(row)}\n" for row in rows[1:]), f"{','.join(rows[0])}\n")


def test_ends_that_rule_one_another_out_are_compared_from_a_file(tmp_path: Path):
    """Issue 6: 24 of 60 and 6 of 60 lost on day 30: 30 points, and 27 days of the 120 (30 of 100 accounts less, 90 days each)."""
    asked = Asked("arm", "fate", design="randomised", share=0.5, days="days", cause="churned", horizon=120)
    path = ends(tmp_path)
    share, lost = fate(path, asked), fate(path, replace(asked, lost=True))

    assert isinstance(share, Estimate) and isinstance(lost, Estimate)
    assert ("A", "down", (6, 24)) == (share.grade, share.direction, share.events)
    assert (-0.3, -27.0) == (pytest.approx(share.value), pytest.approx(lost.value))
    assert "renewed 56.7% and 26.7%" == share.checks["ruled out by"]
    command_line = [
        str(path),
        "--treatment",
        "arm",
        "--outcome",
        "fate",
        "--days",
        "days",
        "--cause",
        "churned",
        "--horizon",
        "120",
    ]
    done = CliRunner().invoke(command, [*command_line, "--design", "randomised", "--lost"])
    assert "−27.0 days (95% interval" in done.output


@pytest.mark.parametrize(
    ("rows", "asked", "said"),
    [
        (ENDS, Asked("arm", "fate", days="days"), "a cause and a horizon belong to it"),
        (ENDS, Asked("arm", "fate", days="days", cause="left", horizon=9), "no account ended by it; there are churned, renewed"),
        (ENDS, Asked("arm", "fate", ("arm",), days="days", cause="churned", horizon=9), "--covariates has no meaning"),
        ([*ENDS, ("1", "", "0")], Asked("arm", "fate", days="days", cause="churned", horizon=9), "not every account has days above 0"),
        (ENDS[:9], Asked("arm", "fate", days="days", cause="churned", horizon=9), "all accounts are in one arm"),
    ],
)  # fmt: skip
def test_ends_that_cannot_be_compared_say_why(tmp_path: Path, rows: list[tuple[str, ...]], asked: Asked, said: str):
    """The thing, the place, the remedy."""
    with pytest.raises(BadInput) as told_:
        fate(ends(tmp_path, rows), asked)

    assert said in str(told_.value)


def test_what_was_not_proved_for_want_of_data_is_said_aloud():
    """M3: a run without LaLonde's files ends with their tests' names and where to put them, not with four quiet dots."""
    lines: list[str] = []
    quiet = SimpleNamespace(nodeid="tests/a.py::b", longrepr=("a.py", 1, f"Skipped: {NO_LALONDE} (looked in /x)"))
    reporter = SimpleNamespace(
        stats={"skipped": [quiet]}, section=lambda title, **_: lines.append(title), line=lambda words, **_: lines.append(words)
    )  # fmt: skip
    pytest_terminal_summary(reporter)  # type: ignore[arg-type]

    assert [NO_LALONDE, "  tests/a.py::b"] == lines[:2]
    assert "name their folder in LALONDE" in lines[2]
