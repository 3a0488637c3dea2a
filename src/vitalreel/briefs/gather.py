"""The dossier of one account out of the lake: what its film may say, with the rows behind every piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import ibis

from vitalreel.briefs.asked import NOTHING, Asked
from vitalreel.briefs.dossier import Dossier, Known, Month, Series, Ticket
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.kin import feature_name, peers, places
from vitalreel.briefs.lists import milestone_lists
from vitalreel.briefs.weekly import monthly, weekly
from vitalreel.briefs.windows import ROWS_KEPT
from vitalreel.briefs.written import goal_fields, quote_fields, statement_fields, value_fields
from vitalreel.errors import NotFound
from vitalreel.identity import AccountId, ContactId, fingerprint
from vitalreel.signals.agreements import agreement_facts
from vitalreel.signals.tables import day_number, day_of

QUARTER = timedelta(weeks=13)
Lake = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Our side of a film, from vitalreel.yaml."""

    name: str
    links: Mapping[str, str]  # name -> URL; {csm} and {account} are filled in
    currency: str
    pooled_csm: Mapping[str, str] = field(default_factory=dict)  # columns of `csm`, for accounts without one
    where: str = "vitalreel.yaml"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the film is about and for, as decided upstream."""

    account: AccountId
    contact: ContactId | None
    segment: str
    tier: int


def gather(lake: Lake, subject: Subject, vendor: Vendor, as_of: date, asked: Asked = NOTHING) -> Dossier:
    """Everything a film may say about one account at the end of `as_of`.

    lake: canonical tables in the version known on that day (`LakeSession.as_of`), absent where empty.
    asked: what the module wants beyond the account's own weeks and fields (`asked.asked_by`).
    Raises NotFound where the account is not in the lake.
    """
    account = _one(lake, "account", "account_id", subject.account)
    if account is None:
        raise NotFound("account", subject.account, f"as of {as_of}; see `vitalreel accounts`")
    contact = _one(lake, "contact", "contact_id", subject.contact) if subject.contact else None
    csm = _one(lake, "csm", "csm_id", account["csm"]) if account.get("csm") else None
    known = dict(_account(account, as_of))
    known |= dict(_contact(contact, as_of)) if contact else {}
    known |= dict(_csm(csm, vendor, as_of))
    known |= dict(_vendor(vendor, subject, account.get("csm") or vendor.pooled_csm.get("id", ""), as_of))
    known |= dict(_contract(lake, subject.account, vendor.currency, as_of))
    known |= dict(_tickets(lake, subject.account, as_of))
    known |= dict(_milestones(lake, subject.account, as_of))
    known |= dict(_reviews(lake, subject.account, as_of))
    known |= dict(_written(lake, subject.account, known, as_of))
    names = _feature_names(lake)
    features = _features(lake, subject.account, names, as_of)
    return Dossier(
        account=subject.account,
        contact=subject.contact,
        as_of=as_of,
        segment=subject.segment,
        tier=subject.tier,
        language=(contact or {}).get("language") or account.get("language") or "en",
        fields=known | dict(_features_used(features, as_of)) | dict(_newest_feature(lake, features, as_of)),
        series=_own_usage(lake, subject.account, as_of),
        features=features,
        months=_months(lake, subject.account, names, as_of) if asked.months else {},
        places=places(lake, subject.account, names, as_of) if asked.places else {},
        tickets=tuple(_each_ticket(lake, subject.account, as_of)),
        product=dict(_product(lake, as_of)),
        lists=milestone_lists(_rows(lake, "milestone", "account_id", subject.account), as_of, _origin),
        peers=peers(lake, subject.account, subject.segment, asked, names, as_of),
        fed=dict(_fed(lake, as_of)),
    )


# Rows and where they came from


def _rows(lake: Lake, table: str, column: str, value: str) -> list[Row]:
    if table not in lake:
        return []
    found = lake[table]
    rows: list[Row] = found.filter(found[column] == value).order_by("location", "line").to_pyarrow().to_pylist()
    return rows


def _one(lake: Lake, table: str, column: str, value: str) -> Row | None:
    rows = _rows(lake, table, column, value)
    return rows[0] if rows else None


def _origin(table: str, query: str, rows: Iterable[Row]) -> Origin:
    listed = list(rows)
    refs = tuple(f"{r['location']}:{r['line']}" for r in listed[:ROWS_KEPT])
    return Origin(table, query, refs, len(listed), fingerprint(sorted(str(r["row_digest"]) for r in listed)))


def _columns(row: Row, table: str, names: Mapping[str, str], as_of: date) -> Iterator[tuple[str, Known]]:
    """Fields out of one row's columns; empty cells are left out."""
    for name, column in names.items():
        if row.get(column) not in (None, ""):
            yield name, Known(row[column], as_of, _origin(table, f"column {column}", [row]))


