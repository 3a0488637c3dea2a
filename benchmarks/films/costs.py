"""What films cost on the real path: facts, script, scenes by fingerprint, sound, preflight, publishing, rows.

    python -m benchmarks.films next [--keep]                 the next account's film of a 90 s module, 65 s of it shared
    python -m benchmarks.films many --accounts N [--keep]    N accounts' films of a short module, one after the other

The company is simulated and loaded anew in a folder of its own. Voice lines are spoken beforehand for `next`; for `many`
each film's own lines are spoken as it is made and the shared ones found again, as in reality. `--voice` chooses who speaks.
`many` may be ended early (SIGINT): it tells what was made until then, and says so.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from benchmarks.machine import keep, stated
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId
from vitalreel.settings import DEFAULT_CORE_HOUR, Settings
from vitalreel.simulator.plan import Plan
from vitalreel.steps import demo
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import from_shelf
from vitalreel.steps.orders import Order
from vitalreel.steps.produce import Made
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.viewers import viewer_for
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors, open_workshop

ROOT = Path(__file__).resolve().parents[2]
DAY, NOW = date(2026, 11, 22), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("what", choices=("next", "many"))
    asked.add_argument("--accounts", type=int, default=20, help="films of `many`")
    asked.add_argument("--voice", choices=("kokoro", "hibari"), default="kokoro")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--price", type=float, default=DEFAULT_CORE_HOUR, help="US dollars for a core hour")
    asked.add_argument("--keep", action="store_true", help="write the result into benchmarks/results.md")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        settings = Settings(None, ROOT / "var" / "assets", None, "http://localhost:8321", options.workers)
        accounts = 60 if options.what == "next" else 2 * options.accounts + 40
        doors = _company(Path(name) / "company", accounts, settings)
        with open_workshop(doors, options.voice == "hibari", settings=settings) as workshop, Shelf(doors) as shelf:
            if options.voice == "hibari":
                workshop = replace(workshop, picture=SkipEncoder(), draft=False)
            workshop.hands.warm()
            workshop.booth.warm()
            if options.what == "next":
                text = _next(doors, workshop, shelf)
            else:
                text = _many(doors, workshop, shelf, options.accounts, options.price, options.workers)
    told = f"{stated()}. Voice: {options.voice}. {text}"
    print(told)
    if options.keep:
        title = "The next account" if options.what == "next" else "Many accounts"
        more = f" --accounts {options.accounts}" if options.what == "many" else ""
        keep(title, f"python -m benchmarks.films {options.what}{more} --voice {options.voice}", told)


def _company(root: Path, accounts: int, settings: Settings) -> Doors:
    """A simulated company, loaded, with the modules that are measured; made by another process, so that its memory is not ours."""
    with ProcessPoolExecutor(1, get_context("spawn")) as another:
        another.submit(_company_made, root, accounts, settings).result()
    return open_doors(root, settings)


def _company_made(root: Path, accounts: int, settings: Settings) -> None:
    simulate_company(root, Plan(accounts, 240, 11, DAY), lambda _: None)
    for module in Path(__file__).parent.glob("*.yaml"):
        shutil.copy(module, root / "modules" / module.name)
    demo.load_company(open_doors(root, settings), demo.Setting(accounts, 11, 1, DAY))


def _orders(doors: Doors, module: str) -> list[Order]:
    """One for each account that has somebody to show it to, in the order of ids."""
    with doors.engine.connect() as c:
        accounts = [AccountId(a) for a in c.execute(select(t.account.c.id).order_by(t.account.c.id)).scalars()]
    orders = []
    for account in accounts:
        try:
            orders.append(Order(account, viewer_for(doors, account, module), module))
        except VitalreelError:  # nobody there to show it to
            continue
    return orders


def _film(doors: Doors, workshop: Workshop, shelf: Shelf, order: Order) -> Made | None:
    """None where the account's facts do not carry the module, or where preflight holds the film, which is told at once."""
    try:
        (made,) = from_shelf(doors, workshop, shelf, order, DAY, NOW)
    except VitalreelError:
        return None
    if not made.ok:
        print(f"held: {order.account}: {[c for c in made.checks if not c.ok]}", file=sys.stderr, flush=True)
    return made


def _size(folder: Path) -> int:
    """Bytes on the disk, each file once however many names it has."""
    stats = [p.stat() for p in folder.rglob("*") if p.is_file()]
    return sum({s.st_ino: s.st_size for s in stats}.values())


def _cpu() -> float:
    """This process and the children it has now or had; from /proc, since children at work are not in getrusage."""
    tick = os.sysconf("SC_CLK_TCK")
    mine, total = os.getpid(), 0.0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(place.parent.name) == mine or int(fields[1]) == mine:
            total += sum(int(x) for x in fields[11:15]) / tick
    return total


