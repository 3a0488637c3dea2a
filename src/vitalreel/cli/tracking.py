"""`vitalreel views`: what was watched, from a file of events; and events of another company's player."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed
from vitalreel.errors import BadInput
from vitalreel.steps.track import import_events
from vitalreel.tracking.event import Event, read_event
from vitalreel.tracking.watch import Watched, watched
from vitalreel.wiring import open_doors


@click.group()
def views() -> None:
    """What viewers watched."""


@views.command("summarise")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--length", "length_s", type=float, required=True, help="Length of the film in seconds.")
@framed
def summarise(frame: Frame, file: Path, length_s: float) -> None:
    """Watched ranges from a file of player events (JSON Lines, any order, repeats allowed). Needs no workspace.

    \b
    $ vitalreel views summarise events.jsonl --length 94
    v-1  watched 31.5 of 94 s (34%)  0:00-0:25 0:40-0:46.5  last at 0:46.5
    """
    by_view: dict[str, list[Event]] = {}
    refused = []
    for number, line in _lines(file):
        try:
            event = read_event(_json(line), f"{file} line {number}")
            by_view.setdefault(event.view, []).append(event)
        except BadInput as e:
            refused.append({"line": number, "reason": str(e)})
            frame.say(str(e))
    seen = {view: watched(events, length_s) for view, events in sorted(by_view.items())}
    document = {"views": [_document(view, w) for view, w in seen.items()], "refused": refused}
    text = "\n".join(_told(view, w, length_s) for view, w in seen.items()) or "no views"
    frame.answer(document, text, LOOK if refused else DONE)


@views.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@framed
def import_(frame: Frame, file: Path) -> None:
    """Take in events of another company's player; each carries the `token` of the personal link it was played by.

    \b
    $ vitalreel views import events.jsonl -w ws
    212 accepted, 3 dropped: no link 3
    """
    doors = open_doors(frame.root())
    taken = import_events(doors.engine, [_json(line) for _, line in _lines(file)], frame.now)
    dropped = ", ".join(f"{reason} {n}" for reason, n in sorted(taken.dropped.items()))
    text = f"{taken.accepted} accepted, {sum(taken.dropped.values())} dropped" + (f": {dropped}" if dropped else "")
    frame.answer({"accepted": taken.accepted, "dropped": taken.dropped}, text, LOOK if taken.dropped else DONE)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank. Raises BadInput where the file cannot be read."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as e:
        raise BadInput(str(file), f"cannot be read: {e}", "give a file of JSON Lines in UTF-8") from e


def _json(line: str) -> object:
    """What the line holds; a line that is not JSON is handed on as text, which reading refuses by name."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line


def _document(view: str, w: Watched) -> dict[str, object]:
    return {
        "view": view,
        "watched_s": w.watched_s,
        "ranges": [[start, to] for start, to in w.ranges],
        "completion": round(w.completion, 6),
        "replays": [{"from": r.from_s, "to": r.to_s, "times": r.times} for r in w.replays],
        "last_position_s": w.last_position_s,
        "clicked": w.clicked,
        "asked_for_human": w.asked_for_human,
    }


def _told(view: str, w: Watched, length_s: float) -> str:
    ranges = " ".join(f"{_clock(start)}-{_clock(to)}" for start, to in w.ranges) or "nothing"
    share = f"watched {w.watched_s:g} of {length_s:g} s ({w.completion:.0%})"
    return f"{view}  {share}  {ranges}  last at {_clock(w.last_position_s)}"


def _clock(seconds: float) -> str:
    """1:04, or 1:04.5 where the second is not whole."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    whole, part = divmod(rest, 1000)
    return f"{minutes}:{whole:02d}" + (f".{part:03d}".rstrip("0") if part else "")
