"""Patterns: every question of patterns.yaml put to every account on past days, beside who churned after them (H21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa

from vitalreel import conditions
from vitalreel.conditions import Tree
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadConfiguration
from vitalreel.health.patterns import Found, Question, patterns, read_questions
from vitalreel.health.predict.rolling import FLOOR
from vitalreel.health.predict.snapshots import Snapshots, known_then, labelled, learnable
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.features import Features
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.predict import first_day, served
from vitalreel.steps.snapshots import churns
from vitalreel.store.lake import LakeSession
from vitalreel.store.workspace import LIBRARY, read_yaml

FILE = "patterns.yaml"
ALL = "all accounts"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: for all accounts, and for each segment with enough churns. churns: known ones of all accounts."""

    questions: tuple[Question, ...]
    churns: int
    days: int  # looked at
    found: tuple[Found, ...]  # empty below FLOOR churns

    @property
    def refused(self) -> str:
        """Why nothing is told, or nothing."""
        return "" if self.found else f"{self.churns} churns with a known history are too few, {FLOOR} are needed"


def look_for(doors: Doors, day: date, horizon_days: int) -> Looked:
    """The patterns of what was known at the end of `day`.

    Raises BadConfiguration for a question that is not sound, BadInput where nothing is loaded.
    """
    catalogue = catalogue_of(doors)
    file = doors.workspace.root / FILE
    questions = read_questions(read_yaml(file if file.is_file() else LIBRARY / FILE, FILE), FILE)
    asked = tuple(q for q in questions if _known(q, catalogue))
    trees = {text: _sound(text, catalogue, q.name) for q in asked for text in q.texts}
    with doors.lake.session() as session:
        days = known_then(day, horizon_days, max(1, horizon_days // 3), first_day(session, day))
        tables = [_answers(doors, session, catalogue, trees, d) for d in days]
        gone = churns(session, day)
    rows = pa.concat_tables(tables) if tables else None
    if rows is None or not asked:
        return Looked(asked, 0, len(days), ())
    segments = np.array([s or "" for s in rows["segment"].to_pylist()])
    told = _labelled(
        doors,
        rows,
        [d for d, t in zip(days, tables, strict=True) for _r in range(t.num_rows)],
        gone,
        horizon_days,
        day,
        trees,
    )
    groups = {ALL: np.ones(len(segments), bool), **{s: segments == s for s in sorted(set(segments) - {""})}}
    found = [patterns(asked, told.rows(here), group) for group, here in groups.items()]
    events = told.rows((told.weights > 0) & ~np.isnan(told.y)).events
    return Looked(asked, events, len(days), tuple(f for f in found if f is not None))


def _known(question: Question, catalogue: Catalogue) -> bool:
    """Whether the workspace has the signals a question names: the shipped questions are asked where they can be."""
    checked = conditions.parse(question.texts[0], catalogue)
    return all(error.code != "E_NAME" for error in checked.errors)


def _sound(text: str, catalogue: Catalogue, name: str) -> Tree:
    checked = conditions.parse(text, catalogue)
    if not checked.ok:
        mistake = checked.errors[0]
        raise BadConfiguration(
            f"{FILE}: patterns.{name}", f"{mistake.message} (in {text!r})", f"{mistake.suggestion or ''}"
        )
    return checked.sound


def _answers(
    doors: Doors, session: LakeSession, catalogue: Catalogue, trees: Mapping[str, Tree], day: date
) -> pa.Table:
    """account_id, segment, and the answer of each text (a1, a2, ...), of accounts with a live contract where that is known."""
    signals = signals_of(doors, session, catalogue, day)
    fresh = signals.fresh()

    def make() -> None:
        features = Features(catalogue, signals.moment, fresh)
        named = {f"a{n}": tree for n, tree in enumerate(trees.values())}
        answers = dict(conditions.compile_conditions(named, features))
        live = features.at("contract.live") if catalogue.find("contract.live") else ibis.null("float64")
        segment = features.at("segment") if catalogue.find("segment") else ibis.null("string")
        wide = features.wide(signals.tables).select("account_id", live=live, segment=segment, **answers)
        session.keep("patterns", wide.filter((wide.live > 0).fill_null(True)).drop("live").order_by("account_id"))

    reach = business_days(trees, signals.moment.number)
    session.planned((*signals.question, "patterns", list(trees), fresh, reach), make)
    return session.rows("patterns")


def _labelled(
    doors: Doors, rows: pa.Table, days: Sequence[date], gone: Mapping[str, Sequence[int]], horizon_days: int, day: date,
    trees: Mapping[str, Tree],
) -> Snapshots:  # fmt: skip
    accounts, ordinals = rows["account_id"].to_pylist(), [d.toordinal() for d in days]
    columns = [rows[f"a{n}"].cast(pa.int8()).cast(pa.float64()).to_numpy() for n in range(len(trees))]
    y, when = labelled(accounts, ordinals, gone, horizon_days, day)
    weights = learnable(accounts, ordinals, served(doors), horizon_days)
    return Snapshots(
        (), np.array(accounts, str), np.array(ordinals, np.int64), np.column_stack(columns), y, when, weights
    )
