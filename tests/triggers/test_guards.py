"""The decision service: every reason for silence, the moments it is asked at, and the order in which reasons are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, get_args

import pytest

from tests.triggers.plays import person, standing
from vitalreel.errors import BadConfiguration
from vitalreel.identity import ContactId
from vitalreel.triggers.guards import GUARDS, Apart, Ask, Caps, Conflict, Moment, Rules, Spoken, Standing, reach, whom
from vitalreel.triggers.programme import Guarding, read_guards
from vitalreel.triggers.window import NotNow, SendingHours

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ANA = person("ana")
ASK = Ask("usage_drop", "usage_drop", "recovery", ("email",), ("champion",), person=ANA, window=(NOW - DAY, NOW + DAY))
GOOD = standing("acme", people=(ANA,))
RULES = Rules(
    Caps(1, 7, 2, 14), 0.0,
    (Conflict("expansion", "the account is at risk", flag="the account is at risk"),
     Conflict("expansion", "the account is being helped", running=("usage_drop",))),
    (Apart(("opener", "package"), 21),),
    SendingHours(time(8), time(18), True),
    {"usage_drop": "usage_drop", "more_seats": "expansion", "renewal": "renewal_window"}, confirmed=frozenset({"sponsor_change"}),
)  # fmt: skip
PITCH = replace(ASK, play="more_seats", category="expansion", module="seats")


def asked(moment: Moment = "send", ask: Ask = ASK, stands: Standing = GOOD, now: datetime = NOW) -> NotNow | None:
    return reach(moment, ask, stands, RULES, now)


def reason(held: NotNow | None) -> str | None:
    return held.reason if held else None


@pytest.mark.parametrize("moment", get_args(Moment))
def test_nothing_against_it_lets_it_go(moment: Moment):
    """T7: silence always has a reason."""
    assert asked(moment) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"consent": {"email": False}}, "unsubscribed"), ({"consent": {}}, "no consent on record"), ({"active": False}, "contact has left"),
     ({"email": None}, "no address"), ({"suppressed": "hard bounce, 2026-11-20"}, "address suppressed")],
)  # fmt: skip
@pytest.mark.parametrize("moment", ["send", "show"])
def test_how_the_person_stands_now_decides(moment: Moment, change: dict[str, Any], expected: str):
    """R8: consent and address are asked as it leaves, not when it was planned."""
    now = replace(ANA, **change)

    assert expected == reason(asked(moment, replace(ASK, person=now), replace(GOOD, people=(now,))))


@pytest.mark.parametrize(
    ("stops", "expected"),
    [((("all", ""),), "stopped"), ((("play", "usage_drop"),), "stopped"), ((("module", "recovery"),), "stopped"),
     ((("account", "acme"),), "stopped"), ((("module", "other"), ("account", "other")), None)],
)  # fmt: skip
@pytest.mark.parametrize("moment", get_args(Moment))
def test_the_kill_switch_holds_at_every_moment(
    moment: Moment, stops: tuple[tuple[str, str], ...], expected: str | None
):
    """R9: everything, one programme, one module or one account, from planning to the viewer's page."""
    assert expected == reason(asked(moment, stands=replace(GOOD, stops=dict.fromkeys(stops, "Ingrid"))))


def test_caps_say_when_there_is_room_again_and_hold_what_is_critical():
    """T7 T8: one mail a week to a person, over all plays; a critical play is exempt from holdouts, and from nothing else."""
    stands = replace(GOOD, spoken=(Spoken(ContactId("ana"), NOW - 2 * DAY, "other"),))

    assert NotNow("contact cap", NOW + 5 * DAY) == asked(stands=stands)
    assert NotNow("contact cap", NOW + 5 * DAY) == asked(ask=replace(ASK, critical=True), stands=stands)


def test_a_rule_is_kept_however_far_it_looks():
    """T7 T15: one in 365 days, and films half a year apart: what is read of the past reaches as far as the longest of them."""
    yearly = replace(RULES, caps=Caps(1, 365, 2, 14), apart=(Apart(("recovery", "other"), 500),))
    spoken = {n: replace(GOOD, spoken=(Spoken(ContactId("ana"), NOW - n * DAY, "more"),)) for n in (364, 365)}
    beside = replace(GOOD, spoken=(Spoken(ContactId("bo"), NOW - 499 * DAY, "other"),))

    assert timedelta(days=501) == yearly.look_back
    assert {364: "contact cap", 365: None} == {n: reason(reach("plan", ASK, s, yearly, NOW)) for n, s in spoken.items()}
    assert "too close" == reason(reach("plan", ASK, beside, yearly, NOW))


