"""One viewer in a real Chromium, from a first play to a reload: what the database holds beside what the film's clock showed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from tests.services import chromium
from tests.web.watching import House, add_film, house, serving

from vitalreel.steps.track import track
from vitalreel.store.tables import view
from vitalreel.tracking.watch import coverage, union

LENGTH_S = 90
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
VIDEO = "document.querySelector('vital-reel').video"
TOLERANCE_S = 0.5

Span = tuple[float, float]

# Every 40 ms, and as the page goes: the steady clock, the film's own, its speed, whether the page is seen. It asks the media element
# and nothing of the player.
WATCHER = """
window.seen = [];
const look = () => {
  const video = document.querySelector('vital-reel')?.video;
  if (video) seen.push([performance.now() / 1000, video.currentTime, video.playbackRate, document.visibilityState === 'visible']);
};
setInterval(look, 40);
addEventListener('pagehide', () => { look(); sessionStorage.setItem('seen', JSON.stringify(seen)); });
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One page's view: film that ran before somebody's eyes, and film that was measured; seconds."""

    page: str
    shown: tuple[Span, ...]
    measured: tuple[Span, ...]
    shown_again: tuple[Span, ...]  # twice or more
    measured_again: tuple[Span, ...]

    @property
    def off_s(self) -> float:
        """The furthest that an end of a range is off; infinite where a range is missing or too many."""
        pairs = [
            (_joined(a), _joined(b)) for a, b in ((self.shown, self.measured), (self.shown_again, self.measured_again))
        ]
        if any(len(a) != len(b) for a, b in pairs):
            return float("inf")
        ends = [
            abs(x - y) for a, b in pairs for one, two in zip(a, b, strict=True) for x, y in zip(one, two, strict=True)
        ]
        return max(ends, default=0.0)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The same without gaps that are shorter than what a range's end may be off by."""
    joined: list[Span] = []
    for start, to in spans:
        if joined and start - joined[-1][1] < TOLERANCE_S:
            joined[-1] = (joined[-1][0], to)
        else:
            joined.append((start, to))
    return joined


def session(folder: Path, lost_s: float) -> list[Compared]:
    """Play, pause, seek, replay, speed, hidden tab, no network for so long, reload; the views of the two pages."""
    with house(folder) as home:
        add_film(home.doors, "long", "nordwind", home.now, LENGTH_S)
        token = home.link("session", "long")
        with serving(home.app()) as address, chromium.browser() as browser:
            context = browser.new_context(user_agent=CHROME)
            context.add_init_script(WATCHER)
            page = context.new_page()
            page.goto(f"{address}/v/{token}")
            shown = [_first(page, context, lost_s), _second(page)]
            page.goto("about:blank")
            time.sleep(1.0)
            context.close()
        return compared(home, "session", shown)


def _first(page: Page, context: BrowserContext, lost_s: float) -> list[Any]:
    """Until the reload."""
    until(page, f"{VIDEO}?.readyState >= 2")
    page.locator("vital-reel button.start").click()
    reach(page, 4)
    page.keyboard.press("k")
    time.sleep(0.7)
    page.keyboard.press("k")
    reach(page, 7)
    seek(page, 20)
    reach(page, 24)
    seek(page, 2)  # again
    reach(page, 5)
    seek(page, 40)
    page.evaluate(f"{VIDEO}.playbackRate = 1.5")
    reach(page, 46)
    with hidden(page):
        reach(page, 50)
    reach(page, 53)
    with _lost(context, lost_s):
        seek(page, 60)
        reach(page, 63)
        page.keyboard.press("k")
        time.sleep(0.5)
        seek(page, 70)  # the player's own: it plays on
        reach(page, 73)
        page.keyboard.press("k")
    page.keyboard.press("k")
    reach(page, 75)
    page.reload()
    shown: list[Any] = page.evaluate("JSON.parse(sessionStorage.getItem('seen'))")
    return shown


