"""The review screen's retakes: a line said otherwise, or a fact corrected, while the browser waits, from workshops that stay warm (R2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime

from vitalreel.briefs.edit import Edit
from vitalreel.errors import Unavailable, VitalreelError
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Written
from vitalreel.steps.retake import Fix, Kind, Retake, base_of, correct, kind_of, retake
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.web.pages import HEADERS

OpenWorkshop = Callable[[bool], AbstractContextManager[Workshop]]
"""draft -> a workshop of that kind."""
KEPT = 16
"""Scripts at hand, of the reviews that were looked at last."""
REVIEWING: Mapping[str, str] = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'"
}
"""The page with a script of ours that knows where in the film a comment is made."""


class Retakes:
    """Opened by the first review that is looked at and kept until the server ends. Thread-safe: one retake at a time."""

    def __init__(self, doors: Doors, open_workshop: OpenWorkshop | None) -> None:
        """open_workshop: None: this server makes no films."""
        self._doors, self._open = doors, open_workshop
        self._held = ExitStack()
        self._turn = threading.Lock()
        self._shelf: Shelf | None = None
        self._shops: dict[bool, Workshop] = {}
        self._bases: dict[tuple[str, Kind], Written] = {}

    def make(self, review: str, edit: Edit, who: str, now: datetime) -> Retake:
        """The film with a line in other words. Raises Unavailable where this server makes none, and what `retake` raises."""
        with self._turn:
            kind = kind_of(self._doors, review)
            shop, shelf = self._opened(kind.draft)
            return retake(self._doors, shop, shelf, self._base(shelf, review, kind), review, edit, who, now)

    def correct(self, review: str, fix: Fix, who: str, now: datetime) -> Retake:
        """The film with a fact corrected. Raises as `make`, and what `correct` raises."""
        with self._turn:
            kind = kind_of(self._doors, review)
            shop, shelf = self._opened(kind.draft)
            made = correct(self._doors, shop, shelf, self._base(shelf, review, kind), review, fix, who, now)
            self._bases = {(review, kind): made.base}  # what others were written from may have moved with it
            return made

    def get_ready(self, review: str) -> None:
        """Open what a retake of this review needs while its film is being looked at; what goes wrong is told by the retake itself."""
        if self._open is not None and (review, kind_of(self._doors, review)) not in self._bases:
            threading.Thread(target=self._warm, args=(review,), name="retakes", daemon=True).start()

    def _warm(self, review: str) -> None:
        with self._turn, suppress(VitalreelError):
            kind = kind_of(self._doors, review)
            self._base(self._opened(kind.draft)[1], review, kind)

    def _base(self, shelf: Shelf, review: str, kind: Kind) -> Written:
        if (review, kind) not in self._bases:
            if len(self._bases) >= KEPT:
                self._bases.pop(next(iter(self._bases)))
            self._bases[review, kind] = base_of(self._doors, shelf, review)
        return self._bases[review, kind]

    def _opened(self, draft: bool) -> tuple[Workshop, Shelf]:
        if self._open is None:
            raise Unavailable("the film", "this server makes none", "start it with `vitalreel serve`")
        if self._shelf is None:
            self._shelf = self._held.enter_context(Shelf(self._doors))
        if draft not in self._shops:
            self._shops[draft] = self._held.enter_context(self._open(draft))
        return self._shops[draft], self._shelf

    def close(self) -> None:
        """End its processes."""
        with self._turn:
            self._held.close()
