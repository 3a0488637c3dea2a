"""What the vectors do not list: more mistakes, trees from the form, limits, older values, and holidays."""

from __future__ import annotations

import datetime as dt

import ibis
import pyarrow as pa
import pytest

from tests.conditions.beside import catalogue_of_tests, tables
from vitalreel.conditions import (
    ConditionError,
    answers,
    evaluate,
    older_values,
    opening_values,
    parse,
    parse_json,
    write,
)
from vitalreel.conditions.mistake import CODES
from vitalreel.conditions.tree import Time
from vitalreel.conditions.windows import first_day
from vitalreel.signals.moment import Moment
from vitalreel.signals.tables import day_number

CATALOGUE = catalogue_of_tests()
AS_OF = dt.date(2026, 3, 31)
D = day_number(AS_OF)
FRESH = dict.fromkeys(CATALOGUE.feeds, True)


@pytest.mark.parametrize(
    ("text", "code", "marked", "suggestion"),
    [
        ("60 < days to renewal < 90", "E_CHAIN", "60 < days to renewal < 90", "(days to renewal > 60 and days to renewal < 90)"),
        ("60 < tier", "E_ORDER", "60 < tier", "tier > 60"),
        ("band is not red or band is not orange", "E_ALWAYS", "band is not red or band is not orange", None),
        ("tier >= 2 or tier < 3", "E_ALWAYS", "tier >= 2 or tier < 3", None),
        ("tier > 2 and tier < 2", "E_IMPOSSIBLE", "tier < 2", None),
        ("usage.active_users down 40% over 1 month", "E_MONTH", "1 month", ("4 weeks", "30 days")),
        ("any contact where role is sponsor and role is admin", "E_GRAIN", "role", None),
        ("usage.active_users > contract.seats", "E_SIGNALS", "usage.active_users > contract.seats",
         "usage.active_users / contract.seats > 100%"),
        ("video.pricing.watched within 14 days", "E_NAME", "video.pricing.watched", "video.watched('pricing')"),
        ("video.watched('prcing') within 14 days", "E_NAME", "'prcing'", "'pricing'"),
        ("feed('usgae') is fresh", "E_NAME", "'usgae'", "'usage'"),
        ("usage.active_users >= 90% of before", "E_BEFORE", "90% of before", None),
        ("usage.active_users / contract.arr > 5%", "E_UNIT", "usage.active_users / contract.arr", None),
        ("tier = 1.5", "E_VALUE", "1.5", None),
        ("health.score > 40.1234567", "E_NUMBER", "40.1234567", None),
        ("health.score greater than 40", "E_WORDING", "greater than", ">"),
        ("no video.watched within 30 days", "E_WORDING", "within", "for"),
        ("video.watched > 3", "E_TYPE", "video.watched > 3", "at least 3 video.watched within 30 days"),
        ("onboarding.milestone(go) overdue by 3 days", "E_QUOTE", "go", "'go'"),
        ("band was red on 6 of last 5 days", "E_COUNT", "band was red on 6 of last 5 days", None),
        ("contract.start after 2026-02-30", "E_VALUE", "2026-02-30", None),
        ("((((((((band is red))))))))", "E_TOO_DEEP", "(", None),
        ("(band is red", "E_SYNTAX", "(", None),
        ("band is 'red", "E_QUOTE", "'red", None),
        ("contract.auto_renew is yes", "E_VALUE", "yes", "true"),
        ("no contact where (any contact where role is admin)", "E_GRAIN", "(any contact where role is admin)", None),
        ("sponsor changed within 9999 days", "E_WINDOW", "9999 days", None),
    ],
)  # fmt: skip
def test_a_mistake_has_code_place_and_way_out(text, code, marked, suggestion):
    """T3: clear errors with the position."""
    (mistake,) = parse(text, CATALOGUE).errors

    assert (code, marked, suggestion) == (mistake.code, text[mistake.start : mistake.end], mistake.suggestion)


def test_every_code_a_condition_can_meet_is_listed():
    """The reference page and the code agree on what can go wrong."""
    from pathlib import Path

    from vitalreel import conditions

    folder = Path(conditions.__file__).parent
    used = {word for path in folder.glob("*.py") for word in path.read_text().split('"') if word.startswith("E_")}
    page = (Path(__file__).parents[2] / "docs" / "reference" / "conditions.md").read_text()
    assert (set(CODES), []) == (used, [code for code in CODES if f"`{code}`" not in page])


