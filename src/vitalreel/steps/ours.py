"""ours: people on our side, by id: CSMs as the data has them and whoever alerts.yaml names, with where news reaches them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from vitalreel.review.chain import OPERATIONS
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.workspace import read_yaml
from vitalreel.triggers.alerts import Alerting, Reached, read_alerts

FILE = "alerts.yaml"


def alerting_of(doors: Doors) -> Alerting | None:
    """alerts.yaml of the workspace, its conditions not looked at; None where it has none. Raises BadConfiguration."""
    path = doors.workspace.root / FILE
    return _parsed(path, path.read_bytes()) if path.is_file() else None


@lru_cache(8)  # the file is the same as long as its text is
def _parsed(path: Path, text: bytes) -> Alerting:
    return read_alerts(read_yaml(path, FILE), FILE)


def ours(c: Connection, alerting: Alerting | None) -> dict[str, Reached]:
    """Everybody who may be told or asked, by id; operations are always there."""
    told = alerting.people if alerting else {}
    found = {OPERATIONS: alerting.operations if alerting else Reached(OPERATIONS, "Operations")}
    for key, own in told.items():
        if "name" in own:
            found[key] = Reached(key, **own)
    for r in c.execute(select(t.csm)).mappings():
        known = {"name": r["name"], "email": r["row"].get("email") or "", **told.get(r["id"], {})}
        found[r["id"]] = Reached(r["id"], **known)
    return found
