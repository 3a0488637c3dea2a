"""The server's pulse: watching becomes views, views become signals, and the accounts that watched are scored again, within seconds."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import select

from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId
from vitalreel.ports import Now
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.track import track
from vitalreel.store import tables as t
from vitalreel.store.database import reading

EVERY_S = 3.0
log = logging.getLogger(__name__)


class Pulse:
    """A thread that beats until it is closed. One is enough for a workspace; two do no harm."""

    def __init__(self, doors: Doors, now: Now, every_s: float = EVERY_S) -> None:
        self._doors, self._now, self._every_s = doors, now, every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish the beat that is under way and stop."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            try:
                beat(self._doors, self._now)
            except VitalreelError as e:
                log.warning("%s", e)
            except Exception:
                log.exception("the pulse missed a beat")


def beat(doors: Doors, now: Now) -> int:
    """One beat; answers how many accounts were scored again."""
    at = now()
    if track(doors, at).counted == 0:
        return 0
    with reading(doors.engine).connect() as c:
        query = select(t.view.c.account).distinct().where(t.view.c.updated == at, t.view.c.counts)
        accounts = [AccountId(a) for a in c.execute(query).scalars()]
    return assess(doors, at.date(), at, accounts).scored if accounts else 0
