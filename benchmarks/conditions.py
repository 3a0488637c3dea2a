"""10,000 random conditions on random companies: what the compiler answers, beside a naive reader of one account and one day at a time.

`python -m benchmarks.conditions` draws everything from a seed, so that a disagreement can be repeated; the tests draw a few of each run.
The naive reader (tests/conditions/oracle.py) shares no code with the compiler. Companies have gaps, corrections known late, withdrawn
values, rows from the future and missing people; days lie around week ends and holidays. Some 85 CPU s a thousand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.conditions.beside import catalogue_of_tests, tables
from tests.conditions.chance import Company, Speaker
from tests.conditions.oracle import Oracle

from benchmarks.machine import keep, stated
from vitalreel.conditions import Tree, evaluate, parse, write
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.tables import day_number

FIRST, DAYS = dt.date(2026, 3, 27), 7
HOLIDAYS = frozenset({dt.date(2026, 3, 25), dt.date(2026, 3, 30)})
TOGETHER = 40
"""Conditions asked of one company at once, as plays are."""
SHOWN = 5


@dataclass(slots=True)
class Compared:
    """What came of it so far."""

    conditions: int = 0
    refused: int = 0  # drawn, and no sound condition
    said: Counter[str] = field(default_factory=Counter)  # yes, no, unknown
    wrong: list[str] = field(default_factory=list)
    compiled_s: float = 0.0  # CPU seconds
    naive_s: float = 0.0

    @property
    def answers(self) -> int:
        return self.said.total()


def sound(r: random.Random, catalogue: Catalogue, n: int, so_far: Compared) -> dict[str, Tree]:
    """n random sound conditions by name."""
    speaker, found = Speaker(r, catalogue), dict[str, Tree]()
    while len(found) < n:
        checked = parse(speaker.say(), catalogue)
        if checked.tree is None:
            so_far.refused += 1
        else:
            found[f"c{len(found)}"] = checked.tree
    return found


def compared(conditions: int, seed: int) -> Iterator[Compared]:
    """The state after each company, until so many conditions were asked."""
    catalogue, so_far = catalogue_of_tests(), Compared()
    while so_far.conditions < conditions:
        r = random.Random(f"{seed}:{so_far.conditions}")
        day = FIRST + dt.timedelta(days=r.randrange(DAYS))
        rows = Company(r, catalogue, day_number(day)).rows
        trees = sound(r, catalogue, min(TOGETHER, conditions - so_far.conditions), so_far)
        began = time.process_time()
        got = evaluate(tables(rows), trees, catalogue, day, HOLIDAYS)
        compiled = time.process_time()
        naive = Oracle(rows, catalogue, day_number(day), HOLIDAYS)
        for name, tree in trees.items():
            for account in naive.accounts:
                meant = naive.answer(tree, account)
                answer = True if account in got[name].yes else None if account in got[name].unknown else False
                so_far.said[_word(meant)] += 1
                if meant is not answer:
                    words = f"{write(tree)!r} of {account} on {day}: {_word(answer)}, meant {_word(meant)}"
                    so_far.wrong.append(f"seed {seed}:{so_far.conditions}: {words}")
        so_far.compiled_s += compiled - began
        so_far.naive_s += time.process_time() - compiled
        so_far.conditions += len(trees)
        yield so_far


def _word(answer: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[answer]


def told(found: Compared, seed: int) -> str:
    """The page's section."""
    said = ", ".join(f"{word} {found.said[word]:,}" for word in ("yes", "no", "unknown"))
    figures = (
        f"{found.conditions:,} sound conditions (seed {seed}; {found.refused:,} drawn beside them were refused), {TOGETHER} at once, "
        f"each to the accounts of a random company: {found.answers:,} answers ({said}), **{len(found.wrong)} of them other than the "
        f"naive reader's**. Compiled and answered by DuckDB in {found.compiled_s:.0f} CPU s; read naively in {found.naive_s:.0f}."
    )
    return "\n".join([stated(), "", figures, *found.wrong[:SHOWN]])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conditions", description=__doc__)
    parser.add_argument("--conditions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    asked = parser.parse_args()
    found = Compared()
    for found in compared(asked.conditions, asked.seed):
        if sys.stderr.isatty():
            print(f"\r{found.conditions:,} of {asked.conditions:,}", end="", file=sys.stderr)
    text = told(found, asked.seed)
    print(text)
    if asked.keep:
        keep("Random conditions and a naive reader", "python -m benchmarks.conditions", text)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
