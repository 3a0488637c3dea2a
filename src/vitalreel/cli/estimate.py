"""`estimate`: one comparison from any CSV, as far as the file can carry one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.matched.cohort import METHOD
from vitalreel.measurement.ranking import Q, Ranking
from vitalreel.steps.effect import Asked, document, ranking
from vitalreel.steps.effect import estimate as answered
from vitalreel.steps.fates import fate

_GRADES = {
    "A": "grade A: drawn by lot, checks passed",
    "B": "grade B: consistent with an effect, all gates passed",
    "C": "grade C: a description of two groups, no effect",
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--treatment", required=True, metavar="C", help="Column of 1 (treated) and 0.")
@click.option("--outcome", required=True, metavar="C", help="Column of 0 and 1, or of amounts.")
@click.option("--covariates", default="", metavar="C,...", help="What was known before: numbers or words.")
@click.option(
    "--placebo", metavar="C", help="An outcome from before: should not differ. Cohorts are made alike in it too."
)
@click.option("--before", metavar="C", help="The outcome's own value before: adjusted for, and its rebound told.")
@click.option("--unit", metavar="C", help="The account of a row, where it has several (default: a row is an account).")
@click.option("--block", metavar="C", help="The block in which the arms were drawn.")
@click.option("--by", metavar="C", help="Compare by each word of this column, corrected for looking at all.")
@click.option(
    "--design", type=click.Choice(["randomised", "matched"]), help="Default: matched where covariates are named."
)
@click.option("--kind", type=click.Choice(["binary", "continuous"]), help="Of the outcome (default: by its values).")
@click.option(
    "--share", type=click.FloatRange(0, 1, min_open=True, max_open=True), metavar="P", help="Planned share of an arm."
)
@click.option("--looks", default="", metavar="F,...", help="Shares of the plan at each look so far, this one last.")
@click.option(
    "--days",
    metavar="C",
    help="Days until its end, or as long as it was followed: the outcome is then what it ended by, empty for none.",
)
@click.option("--cause", metavar="WORD", help="With --days: the end to compare, the others ruling it out.")
@click.option("--horizon", type=click.FloatRange(0, min_open=True), metavar="N", help="With --days: up to which day.")
@click.option("--lost", is_flag=True, help="With --days: the mean days lost to the cause instead of its share.")
@framed
def estimate(frame: Frame, file: Path, covariates: str, looks: str, **columns: Any) -> None:
    """The effect of a treatment in any CSV, with its interval, grade and checks; or a refusal with its reason. Needs no workspace.

    \b
    $ vitalreel estimate nsw_dw.csv --treatment treat --outcome re78 --design randomised
    difference in re78 between treat 1 and treat 0: +1,794 (95% interval +475.2 to +3,113), grade A: drawn by lot, checks passed
      185 against 260 accounts
      difference of means, HC2 errors with Bell and McCaffrey's t
      sample ratio: not tested: the planned share was not given
    """
    named = tuple(c.strip() for c in covariates.split(",") if c.strip())
    try:
        seen = tuple(float(f) for f in looks.split(",") if f.strip())
    except ValueError as error:
        raise BadInput("--looks", f"{looks!r} are no numbers", "write shares such as 0.25,0.5") from error
    asked = Asked(covariates=named, looks=seen, **columns)
    if asked.by is not None:
        found = ranking(file, asked)
        frame.answer(_side_by_side(found), "\n".join(_listed(found)), DONE if found.judged else LOOK)
        return
    answer = fate(file, asked) if asked.days else answered(file, asked)
    frame.answer(document(answer), "\n".join(told(answer)), LOOK if isinstance(answer, Refusal) else DONE)


def told(answer: Estimate | Refusal) -> list[str]:
    """The answer as a person reads it in a terminal."""
    n = f"  {answer.n[0]:,} against {answer.n[1]:,} accounts"
    if answer.events is not None:
        n += f", {answer.events[0]:,} and {answer.events[1]:,} with the outcome"
    checks = [f"  {name}: {found}" for name, found in answer.checks.items()]
    if isinstance(answer, Estimate):
        shown = {"days": _days, "amount": _amount}.get(answer.unit, _points)
        value, low, high = (shown(v) for v in (answer.value, answer.low, answer.high))
        figure = f"{value} (95% interval {low} to {high})"
        head = f"{answer.question}: {figure}, {_GRADES[answer.grade]}"
        if answer.grade == "C" and answer.method == METHOD:
            way = f"direction only: {answer.direction}" if answer.direction else "no direction can be told"
            head = f"{answer.question}: {way} (grade C). Not to be believed as a figure: {figure}"
        return [head, n, f"  {answer.method}", *checks]
    way = f" Direction: {answer.direction}." if answer.direction else ""
    return [f"Refused: {answer.reason}.{way} What would help: {answer.would_help}.", n, *checks]


def _points(value: float) -> str:
    return f"{100 * value:+.1f} points".replace("-", "−")


def _days(value: float) -> str:
    return f"{value:+.1f} days".replace("-", "−")


def _amount(value: float) -> str:
    return format(value, "+,.0f" if abs(value) >= 1000 else "+.4g").replace("-", "−")


# -- side by side ----------------------------------------------------------------------------------------------------------


def _side_by_side(found: Ranking) -> dict[str, Any]:
    return {
        "kind": "ranking", "false_discoveries": Q, "mean": found.mean, "spread": found.spread, "answers": found.judged,
        "refused": [
            {"name": name, "reason": r.reason, "would_help": r.would_help, "n": r.n, "events": r.events}
            for name, r in found.refused.items()
        ],
    }  # fmt: skip


def _listed(found: Ranking) -> list[str]:
    rows = [
        (r.name, _points(r.value), _points(r.seen), f"{_points(r.low)} to {_points(r.high)}", "yes" if r.claimed else "no",
         f"{r.events[0]} of {r.n[0]}", f"{r.events[1]} of {r.n[1]}")
        for r in found.judged
    ]  # fmt: skip
    lines = [table(rows, ("", "to expect", "as seen", "interval", "claimed", "treated", "others"))] if rows else []
    lines.append(
        f"At most {Q:.0%} of what is claimed is wrong; to expect: as seen, less what chance adds to the best and the worst."
    )
    return lines + [
        f"{name}: no figure: {r.reason}; what would help: {r.would_help}" for name, r in found.refused.items()
    ]
