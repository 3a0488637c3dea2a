"""Plans shared by the workspaces of a run: SQL that one test had built is run by the next that asks the same question.

Building it takes seconds of a test whose company is made in tenths; a plan's name holds all it depends on, so that it is no other
in another workspace (tests/store/test_plans.py).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from vitalreel.store.lake import Lake


def sharing(folder: Path) -> Callable[[Path, Engine], Lake]:
    """`Lake`, whose plans lie in `folder`: a link stands where they would be, which processes of a test find too."""

    def opened(lake: Path, engine: Engine) -> Lake:
        plans = lake.parent / "plans"
        if lake.parent.is_dir() and not plans.exists() and not plans.is_symlink():
            plans.symlink_to(folder, target_is_directory=True)
        return Lake(lake, engine)

    return opened
