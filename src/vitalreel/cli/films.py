"""`produce` and `trace`: one film for one account, and where every figure in a film came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import NotFound, Refused
from vitalreel.identity import AccountId, VideoId
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import films
from vitalreel.steps.orders import Order
from vitalreel.steps.produce import Made
from vitalreel.steps.viewers import viewer_for
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.media import Media
from vitalreel.store.parts import copy_whole, make_whole
from vitalreel.wiring import open_doors, open_workshop


@click.command()
@click.option("--account", required=True, help="The account's id.")
@click.option("--module", required=True, help="The module's name.")
@click.option("--contact", help="The contact's id (default: the module's first choice of role).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Copy the film's files into this folder.")
@click.option("--draft", is_flag=True, help="The light voice and a coarser picture, in seconds.")
@click.option("--intro", default="", help="The id of a recorded introduction to put in front of it.")
@framed
def produce(
    frame: Frame, account: str, module: str, contact: str | None, out: Path | None, draft: bool, intro: str
) -> None:
    """Make one film about one account, from what was known at the end of --as-of.

    \b
    $ vitalreel produce -w ws --as-of 2024-09-30 --account A-43a9e3 --module usage_drop_recovery
    ws/var/media/videos/4f0c…/film.mp4  62.4 s  scenes 7 made, 1 found again  38.1 CPU s  24 checks passed
    """
    doors = open_doors(frame.root())
    who = viewer_for(doors, AccountId(account), module, contact)
    order = Order(AccountId(account), who, module, intro=intro)
    with open_workshop(doors, draft, lambda what, done, total: frame.say(f"  {what}: {done} of {total}")) as workshop:
        batch = films(doors, workshop, [order], frame.day, frame.now)
    if batch.refused:
        raise Refused(f"the film of {module} for {account}", batch.refused[0].reason)
    made = batch.made[0]
    folder = Media(doors.workspace.media).video(made.video)
    if out is not None:
        copy_whole(folder, out)
        folder = out
    else:
        make_whole(
            folder, folder, ["film.mp4"]
        )  # the store keeps it in parts; who asked for one film may want to open it
    failed = [c for c in made.checks if not c.ok]
    frame.answer(document(made, folder), line(made, folder, len(failed)), LOOK if failed else DONE)


def document(made: Made, folder: Path) -> dict[str, Any]:
    """A film as `produce` and `preview` answer it."""
    names = {"mp4": "film.mp4", "hls": "master.m3u8", "captions": "captions.vtt", "poster": "poster.jpg", "transcript": "transcript.txt",
             "ledger": "ledger.json"}  # fmt: skip
    return {
        "video": made.video, **{kind: str(folder / name) for kind, name in names.items()}, "duration_s": round(made.board.length_s, 3),
        "wall_s": round(made.wall_s, 3), "cpu_s": round(made.cpu_s, 3), "scenes": {"made": made.made, "reused": made.reused},
        "sentences": {"spoken": made.spoken, "reused": made.spoken_again}, "preflight": made.checks,
    }  # fmt: skip


def line(made: Made, folder: Path, failed: int) -> str:
    """The same for people."""
    checks = f"{failed} of {len(made.checks)} checks FAILED" if failed else f"{len(made.checks)} checks passed"
    cost = f"{made.wall_s:.1f} s, {made.cpu_s:.1f} CPU s"
    scenes = f"scenes {made.made} made, {made.reused} found again"
    lines = [f"{folder / 'film.mp4'}  {made.board.length_s:.1f} s long  {scenes}  made in {cost}  {checks}"]
    lines += [f"  {c.check}: {c.value}, limit {c.limit} {c.where}" for c in made.checks if not c.ok]
    return "\n".join(lines)


@click.command()
@click.argument("video")
@framed
def trace(frame: Frame, video: str) -> None:
    """Every number, name and date of a film, by its id or the path of its MP4, with its fact and source rows.

    \b
    $ vitalreel trace -w ws 4f0c8f2b7a1d4f8e9a55c0de8a7b1c33
    text   fact     value  as of       source
    34     wau_now  34     2026-11-22  usage: usage.csv:40211 and 6 more
    """
    ledger = _ledger(frame, video)
    rows = [
        (f["text"], f["fact"], str(f["value"])[:24], f["as_of"], _source(f["source"]), "; ".join(f["where"][:2]))
        for f in ledger["facts"]
    ]
    untraced = ledger["untraced"]
    text = table(rows, ("text", "fact", "value", "as of", "source", "where")) + f"\nuntraced: {json.dumps(untraced)}"
    facts = [
        {
            "text": f["text"],
            "where": f["where"],
            "fact": f["fact"],
            "source": f["source"],
            "as_of": f["as_of"],
            "value": f["value"],
        }
        for f in ledger["facts"]
    ]
    frame.answer({"facts": facts, "untraced": untraced}, text, LOOK if untraced else DONE)


def _source(source: Mapping[str, Any]) -> str:
    rows = source["rows"]
    more = f" and {source['count'] - 1} more" if source["count"] > 1 else ""
    return f"{source['table']}: {rows[0] if rows else source['query']}{more}"


def _ledger(frame: Frame, video: str) -> dict[str, Any]:
    """The ledger beside an MP4, or of a film of the workspace."""
    path = Path(video)
    beside = path.parent / "ledger.json" if path.suffix == ".mp4" else None
    if beside is None:
        doors = open_doors(frame.root())
        beside = Media(doors.workspace.media).video(VideoId(_whole_id(doors, video))) / "ledger.json"
    if not beside.is_file():
        raise NotFound("ledger", str(beside), "a film's ledger lies beside its film.mp4")
    ledger: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    return ledger


def _whole_id(doors: Doors, start: str) -> str:
    """A film's id from its beginning, as long as only one begins so."""
    with reading(doors.engine).connect() as c:
        found = list(
            c.execute(select(t.video.c.id).where(t.video.c.id.startswith(start, autoescape=True)).limit(2)).scalars()
        )
    if len(found) != 1:
        raise NotFound(
            "video", start, "several begin so; give more of the id" if found else "see the console's account pages"
        )
    return str(found[0])
