"""Puts the plays' conditions to all accounts at once: checked against the catalogue, compiled together, answered in one pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.formats.pyarrow import PyArrowType

from vitalreel import conditions
from vitalreel.conditions import Tree
from vitalreel.conditions.tree import named
from vitalreel.conditions.windows import business_days
from vitalreel.errors import BadConfiguration
from vitalreel.identity import AccountId
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.features import Features
from vitalreel.signals.kinds import WATCHED
from vitalreel.signals.tables import day_number, day_of
from vitalreel.steps.knowing import Signals
from vitalreel.triggers.decision import Answers
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.given import one_of
from vitalreel.triggers.matrix import ASKED, STOPS, Ahead, Play, VideoStep
from vitalreel.triggers.programme import Guarding

HUMAN = ASKED
GUARD = "guard:"
_OPENING = {"account_id": pa.string(), "condition": pa.string(), "signal": pa.string(), "value": pa.float64()}


@dataclass(frozen=True, slots=True)
class Asked:
    """One play's conditions, checked. Names ending in the part are columns of the answers."""

    play: Play
    trees: Mapping[str, Tree]  # "when", "unless", "closes", "stop N" -> tree; N: place in the play's `stop_when`
    named: tuple[str, ...]  # signals to keep with what fires: those of `when`, and the success metric
    dates: tuple[str, ...] = ()  # before which its films have to land
    config: str = ""  # of a definition that is not the play's newest any more; "" for the newest
    only: frozenset[AccountId] | None = None  # accounts it is asked for; None: all
    outdated: str = ""  # why it can be asked no more

    @property
    def key(self) -> str:
        """What its answers are found under."""
        return self.config or self.play.name


def check_play(play: Play, catalogue: Catalogue) -> Asked:
    """The play's conditions as trees. Raises BadConfiguration with the place, the mistake and the suggestion."""
    if play.language != conditions.VERSION:
        what = f"its conditions are of version {play.language} of the language, and {conditions.VERSION} is read here"
        raise BadConfiguration(
            f"{play.where}: conditions", what, f"write them anew and `conditions: {conditions.VERSION}`"
        )
    _check_segments(play, catalogue)
    when = sound(play.when, catalogue, (), f"{play.where}: when")
    trees = {"when": when}
    if play.unless:
        trees["unless"] = sound(play.unless, catalogue, (), f"{play.where}: unless")
    before = frozenset(conditions.older_values(when))
    if play.closes_when:
        trees["closes"] = sound(play.closes_when, catalogue, before, f"{play.where}: episode.closes_when")
    for n, text in _stops(play):
        trees[f"stop {n}"] = sound(text, catalogue, (), f"{play.where}: stop_when: {text!r}")
    if play.success.metric not in catalogue.signals:
        near = catalogue.closest(play.success.metric)
        hint = f"write {near}" if near else "name one from signals.yaml"
        raise BadConfiguration(f"{play.where}: success.metric", f"no signal {play.success.metric!r}", hint)
    named = tuple(dict.fromkeys((*before, play.success.metric)))
    return Asked(play, trees, named, _dates(play, catalogue))


def _stops(play: Play) -> list[tuple[int, str]]:
    """The conditions of `stop_when`, with their places."""
    return [(n, text) for n, text in enumerate(play.stop_when) if text not in STOPS]


def _check_segments(play: Play, catalogue: Catalogue) -> None:
    """Raises BadConfiguration for a segment no account can be of, by the catalogue."""
    signal = catalogue.find("segment")
    for segment in play.segments if signal is not None and signal.values else ():
        one_of(segment, signal.values if signal else (), f"{play.where}: segments")


def _dates(play: Play, catalogue: Catalogue) -> tuple[str, ...]:
    """The dates that windows of its films speak of. Raises BadConfiguration for one that is no date of the catalogue's."""
    asked = dict.fromkeys(s.window.of for s in play.ladder if isinstance(s, VideoStep) and isinstance(s.window, Ahead))
    for name in asked:
        found = catalogue.find(name)
        if found is None or found.type != "date" or found.grain != "account":
            dates = [s.name for s in catalogue.signals.values() if s.type == "date" and s.grain == "account"]
            raise BadConfiguration(
                f"{play.where}: window", f"{name!r} is no date of an account", f"use one of: {', '.join(dates)}"
            )
    return tuple(asked)


def check_older(play: Play, config: str, only: frozenset[AccountId], catalogue: Catalogue) -> Asked:
    """An earlier definition that something under way follows. One the catalogue no longer understands is asked nothing, and says so:
    it must not keep the others waiting."""
    try:
        return replace(check_play(play, catalogue), config=config, only=only)
    except BadConfiguration as e:
        words = f"it began with an earlier definition that cannot be asked any more ({e}); see `vitalreel play upgrade {play.name}`"
        return Asked(play, {}, (), config=config, only=only, outdated=words)


