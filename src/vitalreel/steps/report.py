"""report: what each play changed, by arms as assigned; an estimate where the data can carry one, else a refusal with a day (M16)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from vitalreel.identity import AccountId, plain
from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.tables import day_number, day_of
from vitalreel.steps.assess import signals_as_of
from vitalreel.steps.decide import read_plays
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.matrix import Play

Answer = Estimate | Refusal


@dataclass(frozen=True, slots=True)
class Finding:
    """One play's answer, with what was done as plain counts."""

    play: str
    answer: Answer
    opened: int
    served: int
    held_out: int
    films: int
    watched: int  # films with a view that counts


@dataclass(frozen=True, slots=True)
class Report:
    day: date
    vendor: str
    findings: tuple[Finding, ...]

    @property
    def headline(self) -> str:
        """The one sentence a chief financial officer reads first. Only randomised estimates may be in it."""
        shown = [f for f in self.findings if isinstance(f.answer, Estimate) and f.answer.grade == "A"]
        if not shown:
            return "Not enough evidence yet for any claim."
        told = (f"{f.play}: {f.answer.value:+.1%} ({f.answer.low:+.1%} to {f.answer.high:+.1%})" for f in shown)  # type: ignore[union-attr]
        return "; ".join(told)


def report(doors: Doors, day: date) -> Report:
    """Every play's answer as of `day`."""
    catalogue = catalogue_of(doors)
    plays = [a.play for a in read_plays(doors, catalogue)]
    with doors.lake.session() as session:
        signals = signals_as_of(doors, session, catalogue, day)
        findings = tuple(_finding(doors, play, signals, catalogue, day) for play in plays)
    return Report(day, doors.programme.vendor["name"], findings)


def _finding(doors: Doors, play: Play, signals: Mapping[str, Any], catalogue: Catalogue, day: date) -> Finding:
    with reading(doors.engine).connect() as c:
        runs = [
            dict(r)
            for r in c.execute(
                select(t.play_run).where(t.play_run.c.play == play.name, t.play_run.c.opened_on <= day)
            ).mappings()
        ]
        opening = {
            r.account: r.opening
            for r in c.execute(select(t.episode.c.account, t.episode.c.opening).where(t.episode.c.play == play.name))
        }
        mine = t.play_run.c.play == play.name
        sent = c.execute(
            select(t.touch.c.id)
            .join(t.play_run, t.play_run.c.id == t.touch.c.run)
            .where(mine, t.touch.c.state == "sent")
        ).all()
        seen = c.execute(
            select(t.view.c.video).distinct()
            .join(t.link, t.link.c.id == t.view.c.link).join(t.touch, t.touch.c.id == t.link.c.touch)
            .join(t.play_run, t.play_run.c.id == t.touch.c.run).where(mine, t.view.c.counts)
        ).all()  # fmt: skip
    accounts = _followed(play, runs, opening, signals, catalogue)
    share = 1 - (1 - doors.programme.holdout) * (1 - (0.0 if play.critical else play.holdout))
    answer = compare(_question(play), accounts, play.success.within_days, share, day, Floors())
    held = sum(a.arm == "held_out" for a in accounts)
    return Finding(play.name, answer, len(runs), len(accounts) - held, held, len(sent), len(seen))


def _question(play: Play) -> str:
    success = play.success
    moved = f"moved {success.way} {success.share:.0%} within {success.within_days} days"
    return f"share of accounts whose {success.metric} {moved} of {play.name}"


