"""Plays edited while their ladders are under way, in a real workspace: each goes on as it began until somebody upgrades it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.steps.companies import DAY, START, company, found, put
from vitalreel.errors import BadInput
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.steps.versions import Moved, following, upgrade
from vitalreel.store import tables as t
from vitalreel.triggers.matrix import Play
from vitalreel.triggers.version import kept
from vitalreel.wiring import open_doors

PLAY = """
play: quiet
category: usage_drop
when: usage.active_users < {below}
already_true: fire
episode: {{closes_when: usage.active_users >= {closes}, cool_down: 30 days}}
success: {{metric: {metric}, moves: up 10%, within: 45 days}}
risk: false
ladder:
{ladder}
stop_when: [success]
"""
CALL = '  - {{step: {step}, after: {after} days, task: {{owner: csm, title: "Call {{account.name}}", due: 1 day}}}}\n'


def written(
    doors: Doors, *steps: tuple[str, int], below: int = 9, closes: int = 12, metric: str = "usage.active_users"
) -> Doors:
    """The workspace with its play as given: the ladder by (step, days)."""
    ladder = "".join(CALL.format(step=step, after=after) for step, after in steps)
    path = doors.workspace.root / "plays" / "quiet.yaml"
    path.write_text(PLAY.format(below=below, closes=closes, metric=metric, ladder=ladder), encoding="utf-8")
    return open_doors(doors.workspace.root)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Three accounts; the play speaks to `busy`, whose use is known and under the limit."""
    opened = company(tmp_path / "ws")
    root = opened.workspace.root
    for path in (root / "plays").glob("*.yaml"):
        path.unlink()
    text = (root / "vitalreel.yaml").read_text(encoding="utf-8")
    head, rest = text.split("guards:", 1)
    assert "holdout: 10%" in head
    head = head.replace("holdout: 10%", "holdout: 0%")
    (root / "vitalreel.yaml").write_text(head + rest[rest.index("sending:") :], encoding="utf-8")
    found(opened)
    later = [DAY + dt.timedelta(days=n) for n in range(1, 12)]
    put(opened, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": v}
                          for a, v in (("busy", 8.0), ("quiet", 0.0)) for d in later])  # fmt: skip
    put(opened, "account", [{"account_id": "late", "name": "Late", "segment": "enterprise", "since": START}])
    return written(opened, ("first", 0), ("second", 5), ("third", 10))


def decide(doors: Doors, days: int) -> None:
    day = DAY + dt.timedelta(days=days)
    decide_day(doors, day, dt.datetime.combine(day, dt.time(16), dt.UTC))


def tasks(doors: Doors, account: str = "busy") -> list[str]:
    with doors.engine.connect() as c:
        query = select(t.task.c.step).where(t.task.c.account == account).order_by(t.task.c.at, t.task.c.step)
        return list(c.execute(query).scalars())


def owners(doors: Doors) -> set[str]:
    with doors.engine.connect() as c:
        return set(c.execute(select(t.task.c.owner)).scalars())


def newest(doors: Doors) -> Play:
    return read_plays(doors, catalogue_of(doors))[0].play


NOW = dt.datetime(2026, 4, 4, 9, tzinfo=dt.UTC)


def test_a_ladder_under_way_does_not_notice_that_its_play_was_edited(doors: Doors):
    """T6 T9 P7: steps put in, days moved and the condition turned around: the old run goes on, its episode stays open."""
    decide(doors, 0)
    edited = written(doors, ("greeting", 0), ("first", 1), ("third", 2), below=1, closes=5)
    for n in (1, 2, 5):
        decide(edited, n)
    before = tasks(edited)
    decide(edited, 10)
    with edited.engine.connect() as c:
        run = c.execute(select(t.play_run).where(t.play_run.c.account == "busy")).mappings().one()
        states = list(c.execute(select(t.episode.c.state).where(t.episode.c.account == "busy")).scalars())

    assert (["first", "second"], ["first", "second", "third"]) == (before, tasks(edited))
    assert {"operations"} == owners(edited)  # nobody is CSM here
    assert ("done", 3, ["open"]) == (run["state"], run["step"], states)
    assert kept(newest(edited)) != _definition(edited, run["config"])


