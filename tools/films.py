"""Makes three whole films of the demo company, and sheets of their stills.

    python tools/films.py                     var/films: usage drop, renewal opener, renewal package; stills into docs/pictures
    python tools/films.py --module NAME ...   only these
    python tools/films.py --draft             the light voice, in a fraction of the time
    python tools/films.py --out DIR           films somewhere else

The company is the demo's: 120 invented accounts, seed 7. For each module the account is taken whose film has most to tell.
Stills are taken from the finished MP4, one a scene, at the moment before the scene ends.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vitalreel.edges import gl  # noqa: E402

gl.ensure()  # before skia is imported

import av  # noqa: E402
from PIL import Image  # noqa: E402

from vitalreel.errors import VitalreelError  # noqa: E402
from vitalreel.identity import AccountId  # noqa: E402
from vitalreel.steps.doors import Doors  # noqa: E402
from vitalreel.steps.knowing import known_tables  # noqa: E402
from vitalreel.steps.orders import Order, write  # noqa: E402
from vitalreel.steps.viewers import viewer_for  # noqa: E402
from vitalreel.wiring import open_doors  # noqa: E402

MODULES = ("usage_drop_recovery", "renewal_opener", "renewal_package")
ACCOUNTS, DAYS, SEED = 120, 480, 7
CELL_W, ACROSS, GAP, BETWEEN, QUALITY = 480, 4, 12, "#C9CBD6", 84
BEFORE_END_S = 0.6  # content leaves in the last quarter of a second


def vitalreel(*arguments: str) -> dict[str, object]:
    """One command's JSON; its progress goes to the terminal. Exit code 1, "needs a look", is no failure."""
    command = [sys.executable, "-m", "vitalreel", *arguments, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def company(folder: Path, day: date) -> Doors:
    """The workspace with its company loaded and scored, made once."""
    if not (folder / "vitalreel.yaml").is_file():
        vitalreel(
            "simulate",
            str(folder),
            "--accounts",
            str(ACCOUNTS),
            "--days",
            str(DAYS),
            "--seed",
            str(SEED),
            "--as-of",
            str(day),
        )
        vitalreel("load", "-w", str(folder), "--as-of", str(day))
    vitalreel("score", "-w", str(folder), "--as-of", str(day))
    return open_doors(folder)


def account_for(doors: Doors, module: str, day: date) -> AccountId:
    """The account whose film has most to tell: the most scenes, then the most facts, then the first id."""
    told: list[tuple[int, int, AccountId]] = []
    reason = ""
    with doors.lake.session() as session:
        tables = known_tables(session, doors.programme, day)
        for row in tables["account"].select("account_id").order_by("account_id").to_pyarrow().to_pylist():
            account = AccountId(row["account_id"])
            try:
                order = Order(account, viewer_for(doors, account, module), module)
                script = write(doors, tables, order, day).script
            except VitalreelError as e:
                reason = str(e)
                continue
            told.append((-len(script.scenes), -len(script.brief.facts), account))
    if not told:
        sys.exit(f"{module} makes a film for no account; the last reason: {reason}")
    return min(told)[2]


def stills(film: Path) -> list[Image.Image]:
    """One picture a scene, decoded from the MP4."""
    board = json.loads((film.parent / "storyboard.json").read_text(encoding="utf-8"))
    ends, at = [], 0
    for scene in board["scenes"]:
        at += scene["frames"]
        ends.append(at - round(BEFORE_END_S * board["fps"]))
    wanted, found = set(ends), []
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                found.append(frame.to_image())
    return found


def sheet(pictures: list[Image.Image], path: Path) -> None:
    height = round(CELL_W * pictures[0].height / pictures[0].width)
    down = -(-len(pictures) // ACROSS)
    page = Image.new("RGB", (GAP + ACROSS * (CELL_W + GAP), GAP + down * (height + GAP)), BETWEEN)
    for number, picture in enumerate(pictures):
        place = (GAP + number % ACROSS * (CELL_W + GAP), GAP + number // ACROSS * (height + GAP))
        page.paste(picture.resize((CELL_W, height), Image.Resampling.LANCZOS), place)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path, quality=QUALITY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "films")
    parser.add_argument("--module", nargs="+", default=list(MODULES))
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--day", type=date.fromisoformat, default=date.today() - timedelta(days=1))  # noqa: DTZ011
    chosen = parser.parse_args()
    doors = company(chosen.out / f"company-{chosen.day}", chosen.day)
    for module in chosen.module:
        account = account_for(doors, module, chosen.day)
        folder = chosen.out / module
        more = ("--draft",) if chosen.draft else ()
        made = vitalreel("produce", "-w", str(doors.workspace.root), "--as-of", str(chosen.day), "--account", account, "--module", module,
                         "--out", str(folder), *more)  # fmt: skip
        failed = [check for check in made["preflight"] if not check["ok"]]  # type: ignore[attr-defined]
        sheet(stills(folder / "film.mp4"), ROOT / "docs" / "pictures" / f"film-{module.replace('_', '-')}.jpg")
        print(
            f"{module}: {folder / 'film.mp4'}  {made['duration_s']} s  about {account}  {made['cpu_s']} CPU s  scenes {made['scenes']}"
        )
        for check in failed:
            print(f"  FAILED {check}")


if __name__ == "__main__":
    main()
