"""Films whose window has passed are marked, and planned anew or given to a person, however far they had come (R3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from tests.steps.touched import DAY, NOW, OPENED, PLAY, late, touches
from vitalreel.delivery.message import Sent
from vitalreel.errors import BadInput
from vitalreel.identity import fingerprint
from vitalreel.settings import read_settings
from vitalreel.steps.clearance import cleared
from vitalreel.steps.clearance import touches as touches_of
from vitalreel.steps.deliver import deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.overdue import Overdue, settle_late
from vitalreel.steps.review import approve, queue_reviews
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors, open_post


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return open_doors(create(tmp_path / "ws").root)


def job(doors: Doors, touch: str, state: str) -> None:
    row = {
        "id": f"job-{touch}", "kind": "touch", "account": "a", "contact": "c", "module": "m1", "play": PLAY.name, "step": "show",
        "touch": touch, "link": "", "as_of": OPENED, "at": NOW, "draft": False, "priority": 5, "state": state, "turn": 1, "attempts": 1,
        "next_at": NOW, "owner": "", "process": "", "carried": 1, "stage": "", "done": 0, "total": 0, "reason": "", "detail": "",
        "video": "old", "cost": {}, "entered": NOW, "ended": NOW,
    }  # fmt: skip
    with doors.engine.begin() as c:
        insert_new(c, t.film_job, [row])


@pytest.mark.parametrize("state", ["planned", "made", "in_review", "approved"])
def test_a_film_that_was_too_late_is_planned_anew_once_and_then_given_to_a_person(doors: Doors, state: str):
    """R3: however far it had come. Each end is on record with its reason, and a second look changes nothing."""
    touch = late(doors, "acme", state)
    first = (settle_late(doors, DAY, NOW), settle_late(doors, DAY, NOW))
    anew = touches(doors)[touch]
    after = anew.window_to + timedelta(hours=1)
    second = (settle_late(doors, after.date(), after), settle_late(doors, after.date(), after))
    with doors.engine.connect() as c:
        tasks = c.execute(select(t.task.c.owner, t.task.c.title, t.task.c.due)).all()
        said = list(c.execute(select(t.withheld.c.reason, t.withheld.c.detail).order_by(t.withheld.c.id)))

    assert ((Overdue(anew=1), Overdue()), (Overdue(for_people=1), Overdue())) == (first, second)
    assert ("planned", None, DAY, 1) == (anew.state, anew.video, anew.as_of, anew.replans)
    assert (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)) == (anew.window_from, anew.window_to)
    assert "missed" == touches(doors)[touch].state
    assert [
        ("operations", "Reach Acme yourself: the film of usage drop could not land by 11 March", date(2026, 3, 12))
    ] == tasks
    assert ["window missed"] * 2 == [r.reason for r in said]
    assert "planned anew, to land before 2026-03-11 00:00 UTC" in said[0].detail
    assert "given to a person, for it was planned anew 1 time already" in said[1].detail


def test_it_is_the_same_on_postgresql(fresh_pg: str, tmp_path: Path):
    """R3 C9: rows are locked there, reviews before touches."""
    doors = open_doors(create(tmp_path / "ws").root, replace(read_settings(), database=fresh_pg))
    touch = late(doors, "acme", "in_review")
    job(doors, touch, "made")
    late(doors, "won", "made", play_run={"state": "stopped", "ended": "success"})
    found = settle_late(doors, DAY, NOW)
    moved = touches(doors)
    doors.engine.dispose()

    assert (Overdue(anew=1, let_go=1), "planned", "missed") == (found, moved[touch].state, moved["won-touch"].state)


def test_its_film_is_made_anew_and_reviewed_anew(doors: Doors):
    """R3 R1: the queue makes another film from the new day; the old film can be approved no more, the new one must be."""
    touch = late(doors, "acme", "made")
    job(doors, touch, "made")
    sign_off(doors)
    queue_reviews(doors, NOW - timedelta(days=3))
    name = fingerprint("review", touch)
    settle_late(doors, DAY, NOW)
    with doors.engine.connect() as c:
        made = c.execute(select(t.film_job)).one()
        waits = c.execute(select(t.review.c.state, t.review.c.needs)).one()
    with pytest.raises(BadInput, match="lapsed"):
        approve(doors, name, "Dana", "csm", NOW)
    with doors.engine.begin() as c:
        second = dict(c.execute(select(t.video)).mappings().one()) | {"id": "second"}
        insert_new(c, t.video, [second])
        c.execute(update(t.touch).values(state="made", video="second"))
    queue_reviews(doors, NOW)
    approve(doors, name, "Dana", "csm", NOW)
    state = approve(doors, name, "Pat", "production", NOW)
    with doors.engine.connect() as c:
        seen = c.execute(select(t.review.c.video, t.review.c.state)).one()
        said = list(c.execute(select(t.review_event.c.what).order_by(t.review_event.c.id)).scalars())

    assert ("waiting", DAY, None, 2) == (made.state, made.as_of, made.video, made.turn)
    assert ("lapsed", []) == tuple(waits)
    assert ("second", "approved", "approved") == (*seen, state)
    assert ["queued", "asked", "asked", "lapsed", "queued", "asked", "asked", "approved", "approved"] == said


def sign_off(doors: Doors) -> None:
    """The module of the films, put under a name so that they may be reviewed."""
    with doors.engine.begin() as c:
        insert_new(
            c,
            t.module_sign,
            [{"module": "m1", "content": "", "version": 1, "state": "live", "who": "tests", "at": NOW}],
        )


def test_what_is_in_hand_or_on_its_way_is_left_alone(doors: Doors):
    """R3 P1: a film that is being made waits for the next turn; one that is queued, or has left, is its sender's."""
    busy, queued, sent = (late(doors, n, s) for n, s in (("busy", "planned"), ("queued", "approved"), ("sent", "sent")))
    job(doors, busy, "working")
    outbox(doors, queued)

    assert Overdue() == settle_late(doors, DAY, NOW)
    assert ["planned", "approved", "sent"] == [touches(doors)[x].state for x in (busy, queued, sent)]


