"""How busy a day is: weekdays, public holidays, the turn of the year, August."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from vitalreel.simulator.draws import Floats
from vitalreel.simulator.plan import REGIONS

WEEK = (1.0, 1.03, 1.03, 1.0, 0.88, 0.07, 0.05)
WEEKEND_FLOOR = 0.55
"""What is left of a weekday's use at weekends where people work at weekends."""

HOLIDAYS = {
    "NA": {(1, 1), (7, 4), (11, 11), (12, 25)},
    "EMEA": {(1, 1), (5, 1), (8, 15), (12, 25), (12, 26)},
    "APAC": {(1, 1), (1, 29), (1, 30), (1, 31), (5, 1), (10, 1), (10, 2)},
    "LATAM": {(1, 1), (5, 1), (9, 7), (12, 25)},
}


def activity(start: date, days: int) -> Floats:
    """(region, works weekends 0/1, day) -> share of an ordinary weekday's use."""
    found = np.ones((len(REGIONS), 2, days))
    for t in range(days):
        day = start + timedelta(t)
        for r, region in enumerate(REGIONS):
            share = _share(region, day)
            found[r, 0, t] = share
            found[r, 1, t] = max(share, WEEKEND_FLOOR) if day.weekday() >= 5 else share
    return found


def _share(region: str, day: date) -> float:
    share = WEEK[day.weekday()]
    thanksgiving = region == "NA" and day.month == 11 and 22 <= day.day <= 29 and day.weekday() in (3, 4)
    if day.weekday() < 5 and ((day.month, day.day) in HOLIDAYS[region] or thanksgiving):
        share = 0.10
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        share *= 0.45
    if region == "EMEA" and day.month == 8:
        share *= 0.78
    return share * (0.94 if region in ("NA", "LATAM") and day.month == 7 else 1.0)
