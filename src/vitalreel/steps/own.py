"""What one account has, as of a day: the features it took up, its products, people, departments and regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vitalreel.briefs.kin import feature_name
from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.whitespace import Own
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


def path_of(rows: Sequence[Row], account: Row, people: float | None, company: Row, day: date) -> tuple[Taken, ...]:
    """The features an account took up, in order.

    rows: the account's of `uses`. people: at work in it each week, mean of the last weeks. company: `Company.document`.
    """
    since, names = account["since"] or account["known_on"], company["features"]
    watched = company["began"] is not None and day_number(since) >= company["began"]
    found = []
    for r in rows:
        depth = r["recent"] / r["days"] / people if r["days"] and people else None
        after = max(0, r["first"] - day_number(since)) if watched else None
        name = names.get(r["feature"], feature_name(r["feature"], {}))
        in_use = r["last"] > day_number(day) - company["terms"]["unused_days"]
        found.append(Taken(r["feature"], name, day_of(r["first"]), after, day_of(r["last"]), in_use, depth))
    return tuple(sorted(found, key=lambda t: (t.first, t.feature)))


@dataclass(frozen=True, slots=True)
class Around:
    """Rows about one account as known at the end of a day."""

    account: Row
    kin: Sequence[Row]  # its parent, those under the same one, and those that name it their parent
    contacts: Sequence[Row]
    contracts: Sequence[Row]


def own_of(around: Around, pressure: Pressure, heard: bool, path: Sequence[Taken], terms: Row, day: date) -> Own:
    """Everything whitespace asks of an account. heard: whether its use of features is known at all.

    terms: unused_days and zones, as `Company.document` has them.
    """
    row, used = around.account, {t.feature for t in path if t.in_use}
    contacts = [c for c in around.contacts if c["active"] is not False]
    live = [c for c in around.contracts if c["start"] <= day and (c["end"] is None or c["end"] > day)]
    products = {w for said in (row["products"], *(c["products"] for c in live)) for w in _words(said)}
    return Own(
        pressure=pressure,
        features=used if heard else None,
        once={t.feature for t in path} - used,
        plan=row["plan"] or next((c["plan"] for c in live if c["plan"]), None),
        products=products or None,
        use_cases=_words(row["use_cases"]) or None,
        departments=_departments(contacts, day, terms["unused_days"]),
        regions=_regions(row, around.kin) or None,
        there={**_there(contacts, terms["zones"]), **_sites(row, around.kin)},
    )


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


def _regions(account: Row, kin: Sequence[Row]) -> set[str]:
    """Where the account is at home, and the accounts that name it their parent."""
    homes = [r["region"] for r in kin if r["parent"] == account["account_id"]]
    return {r for r in (account["region"], *homes) if r}


def _sites(account: Row, kin: Sequence[Row]) -> dict[str, str]:
    """Regions of the customer's other accounts: its parent, and those under the same one."""
    others = [r for r in kin if account["parent"] and account["parent"] in (r["account_id"], r["parent"])]
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
