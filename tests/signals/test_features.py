"""Features: each against a handful of rows whose answer can be counted on fingers."""

from __future__ import annotations

import datetime as dt

import ibis
import pyarrow as pa
import pytest

from vitalreel.signals.catalogue import read_catalogue
from vitalreel.signals.features import Features, Viewing, freshness
from vitalreel.signals.moment import Moment
from vitalreel.signals.tables import SHAPES, day_number

AS_OF = dt.date(2026, 3, 31)
D = day_number(AS_OF)
CATALOGUE = read_catalogue(
    {
        "feeds": {"usage": 3, "crm": 7, "video": 2},
        "signals": {
            "users": {"type": "number", "unit": "people", "min": 0, "feed": "usage", "fresh": 3, "aliases": ["people"]},
            "band": {"type": "enum", "values": ["red", "green"], "feed": "crm"},
            "video.watched": {"type": "event", "args": ["pricing"], "feed": "video"},
            "onboarding": {"type": "milestone", "args": ["go live"], "feed": "crm"},
        },
    },
    "catalogue.yaml",
)
FRESH = {"usage": True, "crm": True, "video": True}


def fact(signal: str, back: int, value: float | str | None, learnt: int | None = None) -> dict[str, object]:
    """A value `back` days before the as-of day, learnt the same day or `learnt` days before the as-of day."""
    word = isinstance(value, str)
    known = D - (back if learnt is None else learnt)
    held = {"num": None if word else value, "word": value if word else None}
    return {"account_id": "acme", "signal": signal, "day": D - back, **held, "known_on": known}


def event(back: int, share: float | None = 1.0, contact: str = "ada") -> dict[str, object]:
    what = {"event": "video.watched", "arg": "pricing", "day": D - back, "share": share, "known_on": D - back}
    return {"account_id": "acme", "contact": contact, **what}


def person(contact: str, active: bool | None = True) -> dict[str, object]:
    who = {"role": "sponsor", "seniority": None, "active": active, "last_seen": None}
    return {"account_id": "acme", "contact": contact, **who, "known_on": D - 9}


def ask(features: Features, column, **rows):
    """The one value of a feature for the account `acme`."""
    rows.setdefault("accounts", [{"account_id": "acme", "since": D - 400}])
    tables = {k: ibis.memtable(pa.Table.from_pylist(rows.get(k, []), schema=s)) for k, s in SHAPES.items()}
    return features.wide(tables).select("account_id", got=column).to_pyarrow().to_pylist()[0]["got"]


def fresh_features(**stale: bool) -> Features:
    return Features(CATALOGUE, Moment(AS_OF), {**FRESH, **stale})


@pytest.mark.parametrize(
    ("facts", "lag", "expected"),
    [
        ([fact("users", 1, 7.0)], 0, 7.0),
        ([fact("users", 3, 7.0)], 0, None),  # kept three days, its own included
        ([fact("users", 3, 7.0)], 1, 7.0),
        ([fact("users", 1, 7.0), fact("users", 0, 9.0)], 0, 9.0),
        ([fact("users", 0, 7.0), fact("users", 0, 8.0, learnt=-1)], 0, 7.0),  # corrected tomorrow
        ([fact("users", 1, 7.0), fact("users", 1, 8.0, learnt=0)], 0, 8.0),  # corrected today
        ([fact("users", 1, 7.0), fact("users", 0, None)], 0, None),  # withdrawn
        ([fact("users", -1, 7.0, learnt=0)], 0, None),  # about tomorrow
        ([], 0, None),
    ],
)
def test_a_value_on_a_day_is_the_last_recorded_that_still_counts(facts, lag, expected):
    """H17: missing and stale are unknown, never zero; later knowledge is not used."""
    features = fresh_features()

    assert expected == ask(features, features.at("users", lag), facts=facts)


def test_a_stale_feed_makes_today_unknown_but_not_the_past():
    """H17: a dead connector is not a customer who stopped."""
    features = fresh_features(usage=False)
    both = features.at("users").cast("string").fill_null("unknown") + "|" + features.at("users", 1).cast("string")

    assert "unknown|7.0" == ask(features, both, facts=[fact("users", 1, 7.0)])


def test_a_value_without_freshness_holds_until_replaced():
    """D: a contract's segment does not expire."""
    features = fresh_features()

    assert "red" == ask(features, features.at("band"), facts=[fact("band", 300, "red")])


def test_a_mean_covers_the_days_before_and_needs_half_of_them():
    """T3: own 4-day mean of yesterday and before; two of four known days are enough, one is not."""
    facts = [fact("users", 0, 100.0), fact("users", 1, 4.0), fact("users", 4, 2.0)]
    features = fresh_features()
    enough, thin = features.mean("users", 0, 4), features.mean("users", 0, 40)
    got = ask(features, enough.cast("string") + thin.isnull().cast("string"), facts=facts)

    assert "2.5true" == got


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        (lambda f: f.total("users", 2), 11.0),
        (lambda f: f.total("users", 2, 6), None),
        (lambda f: f.count_days("users", 7), 3.0),
        (lambda f: f.days_known("users", 7), 5.0),  # one value of three days, then two of today and yesterday
        (lambda f: f.days_where("users", ">=", 5.0, 7), 2.0),
        (lambda f: f.age("users"), 0.0),
        (lambda f: f.changed("users", D - 1), True),
        (lambda f: f.changed("users", D), True),
        (lambda f: f.changed("users", D, before=4.0), False),
        (lambda f: f.since(), float(D - 400)),
    ],
)
def test_windows_count_days_and_recorded_rows(feature, expected):
    """T3: windows are whole days that end with the as-of day."""
    features = fresh_features()
    facts = [fact("users", 5, 4.0), fact("users", 1, 5.0), fact("users", 0, 6.0)]

    assert expected == ask(features, feature(features), facts=facts)


def test_events_count_from_their_first_day_and_remember_the_last():
    """K: views are events of contacts."""
    features = fresh_features()
    both = features.events("video.watched", "pricing", D - 6) * 100_000 + features.last_event_day("video.watched")

    assert 2 * 100_000 + D == ask(features, both, events=[event(7), event(6), event(0)])


def test_people_who_left_are_nobody_and_an_unmeasured_view_is_unknown():
    """T3: yes, unknown and asked are told apart."""
    features = fresh_features()
    tally = features.tally("sponsors", "contact", ibis._.role == "sponsor", Viewing("pricing", 0.75, None))
    people = [person("ada"), person("bob"), person("cyd"), person("dee", active=False)]
    views = [event(3, 0.75), event(3, None, "bob"), event(3, 0.5, "cyd"), event(3, 1.0, "dee")]

    got = ask(features, tally.yes * 100 + tally.unknown * 10 + tally.asked, contacts=people, events=views)
    assert 113 == got


def test_a_feature_asked_for_twice_is_computed_once():
    """Set-based: forty conditions over the same few signals cost the few."""
    features = fresh_features()

    assert features.at("users", 7).__repr__() == features.at("people", 7).__repr__()


def test_a_feed_is_fresh_for_its_days_after_the_last_good_load():
    """D: freshness looks at loads up to the as-of day only."""
    feeds = [{"feed": "usage", "day": D - 2}, {"feed": "video", "day": D - 2}, {"feed": "crm", "day": D + 1}]

    assert {"usage": True, "crm": False, "video": False} == freshness(feeds, CATALOGUE, AS_OF)
