"""News of a small company: found, given to whom it concerns, told in their hours by Slack and mail, each piece once (T13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update

from tests.services.slack import TOKEN, Slack, slack_service
from tests.steps.companies import DAY, NAMES, company, found, put
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.edges.channels.slack import SlackChannel
from vitalreel.errors import BadConfiguration
from vitalreel.steps.alert import Alerted, alert_day, alerts
from vitalreel.steps.doors import Doors
from vitalreel.steps.notices import Reach, Told, tell
from vitalreel.steps.tasks import tasks
from vitalreel.store import tables as t
from vitalreel.wiring import kit_of

FILE = """
alerts: 1
operations: {name: CS operations, email: ops@larkspur.example, zone: Europe/London, country: GB}
hours: {from: "08:00", to: "18:00"}
digest: "08:30"
people:
  d1: {slack: U0G9QF9C6, zone: Europe/Oslo, country: "NO"}
rows:
  - alert: nobody_uses_it
    when: usage.active_users < 4
    say: "{account.name} has {usage.active_users} people a day"
    how: at once
    task: {title: "Call {account.name}", due: 2 business days}
  - alert: in_use
    when: usage.active_users >= 4
    say: "{account.name} is in use: {usage.active_users}"
    how: digest
    already_true: tell
  - {alert: play_stopped, watch: plays, how: at once}
  - {alert: source_stale, watch: sources, how: at once}
  - {alert: load_failed, watch: loads, how: at once}
  - {alert: delivery_waits, watch: deliveries, how: at once}
