"""The page's table: what each world's companies were told, and how often that was so, with Monte-Carlo errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from benchmarks.loops.truth import Held
from vitalreel.measurement.shares import wilson

ORDER = ("placebo", "planted", "strong")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "loops.md"


@dataclass(frozen=True, slots=True)
class Ran:
    """One company, run."""

    world: str
    seed: int
    held: list[Held]  # every figure about a play in the report at the end
    added: Held | None  # NRR, read when six months are over for all
    claims: list[str]  # plays of which the headline tells a side of zero
    ranked: list[str] | None  # plays claimed once all were looked at; None: nobody looked at all together
    counts: Mapping[str, int]
    cpu_s: float

    @property
    def claimed(self) -> bool:
        """Whether its headline claims anything."""
        return bool(self.claims) or (self.added is not None and self.added.claimed)

    @property
    def told(self) -> list[Held]:
        """Every figure, revenue's among them."""
        return [*self.held, *([self.added] if self.added else [])]

    def line(self) -> str:
        """One line for whoever waits."""
        told = "; ".join(
            f"{h.what} {h.value:+.3f} ({h.low:+.3f} to {h.high:+.3f}), truth {h.truth:+.3f}{'' if h.holds else ' MISSED'}"
            for h in self.told
        )
        return f"{self.world} {self.seed}: {dict(self.counts)} {told or 'nothing told'} [{self.cpu_s:.0f} CPU s]"


HEAD = (
    "| films | figure | companies | told | accounts, served and held out | truth, mean (spread) | estimate, mean | interval holds the "
    "truth | tells a side of zero | agrees account by account |"
)


def text(done: Sequence[Ran], accounts: Mapping[str, int]) -> str:
    """What to put on the page. accounts: of each company, by world."""
    lines = [HEAD, "|" + "---|" * (HEAD.count("|") - 1)]
    for world in dict.fromkeys(
        r.world for r in sorted(done, key=lambda r: ("placebo", "planted", "strong").index(r.world))
    ):
        mine = [r for r in done if r.world == world]
        names = sorted({h.what for r in mine for h in r.held})
        for name in names:
            lines.append(_row(world, name, [h for r in mine for h in r.held if h.what == name], len(mine)))
        if any(r.added for r in mine):
            lines.append(_row(world, "NRR added", [r.added for r in mine if r.added], len(mine)))
        lines.append(
            _row(
                world, "all together", [h for r in mine for h in (*r.held, *((r.added,) if r.added else ()))], len(mine)
            )
        )
    cpu = np.mean([r.cpu_s for r in done])
    sizes = ", ".join(f"{name} {count:,}" for name, count in accounts.items())
    about = (
        f"Accounts of a company: {sizes}; {cpu:.0f} CPU s each; ± is one Monte-Carlo standard error, and where a share is none "
        "or all its 95% interval stands beside it."
    )
    return "\n".join([about, "", *lines, "", *_claims(done)])


def _row(world: str, name: str, held: Sequence[Held], companies: int) -> str:
    if not held:
        return f"| {world} | {name} | {companies} | 0 | | | | | | |"
    truths, told = np.array([h.truth for h in held]), [h.claimed for h in held]
    n = tuple(round(float(np.mean([h.n[arm] for h in held]))) for arm in (0, 1))
    agree, differ = sum(h.agree for h in held), sum(h.differ for h in held)
    cells = (
        world, name, str(companies), str(len(held)), f"{n[0]} and {n[1]}", f"{_points(truths.mean())} ({100 * truths.std():.1f})",
        _points(float(np.mean([h.value for h in held]))), share([h.holds for h in held]), share(told),
        f"{agree} of {agree + differ}" if agree + differ else "",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _claims(done: Sequence[Ran]) -> list[str]:
    """Of each world, how many reports claim something on their first line, and in the list corrected for all plays."""
    together = any(r.ranked is not None for r in done)
    head = [
        "films",
        "companies",
        "headline claims something",
        *(["a play is claimed once all were looked at"] if together else []),
    ]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for world in dict.fromkeys(r.world for r in sorted(done, key=lambda r: ORDER.index(r.world))):
        mine = [r for r in done if r.world == world]
        looked = [bool(r.ranked) for r in mine if r.ranked is not None]
        cells = [world, str(len(mine)), share([r.claimed for r in mine]), *([share(looked)] if looked else [])]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def share(yes: Sequence[bool]) -> str:
    """How many of how many, with its Monte-Carlo error."""
    k, n = sum(yes), len(yes)
    p = k / n
    low, high = wilson(k, n)
    error = f"± {100 * sqrt(p * (1 - p) / n):.0f}" if 0 < k < n else f"{100 * low:.0f} to {100 * high:.0f}"
    return f"{k} of {n} ({100 * p:.0f}%, {error})"


def _points(share_: float) -> str:
    return f"{100 * share_:+.1f}"
