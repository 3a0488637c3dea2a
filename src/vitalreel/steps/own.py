"""What one account has, as of a day: the features it took up, its products, people, departments and regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ibis import _

from vitalreel.briefs.kin import feature_name
from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.uses import uses
from vitalreel.health.opportunity.whitespace import Own
from vitalreel.signals.moment import Moment
from vitalreel.signals.tables import day_number, day_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """A feature an account took up."""

    feature: str
    name: str
    first: date
    after_days: int | None  # from becoming a customer; None: it was there before use was recorded
    last: date
    in_use: bool
    depth: (
        float | None
    )  # use a day of use over the last weeks, per person at work; None: not used lately, or people unknown


def path_of(
    known: Mapping[str, Any], account: Row, people: float | None, names: Mapping[str, str], unused_days: int, day: date
) -> tuple[Taken, ...]:
    """The features an account took up by the end of `day`, in order.

    people: at work in it each week, mean of the last weeks. names: feature -> what the product calls it.
    """
    if "feature_usage" not in known:
        return ()
    table = known["feature_usage"]
    began = table.filter(_.value > 0).aggregate(day=_.day.min()).to_pyarrow()["day"][0].as_py()
    since = account["since"] or account["known_on"]
    watched = began is not None and since >= began
    found = []
    for r in uses(table.filter(_.account_id == account["account_id"]), Moment(day)).to_pyarrow().to_pylist():
        depth = r["recent"] / r["days"] / people if r["days"] and people else None
        after = max(0, r["first"] - day_number(since)) if watched else None
        name = names.get(r["feature"], feature_name(r["feature"], {}))
        in_use = r["last"] > day_number(day) - unused_days
        found.append(Taken(r["feature"], name, day_of(r["first"]), after, day_of(r["last"]), in_use, depth))
    return tuple(sorted(found, key=lambda t: (t.first, t.feature)))


def own_of(
    known: Mapping[str, Any], pressure: Pressure, heard: bool, path: Sequence[Taken], names: Mapping[str, Row], account: str,
    terms: Row, day: date,
) -> Own:  # fmt: skip
    """Everything whitespace asks of an account. heard: whether its use of features is known at all. names: every account's row.
    terms: unused_days and zones, as `Company.document` has them.
    """
    row = names[account]
    used = {t.feature for t in path if t.in_use}
    contacts = [
        c
        for c in _rows(known, "contact", account, ("department", "active", "last_seen", "zone"))
        if c["active"] is not False
    ]
    contracts = _rows(known, "contract", account, ("plan", "products", "start", "end"))
    live = [c for c in contracts if c["start"] <= day and (c["end"] is None or c["end"] > day)]
    products = {w for said in (row["products"], *(c["products"] for c in live)) for w in _words(said)}
    return Own(
        pressure=pressure,
        features=used if heard else None,
        once={t.feature for t in path} - used,
        plan=row["plan"] or next((c["plan"] for c in live if c["plan"]), None),
        products=products or None,
        use_cases=_words(row["use_cases"]) or None,
        departments=_departments(contacts, day, terms["unused_days"]),
        regions=_regions(row, names) or None,
        there={**_there(contacts, terms["zones"]), **_sites(row, names)},
    )


def _rows(known: Mapping[str, Any], table: str, account: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    if table not in known:
        return []
    rows: list[dict[str, Any]] = known[table].filter(_.account_id == account).select(*columns).to_pyarrow().to_pylist()
    return rows


def _words(said: str | None) -> tuple[str, ...]:
    return tuple(w.strip() for w in (said or "").split("|") if w.strip())


def _departments(contacts: Sequence[Row], day: date, days: int) -> dict[str, tuple[int, int | None]] | None:
    """Department -> (people, of whom seen within `days`; None: of nobody there is it known). None where no department is recorded."""
    found: dict[str, tuple[int, int | None]] = {}
    for name in sorted({c["department"] for c in contacts if c["department"]}):
        those = [c["last_seen"] for c in contacts if c["department"] == name]
        told = [d for d in those if d is not None]
        found[name] = len(those), sum(day - d < timedelta(days=days) for d in told) if told else None
    return found or None


def _regions(account: Row, names: Mapping[str, Row]) -> set[str]:
    """Where the account is at home, and the accounts that name it their parent."""
    kin = [r["region"] for r in names.values() if r["parent"] == account["account_id"]]
    return {r for r in (account["region"], *kin) if r}


def _sites(account: Row, names: Mapping[str, Row]) -> dict[str, str]:
    """Regions of the customer's other accounts: its parent, and those under the same one."""
    if not account["parent"]:
        return {}
    others = [
        r
        for r in names.values()
        if account["parent"] in (r["account_id"], r["parent"]) and r["account_id"] != account["account_id"]
    ]
    return {
        r["region"]: f"{r['name']}, of the same customer, is there"
        for r in sorted(others, key=lambda r: r["account_id"])
        if r["region"]
    }


def _there(contacts: Sequence[Row], zones: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Regions in which people of the account live, by their time zones."""
    found = {}
    for region, starts in zones.items():
        people = sum(any((c["zone"] or "").startswith(s) for s in starts) for c in contacts)
        if people:
            found[region] = f"{people} of its people {'is' if people == 1 else 'are'} there"
    return found