def _account(row: Row, as_of: date) -> Iterator[tuple[str, Known]]:
    names = {f"account.{c}": c for c in ("name", "industry", "plan", "outcome", "since", "business_case")}
    yield from _columns(row, "account", names, as_of)
    if row.get("use_cases"):
        first = str(row["use_cases"]).partition("|")[0]
        yield "account.use_case", Known(first, as_of, _origin("account", "first of column use_cases", [row]))


def _contact(row: Row, as_of: date) -> Iterator[tuple[str, Known]]:
    names = {
        "contact.full_name": "name",
        "contact.first_name": "first_name",
        "contact.title": "title",
        "contact.role": "role",
    }
    yield from _columns(row, "contact", names, as_of)


def _csm(row: Row | None, vendor: Vendor, as_of: date) -> Iterator[tuple[str, Known]]:
    names = {
        "csm.full_name": "name", "csm.first_name": "first_name", "csm.title": "title", "csm.email": "email",
        "csm.phone": "phone", "csm.booking_url": "booking_url",
    }  # fmt: skip
    if row is not None:
        yield from _columns(row, "csm", names, as_of)
        return
    for name, column in names.items():
        if value := vendor.pooled_csm.get(column):
            yield name, _configured(value, f"vendor.pooled_csm.{column}", vendor, as_of)


def _configured(value: str, key: str, vendor: Vendor, as_of: date) -> Known:
    return Known(value, as_of, Origin("configuration", f"{key} of {vendor.where}", (), 0, fingerprint(key, value)))


def _vendor(vendor: Vendor, subject: Subject, csm: str, as_of: date) -> Iterator[tuple[str, Known]]:
    yield "vendor.name", _configured(vendor.name, "vendor.name", vendor, as_of)
    for name, url in vendor.links.items():
        filled = url.replace("{csm}", csm).replace("{account}", subject.account)
        yield f"links.{name}", _configured(filled, f"vendor.links.{name}", vendor, as_of)


# What was agreed, asked, planned


def _contract(lake: Lake, account: AccountId, currency: str, as_of: date) -> Iterator[tuple[str, Known]]:
    """The live paid contracts together, by the same rule as the signals (`agreement_facts`)."""
    if "contract" not in lake:
        return
    table = lake["contract"].filter(lake["contract"].account_id == account)
    latest = _latest(agreement_facts(table, currency, day_number(as_of)))
    if not latest.get("contract.live"):
        return
    rows = [r for r in _rows(lake, "contract", "account_id", account) if _live(r, as_of)]
    origin = _origin("contract", f"live paid contracts together on {as_of}", rows)

    def known(value: Any, money: str = "") -> Known:
        return Known(value, as_of, origin, money)

    yield "contract.subscriptions", known(int(latest["contract.live"]))
    if latest.get("contract.arr") is not None:
        yield "contract.arr", known(round(latest["contract.arr"] * 100), currency)
    if latest.get("contract.seats"):
        yield "contract.seats", known(int(latest["contract.seats"]))
    if latest.get("contract.auto_renew") in ("true", "false"):
        yield "contract.auto_renew", known(latest["contract.auto_renew"] == "true")
    if latest.get("renewal") is not None:
        yield from _renewal(latest, rows, as_of, known)


def _renewal(latest: Mapping[str, Any], rows: list[Row], as_of: date, known: Any) -> Iterator[tuple[str, Known]]:
    renewal, began = day_of(int(latest["renewal"])), day_of(int(latest["contract.start"]))
    yield "contract.renewal", known(renewal)
    yield "contract.days_left", known((renewal - as_of).days)
    yield "contract.start", known(max(began, _year_before(renewal)))
    notice = [r["notice_days"] for r in rows if r["start"] == began and r.get("notice_days") is not None]
    if notice:
        yield "contract.notice_date", known(renewal - timedelta(days=int(max(notice))))


