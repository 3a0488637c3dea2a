"""What the company's own systems would have recorded: columns collected day by day, handed out as Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalreel.simulator.draws import Floats, Ints
from vitalreel.simulator.plan import FEATURES, METRICS

SEVERITIES = np.array(("urgent", "high", "medium", "low"))
SUBJECTS = (
    "Swap request not delivered",
    "Rota will not publish",
    "Payroll export differs",
    "Question about leave rules",
    "Cannot sign in",
    "Report shows the wrong week",
    "Phone app is slow",
    "How do we add a team",
)


def account_id(i: int) -> str:
    """The id the company's systems use for account number `i`."""
    return f"acc-{i:06d}"


class Trail:
    """Rows in the order in which they happened; each account's contract terms are kept to be written at the end."""

    def __init__(self, start: date) -> None:
        self.start = start
        self._parts: dict[str, list[Mapping[str, NDArray[Any]]]] = {}

    def _add(self, table: str, i: Ints, t: int, **columns: Any) -> None:
        if len(i):
            whole = {"account": i, "t": np.full(len(i), t), **columns}
            self._parts.setdefault(table, []).append({k: np.array(v) for k, v in whole.items()})

    def usage(self, i: Ints, t: int, active: Floats, weekly: Floats, actions: Floats, minutes: Floats) -> None:
        """Daily roll-up; idle days are rows of zeros. weekly: distinct people in the seven days that end with the day."""
        self._add("usage", i, t, active_users=active, weekly_users=weekly, key_actions=actions, minutes=minutes)

    def feature_use(self, i: Ints, t: int, rank: int, users: Floats) -> None:
        self._add("feature_usage", i, t, rank=np.full(len(i), rank), users=users)

    def tickets(self, i: Ints, t: int, rank: Ints, mood: Floats, handling: Floats, k: int) -> None:
        """rank: 1 urgent to 4 low. mood: -1..1. handling: uniform; slower handling, later answer."""
        self._add("ticket", i, t, rank=rank, mood=mood, handling=handling, k=np.full(len(i), k))

    def surveys(self, i: Ints, t: int, kind: str, score: Floats) -> None:
        self._add("survey", i, t, kind=np.full(len(i), kind), score=score)

    def invoices(self, i: Ints, t: int, amount: Floats, late: Ints) -> None:
        self._add("invoice", i, t, amount=amount, late=late)

    def sponsor_changes(self, i: Ints, t: int, known: Ints) -> None:
        """known: the day the CRM learns of it."""
        self._add("sponsor_change", i, t, known=known)

    def ended(self, i: Ints, t: int, arr: Floats, remembered: Floats) -> None:
        self._add("ended", i, t, arr=arr, remembered=remembered)

    def renewed(self, i: Ints, t: int, before: Floats, after: Floats, seats: Floats, cut: Any, grew: Any) -> None:
        self._add("renewed", i, t, before=before, after=after, seats=seats, cut=cut, grew=grew)

    def columns(self, table: str) -> Mapping[str, NDArray[Any]]:
        """All rows of one table as arrays; empty mapping where nothing happened."""
        parts = self._parts.get(table, [])
        return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]} if parts else {}

    # -- tables as a vendor would hand them over ----------------------------------------------------------------------

    def usage_table(self, since: int = 0) -> pa.Table:
        """Daily roll-ups of the days from number `since` on."""
        c = _since(self.columns("usage"), since)
        metrics = {m: pa.array(c[m].astype(np.int64)) for m in METRICS}
        return pa.table({"account_id": self._ids(c), "day": self._days(c["t"]), **metrics})

    def feature_table(self, since: int = 0) -> pa.Table:
        """People who used each feature on the account's weekly count day; features nobody used have no row."""
        c = _since(self.columns("feature_usage"), since)
        c = {k: v[c["users"] > 0] for k, v in c.items()}
        users = c["users"].astype(np.int64)
        return pa.table(
            {
                "account_id": self._ids(c),
                "day": self._days(c["t"]),
                "feature": np.array(FEATURES)[c["rank"]],
                "users": users,
            }
        )

    def ticket_table(self, last: int) -> pa.Table:
        """Tickets opened; closed where that happened by day `last`."""
        c = self.columns("ticket")
        if not c:
            return _empty(
                "ticket_id",
                "account_id",
                "opened",
                "first_response_minutes",
                "closed",
                "severity",
                "subject",
                "sentiment",
                "csat",
            )
        hours = (2 + 30 * c["handling"] ** 2 * c["rank"]).astype(int)
        opened = [
            datetime.combine(self.start + timedelta(int(t)), time(8), UTC) + timedelta(minutes=int(540 * h))
            for t, h in zip(c["t"], c["handling"], strict=True)
        ]
        closed = [o + timedelta(hours=int(h)) for o, h in zip(opened, hours, strict=True)]
        end = datetime.combine(self.start + timedelta(last + 1), time(0), UTC)
        mood = np.rint(3.4 + 1.4 * c["mood"] - 0.6 * c["handling"]).clip(1, 5).astype(int)
        rated = ((c["handling"] * 997) % 1 < 0.4) & np.array([x < end for x in closed])
        return pa.table(
            {
                "ticket_id": [f"tic-{a:06d}-{t:05d}-{k}" for a, t, k in zip(c["account"], c["t"], c["k"], strict=True)],
                "account_id": self._ids(c),
                "opened": [o.isoformat() for o in opened],
                "first_response_minutes": np.rint(10 * np.exp(3.2 * c["handling"]) * (c["rank"] + 1) / 2).astype(int),
                "closed": [x.isoformat() if x < end else "" for x in closed],
                "severity": SEVERITIES[c["rank"] - 1],
                "subject": [SUBJECTS[int(h * 1e6) % len(SUBJECTS)] for h in c["handling"]],
                "sentiment": np.round(c["mood"], 3),
                "csat": [str(m) if yes else "" for m, yes in zip(mood, rated, strict=True)],
            }
        )

    def survey_table(self) -> pa.Table:
        c = self.columns("survey")
        if not c:
            return _empty("survey_id", "account_id", "day", "kind", "score")
        ids = [f"sur-{k}-{a:06d}-{t:05d}" for k, a, t in zip(c["kind"], c["account"], c["t"], strict=True)]
        score = c["score"].astype(np.int64)
        return pa.table(
            {"survey_id": ids, "account_id": self._ids(c), "day": self._days(c["t"]), "kind": c["kind"], "score": score}
        )

    def invoice_table(self, last: int) -> pa.Table:
        """Invoices due; paid where the payment happened by day `last`."""
        c = self.columns("invoice")
        if not c:
            return _empty("invoice_id", "account_id", "due", "paid", "amount", "currency")
        paid_at = c["t"] + c["late"]
        paid = [(self.start + timedelta(int(p))).isoformat() if p <= last else "" for p in paid_at]
        ids = [f"inv-{a:06d}-{t:05d}" for a, t in zip(c["account"], c["t"], strict=True)]
        return pa.table(
            {"invoice_id": ids, "account_id": self._ids(c), "due": self._days(c["t"]), "paid": paid,
             "amount": c["amount"].astype(np.int64), "currency": ["USD"] * len(ids)}
        )  # fmt: skip

    def _ids(self, c: Mapping[str, NDArray[Any]]) -> pa.Array:
        return pa.array([account_id(int(i)) for i in c["account"]])

    def _days(self, t: NDArray[Any]) -> pa.Array:
        return pa.array([(self.start + timedelta(int(x))).isoformat() for x in t])


def _since(c: Mapping[str, NDArray[Any]], since: int) -> Mapping[str, NDArray[Any]]:
    return {k: v[c["t"] >= since] for k, v in c.items()} if since else c


def _empty(*names: str) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in names})
