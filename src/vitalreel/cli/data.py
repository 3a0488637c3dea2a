"""`load`, `check` and `quarantine`: customer data in, what it contradicts, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, exit_code, framed, table
from vitalreel.errors import VitalreelError
from vitalreel.steps.doors import Doors
from vitalreel.steps.held import held_rows
from vitalreel.steps.loads import load_source
from vitalreel.steps.look import Looked, Sample, look
from vitalreel.steps.sync import Loaded, Origin, origins
from vitalreel.wiring import open_doors

_DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the files (default: data/ in the workspace).",
)


def _folder(frame: Frame, data: Path | None) -> Path:
    return data if data is not None else frame.root() / "data"


@click.command()
@click.argument("sources", nargs=-1)
@_DATA
@framed
def load(frame: Frame, sources: tuple[str, ...], data: Path | None) -> None:
    """Read sources: all that mappings/ describes, or those named. Loading twice changes nothing.

    Rows that cannot be true go to quarantine; what disagrees between tables is kept and reported. A file that cannot be read, or
    a source, does not stop the others: exit 1 where some files of a source were left out, 2 or 3 where a whole source was.

    \b
    $ vitalreel load -w ws --data ../shared/data/ravenstack
    ravenstack
    table            read  accepted  duplicate  quarantined
    account           500       500          0            0
    ...
    """
    doors = open_doors(frame.root())
    done, failed = _load_each(frame, doors, origins(doors, sources), _folder(frame, data))
    document = {
        "tables": _tables(done),
        "findings": [{"source": one.source, **asdict(f)} for one in done for f in one.findings],
        "loads": [{"source": one.source, "load": one.load, "released": one.released} for one in done],
        "failed": [{"source": source, "error": str(e)} for source, e in failed.items()],
    }
    frame.answer(document, "\n\n".join(_loaded_text(one) for one in done), _code(done, failed))


def _load_each(
    frame: Frame, doors: Doors, found: Sequence[Origin], folder: Path
) -> tuple[list[Loaded], dict[str, VitalreelError]]:
    """Every source in turn -> what was loaded, and why the others were not, which is said at once."""
    done, failed = list[Loaded](), dict[str, VitalreelError]()
    for origin in found:
        source = origin.mapping.source
        frame.say(f"reading {source} ...")
        try:
            done.append(load_source(doors, origin, folder, lambda: frame.now, "hand"))
        except VitalreelError as e:
            failed[source] = e
            frame.say(f"vitalreel: {source} was not loaded: {e}")
    return done, failed


def _code(done: Sequence[Loaded], failed: Mapping[str, VitalreelError]) -> int:
    """The worst of all: 3 where a system is down, 2 where somebody must put something right, 1 where a look is needed."""
    return max((*(exit_code(e) for e in failed.values()), LOOK if any(one.look for one in done) else DONE))


def _tables(done: list[Loaded]) -> dict[str, dict[str, int]]:
    """Counts by canonical table, added up over sources."""
    total: dict[str, dict[str, int]] = {}
    for one in done:
        for name, counts in one.tables.items():
            into = total.setdefault(name, {"read": 0, "accepted": 0, "duplicate": 0, "quarantined": 0})
            for key, n in asdict(counts).items():
                into[key] += n
    return total


def _loaded_text(one: Loaded) -> str:
    counts: list[tuple[str, ...]] = [
        (name, *(f"{n:,}" for n in (c.read, c.accepted, c.duplicate, c.quarantined))) for name, c in one.tables.items()
    ]
    parts = [f"{one.source}\n" + table(counts, ("table", "read", "accepted", "duplicate", "quarantined"))]
    if one.findings:
        blocks = [f"{f.code}  {f.table}  {f.count:,}\n  {f.what}\n  e.g. {f.example}\n  {f.did}" for f in one.findings]
        parts.append(f"{len(one.findings)} kinds of findings\n\n" + "\n\n".join(blocks))
    if one.released:
        parts.append(f"{one.released:,} rows held before are in order now and were let go.")
    if any(c.quarantined for c in one.tables.values()):
        parts.append("Some rows are in quarantine: see `vitalreel quarantine list`.")
    return "\n\n".join(parts)


@click.command()
@_DATA
@click.option("--rows", default=3, show_default=True, type=click.IntRange(0, 50), help="Sample rows per table.")
@click.option("--offline", is_flag=True, help="Ask no other system: look at files only.")
@framed
def check(frame: Frame, data: Path | None, rows: int, offline: bool) -> None:
    """Hold configuration and mappings against the data; nothing is written.

    Shows what maps, what does not, and sample rows. Sources of other systems are asked for what is new, up to 10,000 rows a
    table. Of those that lie in a folder, without --data and without a folder data/ in the workspace, only the files people
    write are checked.

    \b
    $ vitalreel check -w ws --data ../shared/data/ravenstack
    account from ravenstack_accounts.csv: 500 rows, 0 would go to quarantine
    """
    folder = _folder(frame, data)
    there = folder if data is not None or folder.is_dir() else None
    seen = look(open_doors(frame.root()), there, frame.now, rows, connect=not offline)
    ok = not seen.problems
    document = {"ok": ok, "problems": [asdict(p) for p in seen.problems], "tables": [asdict(s) for s in seen.samples]}
    frame.answer(document, _looked_text(seen), DONE if ok else LOOK)


def _looked_text(seen: Looked) -> str:
    parts = [_sample_text(s) for s in seen.samples]
    if seen.problems:
        parts.append("\n".join(f"{p.where}: {p.what}" + (f"; {p.hint}" if p.hint else "") for p in seen.problems))
    else:
        parts.append(
            "Nothing wrong was found."
            if seen.samples
            else "The files people write are in order; no data was looked at."
        )
    return "\n\n".join(parts)


def _sample_text(s: Sample) -> str:
    lines = [
        f"{s.table} from {s.file}: {s.read:,} rows, {s.quarantined:,} would go to quarantine",
        f"  fills  {', '.join(s.maps)}",
    ]
    if s.empty:
        lines.append(f"  empty  {', '.join(s.empty)}")
    if s.unread:
        lines.append(f"  unread {', '.join(s.unread)}")
    for row in s.rows:
        lines.append("  e.g.   " + ", ".join(f"{k} {v}" for k, v in row.items() if v is not None))
    return "\n".join(lines)


@click.group(invoke_without_command=True)
@click.pass_context
def quarantine(context: click.Context) -> None:
    """Rows refused, and why; `replay` loads again after a fix and lets go of what is in order now."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@quarantine.command("list")
