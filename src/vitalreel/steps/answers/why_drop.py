"""Why did this account drop: the exact parts of the change, what their readings were, and what happened in between."""

# ruff: noqa: S608 (table and column names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from vitalreel.briefs.answer import Answer, Notes
from vitalreel.health.explain import Explanation, Move, Part
from vitalreel.health.scorecard import CLIP, MISSING, TENTHS, Measure
from vitalreel.identity import AccountId
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.answers.behind import Place, behind, of_part, origin, rows_of, set_down, together
from vitalreel.steps.answers.standing import figure
from vitalreel.steps.assess import read_model
from vitalreel.steps.chances import chance_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.explain import explain
from vitalreel.steps.screens.published import known, rows
from vitalreel.store.lake import LakeSession

QUESTION = "why_drop"
BACK = timedelta(days=28)
"""With which day the score is compared, unless another is asked for."""
NAMED = 4
"""Parts told one by one on each side; the rest is told as one sum."""
EVENTS = 6
LAKE_SCORE, LAKE_PART = Place("score"), Place("score_part")


def why_drop(doors: Doors, account: str, day: date, since: date | None = None) -> Answer:
    """What took points from the account between two days. Raises NotFound where it was no customer on one of them."""
    notes = Notes(QUESTION, account, day)
    found = explain(doors, AccountId(account), day, since or day - BACK)
    if found.tenths is None:
        return notes.refuse(found.sentence)
    model = read_model(doors)
    measures = {m.name: m for c in model.scorecards if c.name == found.after.scorecard for m in c.measures}
    with doors.lake.session() as session:
        _name(notes, session, account)
        _headline(notes, session, found)
        if found.tenths < 0:
            for move in [m for m in found.moves if m.tenths < 0][:NAMED]:
                _told(notes, session, model.catalogue, measures, move, found, "took")
            _rest(notes, session, [m for m in found.moves if m.tenths < 0][NAMED:], found, "took")
            for move in [m for m in found.moves if m.tenths > 0][:NAMED]:
                _told(notes, session, model.catalogue, measures, move, found, "gave")
            _rest(notes, session, [m for m in found.moves if m.tenths > 0][NAMED:], found, "gave")
            _events(notes, session, found)
        _chance(doors, notes, session)
    return notes.done()


def _name(notes: Notes, session: LakeSession, account: str) -> None:
    sql = f"SELECT name FROM {known(session, 'account', 'account_id = $account')}"
    name = rows(session, sql, {"today": notes.as_of, "account": account})[0]["name"]
    here = rows_of(session, Place("account"), account, notes.as_of, notes.as_of, notes.as_of)
    notes.fact("account", name, "name", "the account's name", origin("account", "column name", here))


def _headline(notes: Notes, session: LakeSession, found: Explanation) -> None:
    before, after, change = found.before, found.after, found.tenths or 0
    for stem, one in (("before", before), ("now", after)):
        rows_behind = _of_score(session, notes, one.day)
        notes.fact(
            f"{stem}.score", (one.tenths or 0) / TENTHS, "points", f"health score on {one.day}", rows_behind, one.day
        )
        notes.fact(
            f"{stem}.day", one.day, "date", "the day the score is of", set_down("the question", "day compared"), one.day
        )
        if one.band:
            notes.fact(f"{stem}.band", one.band, "name", f"band on {one.day}", rows_behind, one.day)
    both = together([notes.facts[f"{s}.score"].origin for s in ("before", "now")], "the difference of two scores")
    notes.fact("change", abs(change) / TENTHS, "points", "by how much the score changed", both)
    if change < 0:
        notes.say("{account} fell by {change}, from {before.score} on {before.day} to {now.score} on {now.day}.")
    elif change > 0:
        notes.say(
            "{account} has not dropped: it rose by {change}, from {before.score} on {before.day} to {now.score} on {now.day}."
        )
    else:
        notes.say(
            "{account} has not dropped: it stood at {before.score} on {before.day} and stands there on {now.day}."
        )
    if before.band and after.band and before.band != after.band:
        notes.say("The band went from {before.band} to {now.band}.")
    configured = found.because("configuration")
    if configured:
        notes.fact("configuration", abs(configured) / TENTHS, "points", "what a changed scorecard did", both)
        verb = "took" if configured < 0 else "gave"
        notes.say(f"The scorecard changed in between, which {verb} {{configuration}} of it.")


def _of_score(session: LakeSession, notes: Notes, day: date) -> Any:
    """The saved score of a day; of one that was computed for the question, the account's own row."""
    last = Place("score", "day")
    found = rows_of(session, last, str(notes.account), notes.as_of, day - timedelta(days=1), day)
    if found:
        return origin("score", f"the score of {day}", found)
    here = rows_of(session, Place("account"), str(notes.account), notes.as_of, day, day)
    return origin("account", f"scored for {day} when asked", here)


def _told(
    notes: Notes,
    session: LakeSession,
    catalogue: Catalogue,
    measures: dict[str, Measure],
    move: Move,
    found: Explanation,
    verb: str,
) -> None:
    """One part: what it took or gave, and its readings where both are known."""
    stem = f"part.{move.name}"
    label, points = _of_part(notes, session, move, found, stem)
    measure = measures.get(move.name)
    if move.name not in (MISSING, CLIP) and set(move.causes) == {"missing data"}:
        now = "has no fresh data any more" if move.after and move.after.state == "missing" else "has fresh data again"
        notes.say(f"{{label}} {now}, which {verb} {{points}}.", label=label, points=points)
    elif measure is not None and move.before and move.after and None not in (move.before.value, move.after.value):
        past = " against its own past" if measure.change else ""
        was = _reading(notes, session, catalogue, measure, move.before, found.before.day, f"{stem}.was")
        now = _reading(notes, session, catalogue, measure, move.after, found.after.day, f"{stem}.now")
        notes.say(
            f"{{label}} {verb} {{points}}: {{now}}{past} now, {{was}} before.",
            label=label,
            points=points,
            now=now,
            was=was,
        )
    else:
        notes.say(f"{{label}} {verb} {{points}}.", label=label, points=points)