def test_the_account_s_cap_counts_everybody():
    """T7: two mails in two weeks to an account, whoever got them."""
    others = tuple(Spoken(ContactId(who), NOW - n * DAY) for n, who in enumerate(("bo", "cy"), 3))

    assert NotNow("account cap", NOW - 4 * DAY + 14 * DAY) == asked(stands=replace(GOOD, spoken=others))


def test_a_window_is_half_open():
    """R3: what can no longer land in its window is not sent."""
    late, early = (replace(ASK, window=w) for w in ((NOW - DAY, NOW), (NOW + DAY, NOW + 2 * DAY)))

    assert NotNow("window missed") == asked(ask=late)
    assert NotNow("window not open yet", NOW + DAY) == asked(ask=early)


def test_the_person_s_own_clock_decides_about_the_hour():
    """T7: ten in London is night in Honolulu, where the person is, whatever the account's zone."""
    away = replace(ASK, person=replace(ANA, zone="Pacific/Honolulu"))

    assert "quiet hours" == reason(asked(ask=away))


def test_no_expansion_pitch_to_an_account_at_risk():
    """T7: yes holds it, and so does not knowing; a known no lets it go; other plays are not touched by it."""
    said = {s: replace(GOOD, flags={"the account is at risk": s}) for s in (True, None, False)}
    got = {s: [reason(asked(m, PITCH, stands)) for m in ("open", "plan", "send")] for s, stands in said.items()}

    assert {True: ["conflict"] * 3, None: ["conflict"] * 3, False: [None] * 3} == got
    assert asked(stands=said[True]) is None


def test_an_expansion_gives_way_to_help_and_never_stands_in_its_way():
    """T7 T15: while a risk play runs a pitch is silent; one that runs already does not use up the account's one play."""
    helped, pitched = replace(GOOD, running=("usage_drop",)), replace(GOOD, running=("more_seats",))

    assert "conflict" == reason(asked("plan", PITCH, helped))
    assert asked("open", ASK, pitched) is None
    assert "another play is running" == reason(
        asked("open", replace(ASK, play="renewal", category="renewal_window"), helped)
    )


def test_plays_of_people_only_neither_wait_nor_make_wait():
    """T7 T10: a task reaches no customer, so it does not use up the account's one play."""
    rules = replace(RULES, silent=frozenset({"call_them"}))
    busy, called = replace(GOOD, running=("renewal",)), replace(GOOD, running=("call_them",))

    assert reach("open", Ask("call_them", "inactivity"), busy, rules, NOW) is None
    assert reach("open", ASK, called, rules, NOW) is None
    assert "another play is running" == reason(reach("open", ASK, busy, rules, NOW))


def test_a_person_speaks_first_and_the_film_may_follow():
    """T7: human time is not replaced: held until the person's task is done, planned and sending alike."""
    red = replace(GOOD, flags={"person_first": True})

    assert ["person first"] * 2 == [reason(asked(m, stands=red)) for m in ("plan", "send")]
    assert [None] * 2 == [reason(asked(m, replace(ASK, helped=True), red)) for m in ("plan", "send")]
    assert asked(stands=replace(GOOD, flags={"person_first": None})) is None


def test_what_a_holdout_keeps_out_and_what_has_ended_never_leaves():
    """T8 T6: asked again as it leaves; a critical play is held out of nothing."""
    assert "holdout" == reason(asked(ask=replace(ASK, held_by="programme holdout")))
    assert asked(ask=replace(ASK, held_by="programme holdout", critical=True)) is None
    assert "run ended" == reason(asked(ask=replace(ASK, ended="success")))


def test_films_about_the_renewal_keep_their_distance():
    """T15: the opener and the package of one account are 21 days apart; a film is not held by itself."""
    stands = replace(GOOD, spoken=(Spoken(ContactId("bo"), NOW - 15 * DAY, "opener"),))

    assert NotNow("too close", NOW + 6 * DAY) == asked(ask=replace(ASK, module="package"), stands=stands)
    assert asked(ask=replace(ASK, module="opener"), stands=stands) is None