def _year_before(day: date) -> date:
    """The same day a year earlier; 28 February for the leap day."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _latest(facts: ibis.Table) -> dict[str, Any]:
    """signal -> its last recorded number or word."""
    rows = facts.order_by("day").to_pyarrow().to_pylist()
    return {r["signal"]: r["num"] if r["num"] is not None else r["word"] for r in rows}


def _live(row: Row, as_of: date) -> bool:
    return not row.get("trial") and row["start"] <= as_of and (row["end"] is None or row["end"] > as_of)


def _tickets(lake: Lake, account: AccountId, as_of: date) -> Iterator[tuple[str, Known]]:
    if "ticket" not in lake:
        return
    rows = _rows(lake, "ticket", "account_id", account)
    opened = {id(r): _day(r["opened"]) for r in rows}
    still = [r for r in rows if r["closed"] is None or _day(r["closed"]) > as_of]
    groups = {
        "tickets.opened": [r for r in rows if as_of - QUARTER < opened[id(r)] <= as_of],
        "tickets.opened_before": [r for r in rows if as_of - 2 * QUARTER < opened[id(r)] <= as_of - QUARTER],
        "tickets.open": still,
        "tickets.urgent_open": [r for r in still if r["severity"] == "urgent"],
    }
    if still:
        oldest = min(still, key=lambda r: opened[id(r)])  # the first of them by row where days are the same
        yield "tickets.oldest_open", Known(opened[id(oldest)], as_of, _origin("ticket", "open for longest", [oldest]))
    for name, group in groups.items():
        yield name, Known(len(group), as_of, _origin("ticket", f"count of {name.partition('.')[2]}, to {as_of}", group))


def _each_ticket(lake: Lake, account: AccountId, as_of: date) -> Iterator[Ticket]:
    """As it was known on the day: what was answered or closed later was still waiting."""
    for row in _rows(lake, "ticket", "account_id", account):
        opened, closed = row["opened"], row["closed"]
        if _day(opened) > as_of:
            continue
        took = None if closed is None or _day(closed) > as_of else (closed - opened).total_seconds() / 86400
        answered = row.get("first_response_minutes")
        if answered is not None and _day(opened + timedelta(minutes=answered)) > as_of:
            answered = None
        yield Ticket(_day(opened), answered, took, f"{row['location']}:{row['line']}", str(row["row_digest"]))


def _day(moment: datetime) -> date:
    return moment.date()


def _milestones(lake: Lake, account: AccountId, as_of: date) -> Iterator[tuple[str, Known]]:
    rows = _rows(lake, "milestone", "account_id", account)
    if rows:
        done = [r for r in rows if r["done"] is not None and r["done"] <= as_of]
        yield "milestones.planned", Known(len(rows), as_of, _origin("milestone", "count of milestones agreed", rows))
        yield "milestones.done", Known(len(done), as_of, _origin("milestone", "count of milestones done", done))
        late = [r for r in rows if r not in done and r["due"] is not None and r["due"] < as_of]
        if late:
            first = min(late, key=lambda r: (r["due"], r["milestone"]))
            yield "milestones.late", Known(first["milestone"], as_of, _origin("milestone", "open longest", [first]))
            yield "milestones.late_due", Known(first["due"], as_of, _origin("milestone", "planned day", [first]))


def _planned(item: Mapping[str, Any], as_of: date) -> bool:
    """Whether a calendar's item is a review to come."""
    return item["kind"] == "qbr" and item["day"] >= as_of and item.get("state") != "cancelled"


def _reviews(lake: Lake, account: AccountId, as_of: date) -> Iterator[tuple[str, Known]]:
    ahead = [r for r in _rows(lake, "calendar_item", "account_id", account) if _planned(r, as_of)]
    if ahead:
        first = min(ahead, key=lambda r: (r["day"], r["item_id"]))
        yield "qbr.next", Known(first["day"], as_of, _origin("calendar_item", "next planned review", [first]))


