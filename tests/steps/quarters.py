"""A programme over several quarters, written straight into a tiny workspace: who opened when, what was sent, who watched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, insert

from tests.steps.companies import START, company, put
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plans import keep_plans
from vitalreel.steps.plays import read_plays
from vitalreel.store import tables as t

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
PLAY = """
play: {name}
category: usage_drop
when: usage.active_users down 40% over 1 quarter
already_true: fire
episode: {{cool_down: 60 days}}
success: {{metric: usage.active_users, moves: up 15%, within: 45 days}}
holdout: 20%
ladder:
  - {{step: show, module: m1, to: champion, channels: [email], window: within 3 business days}}
  - {{step: call, after: 14 days, task: {{owner: csm, title: Call, due: 2 business days}}}}
"""


@dataclass(frozen=True)
class Opened:
    """One episode, and what followed it."""

    account: str
    day: dt.date
    arm: Literal["served", "held_out"] = "served"
    play: str = "usage_drop"
    moved_after: int | None = None  # days until the metric stood 20% higher; None: it did not
    sent: dt.datetime | None = None
    watched: dt.datetime | None = None
    by_person: bool = True
    kept: bool = True  # whether the episode's own record still holds the opening's values

    @property
    def key(self) -> str:
        return f"{self.play}-{self.account}-{self.day}"


def programme(
    root: Path,
    episodes: Sequence[Opened],
    plays: Sequence[str] = ("usage_drop",),
    critical: bool = False,
    fixed: bool = True,
) -> Doors:
    """A workspace in which this happened. Holdouts: 10% of the programme, 20% of each play; no play where it is critical.

    fixed: whether the analysis plans were kept on the day of the first opening.
    """
    doors = company(root)
    for path in (root / "plays").glob("*.yaml"):
        path.unlink()
    for name in plays:
        (root / "plays" / f"{name}.yaml").write_text(
            PLAY.format(name=name) + "critical: true\n" * critical, encoding="utf-8"
        )
    accounts = sorted({e.account for e in episodes}) or ["nobody"]
    put(
        doors,
        "account",
        [{"account_id": a, "name": a.title(), "segment": "enterprise", "since": START} for a in accounts],
    )
    use = [row for e in episodes for row in _use(e)]
    if use:
        put(doors, "usage", list({(r["account_id"], r["day"]): r for r in use}.values()))
    with doors.engine.begin() as c:
        for a in accounts:
            c.execute(insert(t.account).values(id=a, name=a.title(), row={}, updated=NOW))
        for e in episodes:
            _write(c, e)
    if fixed:
        fix_plans(doors, min((e.day for e in episodes), default=START))
    return doors


def fix_plans(doors: Doors, day: dt.date) -> None:
    """The workspace's analysis plans as they are now, kept as by a decision of that day."""
    asked = [a.play for a in read_plays(doors, catalogue_of(doors))]
    with doors.engine.begin() as c:
        keep_plans(c, asked, doors.programme, day, NOW)


def _use(e: Opened) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [{"account_id": e.account, "day": e.day, "metric": "active_users", "value": 10.0}]
    if e.moved_after is not None:
        rows.append({**rows[0], "day": e.day + dt.timedelta(days=e.moved_after), "value": 12.0})
    return rows


def _write(c: Connection, e: Opened) -> None:
    whose = {"account": e.account, "contact": "p"}
    if e.kept:
        c.execute(insert(t.episode).values(account=e.account, play=e.play, state="open", opened_on=e.day, seen=e.day,
                                           opening={"usage.active_users": 10.0}))  # fmt: skip
    c.execute(insert(t.play_run).values(id=e.key, account=e.account, play=e.play, occurrence=str(e.day), arm=e.arm,
                                        state="running", step=0, opened_on=e.day, config="c", at=NOW))  # fmt: skip
    if e.sent is None:
        return
    c.execute(insert(t.video).values(**whose, id=e.key, module="m1", module_version=1, as_of=e.day, title="A film", tier=3,
                                     state="made", draft=False, length_s=60.0, scenes=[], files={}, preflight=[], cost={},
                                     config={}, at=e.sent))  # fmt: skip
    c.execute(insert(t.touch).values(**whose, id=e.key, run=e.key, step="show", module="m1", channels=["email"], why={},
                                     window_from=e.sent, window_to=e.sent, as_of=e.day, state="sent", video=e.key,
                                     at=e.sent))  # fmt: skip
    c.execute(insert(t.outbox).values(**whose, key=f"{e.key}:email", touch=e.key, channel="email", video=e.key,
                                      to="p@a.example", state="sent", attempts=1, next_at=e.sent, receipt="250",
                                      created=e.sent, changed=e.sent))  # fmt: skip
    c.execute(insert(t.link).values(**whose, id=e.key, video=e.key, touch=e.key, created=e.sent,
                                    expires=e.sent + dt.timedelta(days=90)))  # fmt: skip
    if e.watched is not None:
        watch(c, e, e.watched)