def _of_part(notes: Notes, session: LakeSession, move: Move, found: Explanation, stem: str) -> tuple[str, str]:
    days = (found.before.day, found.after.day)
    here = of_part(session, str(notes.account), notes.as_of, move.name, days)
    card = set_down(found.after.scorecard, move.name)
    label = notes.fact(f"{stem}.label", move.label, "name", "what the scorecard calls the part", card)
    points = notes.fact(
        f"{stem}.points", abs(move.tenths) / TENTHS, "points", f"what {move.label} did to the score", here
    )
    return label, points


def _reading(
    notes: Notes, session: LakeSession, catalogue: Catalogue, measure: Measure, part: Part, on: date, name: str
) -> str:
    """A measure's reading in the unit it is measured in, with the rows of its signal."""
    spec, value = catalogue.signals[measure.signal], part.value or 0.0
    if measure.change is not None or measure.over is not None:
        figured, unit = value, "percent"
    else:
        figured, unit = figure(spec, round(value) if spec.whole and float(value).is_integer() else value)  # type: ignore[assignment]
        unit = "number" if spec.whole and not float(value).is_integer() else unit
        figured = value if unit == "number" else figured
    means = f"{measure.label} on {on}" + (f", a change in {measure.change.days} days" if measure.change else "")
    return notes.fact(
        name, figured, unit, means, behind(session, catalogue, measure.signal, str(notes.account), notes.as_of, on), on
    )


def _rest(notes: Notes, session: LakeSession, moves: list[Move], found: Explanation, verb: str) -> None:
    if not moves:
        return
    both = together([notes.facts[f"{s}.score"].origin for s in ("before", "now")], "parts that are not told one by one")
    count = notes.fact(
        f"rest.{verb}.count", len(moves), "count:other part|other parts", "parts not told one by one", both
    )
    total = notes.fact(f"rest.{verb}.points", abs(sum(m.tenths for m in moves)) / TENTHS, "points", "their sum", both)
    notes.say(f"{{count with unit}} together {verb} {{total}}.", count=count, total=total)


# -- what happened in between -------------------------------------------------------------------------------------------

_HAPPENED = (
    ("sponsor_change", "day", "true", "'the sponsor changed'"),
    ("ticket", "opened", "(severity IN ('high', 'urgent') OR escalated)", "concat('a severe ticket: ', coalesce(subject, ticket_id))"),
    ("milestone", "due", "(done IS NULL OR done > due)", "concat('this milestone was due and not reached: ', milestone)"),
    ("survey", "day", "(kind = 'nps' AND score <= 6)", "concat('an answer to the survey gave ', CAST(CAST(score AS INTEGER) AS VARCHAR))"),
    ("remark", "at", "kind = 'risk'", "concat('in a call: ', sentence)"),
    ("outside_score", "day", "call_to_action IS NOT NULL", "concat(platform, ' asked for: ', call_to_action)"),
)  # fmt: skip


def _events(notes: Notes, session: LakeSession, found: Explanation) -> None:
    """What the account's own data tells of the days between, oldest first. Near in time is no cause, and it is said so."""
    happened = sorted(_between(notes, session, found), key=lambda e: e["day"])[-EVENTS:]
    for n, e in enumerate(happened, 1):
        here = origin(e["of"], "what happened between the two days", [e])
        notes.fact(f"event.{n}.day", e["day"], "date", "when it happened", here, e["day"])
        notes.fact(f"event.{n}.what", e["what"][:200], "name", "what happened", here, e["day"])
        notes.say(f"On {{event.{n}.day}}, {{event.{n}.what}}.")
    if happened:
        notes.say("What happened in between need not be its cause.")


def _between(notes: Notes, session: LakeSession, found: Explanation) -> Iterator[dict[str, Any]]:
    for table, dated, which, what in _HAPPENED:
        if table not in session.names:
            continue
        columns = f"{what} AS what, concat(location, ':', line) AS ref, row_digest AS digest, '{table}' AS of"
        sql = (
            f"SELECT CAST({dated} AS DATE) AS day, {columns} "
            f"FROM {known(session, table, 'account_id = $account')} "
            f"WHERE {which} AND CAST({dated} AS DATE) > $since AND CAST({dated} AS DATE) <= $until"
        )
        asked = {"today": notes.as_of, "account": notes.account, "since": found.before.day, "until": found.after.day}
        yield from rows(session, sql, asked)


def _chance(doors: Doors, notes: Notes, session: LakeSession) -> None:
    """The chance of churn beside it, where a model stands that tells churners from others."""
    told = chance_of(session, lambda: read_model(doors).scorecards, str(notes.account), notes.as_of)
    if told.chance is None or told.kept is None or not told.kept.tells_apart:
        return
    here = rows_of(
        session,
        Place("churn_probability", "day"),
        str(notes.account),
        notes.as_of,
        told.chance.day - timedelta(days=1),
        told.chance.day,
    )
    rows_behind = origin("churn_probability", f"by model {told.kept.model.version}", here)
    notes.fact(
        "churn",
        told.chance.probability,
        "percent",
        "chance of churn within the model's horizon",
        rows_behind,
        told.chance.day,
    )
    notes.fact(
        "horizon", told.kept.model.horizon_days, "count:day|days", "the model's horizon", rows_behind, told.chance.day
    )
    notes.say("Its chance of churn within {horizon with unit} is {churn}, which is another number than the score.")