def _next(doors: Doors, workshop: Workshop, shelf: Shelf) -> str:
    """The film of a second account whose lines are spoken: the shared scenes are there from the first account's film.

    It is made once, for its voice, then its own scenes and files are taken away and it is made again, which is measured.
    """
    orders = iter(_orders(doors, "bench_ninety"))
    films_of = (made for order in orders if (made := _film(doors, workshop, shelf, order)) is not None)
    first, spoken = next(films_of), next(films_of)
    media = doors.workspace.media
    before = _taken_away(doors, media, spoken)
    spent = _cpu()
    second = _film(doors, workshop, shelf, spoken.order)
    assert second is not None
    cpu, added = _cpu() - spent, _size(media) - before
    board, folder = second.board, media / "videos" / second.video
    shared = sum(s.frames for s in board.scenes if s.shared) / board.fps
    sound = (folder / "sound.bin").stat().st_size
    return (
        f"A film of {len(board.scenes)} scenes, {board.length_s:.1f} s, {shared:.1f} s of them shared; the first account's took"
        f" {first.wall_s:.1f} s and {first.cpu_s:.1f} CPU s. The next account's, its lines spoken beforehand: {second.wall_s:.2f} s"
        f" wall, {cpu:.2f} CPU s in all processes, facts and script included; {second.made} scenes drawn, {second.reused} found"
        f" again. With its {board.length_s - shared:.0f} s of new lines spoken for it: {spoken.wall_s:.2f} s wall,"
        f" {spoken.cpu_s:.2f} CPU s. {added / 1e6:.2f} MB added on the disk by the film: HLS and MP4 in parts, the scenes drawn,"
        f" {sound / 1e6:.2f} MB of sound, posters and documents."
    )


def _taken_away(doors: Doors, media: Path, made: Made) -> int:
    """Remove a film's own scenes and its folder; answers how much is left on the disk."""
    with doors.engine.connect() as c:
        scenes = c.execute(select(t.video.c.scenes).where(t.video.c.id == made.video)).scalar_one()
    shutil.rmtree(media / "videos" / made.video)
    for scene in scenes:
        if not scene["shared"]:
            key = scene["fingerprint"]
            (media / "scenes" / key[:2] / f"{key}.scene").unlink()
    return _size(media)


def _many(doors: Doors, workshop: Workshop, shelf: Shelf, count: int, price: float, workers: int) -> str:
    """One film after the other, each with its own voice lines; memory is looked at after every film."""
    orders = iter(_orders(doors, "bench_short"))
    made_films = filter(None, (_film(doors, workshop, shelf, order) for order in orders))
    next(made_films)  # the shared scene and its lines
    made: list[Made] = []
    memory: list[int] = []
    peak = 0
    began, spent, before = time.perf_counter(), _cpu(), _size(doors.workspace.media)
    with suppress(KeyboardInterrupt):
        for film in itertools.islice(made_films, count):
            made.append(film)
            memory.append(_largest("VmRSS"))
            peak = max(peak, _largest("VmHWM"))
            if len(made) % 25 == 0:
                print(f"{len(made)} films, {_cpu() - spent:.0f} CPU s, {memory[-1]} MB", file=sys.stderr, flush=True)
    wall, cpu = time.perf_counter() - began, _cpu() - spent
    added = (_size(doors.workspace.media) - before) / len(made)
    length = sum(m.board.length_s for m in made) / len(made)
    own = sum(sum(s.frames for s in m.board.scenes if not s.shared) / m.board.fps for m in made) / len(made)
    tenth = max(1, len(memory) // 10)
    per_hour, cents = 3600 * len(made) / cpu, 100 * price * cpu / 3600 / len(made)
    said, again, held = sum(m.spoken for m in made), sum(m.spoken_again for m in made), sum(not m.ok for m in made)
    return (
        f"{len(made)} of {count} films, {held} held by preflight, of {length:.1f} s on average, {own:.1f} s of them the account's own,"
        f" {workers} processes;"
        f" {said} lines spoken, {again} found again. {cpu / len(made):.2f} CPU s a film, facts, script and voice included:"
        f" {per_hour:.0f} films an hour and core, {cents:.4f} US cents each at {price:.3f} US dollars a core hour;"
        f" {wall / len(made):.2f} s wall each on this machine. Memory of the largest process: {memory[tenth - 1]} MB after"
        f" {tenth}, {memory[-1]} MB after {len(made)}; at its highest, in a long sentence, {peak} MB. {added / 1e6:.2f} MB added a film."
    )


def _largest(which: str) -> int:
    """The largest of this process and its children, in MB. which: VmRSS, now, or VmHWM, since they began."""
    mine, sizes = str(os.getpid()), []
    for place in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in place.read_text().splitlines())
        except OSError:  # it ended while we looked
            continue
        if which in told and mine in (place.parent.name, told["PPid"].strip()):
            sizes.append(int(told[which].split()[0]) >> 10)
    return max(sizes)
