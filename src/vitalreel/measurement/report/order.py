"""The report's plays in order of what each is worth, luck taken off and all of them looked at together (M18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.ranking import Ranking, ranked
from vitalreel.measurement.report.finding import Finding
from vitalreel.measurement.sample import Covariates, Sample


def order(findings: Sequence[Finding], day: date) -> Ranking:
    """Plays by what to expect of them, over all accounts so far whose window was over at the end of `day`.

    A play whose arms cannot come from the draw, or that has no holdout, is refused with the reason its own answer gives.
    """
    groups, refused = {}, {}
    for f in findings:
        if isinstance(f.so_far, Refusal):
            refused[f.play] = f.so_far
        elif f.so_far.grade != "A":
            why = f"its figure is grade {f.so_far.grade}: {f.so_far.checks.get('analysis plan', 'not drawn by chance')}"
            refused[f.play] = Refusal(
                f.so_far.question, why, "accounts exposed after its plan was fixed", None, f.so_far.n, f.so_far.events
            )
        else:
            groups[f.play] = sample_of(f, day)
    found = ranked(groups, None)
    return replace(found, refused={**refused, **found.refused})


def sample_of(finding: Finding, day: date, stratum: str | None = None) -> Sample:
    """The accounts of a play so far, or those drawn in one stratum, by their first opening; its split has been tested already."""
    over = [b for b in finding.behind if b.window_over <= day and stratum in (None, b.stratum)]
    window = timedelta(days=finding.window_days)
    hit = [float(b.outcome_on is not None and b.window_over - window <= b.outcome_on < b.window_over) for b in over]
    served = np.array([b.arm == "served" for b in over], bool)
    none = Covariates(np.empty((len(over), 0)), (), ())
    arms = int(served.sum()), int((~served).sum())
    return Sample(finding.so_far.question, served, np.array(hit), True, none, assigned=arms)
