"""`vitalreel views`: what was watched, from a file of events; and events of another company's player."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import BadInput
from vitalreel.identity import ContactId
from vitalreel.settings import read_settings
from vitalreel.steps import claiming
from vitalreel.steps.export import Form, exported
from vitalreel.steps.track import import_events, track
from vitalreel.steps.watching import module_attention, who_watches
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
    """Take in events of another company's player; each carries the `token` of the link it was played by, or `asset` and `contact`.

    \b
    $ vitalreel views import events.jsonl -w ws
    212 accepted, 3 dropped: no link 3
    """
    doors = open_doors(frame.root())
    taken = import_events(doors.engine, [_json(line) for _, line in _lines(file)], frame.now)
    dropped = ", ".join(f"{reason} {n}" for reason, n in sorted(taken.dropped.items()))
    text = f"{taken.accepted} accepted, {sum(taken.dropped.values())} dropped" + (f": {dropped}" if dropped else "")
    frame.answer({"accepted": taken.accepted, "dropped": taken.dropped}, text, LOOK if taken.dropped else DONE)


@views.command("export")
@click.option("--as", "form", type=click.Choice(["xapi", "segment", "cloudevents"]), required=True, help="Whose words.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    default="1970-01-01",
    help="Views that began on this day (UTC) or later.",
)
@framed
def export(frame: Frame, form: Form, since: datetime) -> None:
    """Views that count, in another system's words: one JSON object a line, with the same ids each time.

    
    $ vitalreel views export --as xapi --since 2026-03-01 -w ws
    {"id": "...", "verb": {"id": "https://w3id.org/xapi/video/verbs/played", ...}, ...}
    """
    doors = open_doors(frame.root())
    objects = list(exported(doors, form, read_settings().base_url, since.replace(tzinfo=UTC), frame.now))
    if not objects and not frame.as_json:
        frame.say("No views.")  # on stderr: a pipe gets objects or nothing
        return
    frame.answer({"objects": objects}, "\n".join(json.dumps(o, ensure_ascii=False) for o in objects))


@views.command("attention")
@click.argument("module")
@click.option("--segment", default="", help="Only accounts of this segment.")
@click.option("--account", default="", help="Only this account.")
@click.option("--film", default="", help="Only this film.")
@framed
def attention(frame: Frame, module: str, segment: str, account: str, film: str) -> None:
    """How MODULE is watched, scene by scene: who reaches a scene, how much of it is seen, replayed, and where viewers leave.

    \b
    $ vitalreel views attention usage_drop_recovery -w ws
    12 viewers, 9 to the end
    scene   reached  seen  times  replayed  left  from its beginning to its end
    """
    found = module_attention(open_doors(frame.root()), module, segment, account, film)
    cells = [
        (
            s.name,
            f"{s.reached} of {s.viewers}",
            f"{s.share:.0%}",
            f"{s.times:.2f}",
            str(s.replayed),
            str(s.left),
            _bars(s.curve),
        )
        for s in found.scenes
    ]
    head = ("scene", "reached", "seen", "times", "replayed", "left", "from its beginning to its end")
    told = f"{found.viewers} viewers, {found.finished} to the end" if found.viewers else "Nobody has watched it yet."
    frame.answer(asdict(found), "\n".join([told, *([table(cells, head)] if cells else [])]))


@views.command("people")
@click.option("--account", default="", help="Only this account.")
@framed
def people(frame: Frame, account: str) -> None:
    """Who watches: films sent and watched by contact and account, how soon, and for how long not.

    \b
    $ vitalreel views people --account nordwind -w ws
    account  contact  sent  watched  completion  first view after  quiet  passed on  rating
    """
    found = who_watches(open_doors(frame.root()), frame.now, account)
    cells = [
        (w.account, p.contact, str(p.sent), str(p.watched), "" if p.completion is None else f"{p.completion:.0%}",
         _delay(p.first_view_delay_s), f"{p.quiet_days} days" if p.quiet else "", str(p.passed_on or ""),
         "" if p.rating is None else f"{p.rating:.1f}")
        for w in found
        for p in w.people
    ]  # fmt: skip
    head = ("account", "contact", "sent", "watched", "completion", "first view after", "quiet", "passed on", "rating")
    apart = Counter[str]()
    for w in found:
        apart.update(w.apart)
    left_out = ", ".join(f"{why} {n}" for why, n in sorted(apart.items()))
    lines = [table(cells, head) if cells else "Nothing was sent yet."] + ([f"not counted: {left_out}"] if apart else [])
    frame.answer({"accounts": [asdict(w) for w in found]}, "\n".join(lines))


@views.command("anonymous")
@framed
def anonymous(frame: Frame) -> None:
    """Browsers in which your own videos were played and nobody is known to have watched.

    \b
    $ vitalreel views anonymous -w ws
    browser  played  views  seconds  last  said
    """
    found = claiming.anonymous(open_doors(frame.root()))
    cells = [
        (
            b.device,
            ", ".join(b.assets),
            str(b.views),
            f"{b.watched_s:.0f}",
            b.last.date().isoformat(),
            ", ".join(b.said),
        )
        for b in found
    ]
    head = ("browser", "played", "views", "seconds", "last", "said")
    frame.answer({"browsers": [asdict(b) for b in found]}, table(cells, head) if cells else "There are none.")


@views.command("claim")
@click.argument("browser")
@click.option("--contact", required=True, help="Who watched there: their id, address or id of another system.")
@click.option("--by", required=True, help="Who says so.")
@framed
def claim(frame: Frame, browser: str, contact: str, by: str) -> None:
    """Say who watched in a browser: what was played there becomes theirs, and counts.

    \b
    $ vitalreel views claim d-81f2 --contact con-000007-1 --by "Ines Roth" -w ws
    3 views are con-000007-1's now
    """
    doors = open_doors(frame.root())
    count = claiming.claim(doors, browser, ContactId(contact), by, frame.now)
    track(doors, frame.now)
    frame.answer({"browser": browser, "contact": contact, "views": count}, f"{count} views are {contact}'s now")


def _bars(curve: Sequence[float]) -> str:
    """A curve of 0..1 in eighths of a line."""
    return "".join(" \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"[round(8 * share)] for share in curve)


def _delay(seconds: float | None) -> str:
    if seconds is None:
        return ""
    days, hours = divmod(seconds / 3600, 24)
    return f"{days:.0f} d {hours:.0f} h" if days >= 1 else f"{hours:.1f} h"


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
        "shared": w.shared,
        "rating": w.rating,
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