def test_what_time_cannot_mend_is_told_first():
    """Support must not be told to wait for Monday about somebody who unsubscribed."""
    night = NOW.replace(hour=3)
    gone = replace(ANA, consent={"email": False})
    stands = replace(GOOD, people=(gone,), spoken=(Spoken(ContactId("ana"), night),))

    assert NotNow("unsubscribed") == asked(ask=replace(ASK, person=gone), stands=stands, now=night)


def test_every_reason_comes_with_a_sentence():
    """T7: a person who asks why reads words, not a code."""
    bad = replace(ANA, consent={})
    cases = [
        asked(stands=replace(GOOD, stops={("all", ""): "Ingrid"})), asked(ask=replace(ASK, ended="success")),
        asked(ask=replace(ASK, held_by="programme holdout")), asked(ask=replace(ASK, person_first=True)),
        asked("open", replace(ASK, needs_score=True), replace(GOOD, scored=False)),
        asked(ask=PITCH, stands=replace(GOOD, flags={"the account is at risk": True})),
        asked("open", replace(ASK, play="x"), replace(GOOD, running=("usage_drop",))), asked(ask=replace(ASK, person=bad)),
        asked(ask=replace(ASK, window=(NOW, NOW))), asked(stands=replace(GOOD, spoken=(Spoken(ContactId("ana"), NOW),))),
        asked(ask=replace(ASK, module="package"), stands=replace(GOOD, spoken=(Spoken(ContactId("bo"), NOW, "opener"),))),
        asked(now=NOW.replace(hour=3)), asked("open", replace(ASK, category="sponsor_change")),
    ]  # fmt: skip

    assert len(GUARDS) == len({c.reason for c in cases if c})
    assert [] == [c.reason for c in cases if c and len(c.detail) < 10]


def test_the_first_role_that_can_be_reached_is_spoken_to():
    """T2 R8: silence is not consent: the next role is asked for instead."""
    silent, admin = person("champ", consent={}), person("admin", role="admin")
    ask = replace(ASK, person=None, to=("champion", "admin"))

    assert admin == whom(ask, replace(GOOD, people=(silent, admin)))
    assert "no contact" == reason(asked("plan", ask, replace(GOOD, people=(silent,))))


def test_the_programme_s_guards_are_read_as_they_are_written():
    """T15: every such rule is visible and editable."""
    raw = {
        "person_first": "band is red", "apart": [{"modules": ["a", "b"], "days": 21}],
        "conflicts": [{"hold": "expansion", "while": "band is red", "because": "at risk"},
                      {"hold": "expansion", "while_running": ["usage_drop"], "because": "helped"}],
    }  # fmt: skip
    conflicts = (Conflict("expansion", "at risk", "at risk"), Conflict("expansion", "helped", "", ("usage_drop",)))
    conditions = {"person_first": "band is red", "at risk": "band is red"}

    assert Guarding(conditions, conflicts, (Apart(("a", "b"), 21),)) == read_guards(raw, "guards")
    assert Guarding() == read_guards(None, "guards")


@pytest.mark.parametrize(
    ("raw", "names"),
    [(["x"], "guards: is not a mapping"), ({"person": "x"}, "'person' is not known"), ({"conflicts": {}}, "conflicts: must be a list"),
     ({"conflicts": [{"hold": "a", "because": "b"}]}, r"conflicts\[1\]: says not when"),
     ({"conflicts": [{"hold": "a", "while": "b"}]}, r"conflicts\[1\]: 'because' is missing"),
     ({"apart": [{"modules": ["a"], "days": 3}]}, r"apart\[1\]: is not two modules")],
)  # fmt: skip
def test_a_mistake_in_the_guards_is_named_with_its_place(raw: object, names: str):
    """C7 P5: the person who wrote it can mend it from the message alone."""
    with pytest.raises(BadConfiguration, match=names):
        read_guards(raw, "guards")


def test_a_change_of_sponsor_waits_for_a_person_s_word_and_is_told_to_who_follows():
    """H20: at every moment before it reaches somebody, and of no other category."""
    change = replace(ASK, category="sponsor_change")
    other = replace(GOOD, sponsor=ContactId("bo"))

    for moment in ("open", "plan", "send", "beside"):
        assert "sponsor not confirmed" == reason(asked(moment, change))
        assert "sponsor not confirmed" == reason(asked(moment, change, other))
        assert asked(moment, change, replace(GOOD, sponsor=ANA.id)) is None
        assert asked(moment) is None
    assert asked("show", change) is None
