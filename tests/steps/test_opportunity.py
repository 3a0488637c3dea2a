"""Who is ready to expand, what is open, and the next feature, over a company in a real workspace, as of a day (H9)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.steps.companies import CARD, DAY, NOW, START, company, put
from tests.steps.growing import EXPANSION, SIGNALS, grown
from vitalreel.cli import main
from vitalreel.conditions import evaluate, parse
from vitalreel.errors import NotFound
from vitalreel.health.opportunity.recommend import Advice
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.openings import Opening, growth_on, newest, open_at, ready_on
from vitalreel.steps.opportunity import assess_growth, look

CARD_HERE = (
    CARD.partition("points:")[0]
    .replace(
        "usage.active_users, window: 7 days, scale: {0: 0, 10: 100}",
        "usage.weekly_users, window: 28 days, scale: {0: 0, 200: 100}",
    )
    .replace("tickets.open", "tickets.severe")
)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    """Looked at and kept; read by every test, changed by none."""
    found = opened(tmp_path_factory.mktemp("growth") / "ws")
    assess_growth(found, DAY, NOW)
    return found


def opened(root: Path) -> Doors:
    found = company(root)
    (root / "signals.yaml").write_text(SIGNALS, encoding="utf-8")
    (root / "expansion.yaml").write_text(EXPANSION, encoding="utf-8")
    (root / "scorecards" / "everybody.yaml").write_text(CARD_HERE, encoding="utf-8")
    grown(found)
    return found


def test_ready_accounts_are_explained_in_points(doors: Doors) -> None:
    """H9: 90 of 100 seats weigh three quarters; nobody answered a survey, so the rest is shared; parts sum to the score."""
    found = {r.account: r for r in growth_on(doors, DAY).rows}
    one = open_at(doors, "a02", DAY)

    assert {f"a{i:02}" for i in range(20)} - {"a01"} == {r.account for r in ready_on(doors, DAY)}
    assert (90.0, True) == (found["a02"].points, found["a02"].ready)
    assert (90.0, False, ("not so: tickets.severe = 0",)) == (
        found["a01"].points,
        found["a01"].ready,
        found["a01"].held_by,
    )
    assert one.of.points == pytest.approx(sum(p.points for p in one.parts))
    assert {"pressure": 67.5, "nps": 0.0, "missing": 22.5} == {p.part: p.points for p in one.parts}


def test_what_is_open_at_an_account(doors: Doors) -> None:
    """H9: seats, features in and out of its plan, departments; unknown is said; price by seat and the segment's own rate."""
    one = open_at(doors, "a00", DAY)
    gaps = {(g.kind, g.name): g for g in one.gaps}

    assert 10 == gaps["seats", "unused seats"].size
    assert {("feature", "Fill"), ("department", "Finance")} <= set(gaps)
    assert True is gaps["feature", "Fill"].sale
    assert "unknown" == gaps["product", ""].state
    assert 100.0 == one.seat_price
    assert (0, 50, "mid_market") == (one.chance["expanded"], one.chance["decided"], one.chance["group"])


def test_the_next_feature_is_what_similar_accounts_that_renewed_use(doors: Doors) -> None:
    """H9: a00 uses two of the three features that all 39 others which renewed use, and none of ten that left; counts, no names."""
    one = open_at(doors, "a00", DAY)

    assert (Advice("fill", 39, 39, 0, 10), "Fill") == (one.of.advice, one.of.advice_name)
    assert "a0" not in json.dumps(one.company)


def test_the_path_of_an_account_and_of_all(doors: Doors) -> None:
    """H9: time to each feature, order, depth, and which features go with staying, with counts."""
    one = open_at(doors, "a00", DAY)
    paces = {p["feature"]: p for p in one.company["paces"]}
    staying = {s.get("feature", s.get("of")): s for s in one.company["staying"]}

    assert [("Swaps", 0, True), ("Rules", 56, True)] == [(t.name, t.after_days, t.in_use) for t in one.path]
    assert (40, 60, 56) == (paces["rules"]["took"], paces["rules"]["watched"], paces["rules"]["median_days"])
    assert ["swaps", "rules", "fill"] == one.company["order"]
    assert (40, 40, 10, 0, "staying") == tuple(
        staying["rules"][k] for k in ("using", "using_stayed", "without", "without_stayed", "goes_with")
    )
    assert "0 accounts that decided went without, 10 are the least" == staying["swaps"]["reason"]


def test_an_offer_waits_for_the_months_in_which_they_plan(doors: Doors) -> None:
    """H9: September and October, thirty days before; held back while help is needed."""
    found = {r.account: r.timing for r in growth_on(doors, DAY).rows}

    assert ("later", dt.date(2026, 8, 2)) == (found["a02"].state, found["a02"].on)
    assert ("not yet", None) == (found["a01"].state, found["a01"].on)


