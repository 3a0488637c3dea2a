"""Speed and reach: from signal to action, reds that recovered, churn that was seen coming and how early, accounts for each CSM (M20)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.measurement.parts.part import LEAST, Part, Row, counted, middle, refused, share

TITLE = "Speed and reach"
RECOVERY_DAYS = 30
FLAGGED = ("red", "orange")
METHOD = (
    "Signal to action: days from the opening of an episode to the first film sent or task written for it, of served accounts. A red is an "
    "account whose score turned red in the quarter; recovered: it stood in another band on a scored day within {days} days, and still on the "
    "last one of them. Those red for less than {days} days wait. Recovering is no effect of the programme: many reds do by themselves. "
    "Churned: lost in the quarter; flagged: its last score before the loss was counted was red or orange, or a play of risk had opened "
    "for it, in the {ahead} days before. Ahead: days from the first such sign in that time to the loss. Accounts for each CSM: live ones with a named owner."
)
AHEAD_DAYS = 180
_HEAD = ("Account", "What", "From", "To", "Days", "Sign")


@dataclass(frozen=True, slots=True)
class Acted:
    """One episode of a served account, and the first thing done about it."""

    account: str
    play: str
    opened: date
    acted: date | None  # by the report's day
    what: str = ""  # film | task


@dataclass(frozen=True, slots=True)
class Red:
    """One account that turned red in the quarter."""

    account: str
    since: date
    left: date | None  # the day from which it was red no more, for good up to 30 days on or the report's day
    waits: bool  # red for less than 30 days


@dataclass(frozen=True, slots=True)
class Lost:
    """One account that churned in the quarter."""

    account: str
    on: date
    first_sign: date | None  # in the half year before
    sign: str = ""  # band or play


def speed(
    acted: Sequence[Acted], reds: Sequence[Red], lost: Sequence[Lost], owners: Mapping[str, Sequence[str]]
) -> Part:
    """owners: CSM -> live accounts."""
    rows = (
        *map(_acted, acted),
        *map(_red, reds),
        *map(_lost, lost),
        *(_owned(c, a) for c, a in sorted(owners.items())),
    )
    figures = (
        counted("episodes", "Episodes of served accounts", rows),
        share("acted", "of them were acted on", rows, "episodes"),
        middle("acted", "from signal to action", rows),
        share("recovered", f"of reds left red within {RECOVERY_DAYS} days", rows, "red"),
        counted("red_waiting", f"Reds of less than {RECOVERY_DAYS} days, not counted yet", rows),
        counted("lost", "Accounts lost in the quarter", rows),
        share("flagged", "of them were flagged beforehand", rows, "lost"),
        middle("flagged", "ahead, of those flagged", rows),
        middle("owner", "live accounts for each CSM", rows, "count", least=1),
    )
    method = METHOD.format(days=RECOVERY_DAYS, ahead=AHEAD_DAYS)
    return Part("speed", TITLE, _said(rows), figures, method, _HEAD, tuple(rows))


def red_since(bands: Sequence[tuple[date, str]], first: date, until: date, today: date) -> Red | None:
    """The first turn to red inside [first, until), from scored days in order. None where there is none; `account` is left empty."""
    before: str | None = None
    for n, (day, band) in enumerate(bands):
        if first <= day < until and band == "red" and before != "red":
            return _followed(bands[n:], day, today)
        before = band
    return None


def _followed(bands: Sequence[tuple[date, str]], since: date, today: date) -> Red:
    end = since + timedelta(days=RECOVERY_DAYS)
    inside = [(day, band) for day, band in bands if since <= day <= min(end, today)]
    left = None
    for day, band in reversed(inside):
        if band == "red":
            break
        left = day
    return Red("", since, left, end > today)


def _acted(a: Acted) -> Row:
    days = (a.acted - a.opened).days if a.acted else None
    cells = (
        f"{a.play.replace('_', ' ')}{', ' + a.what if a.what else ''}",
        str(a.opened),
        str(a.acted or ""),
        _n(days),
        "",
    )
    return Row(a.account, cells, ("episodes", "acted") if a.acted else ("episodes",), float(days or 0))


def _red(r: Red) -> Row:
    days = (r.left - r.since).days if r.left else None
    counts = ("red_waiting",) if r.waits else ("red", "recovered") if r.left else ("red",)
    return Row(r.account, ("red", str(r.since), str(r.left or ""), _n(days), ""), counts)


def _lost(one: Lost) -> Row:
    days = (one.on - one.first_sign).days if one.first_sign else None
    cells = ("lost", str(one.first_sign or ""), str(one.on), _n(days), one.sign)
    return Row(one.account, cells, ("lost", "flagged") if one.first_sign else ("lost",), float(days or 0))


def _owned(csm: str, accounts: Sequence[str]) -> Row:
    return Row(csm, ("CSM", "", "", "", f"{len(accounts)} accounts"), ("owner",), float(len(accounts)))


def _n(days: int | None) -> str:
    return "" if days is None else str(days)


def _said(rows: Sequence[Row]) -> str:
    by = {key: middle(key, "", rows) for key in ("acted", "flagged")}
    told = []
    if by["acted"].value is not None:
        told.append(f"from signal to action it took {by['acted'].value:g} days in the middle")
    reds, lost = (share(yes, "", rows, of) for yes, of in (("recovered", "red"), ("flagged", "lost")))
    if reds.value is not None:
        told.append(f"{reds.rests_on} reds left red within {RECOVERY_DAYS} days, with or without a film")
    if lost.value is not None:
        ahead = f", {by['flagged'].value:g} days ahead in the middle" if by["flagged"].value is not None else ""
        told.append(f"{lost.rests_on} lost accounts had been flagged{ahead}")
    if not told:
        return refused(f"fewer than {LEAST} episodes acted on, reds and losses each", "time")
    said = "; ".join(told)
    return f"{said[0].upper()}{said[1:]}."