"""
TUESDAY = DAY  # 31 March 2026
MORNING = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)  # Wednesday: 11 in Oslo, 10 in London


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_service() as service:
        yield service


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """`busy` is daniel's, `quiet` and `blank` are nobody's; the day before, quiet was in use too."""
    opened = company(tmp_path / "ws")
    (opened.workspace.root / "alerts.yaml").write_text(FILE, encoding="utf-8")
    for path in (opened.workspace.root / "plays").glob("*.yaml"):
        if path.stem != "usage_drop":
            path.unlink()
    found(opened)
    with opened.engine.begin() as c:
        row = {"email": "daniel@larkspur.example"}
        c.execute(insert(t.csm), [{"id": "d1", "name": "Daniel Osei", "row": row, "updated": MORNING}])
        c.execute(insert(t.account), [{"id": a, "name": a.title(), "row": {}, "updated": MORNING} for a in NAMES])
    put(
        opened,
        "account",
        [{"account_id": "busy", "name": "Busy", "segment": "enterprise", "csm": "d1"}],
        known_on=dt.date(2025, 1, 2),
    )
    return opened


def reach(doors: Doors, slack: Slack | None, now: dt.datetime = MORNING) -> Reach:
    channels = {"email": MailboxChannel(doors.workspace.mail, lambda: now)}
    if slack is not None:
        channels["slack"] = SlackChannel(slack.url, TOKEN, 3)
    return Reach(channels, kit_of(doors), "https://cs.larkspur.example")


def mails(doors: Doors) -> list[tuple[str, str, str]]:
    """To, subject and text."""
    read = [
        message_from_bytes(f.read_bytes(), policy=policy.default) for f in sorted(doors.workspace.mail.glob("*.eml"))
    ]
    return [
        (m["To"].addresses[0].addr_spec, m["Subject"], m.get_body(("plain",)).get_content().replace("\r\n", "\n"))
        for m in read
    ]


def use(doors: Doors, account: str, day: dt.date, value: float) -> None:
    put(doors, "usage", [{"account_id": account, "day": day, "metric": "active_users", "value": value}])


def lost(c: Connection) -> None:
    """A delivery to busy that broke off, of the run r0."""
    who = {"account": "busy", "contact": "busy-user"}
    c.execute(
        insert(t.contact),
        [{"id": "busy-user", "account": "busy", "name": "U", "active": True, "row": {}, "updated": MORNING}],
    )
    c.execute(insert(t.touch), [{**who, "id": "t", "run": "r0", "step": "s", "module": "m", "channels": ["email"], "window_from": MORNING,
                                 "window_to": MORNING, "as_of": DAY, "state": "approved", "why": {}, "at": MORNING}])  # fmt: skip
    c.execute(insert(t.video), [{**who, "id": "v", "module": "m", "module_version": 1, "as_of": DAY, "title": "", "tier": 3,
                                 "state": "made", "draft": False, "length_s": 1.0, "scenes": [],
                                 "files": {}, "preflight": [], "cost": {}, "config": {},
                                 "at": MORNING}])  # fmt: skip
    c.execute(insert(t.outbox), [{**who, "key": "t:email", "touch": "t", "channel": "email", "video": "v", "to": "u@busy.example",
                                  "state": "unknown", "attempts": 1, "next_at": MORNING, "receipt": "the connection broke",
                                  "created": MORNING, "changed": MORNING}])  # fmt: skip


def told(doors: Doors, alert: str) -> list[tuple[str, str, bool]]:
    return [(a["about"], a["person"], a["told"]) for a in alerts(doors, every=True) if a["alert"] == alert]


def test_news_goes_to_its_owner_at_once_by_the_channel_that_reaches_them(doors: Doors, slack: Slack):
    """T13: busy falls to 2 people: Daniel hears it by Slack and has a task; what was so of quiet before is not told."""
    first = alert_day(doors, TUESDAY, MORNING)
    day = TUESDAY + dt.timedelta(days=1)
    for account, value in (("busy", 2.0), ("quiet", 0.0)):
        use(doors, account, day, value)
    second = alert_day(doors, day, MORNING)
    again = alert_day(doors, day, MORNING)
    sent = tell(doors, reach(doors, slack), MORNING)
    nothing = tell(doors, reach(doors, slack), MORNING)

    assert (1, 0) == (first.opened, first.closed)  # busy is in use: that row asks to tell what is so already
    assert (1, 1) == (second.opened, second.closed)
    assert Alerted(0, 0, 0) == again
    assert [("busy", "d1", True), ("quiet", "operations", False)] == sorted(told(doors, "nobody_uses_it"))
    assert (1, 1, 0, 0) == (sent.made, sent.sent, sent.failed, sent.again)
    assert (0, 0) == (nothing.made, nothing.sent)
    (post,) = slack.posted
    assert ("U0G9QF9C6", "Busy has 2 people a day") == (post["channel"], post["text"])
    assert "https://cs.larkspur.example/accounts/busy" in post["blocks"][1]["text"]["text"]
    assert [("Call Busy", "d1", dt.date(2026, 4, 6), "")] == [(x.title, x.owner, x.due, x.play) for x in tasks(doors)]


def test_what_can_wait_comes_in_one_message_a_day_and_what_is_over_by_then_not_at_all(doors: Doors, slack: Slack):
    """T13: the digest of a day, from its hour on, on working days; another one only tomorrow."""
    put(doors, "account", [{"account_id": a, "name": a.title(), "segment": "enterprise", "csm": "d1"} for a in NAMES],
        known_on=dt.date(2025, 1, 3))  # fmt: skip
    use(doors, "quiet", TUESDAY, 9.0)
    use(doors, "blank", TUESDAY, 5.0)
    alert_day(doors, TUESDAY, MORNING)
    early = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 1, 6, 15, tzinfo=dt.UTC))  # 8:15 in Oslo
    use(doors, "blank", TUESDAY + dt.timedelta(days=1), 0.0)
    for account in ("busy", "quiet"):
        use(doors, account, TUESDAY + dt.timedelta(days=1), 8.0)
    with doors.engine.begin() as c:  # the other row is told at once: not what is looked at here
        c.execute(
            update(t.alert_rule)
            .where(t.alert_rule.c.alert == "nobody_uses_it")
            .values(since=TUESDAY + dt.timedelta(days=1))
        )
    alert_day(doors, TUESDAY + dt.timedelta(days=1), MORNING)
    digest = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 1, 6, 30, tzinfo=dt.UTC))
    put(
        doors,
        "account",
        [{"account_id": "new", "name": "New", "segment": "enterprise", "csm": "d1"}],
        known_on=dt.date(2025, 1, 4),
    )
    use(doors, "new", TUESDAY + dt.timedelta(days=1), 8.0)
    alert_day(doors, TUESDAY + dt.timedelta(days=1), MORNING)
    later = tell(doors, reach(doors, slack), MORNING)
    holidays = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC))  # Good Friday
    tuesday = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 7, 9, tzinfo=dt.UTC))

    assert (0, 3) == (early.made, early.waiting)
    assert (1, 1, 0) == (digest.made, digest.sent, digest.waiting)
    assert "2 pieces of news" == slack.posted[0]["text"]
    text = slack.posted[0]["blocks"][1]["text"]["text"]
    assert "Busy is in use: 8" in text and "Quiet is in use: 9" in text and "Blank" not in text
    assert (0, 1) == (later.made, later.waiting)
    assert (0, 1) == (holidays.made, holidays.waiting)
    assert ["2 pieces of news", "New is in use: 8"] == [p["text"] for p in slack.posted] and 1 == tuesday.sent


def test_urgent_news_waits_for_its_person_s_hours_and_then_comes_together(doors: Doors, slack: Slack):
    """T13: what comes up at night is in one message in the morning, on the person's own clock."""
    alert_day(doors, TUESDAY, MORNING)
    day = TUESDAY + dt.timedelta(days=1)
    put(
        doors,
        "account",
        [{"account_id": "quiet", "name": "Quiet", "segment": "enterprise", "csm": "d1"}],
        known_on=dt.date(2025, 1, 3),
    )
    use(doors, "busy", day, 1.0)
    with doors.engine.begin() as c:
        c.execute(update(t.alert).where(t.alert.c.about == "quiet").values(told=True, person="d1"))
        c.execute(update(t.alert).where(t.alert.c.alert != "nobody_uses_it").values(told=False))
    alert_day(doors, day, MORNING)
    night = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 1, 20, tzinfo=dt.UTC))
    morning = tell(doors, reach(doors, slack), dt.datetime(2026, 4, 7, 6, tzinfo=dt.UTC))  # 8 in Oslo, after Easter

    assert (0, 2) == (night.made, night.waiting)
    assert (1, 1, 0) == (morning.made, morning.sent, morning.waiting)
    assert ["2 things that cannot wait"] == [p["text"] for p in slack.posted]


