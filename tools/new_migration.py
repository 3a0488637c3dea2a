"""Write the migration that takes the newest revision to what store/tables.py says: `tools/new_migration.py MESSAGE`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from vitalreel.store.database import _alembic, migrate, open_database, sqlite_url

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(sqlite_url(Path(folder) / "now.db"))
        migrate(engine)
        with engine.begin() as connection:
            config = _alembic()
            config.attributes["connection"] = connection
            command.revision(config, message=sys.argv[1], autogenerate=True, rev_id=sys.argv[2])