@framed
def list_(frame: Frame) -> None:
    """Rows held, with where they stood and why they were refused.

    \b
    $ vitalreel quarantine list -w ws
    Nothing is in quarantine.
    """
    _answer_held(frame, "")


@quarantine.command()
@click.argument("sources", nargs=-1)
@_DATA
@framed
def replay(frame: Frame, sources: tuple[str, ...], data: Path | None) -> None:
    """After a fix of the data, the mapping or the contract: load again; rows in order now leave quarantine.

    \b
    $ vitalreel quarantine replay -w ws --data ../shared/data/ravenstack
    0 rows were let go. Nothing is in quarantine.
    """
    doors = open_doors(frame.root())
    done, failed = _load_each(frame, doors, origins(doors, sources), _folder(frame, data))
    released = sum(one.released for one in done)
    _answer_held(frame, f"{released:,} rows were let go. ", {"released": released}, _code((), failed))


def _answer_held(frame: Frame, before: str, extra: dict[str, int] | None = None, code: int = DONE) -> None:
    rows = held_rows(open_doors(frame.root()))
    lines: list[tuple[str, ...]] = [(r.table, f"{r.location}:{r.line}", r.code, r.reason) for r in rows]
    text = "\n" + table(lines, ("table", "where", "code", "reason")) if rows else "Nothing is in quarantine."
    document = {"rows": [asdict(r) for r in rows], **(extra or {})}
    frame.answer(document, (before + text).strip(), max(code, LOOK if rows else DONE))
