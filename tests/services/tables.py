"""The app database's tables, made once for each test worker: a new SQLite file begins as a copy of one that was migrated.

Making them takes 0.2 CPU s by seventeen migrations, which hundreds of workspaces would pay; tests/store/test_database.py makes
them step by step.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from vitalreel.store.database import open_database, sqlite_url

Migrate = Callable[[Engine], tuple[str | None, str]]


def from_a_copy(template: Path, migrate: Migrate) -> Migrate:
    """`migrate`, for which a new SQLite file is there already. template: where the file that is copied lies; made when first asked for."""

    def migrated(engine: Engine) -> tuple[str | None, str]:
        name = engine.url.database if engine.url.get_backend_name() == "sqlite" else None
        if name and not Path(name).exists():
            if not template.exists():
                model = open_database(sqlite_url(template))
                migrate(model)
                model.dispose()  # the last connection writes its log into the file
            shutil.copyfile(template, name)
        return migrate(engine)

    return migrated
