"""`demo`: the whole loop on a simulated company, then the console."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed
from vitalreel.cli.serve import run_server
from vitalreel.errors import BadInput
from vitalreel.settings import DEFAULT_PORT
from vitalreel.steps import demo as step
from vitalreel.wiring import open_doors, open_post, open_workshop

DEFAULT_DIR = Path("demo")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new or empty folder (default: ./demo, gone on with if there).",
)
@click.option("--accounts", default=120, show_default=True, type=click.IntRange(20, 5000))
@click.option("--videos", default=3, show_default=True, type=click.IntRange(0, 100))
@click.option("--seed", default=11, show_default=True)
@click.option("--draft", is_flag=True, help="The light voice and a coarser picture.")
@click.option("--port", default=DEFAULT_PORT, show_default=True)
@click.option("--no-serve", is_flag=True, help="End instead of serving the console.")
@framed
def demo(
    frame: Frame, folder: Path | None, accounts: int, videos: int, seed: int, draft: bool, port: int, no_serve: bool
) -> None:
    """A simulated company once around the loop: load, score, decide, film, deliver; then the console.

    \b
    $ vitalreel demo --no-serve
    120 accounts scored, 7 touches planned, 3 films made and sent to demo/var/mail
    """
    began = time.monotonic()

    def say(text: str) -> None:
        frame.say(f"[{time.monotonic() - began:5.1f} s] {text}")

    root = _folder(folder)
    day = frame.as_of or (datetime.now(UTC) - timedelta(days=1)).date()
    setting = step.prepare(root, step.Setting(accounts, seed, videos, day), say)
    doors = open_doors(root)
    say(f"Loaded {step.load_company(doors, setting):,} new rows")
    scored = step.score_company(doors, setting, say)
    planned, touches = step.open_plays(doors, setting)
    say(f"{scored} accounts scored, {touches} touches, {planned} of them wait for a film")
    with open_workshop(doors, draft, lambda what, done, total: say(f"  {what}: {done} of {total}")) as workshop:
        films = step.make_films(doors, workshop, setting)
    post = open_post(doors, setting.now)
    gone = step.send_films(doors, post, setting)
    shown = step.shown(doors, post, step.made_films(doors), setting.now)
    sent = [f for f in shown if f["state"] == "sent"]
    say(f"{len(films)} films made, {len(sent)} sent to {doors.workspace.mail}")
    document: dict[str, Any] = {
        "workspace": str(root), "accounts": setting.accounts, "scored": scored, "touches": touches, "videos": shown,
        "deliveries": len(sent), "url": f"http://localhost:{port}", "as_of": setting.day,
    }  # fmt: skip
    lines = [
        f"{scored} accounts scored, {touches} touches planned, {len(films)} films made, {len(sent)} sent to {doors.workspace.mail}"
    ]
    lines += [f"  {f['title']} ({f['seconds']:.0f} s): {f['mp4']}" for f in shown]
    code = LOOK if gone.unknown or gone.failed or len(sent) < setting.videos else DONE
    if no_serve:
        frame.answer(document, "\n".join(lines), code)
        return
    frame.answer(document, "\n".join([*lines, *_what_to_click(root, port, sent)]))
    run_server(root, "127.0.0.1", port)


def _folder(folder: Path | None) -> Path:
    """The demo's folder: a named one must be new or empty, the default one may hold an earlier demo."""
    root = folder or DEFAULT_DIR
    taken = root.exists() and any(root.iterdir())
    if taken and (folder is not None or not (root / "var" / step.NOTE).is_file()):
        raise BadInput(str(root), "is not an empty folder", "name a new one with --dir")
    return root


def _what_to_click(root: Path, port: int, sent: list[dict[str, Any]]) -> list[str]:
    lines = ["", "What to click:", f"  the console      http://localhost:{port}"]
    lines += [f"  watch a film     {f['watch']}" for f in sent[:1]]
    lines += [f"  the mailbox      {(root / 'var' / 'mail' / 'index.html').resolve().as_uri()}"]
    lines += [f"  where its figures come from: vitalreel trace -w {root} {f['id'][:12]}" for f in sent[:1]]
    return [*lines, "Ctrl-C ends it."]
