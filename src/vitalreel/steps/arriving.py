"""What arrived of a source: the rows of each of its files, and of those that could not be read, why; one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from vitalreel.edges.connectors.files import Files
from vitalreel.errors import BadConfiguration, BadInput, VitalreelError
from vitalreel.ports import Arrived
from vitalreel.sources.mapping import Mapping as TableMapping
from vitalreel.sources.mapping import without
from vitalreel.steps.doors import Doors
from vitalreel.steps.fetching import ahead, landed


@dataclass(frozen=True, slots=True)
class Arriving:
    """A source's files as they were read, the unread ones left out."""

    mapping: TableMapping  # of the source's, what can be filled from them
    rows: Mapping[str, pa.Table]  # the mapping's name of a file -> its rows
    prints: Mapping[str, str]  # -> fingerprint of its content
    unread: Mapping[str, VitalreelError]  # file -> why; of a table whose fetch failed, what had landed before is read


def read_files(
    doors: Doors,
    mapping: TableMapping,
    data: Path,
    ahead_of: datetime | None = None,
    failed: Mapping[str, VitalreelError] | None = None,
) -> Arriving:
    """Read all that can be read.

    ahead_of: an instant, for a look at what a fetch then would bring; None: what has landed. failed: tables whose fetch failed.
    Raises what is wrong with the first file where no table can be filled.
    """
    rows: dict[str, pa.Table] = {}
    prints: dict[str, str] = {}
    unread: dict[str, VitalreelError] = {}
    for file, read in _readings(doors, mapping, data, ahead_of):
        try:
            one = read()
        except (BadInput, BadConfiguration) as e:  # a system that is away is away for all its tables
            unread[file] = e
        else:
            rows[file], prints[file] = one.rows, one.fingerprint
    left = without(mapping, unread)
    if unread and not left.blocks:
        raise next(iter(unread.values()))
    return Arriving(left, rows, prints, {**(failed or {}), **unread})


def _readings(
    doors: Doors, mapping: TableMapping, data: Path, ahead_of: datetime | None
) -> Iterator[tuple[str, Callable[[], Arrived]]]:
    """Per file of the mapping, how it is read."""
    roots = {"data": data, "workspace": doors.workspace.root}
    for name, file in mapping.files.items():
        if file.ask is None:
            yield name, partial(_from_folder, Files(roots[file.root], mapping.reads.encoding), name, file.path)
        elif ahead_of is None:
            yield name, partial(landed, doors, mapping, file.ask)
        else:
            yield name, partial(ahead, doors, mapping, file.ask, ahead_of)


def _from_folder(files: Files, name: str, path: str) -> Arrived:
    return next(files.read({name: path}))
