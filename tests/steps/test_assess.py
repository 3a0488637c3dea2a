"""Assess on a real workspace: past days again, nothing from the future, one set of rows, views that count."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from tests.steps.churning import left, trained
from tests.steps.companies import DAY, NOW, at, company, found, put
from vitalreel.errors import BadConfiguration, NotFound
from vitalreel.identity import AccountId
from vitalreel.steps.assess import Model, assess, assess_days, read_model, score_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.explain import explain, scored_before, standing
from vitalreel.store.lake import Lake

YESTERDAY = DAY - dt.timedelta(days=1)
TOMORROW = DAY + dt.timedelta(days=1)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    opened = company(tmp_path / "ws")
    found(opened)
    return opened


def saved(doors: Doors, day: dt.date) -> list[tuple[object, ...]]:
    with doors.lake.session() as session:
        rows = session.as_of(day)["score"].to_pyarrow().to_pylist()
    return sorted((r["account_id"], r["points"], r["band"], r["state"]) for r in rows if r["day"] == day)


def probabilities(doors: Doors) -> dict[str, float]:
    """Account -> its probability of DAY."""
    with doors.lake.session() as session:
        rows = session.as_of(DAY)["churn_probability"].to_pyarrow().to_pylist()
    return {r["account_id"]: r["probability"] for r in rows if r["day"] == DAY}


def view(account: str, role: str, day: dt.date, share: float, prompted_by: str | None = None) -> dict[str, object]:
    return {"view_id": f"{account}{role}{day}", "account_id": account, "contact_id": f"{account}-{role}", "at": at(day),
            "module": "pricing", "share": share, "prompted_by": prompted_by}  # fmt: skip


def test_zero_use_is_a_low_score_and_no_use_is_no_score(doors: Doors) -> None:
    """H17: unknown is not zero."""
    done = assess(doors, DAY, NOW)

    assert (3, 2, 1) == (done.accounts, done.scored, done.insufficient)
    assert [
        ("blank", None, None, "insufficient"),
        ("busy", 88.0, "green", "scored"),
        ("quiet", 40.0, "orange", "scored"),
    ] == saved(doors, DAY)


def test_a_dead_feed_is_not_zero_use(doors: Doors) -> None:
    """H17: four days after the last row of use, the score is not claimed instead of falling."""
    assert (0, 3) == (lambda done: (done.scored, done.insufficient))(assess(doors, DAY + dt.timedelta(days=4), NOW))


def test_what_is_learnt_later_never_changes_an_earlier_day(doors: Doors) -> None:
    """H2: rows planted after the day, about it or about later, change nothing as of the day; nor do later runs."""
    assess(doors, YESTERDAY, NOW)
    assess(doors, DAY, NOW)
    before = saved(doors, DAY)
    put(doors, "usage", [{"account_id": "busy", "day": DAY, "metric": "active_users", "value": 0.0}], known_on=TOMORROW)
    put(
        doors,
        "ticket",
        [{"ticket_id": "t9", "account_id": "busy", "opened": at(DAY), "severity": "urgent"}],
        known_on=TOMORROW,
    )
    put(doors, "content_view", [view("busy", "sponsor", TOMORROW, 1.0)])
    assess(doors, TOMORROW, NOW)
    assess(doors, DAY, NOW + dt.timedelta(days=2))

    assert before == saved(doors, DAY)


def test_running_twice_leaves_one_set_of_rows(doors: Doors) -> None:
    """H2: the last run of a day wins, for parts as well."""
    assess(doors, DAY, NOW)
    assess(doors, DAY, NOW + dt.timedelta(hours=1))
    with doors.lake.session() as session:
        rows, parts = (session.versions(t).count().to_pyarrow().as_py() for t in ("score", "score_part"))

    assert 3 == rows
    assert 3 * 2 <= parts <= 3 * 3


def test_one_account_scored_again_leaves_the_others_rows(doors: Doors) -> None:
    """H2, H7: within seconds for an account whose signal just arrived; scores and probabilities alike."""
    trained(doors)
    left(doors, 1, 30)
    assess(doors, DAY, NOW)
    before = probabilities(doors)
    put(doors, "ticket", [{"ticket_id": "t1", "account_id": "busy", "opened": at(DAY), "severity": "urgent"}])
    put(doors, "ticket", [{"ticket_id": "t2", "account_id": "quiet", "opened": at(DAY), "severity": "urgent"}])
    assess(doors, DAY, NOW + dt.timedelta(hours=1), [AccountId("busy")])

    assert {"blank": None, "busy": 68.0, "quiet": 40.0} == {a: p for a, p, *_rest in saved(doors, DAY)}
    after = probabilities(doors)
    assert {"blank", "busy", "quiet"} == set(after)
    assert {"busy"} == {a for a in after if after[a] != before[a]}


@pytest.mark.parametrize(("role", "share", "moved"), [("user", 0.5, 100), ("sponsor", 0.9, 250), ("sponsor", 0.49, 0)])
def test_a_view_moves_the_next_score_by_the_configured_points(
    doors: Doors, role: str, share: float, moved: int
) -> None:
    """H3, H18: by the viewer's role, and only when enough was watched."""
    put(doors, "content_view", [view("quiet", role, DAY, share)])
    told = explain(doors, AccountId("quiet"), DAY, YESTERDAY)

    assert moved == told.tenths


