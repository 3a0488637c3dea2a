"""The landing: what was fetched of a source's tables, as it came, in pieces of Parquet that one manifest a table names.

A piece counts once the manifest names it, and the watermark stands in the same manifest: a fetch that is cut off loses
nothing and repeats little. What a table holds is read whole from here, as from a folder of files, so that sums over a day
and rows put right come out the same whether rows came at once or one by one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitalreel.errors import BadInput, Unavailable
from vitalreel.identity import fingerprint
from vitalreel.ports import Arrived, Landed, Mark, Piece
from vitalreel.sources.connection import Ask

MOST_PIECES = 64
"""Beyond it they are made one, with the last row of each key."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A piece as the manifest names it."""

    file: str
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class _Manifest:
    pieces: tuple[_Kept, ...] = ()  # oldest first
    mark: Mark | None = None
    next_line: int = 1  # a row keeps its line for good


class Landing:
    """One source's tables. Only the holder of `lock` may write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def lock(self, source: str) -> Iterator[None]:
        """Raises Unavailable where another fetch of the source is under way."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as e:
                raise Unavailable(f"the source {source}", "another fetch of it is under way", "try again later") from e
            yield

    def landed(self, ask: Ask) -> Landed:
        """What a feed needs to know to go on."""
        manifest = self._manifest(ask.table)
        return Landed(manifest.mark, frozenset(k.name for k in manifest.pieces) | self._whole_drafts(ask))

    def take(self, ask: Ask, pieces: Iterable[Piece]) -> int:
        """Keep pieces as they come; answers how many rows they brought.

        Of a table that is fetched whole nothing counts until the last piece came, and then nothing else does.
        """
        if not ask.whole:
            return sum(self._add(ask, piece) for piece in pieces)
        old, seen, brought = self._manifest(ask.table), list[_Kept](), 0
        names = {k.name: k for k in old.pieces if k.name}
        line, mark = max([old.next_line, *self._lines_of_drafts(ask, old)]), old.mark
        for piece in pieces:
            kept = names.get(piece.name) if piece.rows is None else self._write(ask, piece, line)
            kept = kept or self._found(ask, piece.name)
            seen.append(kept)
            line, mark = line + (0 if piece.rows is None else kept.rows), piece.mark
            brought += 0 if piece.rows is None else kept.rows
        self._commit(ask, _Manifest(tuple(seen), mark, line))
        self.sweep(ask)
        return brought

    def read(
        self, ask: Ask, location: str, columns: Collection[str] = (), ahead: Sequence[Piece] | None = None
    ) -> Arrived:
        """All a table holds: of rows with the same key the one that came last.

        location: what people call it. columns: those that are empty, not missing, where no row has them. ahead: pieces as if
        they had landed, for a look that keeps nothing. Raises BadInput where pieces disagree on what columns are called.
        """
        manifest = self._manifest(ask.table)
        at_hand = {k.name: k.file for k in manifest.pieces}
        tables = [self._rows(ask, k.file) for k in manifest.pieces if ahead is None or not ask.whole]
        line = manifest.next_line
        for piece in ahead or ():
            if piece.rows is None:
                tables.append(self._rows(ask, at_hand.get(piece.name, f"{_stem(piece.name)}.parquet")))
            else:
                tables.append(_numbered(piece.rows, line))
                line += piece.rows.num_rows
        merged = pa.concat_tables([_COLUMNS.empty_table(), *tables], promote_options="default")
        _one_spelling(merged.column_names, location)
        rows = _latest(merged, ask.key)
        for column in columns:
            if column not in rows.column_names and (ask.sparse or not rows.num_rows):
                rows = rows.append_column(column, pa.nulls(rows.num_rows, pa.string()))
        return Arrived(ask.table, location, rows, fingerprint([k.file for k in manifest.pieces]))

    def tidy(self, ask: Ask) -> None:
        """Make one piece of many."""
        manifest = self._manifest(ask.table)
        if not ask.whole and len(manifest.pieces) > MOST_PIECES:
            rows = self.read(ask, "").rows
            file = f"merged-{manifest.next_line}.parquet"
            self._put(ask, file, rows)
            self._commit(ask, _Manifest((_Kept(file, "", rows.num_rows),), manifest.mark, manifest.next_line))
            self.sweep(ask)

    def rewrite(self, ask: Ask, which: Callable[[pa.Table], pa.Array], change: Callable[[pa.Table], pa.Table]) -> int:
        """Change what has landed: pieces in which `which` finds rows. Answers how many rows those are."""
        changed = 0
        for kept in self._manifest(ask.table).pieces:
            whole = pq.read_table(self._folder / ask.table / kept.file)
            rows = whole.replace_schema_metadata(None)
            found = int(pc.sum(which(rows)).as_py() or 0)
            if found:
                self._put(ask, kept.file, change(rows).replace_schema_metadata(whole.schema.metadata))
                changed += found
        return changed

    def sweep(self, ask: Ask) -> None:
        """Delete what no manifest names."""
        named = {k.file for k in self._manifest(ask.table).pieces}
        for file in (self._folder / ask.table).glob("*.parquet"):
            if file.name not in named:
                file.unlink()

    def _add(self, ask: Ask, piece: Piece) -> int:
        manifest = self._manifest(ask.table)
        kept = self._write(ask, piece, manifest.next_line)
        others = tuple(k for k in manifest.pieces if k.file != kept.file)
        mark = piece.mark if piece.mark is not None else manifest.mark
        pieces = (*others, kept) if kept.rows or not others else others
        self._commit(ask, _Manifest(pieces, mark, manifest.next_line + kept.rows))
        return kept.rows

    def _write(self, ask: Ask, piece: Piece, line: int) -> _Kept:
        assert piece.rows is not None
        file = f"{_stem(piece.name) if piece.name else f'line-{line}'}.parquet"
        self._put(ask, file, _numbered(piece.rows, line).replace_schema_metadata({_NAME: piece.name.encode()}))
        return _Kept(file, piece.name, piece.rows.num_rows)

    def _put(self, ask: Ask, file: str, rows: pa.Table) -> None:
        path = self._folder / ask.table / file
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        pq.write_table(rows, draft, compression="zstd")
        _durably(draft, path)

    def _found(self, ask: Ask, name: str) -> _Kept:
        """A piece that an earlier pass wrote and could not name any more."""
        file = f"{_stem(name)}.parquet"
        return _Kept(file, name, pq.read_metadata(self._folder / ask.table / file).num_rows)

    def _rows(self, ask: Ask, file: str) -> pa.Table:
        return pq.read_table(self._folder / ask.table / file).replace_schema_metadata(None)

    def _lines_of_drafts(self, ask: Ask, manifest: _Manifest) -> list[int]:
        """Per piece on the disk that no manifest names: the first line after its own."""
        named = {k.file for k in manifest.pieces}
        loose = [f for f in (self._folder / ask.table).glob("n-*.parquet") if f.name not in named]
        lines = [pc.max(pq.read_table(f, columns=["_line"])["_line"]).as_py() for f in loose]
        return [int(line) + 1 for line in lines if line is not None]

    def _whole_drafts(self, ask: Ask) -> frozenset[str]:
        """Names of the pieces that lie on the disk, whether a manifest names them or not."""
        if not ask.whole:
            return frozenset()
        found = (self._folder / ask.table).glob("n-*.parquet")
        told = (pq.read_schema(file).metadata or {} for file in found)
        return frozenset(m[_NAME].decode() for m in told if _NAME in m)

    def _manifest(self, table: str) -> _Manifest:
        file = self._folder / table / "manifest.json"
        if not file.is_file():
            return _Manifest()
        raw = json.loads(file.read_text(encoding="utf-8"))
        return _Manifest(tuple(_Kept(**k) for k in raw["pieces"]), raw["mark"], raw["next_line"])

    def _commit(self, ask: Ask, manifest: _Manifest) -> None:
        path = self._folder / ask.table / "manifest.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        _durably(draft, path)


