"""The console's previews: drafts of a module for accounts side by side, from a workshop that stays warm."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime

from vitalreel.errors import Unavailable
from vitalreel.steps.doors import Doors
from vitalreel.steps.preview import Column, Previewer
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop

OpenWorkshop = Callable[[], AbstractContextManager[Workshop]]


class Previews:
    """Opened by the first preview and kept until the server ends: the second one finds voice, faces and figures at hand."""

    def __init__(self, doors: Doors, open_workshop: OpenWorkshop | None) -> None:
        """open_workshop: of drafts; None: this server makes none."""
        self._doors, self._open = doors, open_workshop
        self._held = ExitStack()
        self._lock = threading.Lock()
        self._previewer: Previewer | None = None

    def make(self, module: str, accounts: Sequence[str], day: date, now: datetime) -> tuple[Column, ...]:
        """Drafts of the module as its file is now. Raises Unavailable where this server makes none, or has no voice or faces."""
        if self._open is None:
            raise Unavailable("the preview", "this server makes no films", "start it with `vitalreel serve`")
        with self._lock:
            if self._previewer is None:
                shelf = self._held.enter_context(Shelf(self._doors))
                workshop = self._held.enter_context(self._open())
                self._previewer = Previewer(self._doors, workshop, shelf)
        return self._previewer.preview(module, accounts, day, now)

    def close(self) -> None:
        """End its processes."""
        with self._lock:
            self._held.close()