def _followed(
    play: Play, runs: Sequence[Mapping[str, Any]], opening: Mapping[str, Mapping[str, float] | None], signals: Mapping[str, Any],
    catalogue: Catalogue,
) -> list[Followed]:  # fmt: skip
    """Each account of the play with the first day on which its metric stood where success puts it."""
    metric = play.success.metric
    if not runs or metric not in catalogue.signals:
        return []
    facts = signals["facts"]
    ids = sorted({r["account"] for r in runs})
    rows = (
        facts.filter((facts.signal == metric) & facts.account_id.isin(ids))
        .select("account_id", "day", "num")
        .to_pyarrow()
        .to_pylist()
    )
    by_account: dict[str, list[tuple[int, float]]] = {}
    for r in sorted(rows, key=lambda r: r["day"]):
        by_account.setdefault(r["account_id"], []).append((r["day"], r["num"]))
    return [
        Followed(
            AccountId(r["account"]), r["arm"], r["opened_on"],
            _moved_on(play, r["opened_on"], (opening.get(r["account"]) or {}).get(metric), by_account.get(r["account"], [])),
        )
        for r in runs
    ]  # fmt: skip


def _moved_on(play: Play, opened: date, then: float | None, values: Sequence[tuple[int, float]]) -> date | None:
    if not then:
        return None
    success = play.success
    bar = then * (1 + success.share) if success.way == "up" else then * (1 - success.share)
    first, last = day_number(opened), day_number(opened + timedelta(days=success.within_days))
    for day, value in values:
        if first < day < last and (value >= bar if success.way == "up" else value <= bar):
            return day_of(day)
    return None


def write_report(found: Report, out: Path, now: datetime) -> dict[str, Path]:
    """report.json and report.html in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    document = {"as_of": found.day, "made": now, "headline": found.headline, "findings": found.findings}
    files = {"json": out / "report.json", "html": out / "report.html"}
    files["json"].write_text(json.dumps(plain(document), ensure_ascii=False, indent=2), encoding="utf-8")
    files["html"].write_text(_page(found), encoding="utf-8")
    return files


def _page(found: Report) -> str:
    """One plain page that prints well."""
    cards = "".join(_card(f) for f in found.findings)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>What the programme changed, {found.day}</title><style>{_STYLE}</style>"
        f"<h1>What the programme changed</h1><p class=by>{html.escape(found.vendor)}, as of {found.day}</p>"
        f"<p class=head>{html.escape(found.headline)}</p>{cards}"
        "<p class=by>Accounts are compared by the arm they were assigned to before anything was made, never by who watched. "
        "A figure is shown only with its interval; where the data cannot carry one, this page says so.</p>"
    )


_STYLE = (
    "body{font:17px/1.5 Inter,system-ui,sans-serif;color:#14162b;background:#f8f8fb;max-width:46rem;margin:3rem auto;padding:0 1rem}"
    "h1{font-weight:600;font-size:2rem;margin:0}.by{color:#4a4e68}.head{font-size:1.3rem;border-left:4px solid #4038d6;padding-left:1rem}"
    "section{background:#fff;border:1px solid #e3e4ee;border-radius:12px;padding:1.2rem 1.5rem;margin:1.2rem 0}"
    "h2{font-size:1.15rem;margin:0 0 .4rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "td{padding:.15rem 1.2rem .15rem 0}"
    ".no{color:#a04e00;font-weight:600}"
)


def _card(finding: Finding) -> str:
    answer = finding.answer
    if isinstance(answer, Refusal):
        when = f" Earliest: {answer.earliest}." if answer.earliest else ""
        helps = f"<p>What would help: {html.escape(answer.would_help)}.{when}</p>"
        body = f"<p class=no>Not enough evidence.</p><p>{html.escape(answer.reason)}.</p>{helps}"
    else:
        body = (
            f"<p><b>{answer.value:+.1%}</b>, 95% interval {answer.low:+.1%} to {answer.high:+.1%}, grade {answer.grade}.</p>"
            f"<p>{html.escape(answer.method)}; {answer.n[0]} served, {answer.n[1]} held out.</p>"
        )
    rows = (("Accounts it opened for", finding.opened), ("Served", finding.served), ("Held out", finding.held_out),
            ("Films sent", finding.films), ("Films watched by a person", finding.watched))  # fmt: skip
    counts = "".join(f"<tr><td>{name}<td>{value}" for name, value in rows)
    head = f"<h2>{html.escape(finding.play)}</h2><p class=by>{html.escape(answer.question)}</p>"
    return f"<section>{head}{body}<table>{counts}</table></section>"
