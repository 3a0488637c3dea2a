"""Families of facts: peers unnamed and enough of them, grids, tickets by month; every figure has its rows (V1 V2 V6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefs.dossiers import AS_OF, LIBRARY, dossier, known, line_from, series
from vitalreel.briefs.asked import asked_by
from vitalreel.briefs.dossier import Dossier, Month, Peer, Ticket
from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.facts import Resolved, resolve, seats_a_dot
from vitalreel.briefs.families import quantile
from vitalreel.briefs.module import Module
from vitalreel.briefs.reading import read_module
from vitalreel.briefs.trace import check_fact
from vitalreel.briefs.windows import read_values
from vitalreel.errors import BadConfiguration

FACTS = """
  wau: {is: x, from: usage.weekly_users last full week, unit: [person, people], missing: stop, example: ["1", "one"]}
  before: {is: x, from: usage.weekly_users same week last quarter, unit: [person, people], missing: stop, example: ["1", "one"]}
  seats: {is: x, from: contract.seats, unit: [seat, seats], missing: stop, example: ["1", "one"]}
  in_use: {is: x, from: "share(wau, seats)", unit: percent, missing: drop, example: ["84%", "eighty-four per cent"]}
  peers: {is: x, from: peers.spread(in_use), unit: percent, missing: drop, example: ["41", "forty-one"]}
  middle: {is: x, from: "part(peers, median)", unit: percent, missing: drop, example: ["84%", "eighty-four per cent"]}
  tried: {is: x, from: feature.auto_fill, unit: name, missing: drop, example: ["Auto-fill", "Auto-fill"]}
  others: {is: x, from: "similar(wau, before, tried)", unit: [person, people], missing: drop, example: ["41", "forty-one"]}
  did: {is: x, from: "part(others, did_count)", unit: [customer, customers], missing: drop, example: ["7", "seven"]}
  months: {is: x, from: "features by month over last 3 months, top 2", unit: [use, uses], missing: drop, example: ["2", "two"]}
  sites: {is: x, from: "features by place over last 13 weeks, top 3", unit: [week, weeks], missing: drop, example: ["2", "two"]}
  gap: {is: x, from: "part(sites, gap)", unit: name, missing: drop, example: ["Auto-fill", "Auto-fill"]}
  tickets: {is: x, from: "tickets by month over last 4 months, answered within 24 hours", unit: [ticket, tickets], missing: drop,
            example: ["9", "nine"]}
  hard: {is: x, from: "part(tickets, hardest)", unit: month, missing: drop, example: ["June 2026", "June"]}
  dot: {is: x, from: dots(seats), unit: [seat, seats], missing: drop, example: ["10", "ten"]}
"""


def made(facts: str = FACTS, scenes: str = "") -> Module:
    """A shipped module with these facts in place of its own, one scene of words, and these scenes after it."""
    text = (LIBRARY / "usage_drop_recovery.yaml").read_text(encoding="utf-8")
    head = text.split("facts:\n", 1)[0].split("not_made_when:")[0]
    says = "say_exactly: We do not know the reason."
    one = "\n  - {scene: one, does: [greet, signal, figures, unknown, next_step, person], headline: One, show: {statement: [One]}, "
    return read_module(f"{head}facts:{facts}scenes:{one}{says}}}\n{scenes.lstrip(chr(10))}", "test.yaml")


def peer(now: float, before: float = 100.0, seats: int | None = 100, auto: Sequence[float | None] = ()) -> Peer:
    weekly = series([before] * 52 + [now] * 13)
    swaps = series([5.0] * 65, "Shift swaps", "feature_usage")
    features = {"Shift swaps": swaps} | ({"Auto-fill": series(auto, "Auto-fill", "feature_usage")} if auto else {})
    return Peer({"weekly_users": weekly}, features, None if seats is None else known(seats, "contract"))


TOOK_UP: tuple[float | None, ...] = (None,) * 60 + (3.0,) * 5


def about(peers: Sequence[Peer] = (), **more: object) -> Dossier:
    """630 people on 640 seats."""
    base = dossier(line_from(428, 630), peers=0)
    product = {"auto_fill": known("Auto-fill", "product_feature")}
    return replace(base, peers=tuple(peers), product=product, **more)  # type: ignore[arg-type]


def told(one: Dossier) -> Resolved:
    return resolve(made(), one)


def test_a_spread_is_sorted_and_has_its_quartiles() -> None:
    """Share of seats in use over peers, by the very definition of the customer's own."""
    ledger = told(about([peer(40 + 2 * n) for n in range(21)])).ledger

    assert tuple(round(0.40 + 0.02 * n, 9) for n in range(21)) == read_values(str(ledger["peers"].value))
    assert (0.5, 0.6, 0.7) == tuple(pytest.approx(ledger[f"peers.{part}"].value) for part in ("low", "median", "high"))
    assert ("60%", "sixty per cent", 21) == (ledger["middle"].shown, ledger["middle"].said, ledger["peers.count"].value)


