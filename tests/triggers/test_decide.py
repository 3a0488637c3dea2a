"""What one day brings: openings once, silence with a reason, ladders that go on, stop and end."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.triggers.plays import DAY, RAW, RULES, known, person, play, standing, standings, yes
from vitalreel.identity import AccountId, ContactId
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.guards import Caps, Rules

ACME = AccountId("acme")


def one_day(decision_of=None, **changes) -> Decision:
    given_ = {"plays": [play()], "answers": yes("acme"), "standings": standings(standing()), "known": known(), "rules": RULES,
              "day": DAY, **changes}  # fmt: skip
    return decide(**given_)


def after(first: Decision, day, answer: Answers, **changes) -> Decision:
    """The next decision, with the first one stored."""
    stored = known(episodes={(e.account, e.play): e for e in first.episodes}, runs=tuple(first.runs))
    return one_day(known=stored, answers={"usage_drop": {ACME: answer}}, day=day, **changes)


def test_yes_opens_an_episode_and_plans_its_first_touch():
    """T1 T6: the first day names the account, the person, the film and the values that fired."""
    got = one_day()

    assert [("show", "m1", "acme-ana", ("email",))] == [
        (t.step, t.module, t.contact.id, t.channels) for t in got.touches
    ]
    assert {"condition": play().when, "usage.active_users": 10.0} == got.touches[0].why
    assert ["running"] == [r.state for r in got.runs]


def test_an_open_episode_does_not_open_again():
    """T9: the same occurrence makes one run, however often the condition says yes."""
    got = after(one_day(), DAY + timedelta(days=1), Answers(when=True))

    assert [] == got.touches
    assert ["open"] == [e.state for e in got.episodes]


def test_unknown_moves_nothing():
    """H17: only yes fires, and only a known no closes."""
    assert [] == one_day(answers={"usage_drop": {ACME: Answers(when=None)}}).touches
    got = after(one_day(), DAY + timedelta(days=1), Answers(when=None))

    assert ["open"] == [e.state for e in got.episodes]


def test_a_closed_episode_cools_down_before_it_can_open_again():
    """T7: closes_when yes closes; a new yes inside the cool-down stays silent, after it opens a second run."""
    first = one_day()
    closed = after(first, DAY + timedelta(days=20), Answers(when=False, closes=True))
    stored = {(e.account, e.play): e for e in closed.episodes}
    inside = one_day(known=known(episodes=stored), day=DAY + timedelta(days=50))
    outside = one_day(known=known(episodes=stored), day=DAY + timedelta(days=80))

    assert (0, 1) == (len(inside.touches), len(outside.touches))
    assert outside.runs[0].id != first.runs[0].id


def test_the_ladder_goes_on_and_ends_with_a_person():
    """T6: second film when due, then a task for the owner, then the run is done."""
    first = one_day()
    second = after(first, DAY + timedelta(days=14), Answers(when=True), rules=Rules(Caps(per_contact_days=7), 0.0))
    assert ["again"] == [t.step for t in second.touches]
    third = after(second, DAY + timedelta(days=21), Answers(when=True))

    assert ["Call Acme"] == [t.title for t in third.tasks]
    assert ["done"] == [r.state for r in third.runs]


def test_success_stops_the_ladder():
    """T6: stop as soon as the metric moved."""
    got = after(one_day(), DAY + timedelta(days=14), Answers(when=False, success=True))

    assert (["stopped"], ["success"], []) == ([r.state for r in got.runs], [r.ended for r in got.runs], got.touches)


def test_a_viewer_who_asks_for_a_person_stops_the_films():
    """T6: a human answer is what was wanted."""
    got = after(one_day(), DAY + timedelta(days=14), Answers(when=True, asked_for_human=True))

    assert ["viewer asked for a person"] == [r.ended for r in got.runs]


def test_every_silence_has_its_reason():
    """T7: stopped, person first, insufficient data, concurrency and no contact are told apart."""
    cases = {
        "stopped": standing(stops={("all", ""): "Ingrid"}),
        "insufficient data": standing(scored=False),
        "another play is running": standing(running=("other",)),
        "no contact": standing(people=()),
    }
    got = {reason: [w.reason for w in one_day(standings=standings(s)).withheld] for reason, s in cases.items()}

    assert {reason: [reason] for reason in cases} == got
    first = one_day(answers={"usage_drop": {ACME: Answers(when=True, unless=True)}})
    assert ["person first"] == [w.reason for w in first.withheld]


def test_where_a_person_comes_first_they_are_told_once():
    """T7 T10: the account is opened, its CSM has a task for the next business day, no film goes until that task is done."""
    first = one_day(answers={"usage_drop": {ACME: Answers(when=True, unless=True)}})
    run = first.runs[0]
    stored = {
        "episodes": {(e.account, e.play): e for e in first.episodes},
        "runs": (run,),
        "tasked": frozenset({run.id}),
    }
    later = {"answers": {"usage_drop": {ACME: Answers(when=True, unless=True)}}, "day": DAY + timedelta(days=1)}
    waiting = one_day(known=known(**stored), **later)
    helped = one_day(known=known(**stored, helped=frozenset({run.id})), **later)

    assert [("person_first", "csm", 1)] == [(k.step, k.owner, k.due.days) for k in first.tasks]
    assert ([], [], ["person first"]) == (waiting.tasks, waiting.touches, [w.reason for w in waiting.withheld])
    assert (["show"], []) == ([t.step for t in helped.touches], helped.tasks)


def test_a_holdout_never_keeps_a_person_away():
    """T7 T8: a held-out account in the red gets no film, and its CSM is told all the same."""
    red = standing(flags={"person_first": True})
    got = one_day(
        rules=Rules(Caps(), 0.99), standings=standings(red), known=known(assignments={(ACME, "*"): "held_out"})
    )

    assert ([], ["person_first"]) == (got.touches, [k.step for k in got.tasks])


def test_a_film_that_cannot_go_does_not_keep_the_person_waiting():
    """T6: a ladder whose films are all held still ends with its task on its day."""
    nobody = standings(standing(people=(person(active=False),)))
    on = after(one_day(), DAY + timedelta(days=21), Answers(when=True), standings=nobody)

    assert (["Call Acme"], ["done"]) == ([k.title for k in on.tasks], [r.state for r in on.runs])
    assert ["again"] == [w.step for w in on.withheld]


def test_every_account_and_play_has_its_answer():
    """T7: opened, held out, withheld, unknown, not for it, answered before: each account reads why or why not."""
    names = ("fires", "held", "stopped", "dark", "other", "before", "cooled", "quiet")
    accounts = standings(*(standing(n) for n in names))
    accounts[AccountId("stopped")] = standing("stopped", stops={("account", "stopped"): "Ingrid"})
    accounts[AccountId("other")] = standing("other", segment="enterprise")
    said = {AccountId(n): Answers(when=True) for n in names} | {AccountId("dark"): Answers(when=None)}
    said[AccountId("cooled")] = said[AccountId("quiet")] = Answers(when=False)
    episodes = {
        (AccountId("before"), "usage_drop"): Episode(AccountId("before"), "usage_drop", "open", DAY, DAY - timedelta(days=30)),
        (AccountId("cooled"), "usage_drop"): Episode(AccountId("cooled"), "usage_drop", "cooling", DAY, DAY, DAY),
        (AccountId("quiet"), "usage_drop"): Episode(AccountId("quiet"), "usage_drop", "armed", DAY),
    }  # fmt: skip
    arms = {(AccountId("held"), "*"): "held_out"}
    got = one_day(answers={"usage_drop": said}, standings=accounts, known=known(episodes=episodes, assignments=arms))

    outcomes = {"fires": "opened", "held": "held out", "stopped": "withheld", "dark": "unknown", "other": "not for it",
                "before": "answered", "cooled": "cooling", "quiet": "no"}  # fmt: skip
    assert outcomes == {s.account: s.outcome for s in got.said.values()}
    assert [] == [s for s in got.said.values() if not s.detail]


def test_a_deferred_opening_fires_when_the_reason_is_gone():
    """T7: a guard delays; it does not use up the occurrence."""
    held = one_day(standings=standings(standing(people=())))

    assert [] == held.episodes
    assert 1 == len(one_day(day=DAY + timedelta(days=1)).touches)


def test_silence_is_not_consent():
    """R8: a contact without consent for the step's channels is passed over for the next role."""
    silent = person("champ", consent={})
    admin = person("admin", role="admin")
    got = one_day(standings=standings(standing(people=(silent, admin))))

    assert [ContactId("admin")] == [t.contact.id for t in got.touches]


