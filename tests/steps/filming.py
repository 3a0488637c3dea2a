"""Draft films of the company with people in its films."""

from __future__ import annotations

import datetime as dt
import os

from vitalreel.identity import AccountId, ContactId
from vitalreel.settings import read_settings
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import Batch, films
from vitalreel.steps.orders import Order
from vitalreel.wiring import open_workshop

DAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
ORDER = Order(AccountId("halden"), ContactId("priya"), "people")


def made(doors: Doors, order: Order = ORDER) -> Batch:
    # One process: two take longer to start than to draw so little.
    alone = read_settings({**os.environ, "VITALREEL_WORKERS": "1"})
    with open_workshop(doors, draft=True, settings=alone) as workshop:
        return films(doors, workshop, [order], DAY, NOW)