def check_guards(guards: Guarding, catalogue: Catalogue) -> dict[str, Tree]:
    """flag -> tree of the programme's own conditions. Raises BadConfiguration as `check_play`."""
    return {
        flag: sound(text, catalogue, (), f"vitalreel.yaml: guards: {text!r}")
        for flag, text in guards.conditions.items()
    }


def named_by(asked: Sequence[Asked], guards: Mapping[str, Tree]) -> frozenset[str]:
    """Every signal that asking them needs."""
    trees = named([a.trees for a in asked]) | named(guards)
    return trees | {name for a in asked for name in (*a.named, *a.dates)} | {HUMAN, WATCHED}


def sound(text: str, catalogue: Catalogue, before: Collection[str], where: str) -> Tree:
    """A condition as its tree. before: signals of which `of before` may be asked. Raises BadConfiguration with place and suggestion."""
    checked = conditions.parse(text, catalogue, before)
    if not checked.ok:
        mistake = checked.errors[0]
        start, end = mistake.at
        offered = mistake.suggestion or ""
        hint = offered if isinstance(offered, str) else " or ".join(offered)
        raise BadConfiguration(where, f"{mistake.message} (at {text[start:end]!r})", f"write {hint}" if hint else "")
    return checked.sound


def ask(
    asked: Sequence[Asked], signals: Signals, episodes: Sequence[Episode], guards: Mapping[str, Tree]
) -> dict[str, dict[AccountId, Answers]]:
    """play -> account -> answers, for accounts whose answer to it is not a plain no, and those with an episode of it.

    Those of an older definition stand under its fingerprint. guards: the programme's own conditions, asked with them; `flags`
    reads their answers. Keeps `answers` in the session: an account a row, of which only those named above become objects.
    """
    session, fresh = signals.session, signals.fresh()
    session.put("openings", _openings(episodes, {a.config for a in asked if a.config}))
    reach = business_days((asked, guards), signals.moment.number)
    texts = {flag: conditions.write(tree) for flag, tree in guards.items()}
    session.planned(
        (*signals.question, "plays", [(a.key, a.play) for a in asked], fresh, reach, texts),
        lambda: _keep(asked, signals, fresh, guards),
    )
    rows = session.rows("answers")
    kept: dict[str, dict[AccountId, Episode]] = {a.play.name: {} for a in asked}
    for e in episodes:
        kept.setdefault(e.play, {})[e.account] = e
    return {a.key: _answers(a, rows, kept[a.play.name], signals.moment.day) for a in asked}


def flags(signals: Signals, guards: Mapping[str, Tree]) -> dict[AccountId, dict[str, bool | None]]:
    """account -> flag -> what the programme's condition says of it today, of accounts where one says yes or is unknown.

    Reads what `ask` kept.
    """
    if not guards:
        return {}
    rows = signals.session.rows("answers", ["account_id", *(f"{GUARD}{flag}" for flag in guards)])
    raised = [pc.fill_null(rows[f"{GUARD}{flag}"], True) for flag in guards]
    said = rows.filter(reduce(pc.or_, raised)).to_pylist()
    return {AccountId(r["account_id"]): {flag: r[f"{GUARD}{flag}"] for flag in guards} for r in said}


def _keep(asked: Sequence[Asked], signals: Signals, fresh: Mapping[str, bool], guards: Mapping[str, Tree]) -> None:
    session, catalogue, tables = signals.session, signals.catalogue, signals.tables
    features = Features(catalogue, signals.moment, fresh)
    trees = {f"{a.key}:{part}": tree for a in asked for part, tree in a.trees.items()}
    trees |= {f"{GUARD}{flag}": tree for flag, tree in guards.items()}
    columns = dict(conditions.compile_conditions(trees, features))
    named = sorted({name for a in asked for name in a.named})
    columns |= {f"now:{name}": features.at(name) for name in named if _numeric(catalogue, name)}
    columns |= {f"date:{name}": features.at(name) for name in sorted({name for a in asked for name in a.dates})}
    if HUMAN in catalogue.signals:
        columns[HUMAN] = features.last_event_day(HUMAN)
    wide = features.wide({**tables, "openings": session.kept("openings")})
    session.keep("answers", wide.select("account_id", **columns).order_by("account_id"))


def _nothing_before(tables: Mapping[str, Any]) -> Any:
    columns = {name: ibis.null(PyArrowType.to_ibis(kind)) for name, kind in _OPENING.items()}
    return tables["accounts"].limit(0).select(**columns)


def _numeric(catalogue: Catalogue, name: str) -> bool:
    return catalogue.signals[name].type in ("number", "percent", "money")


