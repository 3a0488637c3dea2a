"""The issue's commands on real input, from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

AS_OF = "2024-09-30"


def vitalreel(*words: str) -> dict[str, Any]:
    """One command with --json; its document."""
    call = [sys.executable, "-m", "vitalreel", *words, "--json"]
    done = subprocess.run(call, check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode in (0, 1), done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.voice
def test_real_accounts_go_once_around_the_loop_from_a_shell(ravenstack: Path, tmp_path: Path):
    """D1 D3 D4 D5 H2 T1 T3 V2: init, load twice, score, plan, produce, trace."""
    ws = str(tmp_path / "ws")
    assert ws == vitalreel("init", ws, "--example", "ravenstack")["workspace"]
    first = vitalreel("load", "-w", ws, "--data", str(ravenstack))
    second = vitalreel("load", "-w", ws, "--data", str(ravenstack))
    assert first["tables"]["account"]["accepted"] == 500
    assert dict.fromkeys(second["tables"], 0) == {name: counts["accepted"] for name, counts in second["tables"].items()}
    codes = {f["code"] for f in first["findings"]}
    assert {"duplicate_id", "usage_before_subscription", "ticket_before_signup", "churn_flag_without_event"} <= codes
    scored = vitalreel("score", "-w", ws, "--as-of", AS_OF)
    assert scored["scored"] > 400
    plan = vitalreel("plan", "-w", ws, "--as-of", AS_OF)
    assert plan["touches"]
    assert {"no contact"} <= {w["reason"] for w in plan["withheld"]}
    for touch in plan["touches"]:
        call = ("produce", "-w", ws, "--as-of", AS_OF, "--account", touch["account"], "--module", touch["module"])
        call = (*call, "--size", "640x360")  # its words are what this is about
        done = subprocess.run(
            [sys.executable, "-m", "vitalreel", *call, "--json"],
            check=False,
            capture_output=True,
            text=True,
            timeout=280,
        )
        if done.returncode == 0:
            break
        assert "refused" in done.stderr
    film = json.loads(done.stdout)

    assert Path(film["mp4"]).stat().st_size > 100_000
    assert [] == [c for c in film["preflight"] if not c["ok"]]
    traced = vitalreel("trace", film["mp4"])
    assert [] == traced["untraced"]
    assert any("ravenstack_feature_usage.csv" in row for f in traced["facts"] for row in f["source"]["rows"])
