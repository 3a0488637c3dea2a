"""The review screen's retakes: a line said otherwise, or a fact corrected, while the browser waits, from workshops that stay warm (R2)."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime

from vitalreel.briefs.edit import Edit
from vitalreel.errors import NotFound, Unavailable, VitalreelError
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Written
from vitalreel.steps.retake import PRIORITY, Fix, Kind, Retake, base_of, correct, kind_of, retake
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Early, Workshop, silent
from vitalreel.web.pages import HEADERS

OpenWorkshop = Callable[[bool], AbstractContextManager[Workshop]]
"""draft -> a workshop of that kind."""
KEPT = 16
"""Scripts at hand, of the reviews that were looked at last."""
SEEN = 3
"""Films at hand as they were seen early, of the retakes that were begun last."""
REVIEWING: Mapping[str, str] = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'"
}
"""The page with a script of ours that knows where in the film a comment is made, and asks how far a film has come."""


@dataclass(slots=True)
class Making:
    """A film that is being made again, as the page that waits for it sees it."""

    began: float = field(default_factory=time.monotonic)
    doing: str = "waiting for the film before it"
    early: Early | None = None
    seen_s: float = 0.0  # until it could be seen
    took_s: float = 0.0  # until it was in the review
    error: str = ""

    def progress(self, what: str, done: int, total: int) -> None:
        self.doing = f"{what}, {done} of {total}"

    def see(self, early: Early) -> None:
        self.early, self.seen_s = early, time.monotonic() - self.began
        self.doing = "listening to it and checking it"


Work = Callable[[Making], Retake]
"""Makes a film, telling how far it has come."""


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
        self._making: OrderedDict[str, Making] = OrderedDict()

    def make(self, review: str, edit: Edit, who: str, now: datetime, making: Making | None = None) -> Retake:
        """The film with a line in other words. Raises Unavailable where this server makes none, and what `retake` raises."""
        with self._turn:
            kind = kind_of(self._doors, review)
            shop, shelf = self._opened(kind.draft, making)
            return retake(self._doors, shop, shelf, self._base(shelf, review, kind), review, edit, who, now)

    def correct(self, review: str, fix: Fix, who: str, now: datetime, making: Making | None = None) -> Retake:
        """The film with a fact corrected. Raises as `make`, and what `correct` raises."""
        with self._turn:
            kind = kind_of(self._doors, review)
            shop, shelf = self._opened(kind.draft, making)
            made = correct(self._doors, shop, shelf, self._base(shelf, review, kind), review, fix, who, now)
            self._bases = {(review, kind): made.base}  # what others were written from may have moved with it
            return made

    def begin(self, work: Work) -> str:
        """Have a film made behind the page; answers the name by which `making` tells how far it has come."""
        name, making = secrets.token_urlsafe(9), Making()
        self._making[name] = making
        while len(self._making) > SEEN:
            self._making.popitem(last=False)
        threading.Thread(target=_made, args=(work, making), name="retakes", daemon=True).start()
        return name

    def making(self, name: str) -> Making:
        """How far a film has come. Raises NotFound."""
        found = self._making.get(name)
        if found is None:
            raise NotFound("film in the making", name, "open the review again")
        return found

    def get_ready(self, review: str) -> None:
        """Open what a retake of this review needs while its film is being looked at; what goes wrong is told by the retake itself."""
        if self._open is not None and (review, kind_of(self._doors, review)) not in self._bases:
            threading.Thread(target=self._warm, args=(review,), name="retakes", daemon=True).start()

    def _warm(self, review: str) -> None:
        with self._turn, suppress(VitalreelError):
            kind = kind_of(self._doors, review)
            shop, shelf = self._opened(kind.draft)
            self._base(shelf, review, kind)
            shop.hands.warm()
            shop.booth.warm()

    def _base(self, shelf: Shelf, review: str, kind: Kind) -> Written:
        if (review, kind) not in self._bases:
            if len(self._bases) >= KEPT:
                self._bases.pop(next(iter(self._bases)))
            self._bases[review, kind] = base_of(self._doors, shelf, review)
        return self._bases[review, kind]

    def _opened(self, draft: bool, making: Making | None = None) -> tuple[Workshop, Shelf]:
        if self._open is None:
            raise Unavailable("the film", "this server makes none", "start it with `vitalreel serve`")
        if self._shelf is None:
            self._shelf = self._held.enter_context(Shelf(self._doors))
        if draft not in self._shops:
            self._shops[draft] = self._held.enter_context(self._open(draft))
        shop = self._shops[draft]
        return shop.for_film(
            PRIORITY, making.progress if making else silent, making.see if making else None
        ), self._shelf

    def close(self) -> None:
        """End its processes."""
        with self._turn:
            self._held.close()


def _made(work: Work, making: Making) -> None:
    """What goes wrong is told to the page that waits."""
    try:
        work(making)
    except Exception as error:
        making.error = str(error)
        if not isinstance(error, VitalreelError):
            raise
    else:
        making.took_s = time.monotonic() - making.began
