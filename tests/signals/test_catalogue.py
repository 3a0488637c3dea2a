"""The catalogue: what a file may say, and what it is told where it cannot."""

from __future__ import annotations

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.signals.catalogue import Signal, Window, read_catalogue

FEEDS = {"usage": 3}
ACTIONS = {"type": "number", "unit": "actions", "min": 0, "feed": "usage"}

DECLINE = {"from": "usage.actions", "over": "8 weeks", "how": "sudden", "alarms": 0.01}


def read(signals: dict[str, object], **more: object):
    return read_catalogue({"feeds": FEEDS, "signals": signals, **more}, "signals.yaml")


def test_an_entry_becomes_a_signal_with_its_range_and_freshness():
    """T3: names, types and units are known before anything is asked."""
    got = read({"usage.depth": {"type": "percent", "min": 0, "max": 100, "feed": "usage", "fresh": 3}})

    assert Signal("usage.depth", "percent", feed="usage", fresh=3, low=0, high=100) == got.signals["usage.depth"]


def test_a_derived_signal_takes_type_unit_and_feed_from_its_base():
    """D: sparse counts become windows once, in the daily table, not in every condition."""
    week = {"from": "usage.actions", "over": "1 quarter", "how": "sum", "min": 0}
    got = read({"usage.actions": ACTIONS, "usage.actions.quarter": week})

    expected = Signal(
        "usage.actions.quarter", "number", "actions", feed="usage", low=0, window=Window("usage.actions", 91, "sum")
    )
    assert expected == got.signals["usage.actions.quarter"]


def test_a_count_of_rows_is_a_plain_number_whatever_its_base():
    """D: how often a word was recorded has no unit of words."""
    days = {"from": "band", "over": "7 days", "how": "count"}
    got = read({"band": {"type": "enum", "values": ["red"], "feed": "usage"}, "band.days": days})

    assert ("number", "", 7) == (
        got.signals["band.days"].type,
        got.signals["band.days"].unit,
        got.signals["band.days"].window.days,
    )


def test_a_decline_is_a_percent_and_a_silence_a_number_of_days():
    """H6: both are asked like any other signal, whatever is counted in what they are found in."""
    silence = {"from": "usage.actions", "over": "5 days", "how": "silence", "alarms": 0.01}
    got = read({"usage.actions": ACTIONS, "fell": DECLINE, "silent": silence}).signals

    assert (
        Signal("fell", "percent", feed="usage", low=0, high=100, window=Window("usage.actions", 56, "sudden", 0.01))
        == got["fell"]
    )
    assert ("number", "days", 5) == (got["silent"].type, got["silent"].unit, got["silent"].window.days)


def test_a_renamed_signal_is_found_under_its_old_name():
    """T3: conditions saved before a renaming keep their meaning."""
    got = read({"usage.actions": {**ACTIONS, "aliases": ["actions"]}})

    assert got.signals["usage.actions"] == got.find("actions")


def test_films_are_the_arguments_of_video_watched_unless_listed():
    """T3: `has watched 'x'` can be checked without another list."""
    watched = {"video.watched": {"type": "event", "args": ["pricing"], "feed": "usage"}}

    assert (("pricing",), ("other",)) == (read(watched).modules, read(watched, modules=["other"]).modules)


@pytest.mark.parametrize(
    ("entry", "place", "why"),
    [
        ({"type": "nummer"}, "signals.x.type", "none of: number"),
        ({"type": "number", "feeed": "usage"}, "signals.x", "did you mean 'feed'"),
        ({"type": "number", "feed": "usgae"}, "signals.x.feed", "did you mean 'usage'"),
        ({"type": "enum"}, "signals.x", "lists its values"),
        ({"type": "money", "currency": "usd"}, "signals.x", "currency"),
        ({"type": "number", "fresh": 3}, "signals.x", "names its feed"),
        ({"type": "number", "fresh": 0, "feed": "usage"}, "signals.x.fresh", "at least 1"),
        ({"type": "number", "min": 5, "max": 1}, "signals.x", "min is above max"),
        ({"type": "number", "min": "5"}, "signals.x.min", "should be a number"),
        ({"type": "event"}, "signals.x", "broken load"),
        ({"type": "milestone"}, "signals.x", "lists its args"),
        ({"type": "enum", "values": ["a", True]}, "signals.x.values", "list of words"),
        ({"type": "bool", "grain": "contact"}, "signals.x", "no column 'x'"),
        ({"from": "y", "over": "7 days", "how": "sum"}, "signals.x.from", "not a recorded signal"),
        ({"from": "base", "over": "a while", "how": "sum"}, "signals.x.over", "not a time"),
        ({"from": "base", "how": "sum"}, "signals.x", "from, over and how"),
        ({"type": "number", "aliases": ["base"]}, "signals.x.aliases", "already names"),
        ({**DECLINE, "over": "3 weeks"}, "signals.x.over", "28 to 182 days"),
        ({**DECLINE, "alarms": 0}, "signals.x.alarms", "write alarms: 0.01"),
        ({**DECLINE, "from": "base"}, "signals.x.from", "no daily use"),
        ({**DECLINE, "how": "sum"}, "signals.x.alarms", "a sum gives no alarms"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(entry, place, why):
    """T3: a mistake in the catalogue is a sentence with a place, not a stack trace."""
    with pytest.raises(BadConfiguration) as caught:
        read({"base": ACTIONS, "usage.actions": ACTIONS, "x": entry})

    assert (f"signals.yaml: {place}", True) == (caught.value.where, why in str(caught.value))


def test_a_key_that_is_no_part_of_a_catalogue_is_refused():
    """T3: a typing mistake at the top must not silently empty the catalogue."""
    with pytest.raises(BadConfiguration, match="there is no 'signal' in a catalogue"):
        read_catalogue({"signal": {}}, "signals.yaml")
