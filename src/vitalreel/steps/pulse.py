"""Asking people for their own reading of an account, and keeping what they say: a row of `survey` that scores read like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from ibis import _

from vitalreel.accounts.contract import current_contracts
from vitalreel.errors import BadInput, NotFound
from vitalreel.health.pulse import HIGHEST, LOWEST, Due, Reading, Talk, due
from vitalreel.identity import AccountId, fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, known_tables, learnt_on

SIGNAL = "survey.pulse"
_TIME = pa.timestamp("us", "UTC")
_SURVEY = pa.schema([
    ("survey_id", pa.string()), ("account_id", pa.string()), ("contact_id", pa.string()), ("day", pa.date32()), ("kind", pa.string()),
    ("score", pa.float64()), ("comment", pa.string()), ("known_on", pa.date32()), ("learnt", _TIME), ("source", pa.string()),
    ("location", pa.string()), ("line", pa.int64()), ("row_key", pa.string()), ("row_digest", pa.string()), ("load", pa.string()),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """A reading that was kept."""

    account: str
    day: date
    value: int
    by: str
    counts_until: date | None  # None: until it is replaced


def asked(doors: Doors, day: date, owner: str | None = None) -> tuple[Due, ...]:
    """Accounts with an owner and a live contract (where contracts are known) of which a reading is asked at the end of `day`."""
    with doors.lake.session() as session:
        known = known_tables(session, doors.programme, day)
        rows = known["account"].to_pyarrow().to_pylist()
        live = _live(known, day, doors.programme.currency)
        readings = [Reading(r["account_id"], r["day"], r["score"]) for r in _pulses(known)]
        talks = _talks(known, {r["account_id"]: r["zone"] or doors.programme.zone for r in rows})
    owners = {
        r["account_id"]: (r["csm"], r["since"] or r["known_on"])
        for r in rows
        if r["csm"] and (owner is None or r["csm"] == owner) and (live is None or r["account_id"] in live)
    }
    return due(owners, readings, talks, doors.programme.pulse, _keeps(doors), day)


def give(doors: Doors, account: AccountId, value: int, by: str, comment: str, day: date, now: datetime) -> Given:
    """Keep a reading; another by the same person on the same day takes its place. It is one measure of a score and overrides none.

    Of a day that has passed it is known from today on: it changes no score of the days between.

    Raises BadInput for a value outside 1 to 5 or an empty name, NotFound for an account not known on `day`.
    """
    if not LOWEST <= value <= HIGHEST:
        raise BadInput("a reading", f"{value} is none", f"give {LOWEST} (lost) to {HIGHEST} (thriving)")
    if not by.strip():
        raise BadInput("--by", "nobody is named", "say who read it")
    with doors.lake.session() as session:
        accounts = known_tables(session, doors.programme, day)["account"].to_pyarrow()["account_id"].to_pylist()
    if account not in accounts:
        raise NotFound("account", account, f"{len(accounts)} were known on {day.isoformat()}")
    key = fingerprint("pulse", account, by, day)[:16]
    row = {"survey_id": key, "account_id": account, "contact_id": None, "day": day, "kind": "pulse", "score": float(value),
           "comment": comment or None}  # fmt: skip
    load = fingerprint("pulse", key, now)[:16]
    kept = {**row, "known_on": learnt_on(doors, day, now), "learnt": now, "source": "vitalreel", "location": f"given by {by}", "line": 0,
            "row_key": key, "row_digest": fingerprint(row), "load": load}  # fmt: skip
    staged = doors.lake.stage(load, {"survey": pa.Table.from_pylist([kept], schema=_SURVEY)})
    with doors.engine.begin() as connection:
        doors.lake.publish(connection, staged, now)
    keeps = _keeps(doors)
    return Given(account, day, value, by, day + timedelta(days=keeps - 1) if keeps else None)


def _keeps(doors: Doors) -> int | None:
    """Days a reading counts, as signals.yaml says. Raises BadConfiguration by the catalogue, NotFound where it has no such signal."""
    signal = catalogue_of(doors).find(SIGNAL)
    if signal is None:
        raise NotFound("signal", SIGNAL, "add it to signals.yaml: scores read it there")
    return signal.fresh


def _live(known: Mapping[str, Any], day: date, currency: str) -> frozenset[str] | None:
    if "contract" not in known:
        return None
    rows = current_contracts(known["contract"].to_pyarrow(), day, currency)
    return frozenset(rows["account_id"].to_pylist())


def _pulses(known: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "survey" not in known:
        return []
    rows: list[dict[str, Any]] = known["survey"].filter(_.kind == "pulse").to_pyarrow().to_pylist()
    return rows


def _talks(known: Mapping[str, Any], zones: Mapping[str, str]) -> list[Talk]:
    """Conversations on the accounts' own days."""
    if "conversation" not in known:
        return []
    rows = known["conversation"].select("account_id", "at", "kind").to_pyarrow().to_pylist()
    return [
        Talk(r["account_id"], r["at"].replace(tzinfo=UTC).astimezone(ZoneInfo(zones.get(r["account_id"], "UTC"))).date(), r["kind"])
        for r in rows
    ]  # fmt: skip