def planted(doors: Doors, known_on: dt.date) -> None:
    """Rows of eight kinds, each of which would change something: more use, features, seats, accounts, outcomes, people."""
    days = [DAY - dt.timedelta(days=n) for n in range(60)]
    put(
        doors,
        "usage",
        [{"account_id": a, "day": d, "metric": "weekly_users", "value": 300.0} for a in ("a00", "a45") for d in days],
        known_on,
    )
    put(doors, "feature_usage", [{"account_id": a, "day": d, "feature": f, "value": 5.0}
                                 for a in ("a00", "a45", "a46") for f in ("fill", "limits") for d in days], known_on)  # fmt: skip
    put(doors, "product_feature", [{"feature": "limits", "name": "Limits", "released": START}], known_on)
    put(
        doors,
        "contract",
        [{"contract_id": "a02", "account_id": "a02", "start": START, "arr": 1, "seats": 500, "currency": "USD"}],
        known_on,
    )
    put(
        doors,
        "outcome",
        [{"outcome_id": f"o{i}", "account_id": f"a{i:02}", "day": DAY, "kind": "churned"} for i in range(30)],
        known_on,
    )
    put(doors, "contact", [{"contact_id": "a00-new", "account_id": "a00", "name": "New", "role": "admin", "active": True,
                            "department": "Finance"}], known_on)  # fmt: skip
    put(
        doors,
        "account",
        [{"account_id": "a03", "name": "Renamed", "segment": "enterprise", "since": START, "planning_months": "3"}],
        known_on,
    )
    put(
        doors,
        "survey",
        [{"survey_id": f"s{i}", "account_id": f"a{i:02}", "day": DAY, "kind": "nps", "score": 0.0} for i in range(9)],
        known_on,
    )


def seen(doors: Doors) -> tuple[object, ...]:
    with doors.lake.session() as session:
        found = look(doors, session, DAY)
    return found.rows.to_pylist(), found.parts.to_pylist(), found.company.document(), told(open_at(doors, "a00", DAY))


def told(one: Opening) -> Opening:
    """Without the document of all accounts, which is compared once."""
    return replace(one, company={})


def test_rows_learnt_after_a_day_change_nothing_as_of_it(tmp_path: Path) -> None:
    """H9, D3: no look-ahead; the same rows learnt in time do change what is seen."""
    doors = opened(tmp_path / "ws")
    before = seen(doors)
    planted(doors, DAY + dt.timedelta(days=1))
    assert before == seen(doors)
    planted(doors, DAY)

    assert all(a != b for a, b in zip(before, seen(doors), strict=True))


def test_what_is_kept_is_read_again_and_conditions_may_ask_for_it(tmp_path: Path) -> None:
    """H9: one set of rows a day, the later look in place of the earlier; expansion.ready is a signal of plays."""
    doors = opened(tmp_path / "ws")
    asked = growth_on(doors, DAY).rows, told(open_at(doors, "a02", DAY))
    assess_growth(doors, DAY, NOW)
    first = {table: rows for table, rows in doors.lake.rows().items() if table in ("opportunity", "growth_model")}
    assess_growth(doors, DAY, NOW + dt.timedelta(hours=1))
    catalogue = catalogue_of(doors)
    texts = {
        "ready": "expansion.ready is true",
        "open": "whitespace.features >= 1 and expansion.score >= 60",
        "seats": "whitespace.seats >= 50",
    }
    with doors.lake.session() as session:
        tables = signals_of(doors, session, catalogue, DAY).tables
        said = evaluate(tables, {n: parse(t, catalogue).sound for n, t in texts.items()}, catalogue, DAY)

    assert {"opportunity": 50, "growth_model": 1} == first == {t: n for t, n in doors.lake.rows().items() if t in first}
    assert asked == (growth_on(doors, DAY).rows, told(open_at(doors, "a02", DAY)))
    assert {f"a{i:02}" for i in range(20)} - {"a01"} == said["ready"].yes
    assert {"a00"} == said["open"].yes
    assert {f"a{i:02}" for i in range(20, 50)} == said["seats"].yes
    assert (DAY, None) == (newest(doors, DAY), newest(doors, DAY - dt.timedelta(days=1)))


def test_an_account_of_which_no_use_is_known_has_no_count_of_what_it_lacks(tmp_path: Path) -> None:
    """H9: unknown is said, never zero; and a dead feed makes everybody's unused features unknown."""
    doors = opened(tmp_path / "ws")
    put(doors, "account", [{"account_id": "new", "name": "New", "segment": "mid_market", "since": START}])
    put(
        doors,
        "contract",
        [{"contract_id": "new", "account_id": "new", "start": START, "arr": 100, "seats": 5, "currency": "USD"}],
    )
    found = {r.account: r for r in growth_on(doors, DAY).rows}
    silent = {r.account: r for r in growth_on(doors, DAY + dt.timedelta(days=20)).rows}

    assert (None, None, None, "nothing of its use is known") == (
        found["new"].points, found["new"].features, found["new"].features_open, found["new"].no_advice
    )  # fmt: skip
    assert ("unknown", "no use of any feature is known of it") == next(
        (g.state, g.why) for g in open_at(doors, "new", DAY).gaps if g.kind == "feature"
    )
    assert (None, None, None) == (silent["a02"].features, silent["a02"].pressure.used, silent["a02"].full_on)
    with pytest.raises(NotFound):
        open_at(doors, "nobody", DAY)


def test_the_command_tells_of_all_and_of_one(doors: Doors) -> None:
    """H9: `vitalreel opportunities [ACCOUNT] --json`."""
    common = ["-w", str(doors.workspace.root), "--as-of", DAY.isoformat()]
    every = CliRunner().invoke(main, ["opportunities", *common, "--json"])
    one = CliRunner().invoke(main, ["opportunities", "a00", *common, "--json"])
    words = CliRunner().invoke(main, ["opportunities", "a00", *common]).stdout

    assert (0, 0, 19) == (every.exit_code, one.exit_code, json.loads(every.stdout)["ready"])
    assert {
        "feature": "fill",
        "name": "Fill",
        "using": 39,
        "well": 39,
        "others_using": 0,
        "others": 10,
    } == json.loads(one.stdout)["next_feature"]
    assert "next feature: Fill, used by 39 of 39 similar accounts that did well, and 0 of 10 others" in words
    assert "ready to expand" in words
