"""Values with the day of the one after them: what asking on which days something stood needs, found once for all questions."""

from __future__ import annotations

import ibis
from ibis import _

from vitalreel.signals.days import FACT

SERIES = ("account_id", "signal")
SPAN = (*FACT, "next")
"""A fact row and `next`, the day of the row after it in its series (int64); NULL for the last."""


def followed(facts: ibis.Table) -> ibis.Table:
    """Fact rows, one a series (account and signal) and day, as spans."""
    order = ibis.window(group_by=list(SERIES), order_by="day")
    return facts.mutate(next=_.day.lead().over(order)).select(*SPAN)
