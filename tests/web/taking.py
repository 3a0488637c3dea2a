"""A server of nothing but the door events come in by: what it imports is little, so that it starts at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.responses import PlainTextResponse

from vitalreel.steps.intake import Intake
from vitalreel.store.database import open_database
from vitalreel.web.beacon import Beacon


def take_events(database: str, key: bytes, port: int) -> None:
    """Take events in this process until it is killed."""
    intake = Intake(open_database(database), (key,), lambda: datetime.now(UTC), lambda _address, _cookies: False)
    app = Beacon(intake, PlainTextResponse("nothing else here", 404))
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    asyncio.run(server.serve())