def _second(page: Page) -> list[Any]:
    """After it: a page and a view of its own."""
    until(page, f"{VIDEO}?.readyState >= 2")
    page.locator("vital-reel button.start").click()
    reach(page, 3)
    seek(page, 30)
    reach(page, 32)
    page.keyboard.press("k")
    shown: list[Any] = page.evaluate("seen")
    return shown


@contextmanager
def hidden(page: Page) -> Iterator[None]:
    """Another tab in front. A Chromium without a window counts every page as seen: it is told otherwise."""
    turn = (
        "Object.defineProperty(document, 'visibilityState', {{value: '{0}', configurable: true}});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.evaluate(turn.format("hidden"))
    yield
    page.evaluate(turn.format("visible"))


@contextmanager
def _lost(context: BrowserContext, seconds: float) -> Iterator[None]:
    """No network, for all that happens inside and until so long has passed."""
    began = time.monotonic()
    context.set_offline(True)
    yield
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    context.set_offline(False)


def seek(page: Page, seconds: float) -> None:
    page.evaluate(f"document.querySelector('vital-reel').seek({seconds})")
    until(page, f"!{VIDEO}.seeking && {VIDEO}.currentTime >= {seconds - 0.05}")


def reach(page: Page, seconds: float) -> None:
    until(page, f"{VIDEO}.currentTime >= {seconds}")


def until(page: Page, condition: str) -> None:
    for _ in range(1200):
        if page.evaluate(condition):
            return
        time.sleep(0.05)
    raise AssertionError(f"never came true: {condition}")


def compared(home: House, link: str, shown: Sequence[list[Any]]) -> list[Compared]:
    """The views of a link's two pages, before a reload and after it, beside what WATCHER saw in each."""
    track(home.doors, datetime.now(UTC))
    with home.doors.engine.connect() as c:
        rows = c.execute(select(view).where(view.c.link == link).order_by(view.c.started)).mappings().all()
    return [
        Compared(
            name, _seconds(union(spans := ran(samples))), tuple((a, b) for a, b in row["ranges"]),
            _seconds(union([(a, b) for a, b, n in coverage(spans) if n > 1])),
            _seconds(union([(round(r["from"] * 1000), round(r["to"] * 1000)) for r in row["replays"]])),
        )
        for name, samples, row in zip(("before the reload", "after it"), shown, rows, strict=True)
    ]  # fmt: skip


def ran(samples: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """The film that ran in view between samples, ms: where it moved on no further than its speed takes it. A seek goes further."""
    spans: list[tuple[int, int]] = []
    for (t0, p0, rate, seen0), (t1, p1, _, seen1) in pairwise(samples):
        moved = p1 - p0
        if seen0 and seen1 and 0 < moved <= (t1 - t0) * rate + 0.2:
            start, to = round(p0 * 1000), round(p1 * 1000)
            spans[-1:] = [(spans[-1][0], to)] if spans and spans[-1][1] == start else [*spans[-1:], (start, to)]
    return spans


def _seconds(spans: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple((a / 1000, b / 1000) for a, b in spans)


def told(found: Sequence[Compared], lost_s: float) -> str:
    """The figures as a table."""
    rows = [
        f"| {c.page} | {what} | {_written(shown)} | {_written(measured)} | {c.off_s:.2f} |"
        for c in found
        for what, shown, measured in (("seen", c.shown, c.measured), ("seen again", c.shown_again, c.measured_again))
    ]
    return (
        f"A viewer in a real Chromium plays, pauses, seeks, replays, goes on at 1.5, turns to another tab, loses the network for "
        f"{lost_s:.0f} s while watching on, and reloads. Seconds of film, as the film's own clock showed them every 40 ms and as the "
        f"database has them; no end of a range may be off by more than {TOLERANCE_S} s, and gaps "
        "shorter than that are none.\n\n"
        "| page | film | shown | measured | furthest off, s |\n|---|---|---|---|---|\n" + "\n".join(rows)
    )


def _written(spans: Sequence[Span]) -> str:
    return ", ".join(f"{a:.2f} to {b:.2f}" for a, b in spans) or "none"
