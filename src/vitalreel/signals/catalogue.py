"""The signal catalogue: from a plain mapping (YAML) to frozen records of what may be named, in which type, unit and freshness."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar, get_args

from vitalreel.errors import BadConfiguration
from vitalreel.signals.kinds import DropOff, Kind, Lapse, read_drop_off, read_kinds, read_lapse
from vitalreel.signals.master import Master, read_master
from vitalreel.signals.tables import SHAPES

Type = Literal["number", "percent", "money", "bool", "date", "enum", "text", "set", "event", "milestone"]
Grain = Literal["account", "contact", "feature"]
How = Literal["sum", "mean", "count", "distinct", "sudden", "gradual", "silence"]
"""distinct: how many different names in parentheses an event had. The last three are declines beyond an account's own noise
(signals/declines.py, signals/silences.py)."""
TYPES: tuple[Type, ...] = get_args(Type)
GRAINS: tuple[Grain, ...] = get_args(Grain)
HOWS: tuple[How, ...] = get_args(How)
DECLINES: Mapping[How, tuple[int, int]] = {"sudden": (28, 182), "gradual": (112, 182), "silence": (1, 91)}
"""How a decline is looked for -> the fewest and the most days it may say `over`."""
T = TypeVar("T", bound=str)

NUMERIC: frozenset[str] = frozenset({"number", "percent", "money"})
"""Types held as numbers that can be compared by size; percents are kept as fractions (0.3 is 30%)."""
WORDS: frozenset[str] = frozenset({"enum", "text", "bool", "set"})
"""Types held as words; dates are held as day numbers, like everything else that is not a word."""

_NAME = re.compile(r"[a-z_]\w*(\.[a-z_]\w*)*")
_WINDOW = re.compile(r"(\d+) (day|week|quarter|year)s?")
_DAYS = {"day": 1, "week": 7, "quarter": 91, "year": 364}
_KEYS = frozenset(
    {
        "type",
        "unit",
        "grain",
        "feed",
        "fresh",
        "min",
        "max",
        "whole",
        "currency",
        "values",
        "args",
        "look_ahead",
        "aliases",
    }
    | {"from", "over", "how", "alarms", "of", "unless", "after"}
)


@dataclass(frozen=True, slots=True)
class Window:
    """What a derived signal is computed from: the recorded rows of another signal over the days that end with each day."""

    of: str
    days: int  # >= 1, the day itself included
    how: How
    alarms: float = 0.0  # of a decline: false ones allowed in an account's year


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that may be named in a condition, a scorecard or a module."""

    name: str
    type: Type
    unit: str = ""  # "people", "minutes", ...; "points" where changes are said in points
    grain: Grain = "account"
    feed: str | None = None  # where it comes from; None: not tied to a load
    fresh: int | None = None  # days a value keeps, its own day included; None: until replaced
    low: float | None = None  # smallest possible value, in written units: percents 0..100
    high: float | None = None  # largest possible value, in written units
    whole: bool = False
    currency: str = ""  # ISO code of money
    values: tuple[str, ...] = ()  # of an enum or a set
    args: tuple[str, ...] = ()  # names an event or a milestone takes in parentheses
    look_ahead: bool = False  # an outcome, known only afterwards: never to be asked in a condition
    aliases: tuple[str, ...] = ()  # names it had before
    window: Window | None = None  # how it is derived; None: recorded as it arrives
    lapse: Lapse | None = None  # of an event: the absence it tells of


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every feed, with the days after a good load in which it counts as fresh, and every signal by name."""

    feeds: Mapping[str, int]
    signals: Mapping[str, Signal]
    modules: tuple[str, ...] = ()  # films a contact can have watched
    master: Master | None = None  # whose score `health.score` and `band` are; None: ours
    kinds: Mapping[str, Kind] = field(default_factory=dict)  # what rules call films -> the modules that are one
    drop_off: DropOff | None = None  # when a place of a film is one where customers stop; None: not looked for
    _aliases: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        aliases = {alias: s.name for s in self.signals.values() for alias in s.aliases}
        object.__setattr__(self, "_aliases", MappingProxyType(aliases))

    def find(self, name: str) -> Signal | None:
        """The signal of this name, or of which it is an old name; None if there is none."""
        return self.signals.get(self._aliases.get(name, name))

    def closest(self, name: str, grain: str | None = None) -> str | None:
        """The name most likely meant by one that is not there; those of the asked grain first."""
        here = [s.name for s in self.signals.values() if s.grain == grain] if grain else []
        return closest(name, here) or closest(name, self.signals)


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` most like `word`, or of which it is the first or last part, or None."""
    known = list(words)
    alike = difflib.get_close_matches(word, known, 1, 0.6)
    parts = [w for w in known if w.endswith("." + word) or w.startswith(word + ".")]
    return next(iter([*alike, *parts]), None)