def test_where_one_channel_fails_the_next_one_tells_it(doors: Doors, slack: Slack):
    """T13 R6: a member who is gone is written a mail; a server that is down is tried again, later and later, then left for the mail."""
    alert_day(doors, TUESDAY, MORNING)
    use(doors, "busy", TUESDAY + dt.timedelta(days=1), 2.0)
    alert_day(doors, TUESDAY + dt.timedelta(days=1), MORNING)
    slack.next = [503, 503, 503, 503, 503]
    now, seen = MORNING, []
    for _ in range(7):
        seen.append(tell(doors, reach(doors, slack), now))
        now += dt.timedelta(hours=2)
        now = max(now, MORNING)

    assert 5 == slack.calls and [] == slack.posted
    assert [0, 0, 0, 0, 0, 1, 0] == [s.sent for s in seen]
    assert [("daniel@larkspur.example", "Busy has 2 people a day")] == [m[:2] for m in mails(doors)]
    assert "https://cs.larkspur.example/accounts/busy" in mails(doors)[0][2]


def test_a_sender_that_dies_in_the_attempt_loses_nothing(doors: Doors, slack: Slack):
    """T13 P1: the message was claimed and never answered for: it is sent again under the same key."""
    alert_day(doors, TUESDAY, MORNING)
    use(doors, "busy", TUESDAY + dt.timedelta(days=1), 2.0)
    alert_day(doors, TUESDAY + dt.timedelta(days=1), MORNING)

    class Dying(SlackChannel):
        def send(self, message):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tell(doors, Reach({"slack": Dying(slack.url, TOKEN)}, kit_of(doors), ""), MORNING)
    soon = tell(doors, reach(doors, slack), MORNING + dt.timedelta(seconds=30))
    after = tell(doors, reach(doors, slack), MORNING + dt.timedelta(minutes=3))

    assert (0, 1) == (soon.sent, after.sent)
    assert 1 == len(slack.posted)


