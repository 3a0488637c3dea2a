"""Who is asked to look at a film, until when, and what happens while they do not answer (R1)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from vitalreel.errors import BadConfiguration
from vitalreel.review.chain import (
    Asked,
    Before,
    Chain,
    Place,
    act,
    deputy,
    due_at,
    read_review,
    reassigned_at,
    reviewer,
)
from vitalreel.store.workspace import EXAMPLES, LIBRARY

LONDON, OSLO = Place("Europe/London", "GB"), Place("Europe/Oslo", "NO")
TIERS = {f"tier_{n}": {"needs": ["csm"], "sample": "50%"} for n in (1, 2, 3, 4)}
CHAIN = read_review(
    {
        **TIERS,
        "due": "1 business day",
        "remind": ["2 business days", "4 hours"],
        "reassign": "2 hours",
        "reviewers": {"csm": "owner", "production": "pat"},
        "deputies": {"csm": "operations", "production": "dana", "ingrid": "maria"},
    },
    "test",
).chain
KNOWN = dict.fromkeys(("ingrid", "maria", "pat", "dana", "operations"))


def at(day: int, hour: int = 0) -> datetime:
    """March 2026; the 2nd is a Monday, and so is the 9th."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "window_to", "place", "expected"),
    [
        ("1 business day", at(7), LONDON, at(6)),  # the window ends with Friday
        ("1 business day", at(9), LONDON, at(6)),  # ... with Sunday: nothing leaves on Saturday either
        ("1 business day", at(10), LONDON, at(9)),  # ... with Monday
        ("2 days", at(10), LONDON, at(8)),
        ("5 hours", at(10), LONDON, at(9, 19)),
        ("1 business day", datetime(2026, 4, 2, 22, tzinfo=UTC), OSLO, datetime(2026, 3, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_film_is_due_so_long_before_its_window_closes_by_the_account_s_calendar(due, window_to, place, expected):
    """R1 R3: as vitalreel.yaml says, in business days of the account's country. In Norway Maundy Thursday is none."""
    chain = read_review({**TIERS, "due": due}, "test").chain

    assert expected == due_at(chain, at(1), window_to, place)


def test_a_film_made_too_late_is_due_at_once_and_a_clock_change_moves_no_due_hour():
    """R1: never before anybody was asked. Summer time begins on 29 March: midnight is 23:00 UTC from then on."""
    chain = read_review({**TIERS, "due": "2 days"}, "test").chain

    assert at(9, 12) == due_at(chain, at(9, 12), at(10), LONDON)
    assert at(29) == due_at(chain, at(1), datetime(2026, 3, 30, 23, tzinfo=UTC), LONDON)


def test_who_does_not_answer_is_reminded_at_each_time_once_and_then_their_deputy_is_asked():
    """R1: asked on Monday, due at the end of Thursday. Reminders missed together are one, and none follows for who was spared."""
    due, window_to = at(6), at(7)
    asked = Asked(at(2, 9))

    def acts(asked, now):
        return act(CHAIN, asked, due, window_to, LONDON, True, now)

    assert acts(asked, at(3, 23)) is None
    assert "remind" == acts(asked, at(4))  # two business days before
    assert acts(Asked(at(2, 9), at(4, 1)), at(5, 19)) is None  # reminded; the next time is 20:00
    assert "remind" == acts(Asked(at(2, 9), at(4, 1)), at(5, 20))
    assert "remind" == acts(asked, at(5, 20))  # both times have passed: one reminder
    assert acts(Asked(at(2, 9), at(5, 20)), at(5, 21)) is None
    assert "reassign" == acts(Asked(at(2, 9), at(5, 20)), at(5, 22))
    assert acts(Asked(at(5, 22), None, deputy=True), at(6, 12)) is None  # a deputy is passed on no further
    assert "remind" == act(CHAIN, asked, due, window_to, LONDON, False, at(6, 12))  # nobody to take their place


def test_whoever_was_asked_too_late_has_half_of_what_is_left():
    """R1: asked on Friday at noon for a window that closes at midnight: the deputy is asked at six."""
    assert at(6, 18) == reassigned_at(CHAIN, Asked(at(6, 12)), at(6, 12), at(7), LONDON)
    assert at(7, 3) == reassigned_at(CHAIN, Asked(at(7, 3)), at(7, 3), at(7), LONDON)
    assert reassigned_at(Chain(), Asked(at(1)), at(6), at(7), LONDON) is None


@given(
    st.lists(st.builds(Before, st.integers(0, 90), st.sampled_from(["hour", "day", "business day"])), max_size=4),
    st.integers(0, 150 * 24),
    st.integers(1, 400),
    st.lists(st.integers(0, 500), max_size=40),
)
def test_nobody_is_reminded_more_often_than_there_are_times(remind, start, hours, looks):
    """R1: however often and whenever the loop turns, and never after it was given to somebody else."""
    chain = Chain(Before(1, "business day"), tuple(remind), Before(2, "hour"), deputies={"csm": "operations"})
    since = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=start)
    window_to = since + timedelta(hours=hours)
    due = due_at(chain, since, window_to, LONDON)
    asked, said = Asked(since), []
    for hour in sorted(looks):
        now = since + timedelta(hours=hour)
        what = act(chain, asked, due, window_to, LONDON, True, now)
        said.append(what)
        if what == "remind":
            asked = Asked(asked.since, now, asked.deputy)
        elif what == "reassign":
            asked = Asked(now, None, True)

    assert said.count("reassign") <= 1
    first = said[: said.index("reassign")] if "reassign" in said else said
    assert first.count("remind") <= len(remind)
    assert said.count("remind") <= 2 * len(remind)


def test_a_person_s_own_deputy_goes_before_their_role_s():
    """R1: and nobody takes their own place."""
    assert ("ingrid", "pat") == tuple(reviewer(CHAIN, role, "ingrid", KNOWN) for role in ("csm", "production"))
    assert ("operations", "operations") == (reviewer(CHAIN, "csm", None, KNOWN), reviewer(CHAIN, "csm", "gone", KNOWN))
    assert "maria" == deputy(CHAIN, "csm", "ingrid", "ingrid", KNOWN)
    assert "operations" == deputy(CHAIN, "csm", "dana", "dana", KNOWN)
    assert deputy(CHAIN, "csm", "operations", None, KNOWN) is None
    assert deputy(CHAIN, "production", "pat", None, {"pat": None}) is None


WRONG = {
    "due": ("due", "tomorrow", r"review.due.*cannot read 'tomorrow'.*1 business day"),
    "remind": ("remind", "2 days", r"review.remind.*list times"),
    "a reminder": ("remind", ["two days"], r"review.remind.*cannot read 'two days'"),
    "asked": ("asked", "soon", r"review.asked.*'soon' is not known.*at once or digest"),
    "reassign": ("reassign", "2 hours", r"review.reassign.*gives the review to nobody"),
    "a role": ("reviewers", {"legal": "pat"}, r"review.reviewers.*'legal' is no role"),
    "a person": ("deputies", {"csm": 3}, r"review.deputies.*cannot read"),
    "a key": ("duee", "1 day", r"'duee' is not known \(did you mean due\?\); use asked, deputies, due"),
    "a tier's key": ("tier_1", {"need": ["csm"]}, r"review.tier_1.*'need' is not known"),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_named_with_their_place(name):
    """R1 P5: by the reader and by the schema editors use."""
    key, value, said = WRONG[name]
    with pytest.raises(BadConfiguration, match=said):
        read_review({**TIERS, key: value}, "vitalreel.yaml: review")
    whole = YAML(typ="safe", pure=True).load((LIBRARY / "vitalreel.yaml").read_text(encoding="utf-8"))
    assert name == "reassign" or not Draft202012Validator(SCHEMA).is_valid({**whole, "review": {**TIERS, key: value}})


SCHEMA = json.loads((LIBRARY / "schemas" / "vitalreel.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", [LIBRARY / "vitalreel.yaml", *sorted(EXAMPLES.glob("*/vitalreel.yaml"))])
def test_what_ships_fits_the_schema(file):
    """Editors complain of nothing that ships."""
    raw = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))

    assert [] == [e.message for e in Draft202012Validator(SCHEMA).iter_errors(raw)]