def read_catalogue(mapping: Mapping[str, object], where: str) -> Catalogue:
    """A catalogue from its YAML form: `feeds: {name: days}`, `signals: {name: {type: ..., ...}}`, optionally `modules: [...]`,
    `kinds:` and `drop_off:` (see `kinds`) and `master:` (see `master.read_master`).

    where: the file, for messages. Without `modules`, the arguments of `video.watched` are the films there are. A derived
    signal (`{from: usage.actions, over: 91 days, how: sum}`) takes type, unit, feed and currency from its base unless it says otherwise;
    a decline (`how: sudden`) is a percent, a silence a number of days, and both say how many `alarms` a year may be false.
    Raises BadConfiguration naming the entry that cannot be used.
    """
    unknown = sorted(set(mapping) - {"feeds", "signals", "modules", "kinds", "drop_off", "master"})
    if unknown:
        hint = "feeds, signals, modules, kinds, drop_off and master are"
        raise BadConfiguration(where, f"there is no {unknown[0]!r} in a catalogue", hint)
    feeds = _feeds(mapping.get("feeds", {}), f"{where}: feeds")
    raw = _mapping(mapping.get("signals", {}), f"{where}: signals")
    entries = {name: _mapping(entry, f"{where}: signals.{name}") for name, entry in raw.items()}
    signals = {
        name: _signal(name, entry, entries, feeds, f"{where}: signals.{name}") for name, entry in entries.items()
    }
    _check_aliases(signals, where)
    watched = signals.get("video.watched")
    modules = _words(mapping.get("modules", list(watched.args) if watched else []), f"{where}: modules")
    master = read_master(mapping.get("master"), f"{where}: master")
    kinds = read_kinds(mapping.get("kinds", {}), f"{where}: kinds")
    drop_off = read_drop_off(mapping.get("drop_off"), f"{where}: drop_off")
    films = tuple(dict.fromkeys((*modules, *kinds)))
    return Catalogue(
        MappingProxyType(feeds), MappingProxyType(signals), films, master, MappingProxyType(kinds), drop_off
    )


def _feeds(value: object, where: str) -> dict[str, int]:
    feeds = _mapping(value, where)
    return {name: _days(days, f"{where}.{name}") for name, days in feeds.items()}


def _signal(
    name: str,
    own: Mapping[str, object],
    entries: Mapping[str, Mapping[str, object]],
    feeds: Mapping[str, int],
    where: str,
) -> Signal:
    """One checked entry."""
    if not _NAME.fullmatch(name):
        raise BadConfiguration(where, f"{name!r} is not a name", "use lower-case words joined by dots and underscores")
    unknown = sorted(set(own) - _KEYS)
    if unknown:
        near = closest(unknown[0], _KEYS)
        raise BadConfiguration(where, f"there is no key {unknown[0]!r}", f"did you mean {near!r}?" if near else "")
    window = _window(name, own, entries, where)
    entry = {**_inherited(window, entries), **own} if window else own
    signal = Signal(
        name=name,
        type=_one_of(entry.get("type"), TYPES, f"{where}.type"),
        unit=_text(entry.get("unit", ""), f"{where}.unit"),
        grain=_one_of(entry.get("grain", "account"), GRAINS, f"{where}.grain"),
        feed=_text(entry["feed"], f"{where}.feed") if "feed" in entry else None,
        fresh=_days(entry["fresh"], f"{where}.fresh") if "fresh" in entry else None,
        low=_number(entry.get("min"), f"{where}.min"),
        high=_number(entry.get("max"), f"{where}.max"),
        whole=_flag(entry.get("whole", False), f"{where}.whole"),
        currency=_text(entry.get("currency", ""), f"{where}.currency"),
        values=_words(entry.get("values", []), f"{where}.values"),
        args=_words(entry.get("args", []), f"{where}.args"),
        look_ahead=_flag(entry.get("look_ahead", False), f"{where}.look_ahead"),
        aliases=_words(entry.get("aliases", []), f"{where}.aliases"),
        window=window,
        lapse=read_lapse(own, {n for n, e in entries.items() if e.get("type") == "event"}, where),
    )
    _check_whole_entry(signal, feeds, where)
    return signal


