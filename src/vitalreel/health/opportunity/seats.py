"""Seat pressure against the contract, for all accounts at once: how many of the seats are used each week, and when they will not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
from ibis.common.deferred import Deferred

from vitalreel.conditions import Tree, compile_conditions
from vitalreel.health.readings import read
from vitalreel.signals.catalogue import WORDS, Catalogue
from vitalreel.signals.features import Features
from vitalreel.signals.moment import Moment

PEOPLE = ("usage.weekly_users", "usage.active_users")
"""What counts as people at work, the first there is: distinct in a week, else on a day."""
WINDOW, BACK = 28, 91
"""Days a mean is of, and how long before it the one it is compared with lies."""
SIGNALS = ("contract.seats", "contract.arr", "contract.live", "renewal", "band", *PEOPLE)
"""Read for every account besides what the terms name."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """Seats of one account. Everything is None where it is not known."""

    seats: int | None  # of its live paid contracts
    used: float | None  # people each week, mean of 28 days
    before: float | None  # the same 91 days earlier
    renewal: date | None

    @property
    def share(self) -> float | None:
        """Of the seats in use; above 1 where more people come than seats are paid for."""
        return self.used / self.seats if self.used is not None and self.seats else None

    @property
    def free(self) -> float | None:
        """Seats paid for and not used; 0 where there is none to spare."""
        return max(0.0, self.seats - self.used) if self.used is not None and self.seats else None

    @property
    def growth(self) -> float | None:
        """People more each week, over the last quarter."""
        return (self.used - self.before) * 7 / BACK if self.used is not None and self.before is not None else None

    def full_on(self, today: date, full: float) -> date | None:
        """The day on which `full` of the seats will be in use if use goes on as in the last quarter.

        None: unknown, or not within three years.
        """
        if self.share is None or self.seats is None or self.used is None:
            return None
        if self.share >= full:
            return today
        weeks = (full * self.seats - self.used) / self.growth if self.growth and self.growth > 0 else 1000.0
        return today + timedelta(days=round(7 * weeks)) if weeks < 157 else None


def seats(
    tables: Mapping[str, ibis.Table],
    needs: Sequence[Tree],
    catalogue: Catalogue,
    moment: Moment,
    fresh: Mapping[str, bool],
) -> ibis.Table:
    """One row an account: account_id, since, seats, used, before (float64), arr (whole currency units), live, renewal (day number),
    band, and may<i>, whether the condition needs[i] holds. Lazy; NULL where something is not known.
    """
    features = Features(catalogue, moment, fresh)
    answers = compile_conditions({f"may{i}": tree for i, tree in enumerate(needs)}, features)
    people = next((p for p in PEOPLE if catalogue.find(p)), None)
    nothing = ibis.null("float64")
    columns: dict[str, Deferred] = {
        "seats": _at(features, "contract.seats"),
        "used": read(features, (people, None, WINDOW, None)) if people else nothing,
        "before": features.mean(people, BACK - 1, WINDOW).round(9) if people else nothing,
        "arr": _at(features, "contract.arr"),
        "live": _at(features, "contract.live"),
        "renewal": _at(features, "renewal"),
        "band": _at(features, "band", "string"),
    }
    return features.wide(tables).select("account_id", "since", **columns, **answers)


def _at(features: Features, signal: str, kind: str = "float64") -> Deferred:
    spec = features.catalogue.find(signal)
    if spec is None or (spec.type in WORDS) != (kind == "string"):
        return ibis.null(kind)
    return features.at(signal)
