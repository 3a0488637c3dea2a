"""How fast a channel may be used: a bucket that fills by time and is emptied by sendings; full, it holds one period's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from vitalreel.errors import BadConfiguration

_PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many sendings in a period on average, as many at once, and so never more than twice as many within one period."""

    count: int  # 1 or more
    per_s: int  # 1 | 60 | 3600 | 86400


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many sendings a channel had left, and when."""

    left: float  # 0 .. the rate's count
    at: datetime


def read_rate(raw: object, where: str) -> Rate:
    """`300 per hour`. Raises BadConfiguration naming place and remedy."""
    found = re.fullmatch(r"([1-9]\d{0,8}) per (second|minute|hour|day)", str(raw))
    if found is None:
        raise BadConfiguration(where, f"cannot read {raw!r}", "write it as `300 per hour`; or per second, minute, day")
    return Rate(int(found[1]), _PERIODS[found[2]])


def draw(bucket: Bucket, rate: Rate, now: datetime) -> tuple[Bucket, datetime | None]:
    """Take one sending out of the bucket; answers it as it stands then, and None, or from when on there is one.

    A clock that goes back fills nothing, and a rate that was lowered counts at once.
    """
    at = max(bucket.at, now)
    left = min(float(rate.count), bucket.left + (at - bucket.at).total_seconds() * rate.count / rate.per_s)
    if left >= 1.0:
        return Bucket(left - 1.0, at), None
    wait = timedelta(microseconds=1 + round((1.0 - left) * rate.per_s / rate.count * 1e6))
    return bucket, at + wait