def test_two_viewers_count_as_the_best_and_a_plays_film_is_kept_apart(doors: Doors) -> None:
    """H18: people are never added up; points of a film a play sent stand in a part of their own."""
    put(doors, "content_view", [view("quiet", "user", DAY, 1.0), view("quiet", "sponsor", DAY, 1.0, "usage_drop")])
    parts = {p.name: p.tenths for p in standing(doors, AccountId("quiet"), DAY).parts}

    assert (100, 150) == (parts["pricing_film"], parts["pricing_film.prompted"])


def test_a_series_equals_each_days_own_run(doors: Doors) -> None:
    """H2: a history filled at once is the one that daily runs would have left."""
    days = [DAY - dt.timedelta(days=n) for n in (2, 1, 0)]
    assess_days(doors, days, NOW)
    series = [saved(doors, d) for d in days]
    for day in days:
        assess(doors, day, NOW + dt.timedelta(hours=1))

    assert series == [saved(doors, d) for d in days]
    assert YESTERDAY == scored_before(doors, AccountId("busy"), DAY)


def test_an_account_that_is_not_there_is_named(doors: Doors) -> None:
    """The message says which, and how many there are."""
    with pytest.raises(NotFound, match="nobody"):
        assess(doors, DAY, NOW, [AccountId("nobody")])


@pytest.mark.parametrize(
    ("written", "instead", "says"),
    [
        ("usage.active_users, window", "usage.activ_users, window", "usage.active_users"),
        ("window: 7 days", "windw: 7 days", "window"),
        ("{0: 0, 10: 100}", "{10: 0, 0: 100}", "rise"),
        ("'pricing'", "'prcing'", "pricing"),
        ("sponsor: +25", "sponser: +25", "sponsor"),
        ("weight: 6", "weight: 0", "above zero"),
    ],
)
def test_a_mistake_in_a_scorecard_is_named_with_a_way_out(doors: Doors, written: str, instead: str, says: str) -> None:
    """H1: file, place and suggestion."""
    path = doors.workspace.root / "scorecards" / "everybody.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(written, instead), encoding="utf-8")

    with pytest.raises(BadConfiguration, match=rf"scorecards/everybody\.yaml.*{says}"):
        read_model(doors)


def test_a_plan_of_one_day_scores_another_as_if_made_for_it(doors: Doors) -> None:
    """H2: SQL kept from an earlier day, by an earlier process, gives what SQL built on the day gives."""
    days = [DAY - dt.timedelta(days=n) for n in (12, 3, 2, 1, 0)]
    plans = doors.workspace.var / "plans"
    plans.unlink()  # those of all tests
    put(doors, "content_view", [view("quiet", "user", DAY - dt.timedelta(days=13), 1.0)])
    model, built, replayed = read_model(doors), {}, {}
    for day in days:
        shutil.rmtree(plans, ignore_errors=True)
        built[day] = scored_alone(doors, model, day)
    for day in reversed(days):
        replayed[day] = scored_alone(doors, model, day)

    assert built == replayed
    assert len({str(rows) for rows in built.values()}) == len(days)


def scored_alone(doors: Doors, model: Model, day: dt.date) -> list[dict[str, object]]:
    """Scores and parts of a day, by a lake that has just been opened."""
    lake = Lake(doors.workspace.lake, doors.engine)
    with lake.session() as session:
        result = score_day(doors, session, model, day)
    return [*result.scores.to_pylist(), *result.parts.to_pylist()]