def _definition(doors: Doors, config: str) -> object:
    with doors.engine.connect() as c:
        return c.execute(select(t.play_version.c.definition).where(t.play_version.c.config == config)).scalar_one()


def test_the_measure_of_success_is_the_one_it_began_with(doors: Doors):
    """T6: use rises by a quarter, which the edited play no longer asks about: the run that opened for it stops."""
    decide(doors, 0)
    put(
        doors,
        "usage",
        [{"account_id": "busy", "day": DAY + dt.timedelta(days=12), "metric": "active_users", "value": 10.0}],
    )
    edited = written(doors, ("first", 0), ("third", 11), metric="tickets.open")
    decide(edited, 12)
    with edited.engine.connect() as c:
        run = c.execute(select(t.play_run).where(t.play_run.c.account == "busy")).mappings().one()

    assert ("stopped", "success") == (run["state"], run["ended"])


def test_an_upgrade_is_asked_for_told_first_and_written_down(doors: Doors):
    """T6 P7: only then does the run follow the newest, from where it stands; who did it is kept; asking again changes nothing."""
    decide(doors, 0)
    edited = written(doors, ("greeting", 0), ("first", 1), ("sooner", 2), ("third", 4))
    decide(edited, 1)
    told = upgrade(edited, newest(edited), NOW, "Ingrid", save=False)
    untouched = [(f.newest, f.runs, f.changes) for f in following(edited, [newest(edited)])]
    done = upgrade(edited, newest(edited), NOW, "Ingrid", account="busy")
    again = upgrade(edited, newest(edited), NOW, "Ingrid", account="busy")
    for n in (2, 4):
        decide(edited, n)
    with edited.engine.connect() as c:
        notes = c.execute(select(t.run_upgrade)).mappings().all()

    busy = [m for m in told if m.account == "busy"]
    assert [Moved(busy[0].run, busy[0].account, DAY, "second", "sooner")] == busy == list(done)
    assert [(False, 2, ("ladder",))] == untouched
    assert () == again
    assert ["first", "sooner", "third"] == tasks(edited)
    assert [("Ingrid", 1, 2)] == [(n["who"], n["from_step"], n["to_step"]) for n in notes]
    assert ["first", "second"] == [*tasks(edited, "quiet"), "second"][:2]


def test_an_upgrade_that_could_not_be_judged_is_refused(doors: Doors):
    """P5: what was not kept at the opening cannot be compared with later; nothing is changed."""
    decide(doors, 0)
    edited = written(doors, ("first", 0), ("third", 11), metric="contract.seats")

    with pytest.raises(BadInput, match=r"contract\.seats now, which was not kept when it opened"):
        upgrade(edited, newest(edited), NOW, "Ingrid")
    assert [(False, 2)] == [(f.newest, f.runs) for f in following(edited, [newest(edited)])]


def test_an_upgrade_while_a_day_is_decided_wins(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """T9: the day that was read before leaves the run to the next one; no step of the old ladder is taken with the new one's index."""
    from vitalreel.steps import decide as step

    decide(doors, 0)
    edited = written(doors, ("first", 0), ("other", 6), ("third", 8))
    real = step._save

    def meanwhile(*args: object) -> bool:
        monkeypatch.setattr(step, "_save", real)
        upgrade(edited, newest(edited), NOW, "Ingrid")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(step, "_save", meanwhile)
    decide(edited, 5)
    after = tasks(edited)
    decide(edited, 6)

    assert (["first"], ["first", "other"]) == (after, tasks(edited))


def test_a_signal_that_was_taken_away_keeps_nobody_waiting(doors: Doors):
    """P6: the definition it began with cannot be asked any more: its people are still reached, and other accounts' plays still open."""
    decide(doors, 0)
    with doors.engine.begin() as c:
        row = c.execute(select(t.play_version)).mappings().one()
        gone = {**row["definition"], "when": "usage.gone < 9"}
        c.execute(update(t.play_version).values(definition=gone))
    edited = written(doors, ("first", 0), ("third", 11))
    put(
        edited,
        "usage",
        [{"account_id": "late", "day": DAY + dt.timedelta(days=5), "metric": "active_users", "value": 3.0}],
    )
    decide(edited, 5)

    assert (["first", "second"], ["first"]) == (tasks(edited), tasks(edited, "late"))