def outbox(doors: Doors, touch: str) -> None:
    row = touches(doors)[touch]
    with doors.engine.begin() as c:
        insert_new(c, t.outbox, [
            {"key": f"{touch}:email", "touch": touch, "channel": "email", "account": row.account, "contact": row.contact,
             "video": row.video, "to": "ana@queued.example", "state": "ready", "attempts": 1, "next_at": NOW, "receipt": "451 later",
             "created": NOW, "changed": NOW - timedelta(days=9)},
        ])  # fmt: skip


def test_one_that_is_found_too_late_as_it_leaves_is_given_to_a_person(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """R3 P5: a mail that was refused until its window had passed never leaves, and somebody takes its place."""
    touch = late(doors, "queued", "approved")
    outbox(doors, touch)
    monkeypatch.setattr("vitalreel.steps.deliver.compose", lambda *_: None)
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    post = replace(open_post(doors, NOW), channel=Never())
    done = deliver(doors, post, NOW)
    with doors.engine.connect() as c:
        state = c.execute(select(t.outbox.c.state)).scalar_one()
        tasks = list(c.execute(select(t.task.c.title, t.task.c.due)))

    assert (["window missed"], "stopped", "missed") == (
        [h.reason for h in done.withheld],
        state,
        touches(doors)[touch].state,
    )
    assert [("Reach Queued yourself: the film of usage drop could not land by 6 March", date(2026, 3, 9))] == tasks


class Never:
    """A channel nobody may speak to."""

    name = "email"

    def send(self, message: object) -> Sent:
        raise AssertionError(message)


def test_what_is_over_is_let_go(doors: Doors):
    """R3 T6: where the goal was met, the occasion has passed or the ladder has gone on, nobody is given a task; its film is not made."""
    over = [
        late(doors, "won", "made", play_run={"state": "stopped", "ended": "success"}),
        late(doors, "closed", "planned", episode={"state": "cooling", "closed_on": DAY}),
        late(
            doors,
            "on",
            "in_review",
            play_run={"opened_on": DAY - timedelta(days=14)},
            episode={"opened_on": DAY - timedelta(days=14)},
        ),
    ]
    job(doors, over[1], "waiting")
    found = settle_late(doors, DAY, NOW)
    with doors.engine.connect() as c:
        tasks = c.execute(select(t.task)).all()
        details = sorted(c.execute(select(t.withheld.c.detail)).scalars())
        dropped = c.execute(select(t.film_job.c.state, t.film_job.c.reason)).one()

    assert (Overdue(let_go=3), [], {"missed"}) == (found, tasks, {touches(doors)[x].state for x in over})
    assert ["has gone on to again", "has stopped: success", "it was about is over"] == sorted(d[-20:] for d in details)
    assert ("dropped", "window missed") == tuple(dropped)


def test_a_thousand_late_films_cost_as_many_statements_as_one(doors: Doors):
    """R3: set-based. What grows with the number are the rows of a statement."""
    counts = []
    for batch in (range(1), range(1, 300)):
        for n in batch:
            late(doors, f"a{n}", "in_review")
        said: list[str] = []
        listen = lambda *a, said=said: said.append(a[2])  # noqa: E731
        event.listen(doors.engine, "before_cursor_execute", listen)
        found = settle_late(doors, DAY, NOW)
        event.remove(doors.engine, "before_cursor_execute", listen)
        counts.append((found.anew, len(said)))

    assert [1, 299] == [anew for anew, _ in counts]
    assert counts[0][1] == counts[1][1]


def test_a_cap_of_a_year_is_kept_as_a_mail_leaves(doors: Doors):
    """T7: what left 300 days ago counts where the cap says so, and not where it says a week."""
    touch, before = (
        late(doors, "acme", "approved", touch={"window_to": NOW + timedelta(days=3)}),
        NOW - timedelta(days=300),
    )
    with doors.engine.begin() as c:
        older = dict(c.execute(select(t.touch).where(t.touch.c.id == touch)).mappings().one())
        insert_new(c, t.touch, [{**older, "id": "older", "step": "older", "state": "sent"}])
        insert_new(c, t.outbox, [{
            "key": "older:email", "touch": "older", "video": "acme-film", "account": "acme", "contact": "acme-ana", "channel": "email",
            "to": "ana@acme.example", "state": "sent", "attempts": 1, "next_at": before, "receipt": "",
            "created": before, "changed": before,
        }])  # fmt: skip
        row = dict(c.execute(touches_of().where(t.touch.c.id == touch)).mappings().one())
        yearly = replace(doors, programme=replace(doors.programme, caps={"contact": (1, 365), "account": (9, 14)}))
        said = [cleared(c, one, row, "plan", NOW) for one in (doors, yearly)]

    assert [None, "contact cap"] == [no and no.reason for no in said]
