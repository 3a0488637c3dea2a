"""The viewer's page in a real browser: `python -m benchmarks.player [--keep]`.

axe over the page, its choices and its closed door, by day and by night, wide and narrow; everything by the keyboard alone; what it
weighs; how long until the film's first frame on a slow line; and whom it asks. Ends with 1 where one of them does not hold.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page
from tests.services import chromium
from tests.web.watching import PLAYER, STATIC, House, add_film, house, serving

from benchmarks.machine import ROOT, keep, stated
from vitalreel.errors import NotFound
from vitalreel.web.app import make_app
from vitalreel.wiring import utc_now

AXE = ROOT / "player" / "node_modules" / "axe-core" / "axe.min.js"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
MOST_BYTES, FIRST_FRAME_S = 250_000, 1.5
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LINES = (("good 4G: 10 Mbit/s, 40 ms", 10e6, 40, True), ("slow 4G: 1.6 Mbit/s, 150 ms", 1.6e6, 150, False))
"""What the line is called, bits a second, latency ms, and whether the limit is meant for it."""
TRIES = 5
VIDEO = "document.querySelector('vital-reel').video"


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that was looked at."""

    what: str
    found: str
    limit: str
    holds: bool


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    options = asked.parse_args()
    if not AXE.is_file():
        raise NotFound("axe-core", str(AXE), "run `make setup`")
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name, house(Path(name)) as home:
        add_film(home.doors, "long", "nordwind", home.now, 60)
        app = make_app(home.doors, home.kit, utc_now, "http://localhost")
        with serving(app) as site, chromium.browser() as browser:
            held = [
                *_axe(home, site, browser),
                _keyboard(home, site, browser),
                _weight(),
                *_frames(home, site, browser),
            ]
            held.append(_asks(home, site, browser))
    rows = [f"| {h.what} | {h.found} | {h.limit} | {'yes' if h.holds else 'no'} |" for h in held]
    text = f"{stated()}.\n\n| looked at | found | limit | holds |\n|---|---|---|---|\n" + "\n".join(rows)
    print(text)
    if options.keep:
        keep("The viewer's page", "python -m benchmarks.player", text)
    raise SystemExit(0 if all(h.holds for h in held) else 1)


@contextmanager
def _opened(browser: Browser, address: str, **more: Any) -> Iterator[Page]:
    context = browser.new_context(user_agent=CHROME, **more)
    page = context.new_page()
    page.goto(address)
    try:
        yield page
    finally:
        context.close()


def until(page: Page, condition: str) -> None:
    for _ in range(600):
        if page.evaluate(condition):
            return
        time.sleep(0.05)
    raise AssertionError(f"never came true: {condition}")


def _axe(home: House, site: str, browser: Browser) -> list[Held]:
    """axe's rules over each page, in both themes and two widths."""
    token = home.link("axe", "long")
    held = []
    for what, path in (("film", f"v/{token}"), ("choices", f"u/{token}"), ("closed door", f"v/{token}x")):
        broken: list[str] = []
        passed = 0
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                size = {"width": width, "height": 844}
                with _opened(browser, f"{site}/{path}", color_scheme=scheme, viewport=size) as page:
                    if what == "film":
                        until(page, f"{VIDEO}?.readyState >= 2")
                    good, bad = axe(page)
                passed += good
                broken += [f"{scheme}, {width} px: {one}" for one in bad]
        found = "; ".join(sorted(set(broken))) or f"none; {passed} passed"
        held.append(Held(f"axe, WCAG 2.2 AA and best practice: {what}", found, "no violation", not broken))
    return held