def test_sources_plays_and_deliveries_are_told_to_operations(doors: Doors):
    """T13: a feed that went stale, a play that opened often and stopped, a delivery nobody can tell of."""
    alert_day(doors, TUESDAY, MORNING)
    later = TUESDAY + dt.timedelta(days=40)
    days = [later - dt.timedelta(days=n) for n in range(90)]
    run = {
        "arm": "served",
        "state": "done",
        "step": 1,
        "config": "c",
        "ended": None,
        "at": MORNING,
        "play": "usage_drop",
    }
    with doors.engine.begin() as c:
        c.execute(insert(t.play_day), [{"play": "usage_drop", "day": d, "config": "c", "at": MORNING} for d in days])
        opened = [later - dt.timedelta(days=40 + 4 * n) for n in range(12)]
        c.execute(insert(t.play_run), [{**run, "id": f"r{n}", "account": "busy", "occurrence": str(n), "opened_on": d}
                                       for n, d in enumerate(opened)])  # fmt: skip
        lost(c)
        c.execute(insert(t.load), [{"id": "l1", "source": "simulated", "started": MORNING, "finished": MORNING, "state": "failed",
                                    "counts": {}, "mapping": "", "took_s": 1.0, "error": "no file usage.csv"}])  # fmt: skip
        c.execute(insert(t.said), [{"account": a, "play": "usage_drop", "since": later, "until": None, "outcome": "unknown", "reason": "",
                                    "detail": "", "at": MORNING} for a in NAMES])  # fmt: skip
    alert_day(doors, later, MORNING + dt.timedelta(days=40))
    sent = tell(doors, reach(doors, None), dt.datetime(2026, 5, 11, 9, tzinfo=dt.UTC))

    assert (2, 0) == (sent.sent, sent.failed)
    ((subject, text),) = [(m[1], m[2]) for m in mails(doors) if m[0] == "ops@larkspur.example"]
    assert "4 things that cannot wait" == subject
    assert "A delivery to Busy may have arrived or not\nthe connection broke; see `vitalreel outbox list`" in text
    assert "The usage source is stale" in text
    assert "Source simulated: the last load failed: no file usage.csv\n`vitalreel load simulated`" in text
    assert "The play usage drop has opened for nobody on 40 days; on the 50 days before it opened 12 times" in text
    assert "Of accounts now: 3 unknown" in text
    with doors.engine.begin() as c:
        c.execute(insert(t.stop), [{"scope": "play", "name": "usage_drop", "who": "Ingrid", "at": MORNING}])
    alert_day(doors, later, MORNING + dt.timedelta(days=40))
    assert ["play_stopped"] == [
        a["alert"] for a in alerts(doors, every=True) if a["closed_on"] == later and a["told"] and a["notice"]
    ]


def test_words_that_cannot_be_filled_in_and_conditions_that_do_not_hold_are_named(doors: Doors):
    """P5: with the place and what was probably meant."""
    path = doors.workspace.root / "alerts.yaml"
    path.write_text(
        FILE.replace("{usage.active_users} people a day", "{usage.active_user} people a day"), encoding="utf-8"
    )
    with pytest.raises(
        BadConfiguration,
        match=r"nobody_uses_it: say: \{usage.active_user\} cannot be told; write \{usage.active_users\}",
    ):
        alert_day(doors, TUESDAY, MORNING)
    path.write_text(FILE.replace("usage.active_users < 4", "usage.active_user < 4"), encoding="utf-8")
    with pytest.raises(BadConfiguration, match=r"alerts.yaml: nobody_uses_it: when"):
        alert_day(doors, TUESDAY, MORNING)
    path.unlink()
    assert (Alerted(0, 0, 0), Told(0, 0, 0, 0, 0)) == (
        alert_day(doors, TUESDAY, MORNING),
        tell(doors, reach(doors, None), MORNING),
    )


def test_nobody_is_told_in_a_hundred_runs_of_one_day_more_than_once(doors: Doors, slack: Slack):
    """T13: the loop may turn as often as it likes."""
    alert_day(doors, TUESDAY, MORNING)
    use(doors, "busy", TUESDAY + dt.timedelta(days=1), 2.0)
    for minute in range(8):
        alert_day(doors, TUESDAY + dt.timedelta(days=1), MORNING + dt.timedelta(minutes=minute))
        tell(doors, reach(doors, slack), MORNING + dt.timedelta(minutes=minute))

    assert 1 == len(slack.posted)
    with doors.engine.connect() as c:
        assert 1 == c.execute(select(func.count()).select_from(t.task)).scalar_one()
        kept = c.execute(select(t.notice.c.news).where(t.notice.c.channel == "slack")).scalars().all()
    assert ["Busy has 2 people a day"] == [one["title"] for news in kept for one in news]
