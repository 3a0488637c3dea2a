"""A dossier holds what the lake holds, as known on the day, with the file and line of every row (V1 V2 D3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest

from vitalreel.briefs.asked import Asked
from vitalreel.briefs.dossier import Dossier
from vitalreel.briefs.gather import Subject, Vendor, _milestones, gather
from vitalreel.errors import NotFound
from vitalreel.identity import AccountId, ContactId, fingerprint

AS_OF = date(2026, 11, 22)
ASKED = Asked(frozenset({"uses"}), seats=True, features=True, months=True, places=True)
VENDOR = Vendor("Larkspur", {"book_csm": "https://larkspur.example/book/{csm}"}, "USD", {"name": "The Larkspur team"})
SUBJECT = Subject(AccountId("a1"), ContactId("c1"), "mid_market", 2)


def table(name: str, rows: list[dict[str, Any]], schema: Mapping[str, pa.DataType]) -> Any:
    """A canonical table as the lake hands it out: its columns, PROVENANCE and known_on."""
    provenance = {"location": pa.string(), "line": pa.int64(), "row_digest": pa.string(), "known_on": pa.date32()}
    whole = [
        {**row, "location": f"{name}.csv", "line": n + 2, "row_digest": fingerprint(row), "known_on": AS_OF}
        for n, row in enumerate(rows)
    ]
    return ibis.memtable(pa.Table.from_pylist(whole, schema=pa.schema({**schema, **provenance})))


def texts(*names: str) -> dict[str, pa.DataType]:
    return {name: pa.string() for name in names}


def lake() -> dict[str, Any]:
    days = [AS_OF - timedelta(days=n) for n in range(0, 400, 3)]
    usage = [
        {"account_id": a, "day": d, "metric": "uses", "value": float(d.day)} for a in ("a1", "a2", "a3") for d in days
    ]
    ticket = [
        {
            "account_id": "a1",
            "opened": datetime(2026, 11, 1, tzinfo=UTC),
            "closed": None,
            "severity": "urgent",
            "first_response_minutes": None,
        },
        {
            "account_id": "a1",
            "opened": datetime(2026, 7, 1, tzinfo=UTC),
            "closed": datetime(2026, 7, 2, tzinfo=UTC),
            "severity": "low",
            "first_response_minutes": 90.0,
        },
    ]
    terms = [
        ("k1", date(2024, 2, 29), None, 1_000_000, 40),
        ("k2", date(2025, 5, 1), None, 250_000, 10),
        ("k3", date(2025, 5, 1), date(2026, 1, 1), 99, 9),
    ]
    contract = [
        {"contract_id": k, "account_id": "a1", "start": start, "end": end, "arr": arr, "seats": seats, "trial": False}
        for k, start, end, arr, seats in terms
    ]
    contract.append({**contract[1], "contract_id": "k4", "account_id": "a2", "seats": 90})
    swaps = [
        {"account_id": a, "day": AS_OF - timedelta(days=n), "feature": "swaps", "value": 1.0}
        for a in ("a1", "a2")
        for n in range(120)
    ]
    names = (("a1", "Halden Health"), ("a2", "B"), ("a3", "C"))
    moment, number = pa.timestamp("us", "UTC"), pa.float64()
    return {
        "account": table(
            "accounts",
            [
                {"account_id": a, "name": n, "segment": "mid_market", "csm": "m1", "parent": "a1" if a == "a2" else None}
                for a, n in names
            ],
            texts("account_id", "name", "segment", "csm", "language", "plan", "parent"),
        ),
        "feature_usage": table(
            "features", swaps, {**texts("account_id", "feature"), "day": pa.date32(), "value": number}
        ),
        "product_feature": table(
            "product", [{"feature": "swaps", "name": "Shift swaps"}], texts("feature", "name")
        ),
        "contact": table(
            "contacts",
            [{"contact_id": "c1", "account_id": "a1", "name": "Priya Raman", "first_name": "Priya", "language": "en"}],
            texts("contact_id", "account_id", "name", "first_name", "language"),
        ),
        "csm": table("csms", [{"csm_id": "m1", "name": "Daniel Osei", "email": "d@x.example"}], texts("csm_id", "name", "email")),
        "usage": table("usage", usage, {**texts("account_id", "metric"), "day": pa.date32(), "value": number}),
        "ticket": table(
            "tickets",
            ticket,
            {**texts("account_id", "severity"), "opened": moment, "closed": moment, "first_response_minutes": number},
        ),
        "contract": table(
            "contracts",
            [{**row, "currency": "USD", "auto_renew": True, "notice_days": 30} for row in contract],
            {
                **texts("contract_id", "account_id", "currency"), "start": pa.date32(), "end": pa.date32(), "renewal": pa.date32(),
                "arr": pa.int64(), "seats": pa.int64(), "notice_days": pa.int64(), "trial": pa.bool_(), "auto_renew": pa.bool_(),
            },
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def about() -> Dossier:
    return gather(lake(), SUBJECT, VENDOR, AS_OF, ASKED)


def test_names_come_with_their_row(about: Dossier) -> None:
    """The ledger leads to the line in the customer's own file."""
    assert "Halden Health" == about.fields["account.name"].value
    assert ("contacts.csv:2",) == about.fields["contact.first_name"].origin.rows