def test_under_ten_peers_there_is_no_benchmark() -> None:
    """Nine could be guessed; one without seats is none (V6)."""
    few = told(about([*(peer(50) for _ in range(9)), peer(50, seats=None)]))

    assert "9 similar accounts have in_use, 10 are the least" == few.missing["peers"]
    assert "middle" in few.missing


def test_what_similar_customers_did_is_told_of_groups_of_five_at_least() -> None:
    """Those who had it in both windows took no step; who went without it is the other side (V6)."""
    did = [peer(60 + n, auto=TOOK_UP) for n in range(5)]
    went_without = [peer(100 + n) for n in range(7)]
    always = [peer(500, auto=(3.0,) * 65) for _ in range(9)]
    ledger = told(about([*did, *went_without, *always])).ledger

    assert (5, 7, 62, 103) == tuple(
        ledger[f"others.{p}"].value for p in ("did_count", "others_count", "did_now", "others_now")
    )
    assert 24 == len(read_values(str(ledger["others"].value)))
    assert (
        "4 similar accounts took up Auto-fill, 5 are the least"
        == told(about([*did[1:], *went_without])).missing["others"]
    )


def month(first: date, total: float) -> Month:
    return Month(first, total, (f"features.csv:{first.month}",), (str(total),))


def test_a_grid_of_months_takes_whole_months_and_knows_zero_from_silence() -> None:
    """November is not over; before the first row nothing is known; after it, no row is no use."""
    months = {
        "Auto-fill": (month(date(2026, 10, 1), 4.0), month(date(2026, 11, 1), 9.0)),
        "Shift swaps": (month(date(2026, 9, 1), 30.0), month(date(2026, 10, 1), 31.0)),
        "Old": (month(date(2026, 9, 1), 1.0),),
    }
    ledger = told(about(months=months)).ledger

    assert (None, 30.0, 31.0, None, 0.0, 4.0) == read_values(str(ledger["months"].value))
    assert ("Shift swaps", date(2026, 8, 1), 1) == tuple(
        ledger[f"months.{p}"].value for p in ("1.name", "column.1", "unused")
    )
    assert "months.1.1" not in ledger


def test_a_grid_of_sites_counts_weeks_with_use() -> None:
    """A site that logged nothing is not known; a feature without a row at a site that did is not used there."""
    thirteen, never = series([2.0] * 65, "f", "feature_usage"), series([None] * 65, "f", "feature_usage")
    places = {
        "Riverside": {"Swaps": thirteen, "Auto-fill": thirteen},
        "Eastmoor": {"Swaps": thirteen},
        "Shut": {"Swaps": never},
    }
    resolved = told(about(places=places))
    ledger = resolved.ledger

    assert ("Eastmoor", "Riverside", "Shut") == tuple(ledger[f"sites.column.{n}"].value for n in (1, 2, 3))
    assert (13.0, 13.0, None, 0.0, 13.0, None) == read_values(str(ledger["sites"].value))
    assert "Auto-fill" == ledger["gap"].value
    assert "not known as accounts" in told(about()).missing["sites"]


def ticket(opened: date, answered: float | None, closed: float | None = 1.0) -> Ticket:
    return Ticket(opened, answered, closed, "tickets.csv:2", f"{opened}{answered}")