def watch(c: Connection, e: Opened, at: dt.datetime) -> None:
    """One more view of an episode's film."""
    c.execute(insert(t.view).values(id=f"{e.key}-{at:%Y%m%d%H%M}", link=e.key, video=e.key, account=e.account, contact="p",
                                    started=at, watched_s=40.0, completion=0.66, ranges=[[0, 40]], replays=[],
                                    last_position_s=40.0, clicked=False, asked_for_human=False, counts=e.by_person,
                                    why_not="" if e.by_person else "scanner", events=4, updated=at))  # fmt: skip


def busy(root: Path, plays: Sequence[str] = ("usage_drop", "renewal_window")) -> Doors:
    """Half a year of a programme in which the third quarter's usage drop carries a figure, and all else is refused."""
    episodes = []
    for i in range(180):
        day = dt.date(2026, 6, 1) + dt.timedelta(days=i * 2 // 3)
        arm: Literal["served", "held_out"] = "held_out" if i % 25 in (1, 5, 9, 13, 17, 20, 23) else "served"
        moved = 8 + i % 20 if (i % 2 == 0 if arm == "served" else i % 6 == 0) else None
        sent = dt.datetime(day.year, day.month, day.day, 10, tzinfo=dt.UTC) + dt.timedelta(days=2)
        one = Opened(f"a{i:03}", day, arm, moved_after=moved)
        if arm == "served" and i % 3:
            one = replace(one, sent=sent, watched=sent + dt.timedelta(days=1 + i % 9) if i % 4 else None)
        episodes.append(one)
    for i in range(12):
        episodes.append(
            Opened(
                f"a{i:03}",
                dt.date(2026, 8, 3) + dt.timedelta(days=i),
                "served" if i % 4 else "held_out",
                "renewal_window",
            )
        )
    doors = programme(root, episodes, plays)
    with doors.engine.begin() as c:
        c.execute(insert(t.assignment), [row for e in episodes for row in _log(e)])
    put(doors, "contract", [_contract(f"a{i:03}", i) for i in range(180)])
    put(doors, "contract", [_contract(f"a{i:03}", i, grown=True) for i in range(0, 180, 12)], dt.date(2026, 8, 15))
    return doors


def _log(e: Opened) -> list[dict[str, object]]:
    """How an episode's account was drawn: of seven held out, two by the whole programme and five by the play."""
    by_programme = e.arm == "held_out" and int(e.account[1:]) % 25 in (1, 5)
    row = {
        "account": e.account,
        "stratum": "enterprise",
        "method": "blocks",
        "position": int(e.account[1:]),
        "at": NOW,
        "day": e.day,
    }
    own = {**row, "play": e.play, "share": 0.2, "arm": "served" if by_programme else e.arm}
    if e.play != "usage_drop":
        return [own]
    return [{**row, "play": "*", "share": 0.1, "arm": "held_out" if by_programme else "served"}, own]


def _contract(account: str, i: int, grown: bool = False) -> dict[str, object]:
    """A year's contract of 10,000.00 to 27,900.00 dollars; one in fifteen ends in August 2026, some grow by a fifth."""
    arr = 1_000_000 + 10_000 * i
    return {"contract_id": f"c-{account}", "account_id": account, "start": START, "currency": "USD", "trial": False,
            "arr": arr * 6 // 5 if grown else arr, "end": dt.date(2026, 8, 20) if i % 15 == 7 else None}  # fmt: skip