_NAME = b"vitalreel.piece"
_COLUMNS = pa.schema([("_line", pa.int64()), ("_problem", pa.string())])
"""What every piece has."""


def _one_spelling(columns: Sequence[str], location: str) -> None:
    spelt: dict[str, str] = {}
    for column in columns:
        other = spelt.setdefault(column.lower(), column)
        if other != column:
            what = f"two columns are called {other!r} and {column!r}, which only differ in capitals"
            raise BadInput(location, what, "have the system name it in one way")


def _stem(name: str) -> str:
    return f"n-{fingerprint(name)}"


def _numbered(rows: pa.Table, line: int) -> pa.Table:
    plain = rows.drop_columns(["_line"]) if "_line" in rows.column_names else rows
    return plain.append_column("_line", pa.array(np.arange(line, line + rows.num_rows, dtype=np.int64)))


def _latest(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Of rows with one key the last; a row without its whole key stays as it is, for the contract to refuse."""
    if not key or not rows.num_rows or any(k not in rows.column_names for k in key):
        return rows
    places = pa.array(np.arange(rows.num_rows))
    last = rows.select(key).append_column("place", places).group_by(list(key)).aggregate([("place", "max")])
    keep = pc.is_in(places, value_set=last["place_max"].combine_chunks())
    for k in key:
        keep = pc.or_(keep, pc.is_null(rows[k]))
    return rows.filter(keep)


def _durably(draft: Path, path: Path) -> None:
    """Put a file in its place, on the disk: what is acknowledged after this survives a power cut."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