def test_tickets_are_in_time_late_or_not_known() -> None:
    """One still waiting within its time is not late yet; one that has waited longer is; one closed without an answer is unknown."""
    tickets = (
        ticket(date(2026, 8, 3), 60),
        ticket(date(2026, 8, 4), 3000),
        ticket(date(2026, 8, 5), 3000),
        ticket(date(2026, 10, 5), None, 3.0),
        ticket(date(2026, 11, 2), None, None),
        ticket(AS_OF, None, None),
        ticket(date(2026, 7, 31), 60),
    )
    ledger = told(about(tickets=tickets)).ledger

    assert (1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1) == read_values(str(ledger["tickets"].value))
    assert ("August 2026", 3, 2) == (
        ledger["hard"].shown,
        ledger["tickets.hardest_opened"].value,
        ledger["tickets.hardest_late"].value,
    )
    assert (6, 3, 2) == tuple(ledger[f"tickets.{p}"].value for p in ("opened", "late", "unknown"))
    assert "no tickets recorded" == told(about()).missing["tickets"]


def about_everything() -> Dossier:
    """An account of which every family is known."""
    peers = [peer(60 + n, auto=TOOK_UP if n % 2 else ()) for n in range(15)]
    tickets = tuple(ticket(AS_OF - timedelta(days=3 * n), 500.0 * n) for n in range(30))
    months = {"Swaps": (month(date(2026, 9, 1), 30.0), month(date(2026, 10, 1), 31.0))}
    weekly = series([2.0] * 65, "f", "feature_usage")
    places = {"Riverside": {"Swaps": weekly, "Auto-fill": weekly}, "Eastmoor": {"Swaps": weekly}}
    return about(peers, tickets=tickets, months=months, places=places)


def everything() -> Ledger:
    resolved = told(about_everything())
    assert {} == {name: why for name, why in resolved.missing.items() if name in made().facts}
    return resolved.ledger


def test_every_figure_of_a_family_reads_back_to_its_value() -> None:
    """Shown and said, medians between two customers too (V2)."""
    assert [] == [u for fact in everything().values() for u in check_fact(fact)]


def test_only_what_facts_are_made_of_is_asked_for() -> None:
    """Two windows of one metric, seats, and features of peers; months and sites of the account."""
    asked = asked_by(made())

    assert ({"weekly_users"}, True, True, True, True) == (
        set(asked.metrics), asked.seats, asked.features, asked.months, asked.places
    )  # fmt: skip
    assert asked_by(made(FACTS.split("  in_use")[0])).metrics == frozenset()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('from: "part(peers, median)"', "has no part 'mean'; it has count, low, median, high"),
        ('from: "features by month over last 3 months, top 2"', "cannot look up"),
        ('from: "part(sites, gap)", unit: name', "a value of this kind is name"),
    ],
)
def test_a_mistake_in_a_family_is_told_with_its_line(wrong: str, says: str) -> None:
    """Where it is read, not where a film is made (V5)."""
    changes = {"median": "mean", "3 months": "30 weeks", "unit: name": "unit: percent"}
    changed = next(wrong.replace(a, b) for a, b in changes.items() if a in wrong)

    with pytest.raises(BadConfiguration, match=says) as found:
        made(FACTS.replace(wrong, changed, 1))
    assert "test.yaml line" in str(found.value)


@given(st.integers(0, 10**8))
def test_a_dot_stands_for_a_round_number_of_seats(seats: int) -> None:
    """Never more than four hundred dots, and no coarser than it must be."""
    size = seats_a_dot(seats)

    assert str(size).rstrip("0") in ("1", "2", "5")
    assert seats / size <= 400
    assert size == 1 or seats / size > 400 / 2.6


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_lie_within_the_values_and_rise(values: list[float], one: float, other: float) -> None:
    """The middle half is a half."""
    ordered, (low, high) = sorted(values), sorted((one, other))

    assert ordered[0] <= quantile(ordered, low) <= quantile(ordered, high) + 1e-6 <= ordered[-1] + 2e-6
