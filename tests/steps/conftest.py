"""A company with people in its films: made once, shared by the tests that show, change and introduce them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import insert

from tests.edges.clips.recordings import record
from tests.steps.companies import company, put
from tests.steps.filming import NOW, made
from tests.storyboard.test_people import BODY, HEAD
from tests.video.people import screen, someone
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import Batch
from vitalreel.steps.talent import add
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors, open_finder

REGISTRY = """
# our people
talent: 1
people:
  marit:
    name: Marit Lindqvist
    role: Chief Executive
    speaks_as: [spokesperson]
    voice: hibari
    consent: {given_on: 2026-01-01, by: in writing, scope: [portrait, clip, voice], until: 2027-12-31}
    approved: {people: {version: 2, on: 2026-11-20}}
  daniel:   # answers for Halden
    name: Daniel Osei
    role: Your customer success manager
    speaks_as: []
    csm: d1
    consent: {given_on: 2026-01-01, by: in writing, scope: [portrait], until: 2027-12-31}
"""


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory, assets: Path) -> Doors:
    """One account, a module with people in it, and two people with photographs, one with a clip."""
    opened = company(tmp_path_factory.mktemp("talent") / "ws")
    root = opened.workspace.root
    (root / "modules" / "people.yaml").write_text(HEAD + BODY, encoding="utf-8")
    (root / "talent.yaml").write_text(REGISTRY, encoding="utf-8")
    settings = (root / "vitalreel.yaml").read_text(encoding="utf-8")
    (root / "vitalreel.yaml").write_text(settings.replace("size: 1920x1080", "size: 480x270"), encoding="utf-8")
    (root / "screens").mkdir()
    Image.fromarray(np.ascontiguousarray(screen()[..., 2::-1])).save(root / "screens" / "offers.png")
    put(opened, "account", [{"account_id": "halden", "name": "Halden Health", "segment": "mid_market", "tier": 2,
                             "csm": "d1", "since": dt.date(2026, 2, 22)}])  # fmt: skip
    put(opened, "contact", [{"contact_id": "priya", "account_id": "halden", "name": "Priya Raman", "first_name": "Priya",
                             "role": "champion", "active": True}])  # fmt: skip
    put(opened, "csm", [{"csm_id": "d1", "name": "Daniel Osei", "first_name": "Daniel", "phone": "+1 555 0142",
                         "title": "Customer success manager", "email": "daniel@larkspur.example"}])  # fmt: skip
    put(opened, "contract", [{"contract_id": "c1", "account_id": "halden", "start": dt.date(2026, 2, 22),
                              "end": dt.date(2027, 2, 21), "renewal": dt.date(2027, 2, 21), "arr": 4_850_000,
                              "currency": "USD", "seats": 640, "auto_renew": True, "notice_days": 30, "trial": False}])  # fmt: skip
    with opened.engine.begin() as c:  # what the console shows of them; `sync` writes it from the lake
        now = {"row": {}, "updated": NOW}
        c.execute(insert(t.csm), [{"id": "d1", "name": "Daniel Osei", **now}])
        c.execute(insert(t.account), [{"id": "halden", "name": "Halden Health", "csm": "d1", **now}])
        c.execute(
            insert(t.contact),
            [{"id": "priya", "account": "halden", "name": "Priya Raman", "role": "champion", "active": True, **now}],
        )
    photograph = root / "marit.png"
    Image.fromarray(np.ascontiguousarray(someone(480, 640)[..., 2::-1])).save(photograph)
    for person in ("marit", "daniel"):
        add(open_doors(root), photograph, person, "portrait", "", None, open_finder())
    clip = record(root / "opening.mp4", length_s=2.9, quiet_s=0.4)
    add(open_doors(root), clip, "marit", "opening", "Thank you for a year of hard work.", (67, 40), open_finder())
    return open_doors(root)


@pytest.fixture(scope="session")
def batch(doors: Doors) -> Batch:
    return made(doors)
