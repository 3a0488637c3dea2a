"""Files that can be made again, thrown out when nobody has used them for long or they take too much room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

LEFT_BEHIND = timedelta(hours=6)
"""A draft this old belongs to a run that was killed."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was there and what of it went, or would go."""

    files: int
    size_bytes: int
    removed: int
    freed_bytes: int


@dataclass(frozen=True, slots=True)
class _Kept:
    path: Path
    size_bytes: int
    used: datetime


def sweep(
    folder: Path,
    suffix: str,
    now: datetime,
    unused: timedelta | None = None,
    most_bytes: int | None = None,
    dry: bool = False,
) -> Swept:
    """Remove files of `folder` ending in `suffix`: those not used for longer than `unused`, then the longest unused until the
    rest is at most `most_bytes`; and drafts (.part) a killed run left.

    None: no such limit. dry: only count. A file counts as used when it was last written or read, to the day (most file systems
    note a reading once a day). Whatever is removed while somebody reads it is still read whole.
    """
    there = sorted(_files(folder, suffix), key=lambda kept: kept.used)
    total = sum(kept.size_bytes for kept in there)
    gone: list[_Kept] = []
    left = total
    for kept in there:
        late = unused is not None and now - kept.used > unused
        if not late and (most_bytes is None or left <= most_bytes):
            break
        gone.append(kept)
        left -= kept.size_bytes
    drafts = [kept for kept in _files(folder, ".part") if now - kept.used > LEFT_BEHIND]
    if not dry:
        for kept in (*gone, *drafts):
            kept.path.unlink(missing_ok=True)  # another sweep may have been here
    return Swept(len(there), total, len(gone) + len(drafts), sum(kept.size_bytes for kept in (*gone, *drafts)))


def _files(folder: Path, suffix: str) -> Iterator[_Kept]:
    for path in folder.rglob(f"*{suffix}"):
        try:
            about = path.stat()
        except FileNotFoundError:
            continue  # made into its final name, or removed, meanwhile
        yield _Kept(path, about.st_size, datetime.fromtimestamp(max(about.st_atime, about.st_mtime), UTC))
