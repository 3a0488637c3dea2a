"""Which score is the account's one number where more than one platform keeps scores: ours, or another's on our scale (D13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration

OURS = "vitalreel"
BANDS = ("red", "orange", "yellow", "green")
_PLATFORM = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Master:
    """Another platform's score as the master: `health.score` and `band` are its, and ours are `vitalreel.score` and `vitalreel.band`."""

    platform: str
    out_of: float  # its best score, which is our 100
    bands: tuple[tuple[str, str], ...]  # (its word in lower case, ours)

    def points(self, score: float) -> float:
        """Its score on our scale, 0..100."""
        return min(max(100 * score / self.out_of, 0.0), 100.0)

    def band(self, word: str | None) -> str | None:
        """Our band of its word; None where it has none of ours."""
        return dict(self.bands).get(word.strip().casefold()) if word else None


def read_master(raw: object, where: str) -> Master | None:
    """`master:` of signals.yaml: `vitalreel` (or nothing) for our own, else {platform, out_of, bands}. Raises BadConfiguration."""
    if raw in (None, OURS):
        return None
    hint = "write `vitalreel`, or {platform: gainsight, out_of: 100, bands: {Healthy: green, Weak: red}}"
    if not isinstance(raw, Mapping) or set(raw) != {"platform", "out_of", "bands"}:
        raise BadConfiguration(where, f"cannot read {raw!r}", hint)
    platform, out_of, bands = str(raw["platform"]), raw["out_of"], raw["bands"]
    if not _PLATFORM.fullmatch(platform) or platform == OURS:
        raise BadConfiguration(
            where, f"{platform!r} is no other platform", "name it as `outside_score` does: gainsight"
        )
    if isinstance(out_of, bool) or not isinstance(out_of, int | float) or not 0 < out_of < 1e6:
        raise BadConfiguration(f"{where}.out_of", f"{out_of!r} is no best score", "write `out_of: 100`")
    if not isinstance(bands, Mapping) or not bands or not set(map(str, bands.values())) <= set(BANDS):
        raise BadConfiguration(
            f"{where}.bands", f"cannot read {bands!r}", f"give each of its words one of {', '.join(BANDS)}"
        )
    return Master(platform, float(out_of), tuple((str(k).strip().casefold(), str(v)) for k, v in bands.items()))