def _inherited(window: Window, entries: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """What a derived signal takes from its base: a count of rows is a plain number, a sum or mean keeps type and unit."""
    base = entries[window.of]
    if window.how in DECLINES:
        own = {"type": "number", "unit": "days"} if window.how == "silence" else {"type": "percent", "max": 100}
        return {**own, "min": 0, **({"feed": base["feed"]} if "feed" in base else {})}
    keys = ("feed",) if window.how in ("count", "distinct") else ("feed", "type", "unit", "currency")
    return {"type": "number", **{k: base[k] for k in keys if k in base}}


def _window(
    name: str, own: Mapping[str, object], entries: Mapping[str, Mapping[str, object]], where: str
) -> Window | None:
    given = [k for k in ("from", "over", "how") if k in own]
    if not given:
        return None
    if len(given) < 3:
        raise BadConfiguration(where, "a derived signal says from, over and how", f"it only says {', '.join(given)}")
    base = _text(own["from"], f"{where}.from")
    if base not in entries or base == name or "from" in entries[base]:
        raise BadConfiguration(
            f"{where}.from", f"{base!r} is not a recorded signal", "name one that is not derived itself"
        )
    how = _one_of(own["how"], HOWS, f"{where}.how")
    if how in ("sum", "mean") and entries[base].get("type") not in NUMERIC:
        raise BadConfiguration(f"{where}.how", f"{base} has no {how}: it is not a number", "use count")
    said = _WINDOW.fullmatch(str(own["over"]))
    if said is None or int(said[1]) < 1:
        raise BadConfiguration(
            f"{where}.over", f"{own['over']!r} is not a time", "write for example 91 days or 1 quarter"
        )
    days = int(said[1]) * _DAYS[said[2]]
    return Window(base, days, how, _alarms(own, how, days, entries[base], where))


def _alarms(own: Mapping[str, object], how: How, days: int, base: Mapping[str, object], where: str) -> float:
    """How many false alarms a year a decline may give; 0 for what is no decline."""
    if how not in DECLINES:
        if "alarms" in own:
            raise BadConfiguration(f"{where}.alarms", f"a {how} gives no alarms", "remove it")
        return 0.0
    fewest, most = DECLINES[how]
    if not fewest <= days <= most:
        raise BadConfiguration(
            f"{where}.over", f"{own['over']!r}", f"a {how} decline looks over {fewest} to {most} days"
        )
    if not str(own["from"]).startswith("usage.") or base.get("type") != "number":
        raise BadConfiguration(
            f"{where}.from", f"{own['from']} is no daily use", "declines are looked for in usage.<metric>"
        )
    alarms = _number(own.get("alarms"), f"{where}.alarms")
    if alarms is None or not 0 < alarms <= 1:
        raise BadConfiguration(
            f"{where}.alarms", "false alarms of one account in a year, above 0 up to 1", "write alarms: 0.01"
        )
    return alarms


def _check_whole_entry(s: Signal, feeds: Mapping[str, int], where: str) -> None:
    """What must fit together within one entry."""
    wrong = {
        "an enum or a set lists its values": s.type in ("enum", "set") and not s.values,
        "money says its currency by a code such as USD": s.type == "money"
        and not re.fullmatch(r"[A-Z]{3}", s.currency),
        "only events and milestones take args": bool(s.args) and s.type not in ("event", "milestone"),
        "a milestone lists its args": s.type == "milestone" and not s.args,
        "min is above max": s.low is not None and s.high is not None and s.low > s.high,
        "what keeps only some days names its feed": s.fresh is not None and s.feed is None,
        "an event names its feed, or its absence could never be told from a broken load": s.type == "event"
        and s.feed is None,
        "an event and a milestone belong to accounts": s.type in ("event", "milestone") and s.grain != "account",
        "of, unless and after are an event's": s.lapse is not None and s.type != "event",
    }
    for why, so in wrong.items():
        if so:
            raise BadConfiguration(where, why)
    if s.feed is not None and s.feed not in feeds:
        near = closest(s.feed, feeds)
        raise BadConfiguration(
            f"{where}.feed", f"there is no feed {s.feed!r}", f"did you mean {near!r}?" if near else "add it to feeds"
        )
    columns = SHAPES[f"{s.grain}s"].names
    if s.grain != "account" and s.name not in columns:
        raise BadConfiguration(where, f"a {s.grain} has no column {s.name!r}", f"there are: {', '.join(columns)}")


def _check_aliases(signals: Mapping[str, Signal], where: str) -> None:
    taken = set(signals)
    for signal in signals.values():
        for alias in signal.aliases:
            if alias in taken:
                raise BadConfiguration(
                    f"{where}: signals.{signal.name}.aliases", f"{alias!r} already names something else"
                )
            taken.add(alias)


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
        raise BadConfiguration(where, "this should be a mapping of names", f"it is {value!r}")
    return value


def _one_of(value: object, allowed: tuple[T, ...], where: str) -> T:
    for one in allowed:
        if one == value:
            return one
    raise BadConfiguration(where, f"{value!r} is none of: {', '.join(allowed)}")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise BadConfiguration(where, f"this should be a word, it is {value!r}")
    return value


def _words(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise BadConfiguration(
            where, f"this should be a list of words, it is {value!r}", "quote words such as 'yes' and 'no'"
        )
    return tuple(value)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadConfiguration(where, f"this is true or false, not {value!r}")
    return value


def _number(value: object, where: str) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise BadConfiguration(where, f"this should be a number, it is {value!r}")
    return None if value is None else float(value)


def _days(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadConfiguration(where, f"this should be a whole number of days of at least 1, it is {value!r}")
    return value
