"""Every mail of a whole demo: made as `vitalreel demo` makes them, taken by a real mail server, read as its receivers read them.

`python -m benchmarks.mails --keep` makes a film for every touch the demo plans, approves those that people must see, and lets each leave
within its window. It holds every mail against all of issue 5's line 8 (tests/trip/inbox.py), has every other receiver unsubscribe by one
click, and sends to all of them again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.services import mail as mail_service
from tests.services.dkim import SELECTOR, private_key
from tests.services.mail import Received
from tests.trip.inbox import Sending, faults, one_click, page, recipient

from benchmarks.machine import keep, stated
from vitalreel.settings import Dkim, read_settings
from vitalreel.steps import demo
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.review import approve, items, queue_reviews
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_doors, open_post, open_workshop

BASE = "https://videos.larkspur.example"
DAY = date(2026, 11, 22)
HOURS = range(0, 14 * 24, 4)
"""After the demo's own hour: every hour of an office anywhere, for two weeks."""
MONTH = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one demo."""

    accounts: int
    films: int
    mails: tuple[Received, ...]
    faults: tuple[str, ...]
    left: int  # receivers who unsubscribed
    after: int  # mails they got afterwards
    others: int  # mails the others got of the same sending
    waited: Counter[str]  # why films stayed


def run(folder: Path, accounts: int, draft: bool) -> Figures:
    """A demo with a film for every touch it plans."""
    setting = demo.prepare(folder, demo.Setting(accounts, 11, 10_000, DAY), print)
    doors = open_doors(folder)
    demo.load_company(doors, setting)
    demo.score_company(doors, setting, print)
    demo.open_plays(doors, setting)
    with open_workshop(doors, draft, lambda *_: None) as workshop:
        films = demo.make_films(doors, workshop, setting)
    queue_reviews(doors, setting.now)
    for one in items(doors):  # the demo leaves these to people; here their mails are to be read too
        for role in one["needs"]:
            approve(doors, one["id"], "the benchmark", role, setting.now)
    with mail_service.server() as server:
        deployed = replace(
            read_settings(),
            smtp=f"smtp://{server.host}:{server.port}",
            base_url=BASE,
            dkim=Dkim(SELECTOR, private_key()),
        )
        post = open_post(doors, setting.now, deployed)
        held: dict[str, str] = {}
        for hours in HOURS:
            gone = (
                deliver(doors, post, setting.now + timedelta(hours=hours))
                if hours
                else demo.send_films(doors, post, setting)
            )
            held |= {h.touch: h.reason for h in gone.withheld}
        mails = tuple(server.received)
        sending = _sending(doors, setting)
        told = tuple(f"{m.message['Subject']}: {f}" for m in mails for f in faults(m, sending))
        leaving = mails[::2]
        _unsubscribe(doors, setting, leaving)
        again = _again(doors, post, setting, [recipient(m) for m in mails])
        got = Counter(recipient(m) in {recipient(x) for x in leaving} for m in server.received[len(mails) :])
    sent = {str(m.message["Message-ID"]).split(".")[0].strip("<") for m in mails}
    waited = Counter(reason for touch, reason in held.items() if touch not in sent)
    assert again >= len(mails)
    return Figures(accounts, len(films), mails, told, len(leaving), got[True], got[False], waited)


def _sending(doors: Doors, setting: demo.Setting) -> Sending:
    query = select(t.link.c.id, t.contact.c.email).join(t.contact, t.contact.c.id == t.link.c.contact)
    with doors.engine.connect() as c:
        owners = {row.id: row.email for row in c.execute(query)}
    return Sending(BASE, (secret_key(doors.engine, "links", setting.now),), owners)


def _unsubscribe(doors: Doors, setting: demo.Setting, mails: Sequence[Received]) -> None:
    with TestClient(make_app(doors, kit_of(doors), lambda: setting.now, BASE), follow_redirects=False) as web:
        statuses = [
            one_click(web, m, kind) for m, kind in zip(mails, ["urlencoded", "multipart"] * len(mails), strict=False)
        ]
    assert {200} == set(statuses)


def _again(doors: Doors, post: Post, setting: demo.Setting, people: Sequence[str]) -> int:
    """Each film once more to whoever got it, two months later; answers how many touches were due."""
    later = setting.now + MONTH
    with doors.engine.begin() as c:
        touches = select(t.outbox.c.touch).where(t.outbox.c.to.in_(people))
        rows = [dict(r) for r in c.execute(select(t.touch).where(t.touch.c.id.in_(touches))).mappings()]
        for touch in rows:
            window = {"window_from": later - timedelta(days=1), "window_to": later + timedelta(days=14)}
            c.execute(
                t.touch.insert().values(
                    {**touch, **window, "id": f"again{touch['id']}"[:40], "step": "again", "state": "approved"}
                )
            )
    for hours in HOURS:
        deliver(doors, post, later + timedelta(hours=hours))
    return len(rows)


def told(figures: Figures) -> str:
    mails = figures.mails
    sizes = sorted(len(m.content) for m in mails)
    links = sum(len(page(m).links) for m in mails)
    stayed = ", ".join(f"{n} {reason}" for reason, n in sorted(figures.waited.items())) or "none"
    return (
        f"A demo of {figures.accounts} accounts with a film for each touch it plans: {figures.films} films, {len(mails)} mails taken by a "
        f"real SMTP server; kept back for good: {stayed}. Sizes {sizes[0]:,} to {sizes[-1]:,} bytes (limit 90,000), median "
        f"{sizes[len(sizes) // 2]:,}. All {links} links are the receiver's own, signed and on the company's host; every DKIM signature "
        f"verifies. Faults found: **{len(figures.faults)}**. {figures.left} receivers unsubscribed by one click; of the same films sent "
        f"again they got **{figures.after}**, the others {figures.others}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=120)
    parser.add_argument("--draft", action="store_true", help="the light voice and a coarser picture")
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    given = parser.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder) / "demo", given.accounts, given.draft)
    text = f"{told(figures)}\n\n{stated()}"
    print(text, *figures.faults[:20], f"{time.process_time() - began:.0f} CPU s of this process", sep="\n")
    if given.keep:
        keep(
            "Every mail of a demo", "python -m benchmarks.mails" + (" --draft" if given.draft else "") + " --keep", text
        )


if __name__ == "__main__":
    main()