def test_holdout_is_assigned_before_anything_is_made_and_gets_nothing():
    """T8: a held-out account has an assignment, a run to measure it by, a Withheld, and no touch."""
    names = [f"a{i}" for i in range(40)]
    got = one_day(plays=[play(holdout="30%")], answers=yes(*names), standings=standings(*(standing(n) for n in names)))

    arms = {a.account: a.arm for a in got.assignments}
    assert 12 == sum(arm == "held_out" for arm in arms.values())
    assert {a for a, arm in arms.items() if arm == "served"} == {t.account for t in got.touches}
    assert {a for a, arm in arms.items() if arm == "held_out"} == {
        w.account for w in got.withheld if w.reason == "holdout"
    }


def test_a_critical_play_holds_nobody_out():
    """T8: never for plays marked critical, not even by the programme's holdout."""
    got = one_day(plays=[play(holdout="50%", critical=True)], rules=Rules(Caps(), 0.5))

    assert ([], 1) == (got.assignments, len(got.touches))


def test_an_edited_play_keeps_the_arms_it_drew():
    """T8: a new condition, ladder, priority and share draw nothing again; only accounts that are new to the play are assigned."""
    names = [f"a{i}" for i in range(30)]
    accounts = standings(*(standing(n) for n in names))
    first = one_day(plays=[play(holdout="20%")], answers=yes(*names), standings=accounts)
    arms = {(a.account, a.play): a.arm for a in first.assignments}
    edited = play(holdout="60%", when="usage.active_users < 5", priority=1, ladder=[RAW["ladder"][0], RAW["ladder"][2]])
    accounts |= standings(standing("new"))
    stored = known(assignments=arms, taken={"usage_drop": {"mid_market": 30}})
    got = one_day(
        plays=[edited], answers=yes(*names, "new"), standings=accounts, known=stored, day=DAY + timedelta(days=200)
    )

    assert ["new"] == [a.account for a in got.assignments]
    held = {r.account for r in got.runs if r.arm == "held_out"} - {AccountId("new")}
    assert {a for (a, _), arm in arms.items() if arm == "held_out"} == held


