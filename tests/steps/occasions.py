"""A workspace with three of the shipped plays and an account for each: a stalled set-up, a review, a renewal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select, update

from tests.steps.companies import DAY, put
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

PLAYS = ("onboarding_stall", "pre_qbr", "renewal_window")
ACCOUNTS = ("done", "met", "renewed", "seen", "still")
RENEWING = ("renewed", "seen")
LONG_AGO = dt.date(2025, 6, 1)


def on(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def noon(days: int) -> dt.datetime:
    return dt.datetime.combine(on(days), dt.time(12), dt.UTC)


def workspace(root: Path) -> Doors:
    """`done` and `still` are three days late with a step, `met` has a review in 12 days, `renewed` and `seen` renew in 75 days."""
    made = create(root)
    for path in (made.root / "plays").glob("*.yaml"):
        if path.stem not in PLAYS:
            path.unlink()
    settings = made.root / "vitalreel.yaml"
    text = settings.read_text(encoding="utf-8")
    assert "holdout: 10%" in text
    settings.write_text(text.replace("holdout: 10%", "holdout: 0%"), encoding="utf-8")
    for path in (made.root / "plays").glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("holdout: 10%", "holdout: 0%"), encoding="utf-8")
    doors = open_doors(made.root)
    account = {"segment": "mid_market", "zone": "Europe/London", "country": "GB", "since": LONG_AGO}
    tier = {a: 3 if a in RENEWING else 2 for a in ACCOUNTS}  # the shipped opener of their renewals is for these
    put(doors, "account", [{"account_id": a, "name": a.title(), "tier": tier[a], **account} for a in ACCOUNTS])
    people = [{"contact_id": f"{a}-{r}", "account_id": a, "name": r, "role": r, "active": True, "consent_email": True,
               "email": f"{r}@{a}.example"} for a in ACCOUNTS for r in ("sponsor", "admin")]  # fmt: skip
    put(doors, "contact", people)
    with doors.engine.begin() as c:
        insert_new(c, t.account, [
            {"id": a, "name": a.title(), "segment": "mid_market", "tier": tier[a], "zone": "Europe/London", "row": {"country": "GB"},
             "updated": noon(0)}
            for a in ACCOUNTS
        ])  # fmt: skip
        insert_new(c, t.contact, [
            {"id": p["contact_id"], "account": p["account_id"], "name": p["name"], "email": p["email"], "role": p["role"], "active": True,
             "row": {"consent_email": True}, "updated": noon(0)}
            for p in people
        ])  # fmt: skip
    late = {"milestone": "go live", "due": on(-3)}
    put(doors, "milestone", [{"account_id": a, **late} for a in ("done", "still")], known_on=on(-30))
    review(doors, on(12), on(-30))
    for name in RENEWING:
        renewal(doors, name, on(75), on(-200))
    return doors


def review(doors: Doors, day: dt.date, known_on: dt.date, kind: str = "qbr") -> None:
    """The review of `met` as it is known from a day on."""
    put(doors, "calendar_item", [{"item_id": "q1", "account_id": "met", "kind": kind, "day": day}], known_on=known_on)


def renewal(doors: Doors, account: str, day: dt.date, known_on: dt.date) -> None:
    """An account's contract as it is known from a day on."""
    row = {"contract_id": f"c-{account}", "account_id": account, "start": on(-290), "end": None, "arr": 5_000_000, "currency": "USD",
           "seats": 40, "trial": False, "renewal": day}  # fmt: skip
    put(doors, "contract", [row], known_on=known_on)


def decide(doors: Doors, days: int) -> None:
    decide_day(doors, on(days), noon(days))


def queued(doors: Doors, *accounts: str) -> dict[str, str]:
    """Their films are made, approved and due: account -> touch."""
    with doors.engine.begin() as c:
        touches = {r.account: r.id for r in c.execute(select(t.touch).where(t.touch.c.account.in_(accounts)))}
        for account, touch in touches.items():
            contact = c.execute(select(t.touch.c.contact).where(t.touch.c.id == touch)).scalar_one()
            insert_new(c, t.video, [{
                "id": f"{account}-film", "account": account, "contact": contact, "module": "m", "module_version": 1, "as_of": on(0),
                "title": "Film", "tier": 2, "state": "made", "draft": False, "length_s": 9.0, "scenes": [], "files": {}, "preflight": [],
                "cost": {}, "config": {}, "at": noon(0),
            }])  # fmt: skip
            c.execute(update(t.touch).where(t.touch.c.id == touch).values(state="approved", video=f"{account}-film"))
            insert_new(c, t.outbox, [{
                "key": f"{touch}:email", "touch": touch, "video": f"{account}-film", "account": account, "contact": contact,
                "channel": "email", "to": f"x@{account}.example", "state": "ready", "attempts": 0, "next_at": noon(0), "receipt": "",
                "created": noon(0), "changed": noon(0),
            }])  # fmt: skip
    return touches


def runs(doors: Doors) -> dict[str, tuple[str, str | None]]:
    """account -> (state, why it ended) of its run."""
    with doors.engine.connect() as c:
        return {r.account: (r.state, r.ended) for r in c.execute(select(t.play_run))}


def tasks(doors: Doors) -> list[tuple[str, str]]:
    with doors.engine.connect() as c:
        return [
            tuple(r)
            for r in c.execute(select(t.task.c.account, t.task.c.step).order_by(t.task.c.account, t.task.c.step))
        ]
