"""The account's page: its score over time and why it moved, what drives it, who is there, what runs, and what happened."""

# ruff: noqa: S608 (table and file names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.errors import NotFound
from vitalreel.health.explain import Explanation, explain, standing_of
from vitalreel.health.scorecard import TENTHS, Measure
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.assess import read_model
from vitalreel.steps.chances import Told, chance_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.openings import Opening, last_opening
from vitalreel.steps.outside import Outside, outside
from vitalreel.steps.people import folded
from vitalreel.steps.screens.happened import timeline
from vitalreel.steps.screens.published import Row, contracts, rows, stored, versions
from vitalreel.steps.screens.tone import Tone, tone_in
from vitalreel.steps.sponsors import cases
from vitalreel.steps.suppressed import suppressions
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of the newest score beside its past."""

    part: str
    label: str
    kind: str  # known | missing | yes | prompted | stand_in | limit
    points: float
    weight: float  # points at its best; 0 for rules, the stand-in and the limit
    reading: str  # in words: "21%", "3 features"; empty where there is none
    feed: str  # where its signal comes from; empty for rules
    before: float | None  # points on the day compared with; None where that day has no parts
    history: Sequence[float]  # points on each scored day, oldest first


@dataclass(frozen=True, slots=True)
class AccountPage:
    account: Row
    zone: str  # of every time on the page
    contract: Row  # a row of `accounts.contract.CONTRACT`; empty where none is live
    csm: Row | None
    scores: Sequence[Row]  # day, points, band, coverage, state, scorecard; oldest first
    days: Sequence[date]  # with a score, oldest first
    moved: Explanation | None  # between two of them; None where fewer than two are scored
    drivers: Sequence[Driver]  # of the newest scored day, most weight first
    contacts: Sequence[
        Row
    ]  # with `seen`: their best view that counts, 0..1, None where none; and `silent`: why no mail, or None
    runs: Sequence[Row]  # with `touches` and `tasks`
    films: Sequence[Row]  # with `views`
    timeline: Sequence[Row]  # newest first
    churn: Told  # of the newest scored day, else of today
    elsewhere: Sequence[Outside]  # what other platforms say
    tone: Tone  # as of today
    growth: Opening | None  # of the last day that was looked at; None: none was, or no contract is live
    sponsors: Sequence[Row]  # `steps.sponsors.cases`, the newest first

    @property
    def latest(self) -> Row | None:
        """The newest score that is one."""
        return next((s for s in reversed(self.scores) if s["state"] == "scored"), None)


def account_page(
    doors: Doors, account: str, today: date, since: date | None = None, until: date | None = None
) -> AccountPage:
    """Everything about one account. since, until: the scored days to compare, else the last two. Raises NotFound."""
    with reading(doors.engine).connect() as c:
        row = c.execute(select(t.account).where(t.account.c.id == account)).mappings().one_or_none()
        if row is None:
            raise NotFound("account", account, "see the portfolio")
        csm = c.execute(select(t.csm.c.row).where(t.csm.c.id == row["csm"])).scalar_one_or_none()
        contacts = stored(c, select(t.contact).where(t.contact.c.account == account, t.contact.c.merged_into.is_(None)))
        runs = _runs(c, account)
        films = _films(c, account)
        with doors.lake.session() as session:
            happened = timeline(c, session, account, today)
            scores = _scores(session, account, today)
            days = [s["day"] for s in scores if s["state"] == "scored"]
            parts = _parts(session, account, days)
            deal = contracts(doors, session, today, account).to_pylist()
            elsewhere = outside(session, account, today, lambda: catalogue_of(doors).master)
            tone = tone_in(doors, c, session, account, today)
            churn = chance_of(session, lambda: read_model(doors).scorecards, account, days[-1] if days else today)
    moved = _moved(scores, parts, *_compared(days, since, until))
    return AccountPage(
        account=dict(row),
        zone=row["zone"] or doors.programme.zone,
        contract=deal[0] if deal else {},
        csm=csm,
        scores=scores,
        days=days,
        moved=moved,
        drivers=_drivers(doors, scores, parts, moved),
        contacts=_people(contacts, films, suppressions(doors, account)),
        runs=runs,
        films=films,
        timeline=happened,
        churn=churn,
        elsewhere=elsewhere,
        tone=tone,
        growth=last_opening(doors, account, today),
        sponsors=cases(doors, account, every=True),
    )


# -- from the app database ----------------------------------------------------------------------------------------------


def _runs(c: Connection, account: str) -> list[dict[str, Any]]:
    """Plays with what they planned, the newest first."""
    runs = stored(c, select(t.play_run).where(t.play_run.c.account == account).order_by(t.play_run.c.opened_on.desc()))
    touches = stored(c, select(t.touch, t.contact.c.name.label("to")).join(t.contact, t.contact.c.id == t.touch.c.contact)
                     .where(t.touch.c.account == account).order_by(t.touch.c.window_from))  # fmt: skip
    tasks = stored(c, select(t.task).where(t.task.c.account == account).order_by(t.task.c.due))
    return [
        {
            **r,
            "touches": [x for x in touches if x["run"] == r["id"]],
            "tasks": [x for x in tasks if x["run"] == r["id"]],
        }
        for r in runs
    ]


def _films(c: Connection, account: str) -> list[dict[str, Any]]:
    """Films made for the account, the newest first, each with its views that count."""
    columns = (t.video.c.id, t.video.c.title, t.video.c.contact, t.video.c.length_s, t.video.c.scenes, t.video.c.as_of,
               t.video.c.at, t.contact.c.name.label("contact_name"))  # fmt: skip
    films = stored(c, select(*columns).outerjoin(t.contact, t.contact.c.id == t.video.c.contact)
                   .where(t.video.c.account == account).order_by(t.video.c.at.desc(), t.video.c.id))  # fmt: skip
    views = stored(c, select(t.view).where(t.view.c.account == account, t.view.c.counts).order_by(t.view.c.started))
    return [{**f, "views": [v for v in views if v["video"] == f["id"]]} for f in films]


_RANK = ("sponsor", "champion", "admin", "user")


def _people(contacts: Sequence[Row], films: Sequence[Row], silent: Sequence[Row]) -> list[dict[str, Any]]:
    """Contacts with what they watched best and why they get no mail: who is still there first, then by role."""
    silences = {row["address"]: row for row in reversed(silent)}
    seen: dict[str, float] = {}
    for view in (v for f in films for v in f["views"]):
        seen[view["contact"]] = max(seen.get(view["contact"], 0.0), view["completion"])

    def rank(c: Row) -> tuple[bool, int, str]:
        return not c["active"], _RANK.index(c["role"]) if c["role"] in _RANK else len(_RANK), c["name"]

    return [
        {**c, "seen": seen.get(c["id"]), "silent": silences.get(folded(c["email"]))} for c in sorted(contacts, key=rank)
    ]


# -- from the lake ------------------------------------------------------------------------------------------------------


def _scores(session: LakeSession, account: str, today: date) -> list[dict[str, Any]]:
    if "score" not in session.names:
        return []
    sql = f"""
        SELECT day, points, band, coverage, state, scorecard, config FROM (
            SELECT *, row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version
            FROM {versions(session, "score")} WHERE account_id = $account AND day <= $today)
        WHERE version = 1 ORDER BY day"""
    return rows(session, sql, {"account": account, "today": today})


def _parts(session: LakeSession, account: str, days: Sequence[date]) -> dict[date, list[dict[str, Any]]]:
    """Parts by scored day."""
    if not days or "score_part" not in session.names:
        return {}
    sql = f"""
        SELECT day, part, label, points, value, level, weight, state FROM (
            SELECT *, row_number() OVER (PARTITION BY row_key ORDER BY learnt DESC, load DESC) AS version
            FROM {versions(session, "score_part")} WHERE account_id = $account AND list_contains($days, day))
        WHERE version = 1 ORDER BY day, part"""
    found: dict[date, list[dict[str, Any]]] = {}
    for part in rows(session, sql, {"account": account, "days": list(days)}):
        found.setdefault(part["day"], []).append(part)
    return found


def _compared(days: Sequence[date], since: date | None, until: date | None) -> tuple[date, date] | tuple[()]:
    """The two scored days to compare: as asked where both are scored and in order, else the last two."""
    if len(days) < 2:
        return ()
    last = until if until is not None and until in days[1:] else days[-1]
    earlier = [d for d in days if d < last]
    return (since if since is not None and since in earlier else earlier[-1]), last


def _moved(
    scores: Sequence[Row], parts: Mapping[date, Sequence[Row]], before: date | None = None, after: date | None = None
) -> Explanation | None:
    if before is None or after is None:
        return None
    by_day = {s["day"]: s for s in scores}
    return explain(*(standing_of(by_day[d], parts.get(d, ())) for d in (before, after)))


def _drivers(
    doors: Doors, scores: Sequence[Row], parts: Mapping[date, Sequence[Row]], moved: Explanation | None
) -> list[Driver]:
    """Parts of the newest scored day; those that weigh nothing come last."""
    if not parts:
        return []
    newest = max(parts)
    model = read_model(doors)
    card = next((s["scorecard"] for s in reversed(scores) if s["day"] == newest), None)
    measures = {m.name: m for c in model.scorecards if c.name == card for m in c.measures}
    before = {p.name: p.tenths / TENTHS for p in moved.before.parts} if moved else None
    found = []
    for p in parts[newest]:
        measure = measures.get(p["part"])
        signal = model.catalogue.signals.get(measure.signal) if measure else None
        found.append(
            Driver(
                part=p["part"], label=p["label"], kind=p["state"], points=p["points"], weight=p["weight"] or 0.0,
                reading=_reading(measure, model.catalogue, p["value"]), feed=(signal.feed or "") if signal else "",
                before=None if before is None else before.get(p["part"], 0.0),
                history=[next((x["points"] for x in parts[d] if x["part"] == p["part"]), 0.0) for d in sorted(parts)],
            )
        )  # fmt: skip
    return sorted(found, key=lambda d: (-d.weight, d.label))


def _reading(measure: Measure | None, catalogue: Catalogue, value: float | None) -> str:
    """A measure's reading in words: shares and changes in percent, the rest with its unit."""
    if measure is None or value is None:
        return ""
    if measure.change is not None:
        return f"{value:+.0%}".replace("-", "−") + f" in {measure.change.days} days"
    if measure.over is not None:
        return f"{value:.0%}"
    signal = catalogue.signals.get(measure.signal)
    unit = signal.unit if signal else ""
    if value == 1 and unit.endswith("s"):
        unit = unit[:-1]
    return f"{value:,.3g} {unit}".strip().replace("-", "−")
