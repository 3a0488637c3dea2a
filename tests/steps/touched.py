"""One account with a running ladder and a touch, however far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from tests.triggers.plays import play
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.version import kept

OPENED, DAY = date(2026, 3, 2), date(2026, 3, 5)
NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
WINDOW = {"window_from": datetime(2026, 3, 2, tzinfo=UTC), "window_to": datetime(2026, 3, 6, tzinfo=UTC)}
PLAY = play()


def late(doors: Doors, name: str, state: str, **changed: Any) -> str:
    """One account with a running ladder and a touch that was to land by 6 March."""
    row: dict[str, Mapping[str, Any]] = {
        "account": {"id": name, "name": name.title(), "tier": 3, "zone": "Europe/London", "row": {"country": "GB"}, "updated": NOW},
        "contact": {"id": f"{name}-ana", "account": name, "name": "Ana", "email": f"ana@{name}.example", "role": "champion",
                    "active": True, "row": {"consent_email": True}, "updated": NOW},
        "play_version": {"config": fingerprint(PLAY), "play": PLAY.name, "definition": kept(PLAY), "at": NOW},
        "play_run": {"id": f"{name}-run", "account": name, "play": PLAY.name, "occurrence": "1", "arm": "served", "state": "running",
                     "step": 1, "opened_on": OPENED, "config": fingerprint(PLAY), "ended": None, "at": NOW},
        "episode": {"account": name, "play": PLAY.name, "state": "open", "opened_on": OPENED, "closed_on": None, "seen": DAY,
                    "opening": {}, "config": fingerprint(PLAY)},
        "video": {"id": f"{name}-film", "account": name, "contact": f"{name}-ana", "module": "m1", "module_version": 1, "as_of": OPENED,
                  "title": "Film", "tier": 1, "state": "made", "draft": False, "length_s": 9.0, "scenes": [], "files": {},
                  "preflight": [], "cost": {}, "config": {}, "at": NOW},
        "touch": {"id": f"{name}-touch", "run": f"{name}-run", "step": "show", "account": name, "contact": f"{name}-ana", "module": "m1",
                  "channels": ["email"], **WINDOW, "as_of": OPENED, "state": state,
                  "video": None if state == "planned" else f"{name}-film", "why": {}, "at": NOW},
    }  # fmt: skip
    with doors.engine.begin() as c:
        for table, values in row.items():
            insert_new(c, t.meta.tables[table], [{**values, **changed.get(table, {})}])
    return f"{name}-touch"


def touches(doors: Doors) -> dict[str, Any]:
    with doors.engine.connect() as c:
        return {r.id: r for r in c.execute(select(t.touch))}
