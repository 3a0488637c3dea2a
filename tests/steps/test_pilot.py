"""A pilot in a workspace: proposed from its history, written where people see it, followed by the loop, reported and ended (T11)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tests.steps.companies import DAY, START, company, put
from vitalreel.cli import main
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.wiring import open_doors

NAMES = [f"m{i}" for i in range(8)] + [f"e{i}" for i in range(4)]
PLAY = """
play: {name}
category: {category}
when: {when}
already_true: fire
episode: {{cool_down: 7 days}}
success: {{metric: usage.active_users, moves: up 15%, within: 45 days}}
holdout: 10%
critical: {critical}
risk: false
ladder:
  - {{step: film, module: {name}_film, to: user, channels: [email], window: within 3 business days}}
  - {{step: person, after: 14 days, task: {{owner: csm, title: "Call", due: 2 business days}}}}
"""
PLAYS = {
    "quiet": ("usage_drop", "usage.active_users < 4", "false"),
    "asking": ("support_shift", "tickets.open >= 1", "false"),
    "busy": ("expansion", "usage.active_users >= 8", "false"),  # a category the guards hold where an account is at risk
    "urgent": ("red_band", "usage.active_users < 9", "true"),
}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    """Eight mid-market accounts, four of them quiet, three of those gone a month ago; four enterprises, of which one asks."""
    opened = company(tmp_path_factory.mktemp("pilot") / "ws")
    root = opened.workspace.root
    for path in (root / "plays").glob("*.yaml"):
        path.unlink()
    for name, (category, when, critical) in PLAYS.items():
        text = PLAY.format(name=name, category=category, when=when, critical=critical)
        (root / "plays" / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings = (root / "vitalreel.yaml").read_text(encoding="utf-8")
    start, end = settings.index("guards:"), settings.index("sending:")
    guards = (
        "guards: {conflicts: [{hold: expansion, while: usage.active_users < 4, because: the account is at risk}]}\n"
    )
    (root / "vitalreel.yaml").write_text(settings[:start] + guards + settings[end:], encoding="utf-8")
    put(opened, "account", [{"account_id": a, "name": a, "segment": "mid_market" if a[0] == "m" else "enterprise", "since": START}
                            for a in NAMES])  # fmt: skip
    put(opened, "contract", [{"contract_id": a, "account_id": a, "start": START, "end": dt.date(2027, 1, 1), "arr": 1_000_000,
                              "currency": "USD", "seats": 10, "trial": False} for a in NAMES])  # fmt: skip
    days = [DAY - dt.timedelta(days=n) for n in range(190)]
    put(opened, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": 2.0 if a in NAMES[:4] else 9.0}
                          for a in NAMES for d in days])  # fmt: skip
    asked = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
    put(opened, "ticket", [{"ticket_id": "t0", "account_id": "e0", "opened": asked, "severity": "high"}])
    gone = DAY - dt.timedelta(days=100)
    put(opened, "outcome", [{"outcome_id": a, "account_id": a, "day": gone, "kind": "churned"} for a in NAMES[:3]])
    return open_doors(root)


def vitalreel(doors: Doors, *words: str, code: int = 0) -> Any:
    got = CliRunner().invoke(
        main, ["pilot", *words, "-w", str(doors.workspace.root), "--as-of", DAY.isoformat(), "--json"]
    )
    assert code == got.exit_code, got.output
    return json.loads(got.stdout) if code == 0 else got.output


def wanting(doors: Doors) -> set[tuple[str, str]]:
    """(play, account) of what would open, or is held back by a guard: nobody here can be written to."""
    day = decide_day(open_doors(doors.workspace.root), DAY, dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC), save=False)
    return {(x.play, x.account) for x in (*day.decision.runs, *day.decision.withheld)}


def test_a_pilot_from_proposal_to_its_end(doors: Doors):
    """T11: the play of the accounts that left comes first; the second adds an account; what may not be held out, and expansion, are no
    candidates. Written down, only these open, for the segment; the report cannot say anything yet; ended, all open again."""
    found = vitalreel(doors, "start", "--from", DAY.isoformat())
    before = (doors.workspace.root / "vitalreel.yaml").read_text(encoding="utf-8")

    assert ["quiet", "asking"] == [c["play"] for c in found["order"]] == [p["play"] for p in found["plays"]]
    quiet, asking = found["order"]
    base = (3 + 0) / 12  # three of twelve accounts left in the quarter before the last
    rate = (3 + 20 * base) / (4 + 20)
    assert (4, 4_000_000, 4 * round(1_000_000 * rate)) == (quiet["accounts"], quiet["arr"], quiet["at_risk"])
    assert (1, asking["at_risk"]) == (asking["accounts"], asking["adds"])
    assert ("mid_market", False) == (found["segment"], found["by_model"])
    assert [("quiet_film", "quiet"), ("asking_film", "asking")] == [(m["module"], m["play"]) for m in found["modules"]]
    assert {"quiet", "asking"} == set(found["pilot"]["plays"])
    assert "# how much is invested in a film" in before  # comments stay

    assert {("quiet", a) for a in NAMES[:4]} == wanting(doors)
    assert "one stands from 2026-03-31 to 2026-06-30" in vitalreel(doors, "start", code=1)
    told = vitalreel(doors, "report")
    assert ([("quiet", "not yet"), ("asking", "not yet")], False) == (
        sorted(((p["play"], p["verdict"]) for p in told["plays"]), reverse=True),
        told["over"],
    )
    vitalreel(doors, "stop")
    assert {"quiet", "asking", "busy", "urgent"} == {play for play, _ in wanting(doors)}
    assert "vitalreel.yaml has none" in vitalreel(doors, "stop", code=1)


def test_a_segment_nobody_is_of_is_named(doors: Doors):
    """P5."""
    assert "use one of enterprise, mid_market" in vitalreel(doors, "propose", "--segment", "tiny", code=2)