def _written(lake: Lake, account: AccountId, known: Mapping[str, Known], as_of: date) -> Iterator[tuple[str, Known]]:
    """Goals, value results, statements and the quote that stands."""

    def rows(table: str) -> list[Row]:
        return _rows(lake, table, "account_id", account)

    yield from goal_fields(rows("subject_goal"), rows("goal_reading"), as_of, _origin)
    yield from value_fields(rows("value_result"), _origin)
    yield from statement_fields(rows("statement"), _origin)
    seats = known.get("contract.seats")
    yield from quote_fields(rows("quote"), int(str(seats.value)) if seats else None, as_of, _origin)


# What was used


def _own_usage(lake: Lake, account: AccountId, as_of: date) -> dict[str, Series]:
    if "usage" not in lake:
        return {}
    rows = lake["usage"].filter(lake["usage"].account_id == account)
    return {metric: series for (_, metric), series in weekly(rows, "metric", as_of, "usage").items()}


def _features(lake: Lake, account: AccountId, names: Mapping[str, str], as_of: date) -> dict[str, Series]:
    """By the feature's own name, where the data has one."""
    if "feature_usage" not in lake:
        return {}
    rows = lake["feature_usage"].filter(lake["feature_usage"].account_id == account)
    found = weekly(rows, "feature", as_of, "feature_usage")
    return {feature_name(f, names): series for (_, f), series in found.items()}


def _months(lake: Lake, account: AccountId, names: Mapping[str, str], as_of: date) -> dict[str, tuple[Month, ...]]:
    if "feature_usage" not in lake:
        return {}
    rows = lake["feature_usage"].filter(lake["feature_usage"].account_id == account)
    return {feature_name(f, names): months for f, months in monthly(rows, "feature", as_of).items()}


def _product(lake: Lake, as_of: date) -> Iterator[tuple[str, Known]]:
    """The product's features that have a name, by id."""
    if "product_feature" in lake:
        for row in lake["product_feature"].order_by("feature").to_pyarrow().to_pylist():
            if row["name"]:
                yield row["feature"], Known(row["name"], as_of, _origin("product_feature", "column name", [row]))


def _newest_feature(lake: Lake, features: Mapping[str, Series], as_of: date) -> Iterator[tuple[str, Known]]:
    """The feature that came out last, as the product's list has it, and whether the account has used it."""
    if "product_feature" not in lake:
        return
    rows = lake["product_feature"].to_pyarrow().to_pylist()
    out = [r for r in rows if r["name"] and r.get("released") and r["released"] <= as_of and not r.get("retired")]
    if not out:
        return
    row = max(out, key=lambda r: (r["released"], r["feature"]))
    source = _origin("product_feature", "released last", [row])
    named = {"name": "name", "released": "released"} | {c: c for c in ("does", "replaces") if row.get(c)}
    for field_, column in named.items():
        yield f"feature_new.{field_}", Known(row[column], as_of, source)
    yield "feature_new.days", Known((as_of - row["released"]).days, as_of, source)
    if "feature_usage" in lake:
        used = features.get(row["name"])
        yield "feature_new.used", Known(used is not None and any(w.total for w in used.weeks), as_of, source)


def _feature_names(lake: Lake) -> dict[str, str]:
    if "product_feature" not in lake:
        return {}
    rows = lake["product_feature"].select("feature", "name").to_pyarrow().to_pylist()
    return {r["feature"]: r["name"] for r in rows if r["name"]}


def _features_used(features: Mapping[str, Series], as_of: date) -> Iterator[tuple[str, Known]]:
    weeks = QUARTER.days // 7
    used = {name: s for name, s in features.items() if any(w.total for w in s.weeks[-weeks:])}
    if used:
        refs = [r for s in used.values() for w in s.weeks[-weeks:] for r in w.rows]
        digests = [d for s in used.values() for w in s.weeks[-weeks:] for d in w.digests]
        origin = Origin(
            "feature_usage",
            f"features used in the 13 weeks to {as_of}",
            tuple(refs[:ROWS_KEPT]),
            len(refs),
            fingerprint(sorted(digests)),
        )
        yield "features.used", Known(len(used), as_of, origin)


def _fed(lake: Lake, as_of: date) -> Iterator[tuple[str, date]]:
    for table in ("usage", "feature_usage"):
        if table in lake:
            newest = lake[table].filter(lake[table].day <= as_of).day.max().to_pyarrow().as_py()
            if newest is not None:
                yield table, newest
