"""A line of a film in review said otherwise: how long a reviewer waits at a browser for the film with the new words.

`python -m benchmarks.retakes --keep` makes one film of a simulated company, serves its review and says its lines otherwise one after the
other in Chromium, as a reviewer does: from the click to the film that plays from the scene with the new words, and to the film that is
checked and in the review. Draft quality; `--full` speaks and draws in full quality.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select
from tests.services import chromium
from tests.trip.conftest import DAY, NOW, SETTING, Company, settings
from tests.trip.copied import unreviewed
from tests.web.watching import serving

from benchmarks.machine import keep, stated
from vitalreel.review.chain import read_review
from vitalreel.settings import Settings
from vitalreel.simulator.plan import Plan
from vitalreel.steps import demo
from vitalreel.steps.doors import Doors
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.simulate import simulate_company
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_workshop

EVERYBODY = read_review({f"tier_{n}": {"needs": ["csm"]} for n in (1, 2, 3, 4)}, "the benchmark")


READS_S = 15.0
"""A reviewer reads before they write; meanwhile what makes films gets ready."""
PLAYS = """() => { const film = document.querySelector(".mid video");
  return film.dataset.early && film.readyState >= 2 && !film.seeking; }"""
"""The new words can be seen and heard."""


@dataclass(frozen=True, slots=True)
class Took:
    """One retake, in seconds from the click."""

    seen_s: float  # until it plays
    checked_s: float  # until the page has the film that can be approved


def machine() -> Settings:
    """As `vitalreel serve` has them: a process for every core."""
    return replace(settings(), workers=os.cpu_count() or 1)


def company(root: Path, full: bool) -> Doors:
    """A company with one film that waits for review."""
    simulate_company(root, Plan(SETTING.accounts, 240, SETTING.seed, DAY), lambda _: None)
    made = Company(root)
    if not full:
        made.sized("480x270")
    made.decide()
    doors = made.doors
    with open_workshop(doors, draft=not full, settings=machine()) as shop:
        demo.make_films(doors, shop, SETTING)
    queue_reviews(doors, NOW)
    unreviewed(doors)
    doors = replace(doors, programme=replace(doors.programme, review=EVERYBODY))
    queue_reviews(doors, NOW)
    return doors


def run(doors: Doors, most: int) -> tuple[list[Took], str]:
    """Each of the film's first sentences with a few words more, in the order of the film; and what the film is, in words."""
    with doors.engine.connect() as c:
        review, length_s, scenes = c.execute(
            select(t.review.c.id, t.video.c.length_s, t.video.c.scenes)
            .join(t.video, t.video.c.id == t.review.c.video)
            .where(t.review.c.state == "waiting")
        ).one()
    films = partial(open_workshop, doors, settings=machine())
    app = make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", films=films)
    with serving(app) as site, chromium.browser() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{site}/review/{review}")
        time.sleep(READS_S)
        found = [_said_otherwise(page, number) for number in range(1, most + 1)]
        page.close()
    film = doors.programme.film
    return found, f"A film of {length_s:.0f} s and {len(scenes)} scenes at {film.width_px}x{film.height_px}"


def _said_otherwise(page: Page, number: int) -> Took:
    """The first sentence of scene `number`."""
    scene = page.locator(".script > li", has=page.locator("form.again")).nth(number)
    scene.locator("summary").first.click()
    form = scene.locator("form.again").first
    words = form.locator("textarea").input_value()
    form.locator("textarea").fill(words.rstrip(".?") + ", as far as we can see.")
    form.locator("[name=who]").fill("Ingrid")
    began = time.perf_counter()
    form.locator("button").click(no_wait_after=True)
    page.wait_for_function(PLAYS, timeout=120_000)
    seen_s = time.perf_counter() - began
    page.wait_for_url(re.compile("took="), timeout=120_000)
    page.locator(".took").first.wait_for()
    checked_s = time.perf_counter() - began
    page.goto(page.url.partition("?")[0])
    return Took(seen_s, checked_s)


def told(found: Sequence[Took], film: str, full: bool) -> str:
    seen, checked = [x.seen_s for x in found], [x.checked_s for x in found]
    return (
        f"{film}, {'full' if full else 'draft'} quality, {len(found)} lines said otherwise in Chromium. From the click until the film "
        f"plays from the new words: median **{statistics.median(seen):.1f} s** of wall, slowest {max(seen):.1f} (target: 5); until it was "
        f"listened to, checked and in the review: median {statistics.median(checked):.1f} s, slowest {max(checked):.1f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the neural voice and full pixels")
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        doors = company(Path(folder) / "ws", given.full)
        text = f"{told(*run(doors, given.lines), given.full)}\n\n{stated()}"
        doors.engine.dispose()
    print(text)
    if given.keep:
        how = "python -m benchmarks.retakes" + (" --full" if given.full else "") + " --keep"
        keep("A line said otherwise in review" + (", in full quality" if given.full else ""), how, text)


if __name__ == "__main__":
    main()
