"""`vitalreel condition`: is a condition sound and what does it mean; and what it answers on a folder of CSVs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
import ibis
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from vitalreel.cli.frame import DONE, WRONG, Frame, framed
from vitalreel.conditions import Checked, Mistake, evaluate, parse, to_json
from vitalreel.errors import BadConfiguration, BadInput
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.signals.tables import SHAPES
from vitalreel.store.workspace import read_yaml

_CATALOGUE = click.option(
    "--catalogue",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What may be named (default: signals.yaml of the workspace).",
)


@click.group()
def condition() -> None:
    """Check a condition, or ask it."""


@condition.command("check")
@click.argument("text")
@_CATALOGUE
@framed
def check(frame: Frame, text: str, catalogue: Path | None) -> None:
    """Whether a condition is sound, and its one written form. Needs no workspace where --catalogue is given.

    \b
    $ vitalreel condition check "band is red or orange" --catalogue signals.yaml
    band is red or orange
         ^^^^^^^^^^^^^^^^ E_LIST: Name a list in parentheses.
    write: is one of (red, orange)
    """
    checked = parse(text, _read(catalogue or frame.root() / "signals.yaml"))
    _answer_check(frame, checked)


@condition.command("eval")
@click.argument("text")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of CSVs.")
@_CATALOGUE
@framed
def eval_(frame: Frame, text: str, data: Path, catalogue: Path | None) -> None:
    """Who says yes and of whom it is unknown, on accounts.csv, facts.csv, events.csv, ... of a folder; all others say no.

    \b
    $ vitalreel condition eval "band is red" --data data --catalogue catalogue.yaml --as-of 2026-03-31
    yes: bolt, iris
    unknown: nobody
    """
    known = _read(catalogue or frame.root() / "signals.yaml")
    checked = parse(text, known)
    if checked.tree is None:
        _answer_check(frame, checked)
        return
    got = evaluate(_tables(data), {"asked": checked.tree}, known, frame.day)["asked"]
    yes, unknown = sorted(got.yes), sorted(got.unknown)
    text = f"yes: {', '.join(yes) or 'nobody'}\nunknown: {', '.join(unknown) or 'nobody'}"
    frame.answer({"yes": yes, "unknown": unknown, "canonical": checked.canonical}, text)


def _answer_check(frame: Frame, checked: Checked) -> None:
    document = {
        "ok": checked.ok,
        "canonical": checked.canonical,
        "tree": to_json(checked.tree) if checked.tree else None,
        "errors": [_document(mistake) for mistake in checked.errors],
    }
    told = "\n".join(shown(checked.text, mistake) for mistake in checked.errors) or f"{checked.canonical}\nsound"
    frame.answer(document, told, DONE if checked.ok else WRONG)


def _document(mistake: Mistake) -> dict[str, object]:
    return {
        "code": mistake.code,
        "at": list(mistake.at),
        "message": mistake.message,
        "suggestion": list(mistake.suggestion) if isinstance(mistake.suggestion, tuple) else mistake.suggestion,
    }


def shown(text: str, mistake: Mistake) -> str:
    """The line the mistake begins on, carets under its place, the reason, and what to write instead."""
    first = text.rfind("\n", 0, mistake.start) + 1
    line = text[first:].partition("\n")[0]
    inside = max(1, min(mistake.end, first + len(line)) - mistake.start)
    under = " " * (mistake.start - first) + "^" * inside
    out = [line, f"{under} {mistake.code}: {mistake.message}"]
    if isinstance(mistake.suggestion, tuple):
        out += ["choose:", *(f"  {reading}" for reading in mistake.suggestion)]
    elif mistake.suggestion is not None:
        out.append(f"write: {mistake.suggestion}" if mistake.suggestion else "leave it out")
    return "\n".join(out)


def _read(path: Path) -> Catalogue:
    entries = read_yaml(path, str(path))
    if not isinstance(entries, dict):
        raise BadConfiguration(str(path), "a catalogue is a mapping with feeds and signals")
    return read_catalogue(entries, str(path))


def _tables(folder: Path) -> Mapping[str, ibis.Table]:
    """The long tables of a folder; a table without a file is empty, but for the accounts."""
    if not (folder / "accounts.csv").is_file():
        raise BadInput(str(folder / "accounts.csv"), "there is no such file", "--data names a folder with accounts.csv")
    return {name: ibis.memtable(_table(folder / f"{name}.csv", schema)) for name, schema in SHAPES.items()}


def _table(path: Path, schema: pa.Schema) -> pa.Table:
    if not path.is_file():
        return schema.empty_table()
    days = [f.name for f in schema if pa.types.is_int64(f.type)]
    types = {f.name: pa.string() if f.name in days else f.type for f in schema}
    try:
        read = csv.read_csv(
            path,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types, include_columns=schema.names, strings_can_be_null=True, null_values=[""]
            ),
        )
        columns = [_day_numbers(read[name]) if name in days else read[name] for name in schema.names]
    except (pa.ArrowInvalid, KeyError) as error:
        raise BadInput(str(path), "this is not a table of that kind", " ".join(str(error).split())) from error
    return pa.table(columns, schema=schema)


def _day_numbers(said: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days as numbers since 1970, written so or as dates."""
    if pc.all(pc.match_substring_regex(said, r"^-?\d+$")).as_py():
        return said.cast(pa.int64())
    return said.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
