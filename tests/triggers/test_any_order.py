"""Whatever happens in whatever order, the decision service keeps its promises: a machine that tries, and a naive reader of the log.

The machine stores what the service answers the way the steps do, crashes between answer and storing, and lets hypothesis choose what
comes next. What left is then judged by rules written a second time, without the service's own functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.triggers.plays import RAW, person, play
from vitalreel.identity import AccountId
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Known, Run, Touch
from vitalreel.triggers.guards import Ask, Caps, Conflict, Person, Rules, Spoken, Standing, asked_by, reach
from vitalreel.triggers.holdout import PROGRAMME
from vitalreel.triggers.window import SendingHours, window

CAPS = Caps(per_contact=1, per_contact_days=7, per_account=2, per_account_days=14, concurrent_plays=1)
RISK = "the account is at risk"
RULES = Rules(
    CAPS, 0.1,
    (Conflict("expansion", RISK, flag=RISK), Conflict("expansion", "it is being helped", running=("usage_drop",))),
    hours=SendingHours(time(8), time(18), business_days_only=True),
    categories={"drop": "usage_drop", "renewal": "renewal_window", "seats": "expansion"},
)  # fmt: skip
HOLIDAYS = {
    date(2026, *d) for d in ((1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (12, 25))
}  # of all Germany, on weekdays
LADDER = [{**RAW["ladder"][0]}, {**RAW["ladder"][1], "after": "7 days"}, {**RAW["ladder"][2], "after": "14 days"}]
PLAYS = {
    p.name: p
    for p in (
        play(play="drop", category="usage_drop", priority=70, holdout="20%", ladder=LADDER, segments=[], episode={"cool_down": "5 days"}),
        play(play="renewal", category="renewal_window", priority=60, ladder=LADDER, segments=[], episode={"cool_down": "5 days"},
             risk=False),
        play(play="seats", category="expansion", priority=40, ladder=LADDER, segments=[], episode={"cool_down": "5 days"}, risk=False),
    )
}  # fmt: skip
ZONES = {"ana": "Europe/Berlin", "bo": "America/Los_Angeles"}
ACCOUNTS = tuple(AccountId(a) for a in ("acme", "brio", "corv"))
WANTED = [(ACCOUNTS[i], p) for i, p in enumerate(("drop", "renewal", "seats"))] + [
    (ACCOUNTS[0], "renewal"),
    (ACCOUNTS[1], "seats"),
]

accounts = st.sampled_from(ACCOUNTS)
people = st.tuples(accounts, st.sampled_from(sorted(ZONES)))
said = st.sampled_from([True, False, None])


@dataclass(frozen=True, slots=True)
class Left:
    touch: Touch
    at: datetime


class Programme(RuleBasedStateMachine):
    """Three accounts of two people each, three plays, and everything that can come between them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 24, 10, tzinfo=UTC)  # the week in which Europe's clocks change, Easter behind it
        self.answers: dict[tuple[AccountId, str], bool | None] = dict.fromkeys(WANTED, True)
        self.flags: dict[AccountId, dict[str, bool | None]] = {
            a: {RISK: False, "person_first": False} for a in ACCOUNTS
        }
        self.consent = {(a, p): True for a in ACCOUNTS for p in ZONES}
        self.stops: dict[tuple[str, str], str] = {}
        self.episodes, self.runs, self.arms = {}, {}, {}  # type: ignore[var-annotated]
        self.taken: dict[str, dict[str, int]] = {}
        self.touches: dict[str, Touch] = {}
        self.windows: dict[str, tuple[datetime, datetime]] = {}
        self.ready: dict[str, datetime] = {}
        self.over: set[str] = set()
        self.tasked, self.helped = set(), set()  # type: ignore[var-annotated]
        self.left: list[Left] = []

    # -- what may happen

    @rule(hours=st.integers(1, 80))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(hours=st.integers(1, 30))
    def the_clock_jumps_back(self, hours: int) -> None:
        self.now -= timedelta(hours=hours)

    @rule(account=accounts, name=st.sampled_from(sorted(PLAYS)), answer=said)
    def a_condition_says(self, account: AccountId, name: str, answer: bool | None) -> None:
        self.answers[(account, name)] = answer

    @rule(account=accounts, flag=st.sampled_from([RISK, "person_first"]), answer=said)
    def the_account_changes(self, account: AccountId, flag: str, answer: bool | None) -> None:
        self.flags[account] = {**self.flags[account], flag: answer}

    @rule(who=people, allowed=st.booleans())
    def a_person_says(self, who: tuple[AccountId, str], allowed: bool) -> None:
        self.consent[who] = allowed

    @rule(
        scope=st.sampled_from([("all", ""), ("play", "drop"), ("account", "acme"), ("module", "m2")]), on=st.booleans()
    )
    def the_kill_switch(self, scope: tuple[str, str], on: bool) -> None:
        self.stops = {**self.stops, scope: "op"} if on else {k: v for k, v in self.stops.items() if k != scope}

    @rule()
    def people_do_their_tasks(self) -> None:
        self.helped |= self.tasked

    @rule(crash=st.booleans())
    def a_day_is_decided(self, crash: bool) -> None:
        """Everybody is asked; a crash loses the answer before it is stored."""
        day = self.now.date()
        asked = {
            name: {a: Answers(when=self.answers[(a, name)]) for a in ACCOUNTS if (a, name) in self.answers}
            for name in PLAYS
        }
        running = tuple(r for r in self.runs.values() if r.state == "running")
        known = Known(self.episodes, running, dict(self.arms), self.taken, frozenset(PLAYS), b"k" * 32,
                      frozenset(self.tasked), frozenset(self.helped))  # fmt: skip
        got = decide(list(PLAYS.values()), asked, {a: self._standing(a) for a in ACCOUNTS}, known, RULES, day)
        opened = {(r.account, r.play) for r in got.runs if r.id not in self.runs and r.arm == "served"}
        for w in got.withheld:
            if w.reason == "another play is running":
                first = [p for a, p in opened if a == w.account]
                assert all(PLAYS[p].priority > PLAYS[w.play].priority for p in first), (
                    "a less important play spoke first"
                )
        if not crash:
            self._store(got, day)

    def _store(self, got, day: date) -> None:  # type: ignore[no-untyped-def]
        self.episodes |= {(e.account, e.play): e for e in got.episodes}
        self.runs |= {r.id: r for r in got.runs}
        for a in got.assignments:
            assert (a.account, a.play) not in self.arms, "an arm was drawn twice"
            self.arms[(a.account, a.play)] = a.arm
            strata = self.taken.setdefault(a.play, {})
            strata[a.stratum] = strata.get(a.stratum, 0) + 1
        self.tasked |= {k.run for k in got.tasks if k.step == "person_first"}
        for touch in got.touches:
            if touch.id not in self.touches:
                self.touches[touch.id] = touch
                self.windows[touch.id] = window(f"within {touch.window}", day, "Europe/Berlin", "DE")

    @rule(first=st.integers(0, 3), few=st.integers(0, 2))
    def a_worker_queues(self, first: int, few: int) -> None:
        """What nothing speaks against is queued: it may leave at any later moment, if nothing speaks against it then."""
        waiting = sorted(set(self.touches) - set(self.ready) - self.over)
        for touch in _some(waiting, first, few):
            if self._asked(touch) is None:
                self.ready[touch] = self.now

    @rule(first=st.integers(0, 3), few=st.integers(0, 2))
    def a_worker_sends(self, first: int, few: int) -> None:
        waiting = sorted(set(self.ready) - self.over)
        for touch in _some(waiting, first, few):
            if self._asked(touch) is None:
                self._leave(self.touches[touch])

    # -- how the service is asked

    def _people(self, account: AccountId) -> tuple[Person, ...]:
        roles = {"ana": "champion", "bo": "admin"}
        return tuple(
            person(f"{account}-{p}", roles[p], consent={"email": self.consent[(account, p)]}, zone=ZONES[p])
            for p in ZONES
        )

    def _standing(self, account: AccountId, without: str = "") -> Standing:
        mine = [t for t in self.touches.values() if t.account == account and t.id not in (without, *self.over)]
        planned = [Spoken(t.contact.id, datetime.combine(t.day, time(12), UTC), t.module) for t in mine]
        gone = [Spoken(o.touch.contact.id, o.at, o.touch.module) for o in self.left if o.touch.account == account]
        queued = [Spoken(self.touches[t].contact.id, self.now, "") for t in self.ready if t not in {without, *self.over}
                  and self.touches[t].account == account]  # fmt: skip
        running = tuple(r.play for r in self.runs.values() if r.account == account and r.state == "running")
        return Standing(
            account, account.title(), "mid_market", 3, True, self._people(account), running,
            tuple(gone + queued if without else gone + planned), self.stops, self.flags[account], "Europe/Berlin", "DE",
        )  # fmt: skip

    def _asked(self, touch_id: str):  # type: ignore[no-untyped-def]
        """As the steps ask about one touch at this moment."""
        touch, run = self.touches[touch_id], self.runs[self.touches[touch_id].run]
        step = next(s for s in PLAYS[touch.play].ladder if s.name == touch.step)
        held = [p for p in (PROGRAMME, touch.play) if self.arms.get((touch.account, p)) == "held_out"]
        who = next(p for p in self._people(touch.account) if p.id == touch.contact.id)
        ask: Ask = replace(
            asked_by(PLAYS[touch.play], step, None, run.id in self.helped), person=who, window=self.windows[touch_id],
            ended=run.ended if run.state == "stopped" else "", held_by=", ".join(held),
        )  # fmt: skip
        no = reach("send", ask, self._standing(touch.account, touch_id), RULES, self.now)
        if no is not None and no.reason in ("window missed", "unsubscribed", "run ended", "holdout"):
            self.over.add(touch_id)
        return no

    # -- the naive reader

    def _leave(self, touch: Touch) -> None:
        account, who = touch.account, touch.contact.id.removeprefix(f"{touch.account}-")
        run: Run = self.runs[touch.run]
        here = self.now.astimezone(ZoneInfo(ZONES[who]))
        begins, ends = self.windows[touch.id]
        running = {PLAYS[r.play].category for r in self.runs.values() if r.account == account and r.state == "running"}
        switched = {("all", ""), ("play", touch.play), ("account", account), ("module", touch.module)} & set(self.stops)
        assert not switched, "left after the kill switch"
        assert self.consent[(account, who)], "left after an opt-out"
        assert here.weekday() < 5 and 8 <= here.hour < 18 and here.date() not in HOLIDAYS, f"left at {here}"
        assert begins <= self.now < ends, "left outside its window"
        assert "held_out" not in (self.arms.get((account, PROGRAMME)), self.arms.get((account, touch.play))), "held out"
        assert run.state != "stopped", "left after its ladder had stopped"
        assert run.id in self.helped or self.flags[account]["person_first"] is not True, "left before a person spoke"
        if touch.play == "seats":
            assert self.flags[account][RISK] is False and "usage_drop" not in running, "a pitch to an account at risk"
        self.left.append(Left(touch, self.now))
        self.over.add(touch.id)

    @invariant()
    def no_cap_is_ever_exceeded(self) -> None:
        for one in self.left:
            after = [o for o in self.left if timedelta() <= o.at - one.at < timedelta(days=14)]
            assert sum(o.touch.account == one.touch.account for o in after) <= 2, "the account's cap"
            week = [o for o in after if o.at - one.at < timedelta(days=7)]
            assert sum(o.touch.contact.id == one.touch.contact.id for o in week) <= 1, "the person's cap"

    @invariant()
    def nothing_leaves_twice(self) -> None:
        assert len({o.touch.id for o in self.left}) == len(self.left)

    @invariant()
    def no_account_is_in_more_plays_than_may_be(self) -> None:
        for account in ACCOUNTS:
            running = {r.play for r in self.runs.values() if r.account == account and r.state == "running"}
            assert len(running - {"seats"} if "drop" in running else running) <= 1


def _some(waiting: list[str], first: int, few: int) -> list[str]:
    """All from the one named on, or only a few of them."""
    turned = waiting[first:] + waiting[:first]
    return turned[:few] if few else turned


TestProgramme = Programme.TestCase
TestProgramme.settings = settings(max_examples=25, stateful_step_count=50, deadline=None)


def test_left_to_itself_the_machine_sends_films_of_every_play():
    """A machine that sends nothing proves nothing: without anything in between, each account gets what is most important to it."""
    machine = Programme()
    for _ in range(2):
        machine.a_day_is_decided(crash=False)
        machine.a_worker_queues(0, 0)
        machine.a_worker_sends(0, 0)
        machine.no_cap_is_ever_exceeded()

    assert [("acme", "drop"), ("brio", "renewal"), ("corv", "seats")] == sorted(
        (o.touch.account, o.touch.play) for o in machine.left
    )