def axe(page: Page) -> tuple[int, list[str]]:
    """How many of axe's rules of TAGS a page passes, and which it breaks, each with the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate(f"axe.run({{runOnly: {TAGS!r}}})")
    return len(told["passes"]), [f"{v['id']}: {v['nodes'][0]['target']}" for v in told["violations"]]


def tabbed(page: Page, most: int = 60) -> Iterator[str]:
    """What Tab reaches, by its name, from the top of the page until it leaves it."""
    first = None
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate("""() => {
            let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            if (!at || at === document.body) return null;
            return at.getAttribute('aria-label') || (at.closest('label') ?? at).textContent.trim().replace(/\\s+/g, ' ').slice(0, 40);
        }""")
        if name is None or name == first:
            return
        first = first or name
        yield name


def _keyboard(home: House, site: str, browser: Browser) -> Held:
    """Tab to the start, play, pause, seek, captions, then through everything that can be reached, and out at the other end."""
    with _opened(browser, f"{site}/v/{home.link('keys', 'long')}") as page:
        until(page, f"{VIDEO}?.readyState >= 2")
        reached = []
        for name in tabbed(page):
            reached.append(name)
            if "Play" in name:
                page.keyboard.press("Enter")
                until(page, f"!{VIDEO}.paused")
        was = page.evaluate(f"{VIDEO}.currentTime")
        page.keyboard.press("k")
        until(page, f"{VIDEO}.paused")
        page.keyboard.press("l")
        until(page, f"{VIDEO}.currentTime > {was + 5}")
        page.keyboard.press("c")
        until(page, f"{VIDEO}.textTracks[0].mode === 'showing'")
    wanted = ("Play, 1:00", "Book twenty minutes", "Write", "captions")
    missing = [w for w in wanted if not any(w.lower() in name.lower() for name in reached)]
    found = f"{len(reached)} stops" + (f"; never reached: {', '.join(missing)}" if missing else "")
    return Held(
        "played, paused, moved on, captioned and left by the keyboard alone",
        found,
        "start, captions, button and person reached",
        not missing,
    )


def _weight() -> Held:
    player, style = (len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in (PLAYER.name, "viewer.css"))
    return Held(
        "player, gzip",
        f"{player / 1000:.0f} kB (its page's style {style / 1000:.1f} kB)",
        "250 kB",
        player <= MOST_BYTES,
    )


def _frames(home: House, site: str, browser: Browser) -> list[Held]:
    """From the address to the film's first frame on the screen, with nothing kept from before; median of some tries."""
    held = []
    for name, bits, latency_ms, meant in LINES:
        waits = [
            _first_frame(
                f"{site}/v/{home.link(f'f{bits:.0f}.{n}'.replace('.', '-'), 'long')}", browser, bits, latency_ms
            )
            for n in range(TRIES)
        ]
        limit = f"{FIRST_FRAME_S} s" if meant else "told only"
        held.append(
            Held(
                f"first frame, {name}",
                f"{median(waits):.2f} s (longest of {TRIES}: {max(waits):.2f})",
                limit,
                not meant or median(waits) <= FIRST_FRAME_S,
            )
        )
    return held


def _first_frame(address: str, browser: Browser, bits: float, latency_ms: float) -> float:
    context = browser.new_context(user_agent=CHROME)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": latency_ms, "downloadThroughput": bits / 8, "uploadThroughput": bits / 8,
    })  # fmt: skip
    page.add_init_script("""(() => {
        const look = () => {
            const video = document.querySelector('vital-reel')?.video;
            if (video) video.requestVideoFrameCallback(() => { window.framed ??= performance.now(); });
            else setTimeout(look, 5);
        };
        look();
    })();""")
    page.goto(address, wait_until="commit")
    until(page, "window.framed !== undefined")
    seconds = float(page.evaluate("window.framed")) / 1000
    context.close()
    return seconds


def _asks(home: House, site: str, browser: Browser) -> Held:
    """Every address asked while a film is watched to its end."""
    asked: set[str] = set()
    context = browser.new_context(user_agent=CHROME)
    page = context.new_page()
    page.on("request", lambda r: asked.add(r.url.split("/")[2] if r.url.startswith("http") else ""))
    page.goto(f"{site}/v/{home.link('asks')}")
    until(page, f"{VIDEO}?.readyState >= 2")
    page.locator("vital-reel button.start").click()
    until(page, f"{VIDEO}.ended")
    page.wait_for_timeout(2500)
    context.close()
    others = sorted(asked - {site.split("/")[2], ""})
    return Held("hosts asked while a film is watched", ", ".join(others) or "its own only", "its own only", not others)


if __name__ == "__main__":
    main()
