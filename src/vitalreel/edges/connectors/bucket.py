"""S3-compatible object storage as a Feed: the objects of a pattern, each fetched once for as long as it stays the same."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import pyarrow as pa
from pyarrow import fs

from vitalreel.edges.connectors.formats import read_table
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.ports import Ask, Landed, Piece, System

CHUNK_BYTES = 8 << 20
CONNECT_S, ANSWER_S = 10.0, 60.0
TRIES = 4
SETTLED = timedelta(seconds=5)
"""Storage tells times to the second: what was written just now is fetched once more, lest a second writing be missed."""


class Bucket:
    """One bucket, or a folder of it."""

    def __init__(self, source: str, system: System, key: str | None, secret: str | None, variable: str) -> None:
        """key, secret: None where the storage is open to all, or the machine's own role is asked. variable: the key's."""
        self._source, self._variable, self._root = source, variable, system.address
        self._encoding = system.encoding
        scheme, _, host = system.endpoint.rpartition("://")
        self._fs = fs.S3FileSystem(
            access_key=key, secret_key=secret, region=system.region or "us-east-1",
            endpoint_override=host or None, scheme=scheme or "https", connect_timeout=CONNECT_S, request_timeout=ANSWER_S,
            retry_strategy=fs.AwsStandardS3RetryStrategy(TRIES), background_writes=False,
            anonymous=key is None and bool(host),
        )  # fmt: skip

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """One piece an object, in the order of their names. An object is another once its size or time differs.

        An object that cannot be read is one row that says so, and is tried again each time; where none can be, BadInput.
        """
        try:
            wrong, objects = list[BadInput](), self._objects(ask)
            for name, size, changed in objects:
                settled = changed < now - SETTLED
                label = f"{name} {size} {changed.isoformat()}" + ("" if settled else f" seen {now.isoformat()}")
                try:
                    yield Piece(label, None if label in landed.pieces else self._read(name))
                except BadInput as e:
                    wrong.append(e)
                    if len(wrong) == len(objects):
                        raise wrong[0] from e
                    yield Piece(
                        f"{label} unread {now.isoformat()}", pa.table({"_problem": pa.array([str(e)], pa.string())})
                    )
        except OSError as e:
            raise self._trouble(e) from e

    def _objects(self, ask: Ask) -> list[tuple[str, int, datetime]]:
        """(name inside the root, bytes, when written) of every object that fits the pattern."""
        pattern = PurePosixPath(ask.what)
        if pattern.is_absolute() or ".." in pattern.parts:
            raise BadInput(ask.where, f"{ask.what!r} leaves the bucket's folder", "name objects from there")
        fixed = list(_before_wildcards(pattern.parts[:-1]))
        base = "/".join([self._root, *fixed])
        found = self._fs.get_file_info(fs.FileSelector(base, allow_not_found=True, recursive=True))
        fits = re.compile(_pattern(ask.what))
        named = [(i.path[len(self._root) + 1 :], i) for i in found if i.type == fs.FileType.File]
        kept = sorted((n, i.size, i.mtime) for n, i in named if fits.fullmatch(n))
        if not kept:
            near = ", ".join(sorted(n for n, _ in named)[:8])
            raise BadInput(ask.where, f"no object in {base} fits {ask.what!r}", f"there are: {near}" if near else "")
        return kept

    def _read(self, name: str) -> pa.Table:
        with tempfile.NamedTemporaryFile(suffix=PurePosixPath(name).suffix) as copy:
            with self._fs.open_input_stream(f"{self._root}/{name}") as content:
                while chunk := content.read(CHUNK_BYTES):
                    copy.write(chunk)
            copy.flush()
            return read_table(Path(copy.name), name, self._encoding)

    def _trouble(self, error: OSError) -> Exception:
        said = str(error).strip().splitlines()[0]
        where = f"the bucket {self._root}"
        if re.search(r"ACCESS_DENIED|403|INVALID_ACCESS_KEY|SIGNATURE_DOES_NOT_MATCH", said):
            return Refused(where, said, f"check {self._variable}_KEY and {self._variable}_SECRET")
        if re.search(r"does not exist|NO_SUCH_BUCKET|NoSuchBucket", said):
            return BadInput(where, said, "check the bucket's name in the mapping")
        return Unavailable(where, said, "check the endpoint in the mapping")


def _before_wildcards(parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        if "*" in part or "?" in part:
            return
        yield part


def _pattern(glob: str) -> str:
    """`*` and `?` within one name, `**` over folders."""
    return re.escape(glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
