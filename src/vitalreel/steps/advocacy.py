"""Advocacy: who might speak for us as of a day, which requests are out, and the answers, kept as signals that scores read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from ibis import _
from sqlalchemy import select

from vitalreel.conditions import compile_conditions
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadInput, NotFound
from vitalreel.health.advocacy import ANSWERS, Answer, Candidate, Person, Rules, Said, candidates, read_rules
from vitalreel.identity import AccountId, fingerprint
from vitalreel.signals.features import Features
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, known_tables, learnt_on, signals_of
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.store.workspace import LIBRARY, read_yaml

FILE, TABLE = "advocacy.yaml", "advocacy_answer"
CATEGORY = "advocacy"
"""Plays of this category are requests."""
_TIME = pa.timestamp("us", "UTC")
_ANSWER = pa.schema([
    ("answer_id", pa.string()), ("account_id", pa.string()), ("contact_id", pa.string()), ("day", pa.date32()), ("kind", pa.string()),
    ("answer", pa.string()), ("owner", pa.string()), ("comment", pa.string()), ("known_on", pa.date32()), ("learnt", _TIME),
    ("source", pa.string()), ("location", pa.string()), ("line", pa.int64()), ("row_key", pa.string()), ("row_digest", pa.string()),
    ("load", pa.string()),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """A play run that asks an account."""

    account: str
    play: str
    opened_on: date
    state: str
    arm: str  # served or held_out


@dataclass(frozen=True, slots=True)
class Advocates:
    """One day. names: account -> its name, csms: account -> who owns it, of all accounts named here."""

    day: date
    candidates: tuple[Candidate, ...]  # healthiest first
    answers: tuple[Answer, ...]  # of all times until the day, newest first
    requests: tuple[Request, ...]  # newest first
    names: Mapping[str, str]
    csms: Mapping[str, str]
    left_out: tuple[str, ...]

    def asked(self, account: str) -> Request | None:
        """The newest request to an account."""
        return next((r for r in self.requests if r.account == account), None)


def rules_of(doors: Doors) -> Rules:
    """advocacy.yaml of the workspace, else the shipped one. Raises BadConfiguration."""
    file = doors.workspace.root / FILE
    return read_rules(read_yaml(file if file.is_file() else LIBRARY / FILE, FILE), FILE, catalogue_of(doors))


def advocates(doors: Doors, day: date, owner: str | None = None, today: date | None = None) -> Advocates:
    """Who might be asked at the end of `day`. owner: only accounts of this CSM. today: a later day, until which answers count.

    Raises BadInput where no account was known.
    """
    until = today or day
    rules = rules_of(doors)
    with doors.lake.session() as session:
        meets, scores = _met(doors, session, rules, day)
        known = known_tables(session, doors.programme, day)
        people = _people(known, rules, day)
        accounts = {
            r["account_id"]: r for r in known["account"].select("account_id", "name", "csm").to_pyarrow().to_pylist()
        }
        said = _answers(session.as_of(until), until)
    mine = {a: names for a, names in meets.items() if owner is None or accounts[a]["csm"] == owner}
    found = candidates(rules, mine, people, said, scores, until)
    return Advocates(
        day=day,
        candidates=found,
        answers=tuple(a for a in said if owner is None or accounts.get(a.account, {}).get("csm") == owner),
        requests=requests_of(doors),
        names={a: r["name"] for a, r in accounts.items()},
        csms={a: r["csm"] or "" for a, r in accounts.items()},
        left_out=rules.left_out,
    )


def answer(
    doors: Doors, account: AccountId, kind: str, said: str, by: str, day: date, now: datetime, contact: str | None = None,
    comment: str = "",
) -> Answer:  # fmt: skip
    """Keep what an account answered; another answer about the same kind on the same day takes its place.

    Conditions and scorecards read it as advocacy.answered, and as advocacy.agreed or advocacy.refused. Raises BadInput for an
    answer, kind or person that there is not, NotFound for an account or contact not known on `day`.
    """
    kinds = [k.name for k in rules_of(doors).kinds]
    choices: Sequence[tuple[str, str, Sequence[str]]] = (
        ("an answer", said, ANSWERS),
        ("a kind of advocacy", kind, kinds),
    )
    for what, value, allowed in choices:
        if value not in allowed:
            raise BadInput(what, f"{value!r} is none", f"choose from {', '.join(allowed)}")
    if not by.strip():
        raise BadInput("--by", "nobody is named", "say who heard it")
    _check_known(doors, account, contact, day)
    key = fingerprint("advocacy", account, kind, day)[:16]
    row = {"answer_id": key, "account_id": account, "contact_id": contact, "day": day, "kind": kind, "answer": said, "owner": by,
           "comment": comment or None}  # fmt: skip
    load = fingerprint("advocacy", key, now)[:16]
    kept = {**row, "known_on": learnt_on(doors, day, now), "learnt": now, "source": "vitalreel", "line": 0,
            "location": f"written down by {by}", "row_key": key, "row_digest": fingerprint(row), "load": load}  # fmt: skip
    staged = doors.lake.stage(load, {TABLE: pa.Table.from_pylist([kept], schema=_ANSWER)})
    with doors.engine.begin() as connection:
        doors.lake.publish(connection, staged, now)
    return _answer(row)


def _check_known(doors: Doors, account: str, contact: str | None, day: date) -> None:
    with doors.lake.session() as session:
        known = known_tables(session, doors.programme, day)
        accounts = known["account"].select("account_id").to_pyarrow()["account_id"].to_pylist()
        there = _ids(known, account)
    if account not in accounts:
        raise NotFound("account", account, f"{len(accounts)} were known on {day.isoformat()}")
    if contact and contact not in there:
        raise NotFound("contact", contact, f"{account} has: {', '.join(there) or 'nobody'}")


def _ids(known: Mapping[str, Any], account: str) -> list[str]:
    if "contact" not in known:
        return []
    rows = known["contact"].filter(_.account_id == account).select("contact_id").to_pyarrow()["contact_id"].to_pylist()
    return sorted(rows)


# -- loading


def _met(
    doors: Doors, session: LakeSession, rules: Rules, day: date
) -> tuple[dict[str, frozenset[str]], dict[str, float]]:
    """account -> criteria of which the answer is yes; account -> health score. Only accounts with a live contract, where that is known."""
    catalogue = catalogue_of(doors)
    trees = {c.name: c.tree for c in rules.criteria}
    wanted = named(trees) | {s for s in ("contract.live", "health.score") if catalogue.find(s)}
    signals = signals_of(doors, session, catalogue, day, wanted)
    fresh = signals.fresh()
    more = {n: s for n, s in (("live", "contract.live"), ("score", "health.score")) if catalogue.find(s)}

    def make() -> None:
        features = Features(catalogue, signals.moment, fresh)
        columns = {**compile_conditions(trees, features), **{n: features.at(s) for n, s in more.items()}}
        session.keep("advocacy", features.wide(signals.tables).select("account_id", **columns))

    question = (*signals.question, "advocacy", [(c.name, c.when) for c in rules.criteria], fresh)
    session.planned((*question, business_days(trees, signals.moment.number)), make)
    rows = [r for r in session.rows("advocacy").to_pylist() if r.get("live") is None or r["live"] > 0]
    meets = {r["account_id"]: frozenset(n for n in trees if r[n] is True) for r in rows}
    return meets, {r["account_id"]: r["score"] for r in rows if r.get("score") is not None}


def _people(known: Mapping[str, Any], rules: Rules, day: date) -> dict[str, list[Person]]:
    if "contact" not in known:
        return {}
    promoted: dict[str, date] = {}
    if "survey" in known:
        since = day - timedelta(days=rules.promoter_days)
        rows = (
            known["survey"]
            .filter((_.kind == "nps") & (_.score >= rules.promoter))
            .select("contact_id", "day")
            .to_pyarrow()
            .to_pylist()
        )
        for r in sorted((r for r in rows if r["contact_id"] and since < r["day"] <= day), key=lambda r: r["day"]):
            promoted[r["contact_id"]] = r["day"]
    found: dict[str, list[Person]] = {}
    there = known["contact"].filter(_.active.fill_null(True) & (_.left_on.isnull() | (_.left_on > day)))
    columns = ("contact_id", "account_id", "name", "role", "consent_email")
    for r in there.select(*columns).order_by("contact_id").to_pyarrow().to_pylist():
        person = Person(r["contact_id"], r["name"], r["role"], promoted.get(r["contact_id"]), bool(r["consent_email"]))
        found.setdefault(r["account_id"], []).append(person)
    return found


def _answers(known: Mapping[str, Any], day: date) -> list[Answer]:
    if TABLE not in known:
        return []
    rows = known[TABLE].filter(_.day <= day).to_pyarrow().to_pylist()
    return [_answer(r) for r in sorted(rows, key=lambda r: (r["day"], r["answer_id"]), reverse=True)]


def _answer(row: Mapping[str, Any]) -> Answer:
    said: Said = row["answer"]
    return Answer(
        row["account_id"], row["day"], row["kind"], said, row["contact_id"], row["owner"] or "", row["comment"] or ""
    )


def requests_of(doors: Doors) -> tuple[Request, ...]:
    """Runs of plays that ask, newest first."""
    plays = [
        stem
        for stem, raw in doors.workspace.folder("plays").items()
        if isinstance(raw, Mapping) and raw.get("category") == CATEGORY
    ]
    r = t.play_run.c
    query = (
        select(r.account, r.play, r.opened_on, r.state, r.arm)
        .where(r.play.in_(plays))
        .order_by(r.opened_on.desc(), r.account)
    )
    with reading(doors.engine).connect() as connection:
        return tuple(Request(*row) for row in connection.execute(query))
