"""Mailboxes on this machine's disk, as a mail server delivers into them: a Maildir, or one mbox file."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from vitalreel.delivery.returned import MOST_BYTES
from vitalreel.errors import BadInput, Unavailable
from vitalreel.ports import Found


class Maildir:
    """A folder with `new` and `cur`: a message a file, whole from the moment it is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return f"maildir:{self._folder}"

    def read(self, mark: str, known: Callable[[str], bool]) -> Iterator[Found]:
        """By places: a file keeps its name up to the colon, wherever a mail program moves it."""
        parts = [self._folder / part for part in ("new", "cur")]
        if not all(part.is_dir() for part in parts):
            raise BadInput(self.name, "is no Maildir: it has no folders new and cur", "name the folder above them")
        for part in parts:
            for file in sorted(part.iterdir()):
                place = f"{self.name}/{file.name.partition(':')[0]}"
                if file.name.startswith(".") or known(place):
                    continue
                try:
                    if file.stat().st_size > MOST_BYTES:
                        yield Found(place, b"", problem=f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
                    else:
                        yield Found(place, file.read_bytes())
                except FileNotFoundError:
                    continue  # moved from new to cur, where it is found next, or taken away by whoever looks after it
                except OSError as e:
                    raise Unavailable(self.name, e.strerror or str(e), "let this user read it") from e


class Mbox:
    """One file, messages after one another, each opened by a line "From " behind an empty one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def name(self) -> str:
        return f"mbox:{self._file}"

    def read(self, mark: str, known: Callable[[str], bool]) -> Iterator[Found]:
        """All of it each time: messages are known by what they are, since others may take some out of the file."""
        try:
            with self._file.open("rb") as file:
                fcntl.lockf(file, fcntl.LOCK_SH)  # whoever delivers into it has finished its message
                found = list(_messages(file, self.name))
        except FileNotFoundError as e:
            raise BadInput(self.name, "is not there", "name the file of the mailbox") from e
        except OSError as e:
            raise Unavailable(self.name, e.strerror or str(e), "let this user read it") from e
        yield from found


def _messages(file: BinaryIO, name: str) -> Iterator[Found]:
    number, lines, size, blank = 0, list[bytes](), 0, True
    for line in file:
        if blank and line.startswith(b"From "):
            if number:
                yield _found(name, number, lines, size)
            number, lines, size, blank = number + 1, [], 0, False
            continue
        if number == 0:
            raise BadInput(
                name, "is no mbox file: it does not begin with a line “From ”", "name a Maildir, or an mbox file"
            )
        size += len(line)
        if size <= MOST_BYTES:
            lines.append(line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line)
        blank = line in (b"\n", b"\r\n")
    if number:
        yield _found(name, number, lines, size)


def _found(name: str, number: int, lines: list[bytes], size: int) -> Found:
    place = f"{name}, message {number}"
    if size > MOST_BYTES:
        return Found(place, b"".join(lines), problem=f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines = lines[:-1]  # the line between messages
    return Found(place, b"".join(lines))
