"""demo: a simulated company once around the loop. Every stage stands on rows and files, so a second call goes on from the first."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from vitalreel.identity import VideoId
from vitalreel.review.verdict import verdict
from vitalreel.simulator.plan import Plan
from vitalreel.steps.assess import assess_days
from vitalreel.steps.decide import decide_day
from vitalreel.steps.deliver import Delivered, Post, deliver, watch_url
from vitalreel.steps.doors import Doors, secret_key, set_secret
from vitalreel.steps.make import due_orders, make_orders
from vitalreel.steps.orders import Order
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.sync import origins, sync
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.media import Media
from vitalreel.store.parts import make_whole
from vitalreel.triggers.calendar import is_business_day
from vitalreel.triggers.window import SendingHours, sendable

Say = Callable[[str], None]
NOTE = "demo.json"
HOUR = 16
"""Mails leave at 16:00 UTC of the next business day: office hours from Berlin to Los Angeles."""
HISTORY_WEEKS = (12, 8, 4, 2, 1)
"""Days before today that are scored too, so that charts and explanations have something to stand on."""
DAYS = 480


@dataclass(frozen=True, slots=True)
class Setting:
    """What a demo is about; kept in the workspace, so that a second call goes on with the same company and day."""

    accounts: int
    seed: int
    videos: int
    day: date

    @property
    def now(self) -> datetime:
        """When the demo's mails leave."""
        day = self.day + timedelta(days=1)
        while not is_business_day(day, "GB"):
            day += timedelta(days=1)
        return datetime.combine(day, time(HOUR), UTC)


def prepare(folder: Path, wanted: Setting, say: Say) -> Setting:
    """The simulated company in `folder`: made, or found from an earlier call. Raises BadInput where something else is there."""
    note = folder / "var" / NOTE
    if note.is_file():
        kept = json.loads(note.read_text(encoding="utf-8"))
        say(f"Going on with the demo of {kept['day']} in {folder} (delete the folder for a new one)")
        return Setting(kept["accounts"], kept["seed"], kept["videos"], date.fromisoformat(kept["day"]))
    draft = folder.with_name(f".{folder.name}.part")
    _clear(draft)
    simulate_company(draft, Plan(wanted.accounts, DAYS, wanted.seed, wanted.day), say)
    kept = {"accounts": wanted.accounts, "seed": wanted.seed, "videos": wanted.videos, "day": wanted.day.isoformat()}
    (draft / "var" / NOTE).write_text(json.dumps(kept), encoding="utf-8")
    if folder.exists():
        folder.rmdir()  # only ever an empty one: checked by the caller
    draft.rename(folder)
    return wanted


def _clear(draft: Path) -> None:
    if draft.exists():
        shutil.rmtree(draft)


def load_company(doors: Doors, setting: Setting) -> int:
    """Load the company's files; answers the rows that were new. Arms and samples follow the seed; links stay secret."""
    now = setting.now
    for name in ("arms", "sample"):
        set_secret(doors.engine, name, hashlib.sha256(f"demo {setting.seed} {name}".encode()).digest(), now)
    loaded = [sync(doors, origin, doors.workspace.root / "data", now) for origin in origins(doors)]
    return sum(c.accepted for one in loaded for c in one.tables.values())


def score_company(doors: Doors, setting: Setting, say: Say) -> int:
    """Score the day, and some before it; answers how many accounts have a score."""
    with reading(doors.engine).connect() as c:
        done = set(c.execute(select(t.score_run.c.day)).scalars())
    days = [setting.day - timedelta(weeks=w) for w in HISTORY_WEEKS]
    missing = [d for d in days if d not in done]
    if missing:
        say(f"Scoring {len(missing)} days of history")
    return assess_days(doors, [*missing, setting.day], setting.now)[-1].scored


def open_plays(doors: Doors, setting: Setting) -> tuple[int, int]:
    """Today's plays; answers (touches that wait for a film, touches in all)."""
    with reading(doors.engine).connect() as c:
        decided = c.execute(select(t.episode.c.account)).first() is not None
    if not decided:
        decide_day(doors, setting.day, setting.now)
    with reading(doors.engine).connect() as c:
        every = list(c.execute(select(t.touch.c.state)).scalars())
    return sum(s == "planned" for s in every), len(every)


def make_films(doors: Doors, workshop: Workshop, setting: Setting) -> list[dict[str, Any]]:
    """Films until `videos` are made, those first that can leave at once without a person's review; each is tried once."""
    tried: set[str] = set()
    while (missing := setting.videos - len(made_films(doors))) > 0:
        orders = [order for order in _candidates(doors, setting) if order.touch not in tried][:missing]
        if not orders:
            break
        make_orders(doors, workshop, orders, setting.day, setting.now)
        tried.update(order.touch for order in orders)
    return made_films(doors)


def made_films(doors: Doors) -> list[dict[str, Any]]:
    """Films of touches, with their accounts, in order of their windows."""
    query = (
        select(
            t.video,
            t.touch.c.id.label("touch"),
            t.touch.c.state.label("touch_state"),
            t.account.c.name.label("account_name"),
        )
        .join(t.touch, t.touch.c.video == t.video.c.id)
        .join(t.account, t.account.c.id == t.video.c.account)
        .where(t.video.c.state == "made")
        .order_by(t.touch.c.window_to, t.touch.c.id)
    )
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _candidates(doors: Doors, setting: Setting) -> list[Order]:
    """Due orders in the order a demo wants them: sendable now and unreviewed first, plays by turns."""
    rules = doors.programme.review.rules
    key = secret_key(doors.engine, "sample", setting.now)
    hours = SendingHours(doors.programme.sending.start, doors.programme.sending.end, business_days_only=True)
    with reading(doors.engine).connect() as c:
        query = select(t.account.c.id, t.account.c.tier, t.account.c.zone, t.account.c.row)
        tiers = {r.id: (r.tier, r.zone, r.row.get("country")) for r in c.execute(query)}

    def waits(order: Order) -> bool:
        tier, zone, country = tiers[order.account]
        closed = sendable(setting.now, zone or doors.programme.zone, country or doors.programme.country, hours)
        return closed is not None or bool(verdict(tier, order.touch, rules, key).needs)

    turn: dict[str | None, int] = {}
    ranked = []
    for order in due_orders(doors, setting.now):
        turn[order.play] = turn.get(order.play, 0) + 1
        ranked.append(((waits(order), turn[order.play]), order))
    return [order for _, order in sorted(ranked, key=lambda r: r[0])]


def send_films(doors: Doors, post: Post, setting: Setting) -> Delivered:
    """Review by rule, then delivery."""
    queue_reviews(doors, setting.now)
    return deliver(doors, post, setting.now)


def shown(doors: Doors, post: Post, films: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The films as the command prints them, each whole in one file, with each viewer's page."""
    folder = doors.workspace.media
    for film in films:
        place = Media(folder).video(VideoId(film["id"]))
        make_whole(place, place, ["film.mp4"])
    return [
        {
            "id": f["id"], "account": f["account"], "account_name": f["account_name"], "module": f["module"], "title": f["title"],
            **{kind: str(folder / f["files"][kind]) for kind in ("mp4", "captions", "poster", "ledger")},
            "seconds": round(f["length_s"], 1), "state": f["touch_state"], "watch": watch_url(doors, post.base_url, f["touch"], now),
        }
        for f in films
    ]  # fmt: skip
