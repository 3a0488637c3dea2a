"""`produce` and `trace`: one film for one account, and where every figure in a film came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
from vitalreel.steps.produce import Made, Size
from vitalreel.steps.viewers import viewer_for
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.media import Media
from vitalreel.store.parts import copy_whole, make_whole
from vitalreel.video.page import page_for
from vitalreel.wiring import open_doors, open_workshop


@click.command()
@click.option("--account", required=True, help="The account's id.")
@click.option("--module", required=True, help="The module's name.")
@click.option("--contact", help="The contact's id (default: the module's first choice of role).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Copy the film's files into this folder.")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="WxH",
    callback=lambda _c, _p, given: sizes_of(given),
    help="1920x1080, 1080x1080, 1080x1920 or smaller of the same shapes; several times for several (default: vitalreel.yaml's).",
)
@click.option("--draft", is_flag=True, help="The light voice and a coarser picture, in seconds.")
@click.option("--intro", default="", help="The id of a recorded introduction to put in front of it.")
@framed
def produce(
    frame: Frame, account: str, module: str, contact: str | None, out: Path | None, sizes: tuple[Size, ...], draft: bool,
    intro: str,
) -> None:  # fmt: skip
    """Make one film about one account, from what was known at the end of --as-of.

    Several sizes of a film share its voice, captions and ledger; all but the first are kept as renditions of it, each in a
    folder of its own (below --out in one named for its size).

    \b
    $ vitalreel produce -w ws --as-of 2024-09-30 --account A-43a9e3 --module usage_drop_recovery
    ws/var/media/videos/4f0c…/film.mp4  62.4 s  scenes 7 made, 1 found again  38.1 CPU s  24 checks passed
    """
    doors = open_doors(frame.root())
    who = viewer_for(doors, AccountId(account), module, contact)
    order = Order(AccountId(account), who, module, intro=intro)
    with open_workshop(doors, draft, lambda what, done, total: frame.say(f"  {what}: {done} of {total}")) as workshop:
        batch = films(doors, workshop, [order], frame.day, frame.now, sizes)
    if batch.refused:
        raise Refused(f"the film of {module} for {account}", batch.refused[0].reason)
    folders = [_placed(doors, made, number, out) for number, made in enumerate(batch.made)]
    failed = [[c for c in made.checks if not c.ok] for made in batch.made]
    documents = [document(made, folder) for made, folder in zip(batch.made, folders, strict=True)]
    told = documents[0] | ({"renditions": documents[1:]} if documents[1:] else {})
    text = "\n".join(line(m, f, len(c)) for m, f, c in zip(batch.made, folders, failed, strict=True))
    frame.answer(told, text, LOOK if any(failed) else DONE)


def sizes_of(given: Sequence[str]) -> tuple[Size, ...]:
    """1080x1080 and the like, each once. Raises BadParameter for what is no size a page is laid out for."""
    found = []
    for text in given:
        width, x, height = text.lower().replace("×", "x").partition("x")
        if not (x and width.isdecimal() and height.isdecimal()):
            raise click.BadParameter(f"{text} is no size; write it as 1080x1080")
        try:
            page_for(int(width), int(height))
        except Refused as e:
            raise click.BadParameter(str(e)) from e
        found.append(Size(int(width), int(height)))
    return tuple(dict.fromkeys(found))


def _placed(doors: Doors, made: Made, number: int, out: Path | None) -> Path:
    """Where a film's files can be opened; further sizes lie below the first one's folder."""
    folder = Media(doors.workspace.media).video(made.video)
    if out is None:  # the store keeps films in parts; who asked for one may want to open it
        make_whole(folder, folder, ["film.mp4"])
        return folder
    target = out if number == 0 else out / f"{made.board.width_px}x{made.board.height_px}"
    copy_whole(folder, target)
    return target


def document(made: Made, folder: Path) -> dict[str, Any]:
    """A film as `produce` and `preview` answer it."""
    names = {"mp4": "film.mp4", "hls": "master.m3u8", "captions": "captions.vtt", "poster": "poster.jpg", "transcript": "transcript.txt",
             "ledger": "ledger.json"}  # fmt: skip
    return {
        "video": made.film, "rendition": made.video, "size": f"{made.board.width_px}x{made.board.height_px}",
        "language": made.board.language,
        **{kind: str(folder / name) for kind, name in names.items()}, "duration_s": round(made.board.length_s, 3),
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
        beside = Media(doors.workspace.media).video(VideoId(whole_id(doors, video))) / "ledger.json"
    if not beside.is_file():
        raise NotFound("ledger", str(beside), "a film's ledger lies beside its film.mp4")
    ledger: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    return ledger


def whole_id(doors: Doors, start: str) -> str:
    """The id of a film or of another size of one from its beginning, as long as only one begins so."""
    with reading(doors.engine).connect() as c:
        found = [
            name
            for kept in (t.video.c.id, t.rendition.c.id)
            for name in c.execute(select(kept).where(kept.startswith(start, autoescape=True)).limit(2)).scalars()
        ]
    if len(found) != 1:
        raise NotFound(
            "video", start, "several begin so; give more of the id" if found else "see the console's account pages"
        )
    return str(found[0])
