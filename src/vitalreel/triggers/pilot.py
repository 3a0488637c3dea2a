"""A pilot: two plays, one segment, a larger holdout, one quarter. Which plays speak on a day, and how (T11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.matrix import Play

_KEYS = {"plays", "segment", "from", "until", "modules", "shows"}


@dataclass(frozen=True, slots=True)
class Pilot:
    """`pilot:` of vitalreel.yaml."""

    plays: Mapping[str, float]  # name -> share held out
    segment: str  # empty: all
    start: date
    until: date  # first day after it
    modules: tuple[str, ...] = ()  # what is made ready for it
    shows: Mapping[str, float] = field(
        default_factory=dict
    )  # play -> smallest effect it was laid out to show, as a share


def read_pilot(raw: object, where: str) -> Pilot | None:
    """From `{plays: {usage_drop: 30%, ...}, segment: mid_market, from: DATE, until: DATE}`; None where there is none.

    Raises BadConfiguration naming place and remedy.
    """
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or set(raw) - _KEYS:
        raise BadConfiguration(where, f"{raw!r} is no pilot", "let `vitalreel pilot start` write it")
    plays, shows = raw.get("plays"), raw.get("shows") or {}
    if not isinstance(plays, Mapping) or not plays or not isinstance(shows, Mapping):
        raise BadConfiguration(f"{where}.plays", "names no play", "write `plays: {usage_drop: 30%}`")
    start, until = raw.get("from"), raw.get("until")
    if not isinstance(start, date) or not isinstance(until, date) or start >= until:
        raise BadConfiguration(where, "has no days", "write `from: 2026-12-01` and a later `until:`")
    return Pilot(
        {str(name): _share(value, f"{where}.plays.{name}", 90) for name, value in plays.items()},
        str(raw.get("segment") or ""), start, until, tuple(map(str, raw.get("modules") or ())),
        {str(name): _share(value, f"{where}.shows.{name}", 100) for name, value in shows.items()},
    )  # fmt: skip


def _share(value: object, where: str, most: float) -> float:
    text = str(value)
    number = text[:-1] if text.endswith("%") else ""
    if not number.replace(".", "", 1).isdigit() or float(number) > most:
        raise BadConfiguration(where, f"cannot read the share {text!r}", f"write it as `30%`, at most {most:.0f}%")
    return float(number) / 100


def in_pilot(plays: Sequence[Play], pilot: Pilot | None, day: date) -> list[Play]:
    """The plays that may open on `day`: all where there is no pilot, else its own, for its segment and with its holdouts.

    Before its first day and after its last nothing opens: its report says how it goes on. Raises BadConfiguration where it names a play
    that is not there or is not for its segment.
    """
    if pilot is None:
        return list(plays)
    named = {p.name: p for p in plays}
    found = []
    for name, share in pilot.plays.items():
        play = named.get(name)
        if play is None:
            raise BadConfiguration(
                "vitalreel.yaml: pilot", f"there is no play {name!r}", f"name one of {', '.join(sorted(named))}"
            )
        if pilot.segment and play.segments and pilot.segment not in play.segments:
            raise BadConfiguration(
                "vitalreel.yaml: pilot", f"{name} is not for {pilot.segment}", f"it is for {', '.join(play.segments)}"
            )
        if pilot.start <= day < pilot.until:
            found.append(replace(play, segments=(pilot.segment,) if pilot.segment else play.segments, holdout=share))
    return found
