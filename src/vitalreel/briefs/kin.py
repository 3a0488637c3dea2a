"""Other accounts a film may look at: similar ones, without their names, and the customer's own sites, with theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from vitalreel.briefs.asked import Asked
from vitalreel.briefs.dossier import Known, Peer, Series
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.weekly import weekly
from vitalreel.briefs.windows import ROWS_KEPT
from vitalreel.identity import AccountId, fingerprint

PEERS_MOST = 200
"""So many similar accounts are looked at, drawn by the hash of their ids where there are more."""
Lake = Mapping[str, Any]


def peers(
    lake: Lake, account: AccountId, segment: str, asked: Asked, names: Mapping[str, str], as_of: date
) -> tuple[Peer, ...]:
    """The other accounts of the segment, in an order that tells nothing."""
    if not asked.metrics:
        return ()
    accounts = lake["account"]
    similar = accounts.filter((accounts.segment == segment) & (accounts.account_id != account))
    ids = sorted(similar.account_id.to_pyarrow().to_pylist(), key=fingerprint)[:PEERS_MOST]
    if not ids:
        return ()
    usage = _weekly(lake, "usage", "metric", ids, as_of, sorted(asked.metrics))
    features = _weekly(lake, "feature_usage", "feature", ids, as_of) if asked.features else {}
    seats = _seats(lake, ids, as_of) if asked.seats else {}
    return tuple(
        Peer(
            series=usage.get(one, {}),
            features={feature_name(f, names): series for f, series in features.get(one, {}).items()},
            seats=seats.get(one),
        )
        for one in ids
    )


def places(lake: Lake, account: AccountId, names: Mapping[str, str], as_of: date) -> dict[str, Mapping[str, Series]]:
    """The accounts that name this one as their parent, by name, with the features they use."""
    accounts = lake["account"]
    if "parent" not in accounts.columns or "feature_usage" not in lake:
        return {}
    children = accounts.filter(accounts.parent == account).select("account_id", "name").to_pyarrow().to_pylist()
    if not children:
        return {}
    found = _weekly(lake, "feature_usage", "feature", [c["account_id"] for c in children], as_of)
    return {
        c["name"]: {feature_name(f, names): series for f, series in found.get(c["account_id"], {}).items()}
        for c in sorted(children, key=lambda c: (c["name"], c["account_id"]))
    }


def feature_name(feature: str, names: Mapping[str, str]) -> str:
    """As the product calls it, where the data says; else its id with spaces."""
    return names.get(feature) or feature.replace("_", " ").capitalize()


def _weekly(
    lake: Lake, table: str, kind: str, ids: list[str], as_of: date, only: list[str] | None = None
) -> dict[str, dict[str, Series]]:
    """Account -> metric or feature -> its weeks."""
    if table not in lake:
        return {}
    rows = lake[table]
    chosen = rows.filter(rows.account_id.isin(ids))
    if only is not None:
        chosen = chosen.filter(chosen[kind].isin(only))
    found: dict[str, dict[str, Series]] = {}
    for (account, name), series in weekly(chosen, kind, as_of, table).items():
        found.setdefault(account, {})[name] = series
    return found


def _seats(lake: Lake, ids: list[str], as_of: date) -> dict[str, Known]:
    """Seats in the live paid contracts of each account together."""
    if "contract" not in lake:
        return {}
    table = lake["contract"]
    live: dict[str, list[Mapping[str, Any]]] = {}
    for row in table.filter(table.account_id.isin(ids)).order_by("location", "line").to_pyarrow().to_pylist():
        running = row["start"] <= as_of and (row["end"] is None or row["end"] > as_of)
        if running and not row.get("trial") and row["seats"]:
            live.setdefault(row["account_id"], []).append(row)
    found = {}
    for account, rows in live.items():
        refs = tuple(f"{r['location']}:{r['line']}" for r in rows[:ROWS_KEPT])
        digest = fingerprint(sorted(str(r["row_digest"]) for r in rows))
        origin = Origin("contract", f"seats of live paid contracts on {as_of}", refs, len(rows), digest)
        found[account] = Known(sum(int(r["seats"]) for r in rows), as_of, origin)
    return found