def _answers(asked: Asked, rows: pa.Table, kept: Mapping[AccountId, Episode], day: date) -> dict[AccountId, Answers]:
    found = {}
    for row in _concerned(asked, rows, kept):
        account = AccountId(row["account_id"])
        episode = kept.get(account)
        said = {part: row[f"{asked.key}:{part}"] for part in asked.trees}
        values = {name: float(row[f"now:{name}"]) for name in asked.named if row.get(f"now:{name}") is not None}
        found[account] = Answers(
            when=said.get("when"),
            unless=said.get("unless"),
            closes=said.get("closes"),
            success=_moved(asked, episode, values, day),
            asked_for_human=_since_opening(row.get(HUMAN), episode),
            stops={text: said.get(f"stop {n}") for n, text in _stops(asked.play)},
            values=values,
            dates={name: day_of(int(row[f"date:{name}"])) for name in asked.dates if row[f"date:{name}"] is not None},
            outdated=asked.outdated,
        )
    return found


def _concerned(asked: Asked, rows: pa.Table, kept: Mapping[AccountId, Episode]) -> list[dict[str, Any]]:
    """The rows whose answer is not a plain no, and those of accounts with an episode, in the columns of this play."""
    named = (*(f"now:{name}" for name in asked.named), *(f"date:{name}" for name in asked.dates), HUMAN)
    columns = [*(f"{asked.key}:{part}" for part in asked.trees), *(c for c in named if c in rows.column_names)]
    if "when" in asked.trees:
        episodes = pa.array(list(kept), pa.string())
        when = pc.fill_null(rows[f"{asked.key}:when"], True)
        rows = rows.filter(pc.or_(when, pc.is_in(rows["account_id"], value_set=episodes)))
    if asked.only is not None:
        rows = rows.filter(pc.is_in(rows["account_id"], value_set=pa.array(sorted(asked.only), pa.string())))
    found: list[dict[str, Any]] = rows.select(["account_id", *columns]).to_pylist()
    return found


def _moved(asked: Asked, episode: Episode | None, values: Mapping[str, float], day: date) -> bool | None:
    """Whether the success metric has moved as wanted since the opening; unknown where either value is."""
    success = asked.play.success
    if episode is None or episode.opened_on is None or (day - episode.opened_on).days > success.within_days:
        return None
    then, now = (episode.opening or {}).get(success.metric), values.get(success.metric)
    if then is None or now is None or then == 0:
        return None
    change = now / then - 1
    return change >= success.share if success.way == "up" else change <= -success.share


def _since_opening(last: float | None, episode: Episode | None) -> bool:
    return bool(last is not None and episode and episode.opened_on and last >= day_number(episode.opened_on))


def _openings(episodes: Sequence[Episode], older: Collection[str]) -> pa.Table:
    """The values that opened episodes, as the table `of before` reads. older: fingerprints under which older definitions are asked."""
    rows = [
        (e.account, f"{e.config if e.config in older else e.play}:closes", name.removeprefix("before:"), value)
        for e in episodes
        for name, value in (e.opening or {}).items()
        if name.startswith("before:")
    ]
    return pa.Table.from_pylist([dict(zip(_OPENING, row, strict=True)) for row in rows], schema=pa.schema(_OPENING))


def before_values(
    asked: Sequence[Asked], signals: Signals, accounts: Collection[AccountId]
) -> dict[tuple[AccountId, str], dict[str, float]]:
    """(account, play) -> {"before:SIGNAL": value}: what the plays' `when` compared with, for accounts that open today."""
    found: dict[tuple[AccountId, str], dict[str, float]] = {}
    if not accounts:
        return found
    session, fresh = signals.session, signals.fresh()
    session.put("opening", pa.table({"account_id": pa.array(sorted(accounts), pa.string())}))
    question = (*signals.question, "before", [(a.key, a.play) for a in asked], fresh)
    session.planned(question, lambda: _keep_before(asked, signals, fresh))
    for row in session.rows("before").to_pylist():
        values = found.setdefault((AccountId(row["account_id"]), row["condition"]), {})
        values[f"before:{row['signal']}"] = row["value"]
    return found


def _keep_before(asked: Sequence[Asked], signals: Signals, fresh: Mapping[str, bool]) -> None:
    """Keeps `before` (`conditions.opening_values`) of the accounts kept as `opening`."""
    opening = signals.session.kept("opening")
    mine = {n: t.semi_join(opening, "account_id") for n, t in signals.tables.items() if "account_id" in t.columns}
    whens = {a.play.name: a.trees["when"] for a in asked if not a.config}
    before = conditions.opening_values(mine, whens, signals.catalogue, signals.moment, fresh)
    signals.session.keep("before", before if before is not None else _nothing_before(mine))