@pytest.mark.parametrize("length", [40, 41])
def test_forty_tests_are_the_most(length):
    """T3: a condition stays one a person can read."""
    checked = parse(" and ".join(["tier > 1"] * length), CATALOGUE)

    assert (length == 40) == checked.ok


@pytest.mark.parametrize(
    "node",
    [
        {"all": []},
        {"known": {"signal": "band"}},
        {"is": {"signal": "band"}, "op": "is", "to": {"word": "RED"}},
        {"is": {"signal": "tier"}, "op": "is", "to": {"number": 1.0}},
        {"all": [{"known": {"signal": "band"}, "yes": True}]},
        "band is red",
        {"what": 1},
    ],
)
def test_a_tree_no_condition_is_written_from_is_refused(node):
    """T1: what the form sends is checked like what people write."""
    assert not parse_json(node, CATALOGUE).ok


def test_an_unsound_condition_has_no_tree():
    """T3: nothing can be run before it was checked."""
    with pytest.raises(ConditionError, match=r"characters 0 to 11: There is no signal 'helth.score'"):
        parse("helth.score < 60", CATALOGUE).sound  # noqa: B018


def test_holidays_make_business_days_longer():
    """T6: three working days back from Tuesday the 31st are Friday to Tuesday; a Monday off makes it Thursday."""
    time = Time(3, "business day")

    assert (D - 4, D - 5) == (first_day(D, time), first_day(D, time, {dt.date(2026, 3, 30)}))


def usage(account: str, back: int, value: float) -> dict[str, object]:
    what = {"signal": "usage.active_users", "day": D - back, "num": value, "word": None}
    return {"account_id": account, **what, "known_on": D - back}


def test_an_episode_closes_against_the_value_that_opened_it():
    """T8: `>= 90% of before` remembers the quarter before the drop, not today's past."""
    when = parse("usage.active_users down 40% over 1 quarter", CATALOGUE).sound
    names = older_values(when)
    closes = parse("usage.active_users >= 90% of before", CATALOGUE, before=names).sound
    accounts = [{"account_id": a, "since": D - 400} for a in ("acme", "bolt")]
    then = {"accounts": accounts, "facts": [usage("acme", 91, 100.0), usage("bolt", 91, 50.0)]}
    opened = opening_values(tables(then), {"closes": when}, CATALOGUE, Moment(AS_OF), FRESH)
    now = tables({**then, "facts": [*then["facts"], usage("acme", 0, 89.0), usage("bolt", 0, 45.0)]})

    got = answers({**now, "openings": opened}, {"closes": closes}, CATALOGUE, Moment(AS_OF), FRESH)
    said = {r["account_id"]: r["closes"] for r in got.to_pyarrow().to_pylist()}
    assert ({"usage.active_users": (91, None)}, {"acme": False, "bolt": True}) == (names, said)


def test_without_an_opening_the_older_value_is_unknown():
    """T8: an account that never opened an episode does not close one."""
    closes = parse("usage.active_users >= 90% of before", CATALOGUE, before={"usage.active_users"}).sound
    shape = {"account_id": pa.string(), "condition": pa.string(), "signal": pa.string(), "value": pa.float64()}
    none = ibis.memtable(pa.schema(list(shape.items())).empty_table())
    there = tables({"accounts": [{"account_id": "acme", "since": D}], "facts": [usage("acme", 0, 9.0)]})

    got = answers({**there, "openings": none}, {"closes": closes}, CATALOGUE, Moment(AS_OF), FRESH)
    assert [None] == got.to_pyarrow()["closes"].to_pylist()


def test_a_renamed_signal_is_written_under_its_new_name():
    """T3: renamed signals stay as aliases; saving rewrites."""
    from dataclasses import replace

    tier = replace(CATALOGUE.signals["tier"], aliases=("importance",))
    renamed = replace(CATALOGUE, signals={**CATALOGUE.signals, "tier": tier})

    assert "tier <= 2" == parse("importance <= 2", renamed).canonical


def test_an_unchecked_account_set_is_only_those_there_on_the_day():
    """As of: an account that came later is in no answer."""
    rows = {"accounts": [{"account_id": "late", "since": D + 1}, {"account_id": "here", "since": D}]}
    tree = parse("tier is unknown", CATALOGUE).sound

    assert ({"here"}, set()) == tuple(map(set, evaluate(tables(rows), {"x": tree}, CATALOGUE, AS_OF)["x"]))
    assert "tier is unknown" == write(tree)
