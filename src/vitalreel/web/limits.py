"""How often one caller may knock: a token bucket for each name, kept in memory and bounded."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

MAX_NAMES = 50_000


class Limit:
    """`rate` knocks a second on average and `burst` at once, for each name. Thread-safe."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        """clock: monotonic seconds."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, name: str) -> float:
        """0 if the knock is let in (and counted), else the seconds after which one will be."""
        with self._lock:
            now = self._clock()
            left, since = self._left.pop(name, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            self._left[name] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > MAX_NAMES:
                self._left.popitem(last=False)
            return 0.0 if left >= 1 else (1 - left) / self._rate