def test_links_are_filled_in_and_come_from_configuration(about: Dossier) -> None:
    """A link is a fact too."""
    link = about.fields["links.book_csm"]

    assert ("https://larkspur.example/book/m1", "configuration") == (link.value, link.origin.table)


def test_a_contract_is_its_live_paid_subscriptions_together(about: Dossier) -> None:
    """What has ended is not counted; the largest sets the renewal; 29 February renews on the last day of February."""
    fields = about.fields
    rows = fields["contract.arr"].origin.rows

    assert (1_250_000, 50, 2) == tuple(fields[f"contract.{n}"].value for n in ("arr", "seats", "subscriptions"))
    assert ("contracts.csv:2", "contracts.csv:3") == rows
    assert (date(2027, 2, 28), date(2026, 2, 28)) == (fields["contract.renewal"].value, fields["contract.start"].value)
    assert date(2027, 1, 29) == fields["contract.notice_date"].value


def test_tickets_are_counted_by_quarter(about: Dossier) -> None:
    """Each count names the rows it counted, none for zero."""
    counts = {n: about.fields[f"tickets.{n}"].value for n in ("opened", "opened_before", "open", "urgent_open")}

    assert {"opened": 1, "opened_before": 1, "open": 1, "urgent_open": 1} == counts


def test_weeks_end_on_the_as_of_day_and_hold_their_rows(about: Dossier) -> None:
    """Seven days ending with D, as conditions have it."""
    week = about.series["uses"].weeks[-1]

    assert AS_OF == about.series["uses"].end_of(64) == week.last_day
    assert (22.0 + 19.0 + 16.0, 22.0, 22.0) == (week.total, week.last, week.peak)
    assert ("usage.csv:4", "usage.csv:3", "usage.csv:2") == week.rows


def test_nothing_after_the_day_is_seen() -> None:
    """An earlier day gives that day's figures (D3: nothing looks ahead)."""
    earlier = gather(lake(), SUBJECT, VENDOR, AS_OF - timedelta(days=30)).series["uses"].weeks[-1]

    assert earlier.last_day is not None and earlier.last_day <= AS_OF - timedelta(days=30)


def test_peers_are_the_other_accounts_of_the_segment(about: Dossier) -> None:
    """Two others here; never the account itself."""
    assert 2 == len(about.peers)
    assert all(set(peer.series) == {"uses"} for peer in about.peers)
    assert [90, None] == sorted((p.seats.value if p.seats else None for p in about.peers), key=lambda s: s is None)


def test_features_come_by_week_by_month_and_for_each_site(about: Dossier) -> None:
    """By the product's own names; a site is an account whose parent this one is."""
    months = about.months["Shift swaps"]

    assert (date(2026, 10, 1), 31.0) == (months[-2].first, months[-2].total)
    assert 31 == len(months[-2].rows)
    assert {"Shift swaps"} == set(about.places["B"])
    assert "Shift swaps" == about.product["swaps"].value
    assert {"Shift swaps"} == set().union(*(set(p.features) for p in about.peers))


def test_a_ticket_is_known_by_its_times_alone(about: Dossier) -> None:
    """Never by what was written in it; what was answered after the day was still waiting on it (V4 D3)."""
    earlier = gather(lake(), SUBJECT, VENDOR, date(2026, 7, 1))

    assert [(None, None), (90.0, 1.0)] == [(t.answered_minutes, t.closed_days) for t in about.tickets]
    assert [(90.0, None)] == [(t.answered_minutes, t.closed_days) for t in earlier.tickets]


def test_nothing_is_fetched_that_a_module_does_not_ask_for() -> None:
    """Thousands of films a night read no peers they do not show."""
    plain = gather(lake(), SUBJECT, VENDOR, AS_OF)

    assert ((), {}, {}) == (plain.peers, plain.months, plain.places)


def test_an_account_that_is_not_there_is_told() -> None:
    """With the place to look."""
    with pytest.raises(NotFound, match="no account 'zz'"):
        gather(lake(), Subject(AccountId("zz"), None, "mid_market", 2), VENDOR, AS_OF)


def test_the_step_that_is_late_for_longest_is_named_with_its_day() -> None:
    """T1 V2: what is done, what is not due yet and what has no day are none; where nothing is late there is no such fact."""
    columns = {**texts("account_id", "milestone"), "due": pa.date32(), "done": pa.date32()}

    def late(*rows: tuple[str, date | None, date | None]) -> dict[str, object]:
        listed = [{"account_id": "a1", "milestone": name, "due": due, "done": done} for name, due, done in rows]
        found = _milestones({"milestone": table("milestone", listed, columns)}, SUBJECT.account, AS_OF)
        return {name: known.value for name, known in found}

    done, soon = ("kick-off", date(2026, 9, 1), date(2026, 9, 2)), ("team invited", date(2026, 12, 1), None)
    got = late(
        done, soon, ("first report", date(2026, 11, 1), None), ("go live", date(2026, 10, 1), None), ("x", None, None)
    )

    assert {"milestones.planned": 5, "milestones.done": 1, "milestones.late": "go live",
            "milestones.late_due": date(2026, 10, 1)} == got  # fmt: skip
    assert {"milestones.planned": 2, "milestones.done": 1} == late(done, soon)
