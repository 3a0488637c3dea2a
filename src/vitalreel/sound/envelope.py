"""How loud a voice is, moment by moment: for pictures that show one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def envelope(samples: NDArray[np.float32], rate_hz: int, per_s: int) -> tuple[float, ...]:
    """Loudness in steps of 1/per_s s, 0..1 of the loudest, as an ear has it (square root of the mean power).

    samples: (n,) in -1..1. Rounded to thousandths: the same voice gives the same picture.
    """
    size = max(1, rate_hz // per_s)
    count = len(samples) // size
    if not count:
        return ()
    power = np.square(samples[: count * size].astype(np.float64)).reshape(count, size).mean(1)
    level = np.sqrt(power)
    loudest = float(level.max())
    return tuple(round(float(v / loudest), 3) for v in level) if loudest > 1e-6 else (0.0,) * count