def test_the_programme_holdout_covers_every_play():
    """M17: an account of the programme's holdout is served by no play."""
    names = [f"a{i}" for i in range(20)]
    two = [play(), play(play="second")]
    answers = {**yes(*names), **yes(*names, play_name="second")}
    rules = Rules(Caps(concurrent_plays=2, per_contact=9, per_account=9), 0.2)
    got = one_day(plays=two, answers=answers, standings=standings(*(standing(n) for n in names)), rules=rules)

    held = {a.account for a in got.assignments if a.play == "*" and a.arm == "held_out"}
    assert 4 == len(held)
    assert held.isdisjoint({t.account for t in got.touches})


def test_priority_decides_who_speaks_first():
    """T7: one play at a time; the more important one gets the account, the other says why not."""
    got = one_day(
        plays=[play(play="low", priority=1), play(play="high", priority=90)],
        answers={**yes("acme", play_name="low"), **yes("acme", play_name="high")},
    )

    assert ["high"] == [t.play for t in got.touches]
    assert [("low", "another play is running")] == [(w.play, w.reason) for w in got.withheld]


@given(st.lists(st.sampled_from(["yes", "no", "unknown", "skip"]), min_size=1, max_size=60))
def test_no_run_of_one_play_overlaps_its_cool_down(days: list[str]):
    """T9: over any sequence of answers, openings are at least the cool-down apart and never while one is open."""
    the_play = play(episode={"cool_down": "10 days"})
    episodes, opened = {}, []
    for i, said in enumerate(days):
        if said == "skip":
            continue
        day = DAY + timedelta(days=i)
        answer = Answers(when={"yes": True, "no": False, "unknown": None}[said])
        got = one_day(plays=[the_play], answers={"usage_drop": {ACME: answer}}, known=known(episodes=episodes), day=day)
        episodes = {**episodes, **{(e.account, e.play): e for e in got.episodes}}
        opened += [day] if got.touches else []

    gaps = [(b - a).days for a, b in pairwise(opened)]
    assert all(gap > 10 for gap in gaps)


QBR = DAY + timedelta(days=9)
BRIEFING = play(ladder=[{**RAW["ladder"][0], "window": "5 to 10 days before qbr.next"}, RAW["ladder"][2]])


def on(day: date, **dates: date) -> Decision:
    answer = Answers(when=True, dates={name.replace("_", "."): at for name, at in dates.items()})
    return one_day(plays=[BRIEFING], answers={"usage_drop": {ACME: answer}}, day=day)


def test_a_film_before_a_date_is_planned_with_that_date():
    """R3 T2: the window hangs on the date, not on the day the play opened."""
    assert [(QBR, BRIEFING.ladder[0].window)] == [(t.anchor, t.window) for t in on(DAY, qbr_next=QBR).touches]


def test_a_film_that_can_no_longer_land_before_its_date_is_not_made_and_its_person_still_comes():
    """R3: too late by a day, or no date known: the reason is kept; the ladder goes on to its person."""
    late, never = on(QBR - timedelta(days=4), qbr_next=QBR), on(DAY)
    last = decide([BRIEFING], {"usage_drop": {ACME: Answers(when=True)}}, standings(standing()), known(runs=tuple(late.runs)), RULES,
                  QBR + timedelta(days=17))  # fmt: skip

    assert ([], ["window missed"]) == (late.touches, [w.reason for w in late.withheld])
    assert ([], ["no such date"]) == (never.touches, [w.reason for w in never.withheld])
    assert ["person"] == [k.step for k in last.tasks]
