"""One row of the trigger matrix: from the YAML people write to a frozen Play, every mistake named with its place (T1, T3, T6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import Part, one_of, refuse, strange, whole
from vitalreel.triggers.playbook import Chore, Playbook, in_order

ROLES = ("sponsor", "champion", "admin", "user")
CHANNELS = ("email", "in_app", "engagement", "csm")
MADE = ("ahead", "on_request")
SUCCESS, ASKED, CLOSED = "success", "viewer.asked_for_human", "closed"
STOPS = (SUCCESS, ASKED, CLOSED)
"""Words for what may stop a ladder, beside conditions: its measure moved, its viewer asked for a person, its episode is over."""
WINDOW = re.compile(r"within (\d+) (business days?|days?)")
AHEAD = re.compile(r"(\d+) to (\d+) (business )?days? before ([a-z_.]+)")
AFTER = re.compile(r"(\d+) days?")
DUE = re.compile(r"(\d+) (business days?|days?)")
MOVES = re.compile(r"(up|down) (\d+(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True)
class Span:
    """So many days of one kind."""

    days: int
    business: bool

    def __str__(self) -> str:
        return f"{self.days} {'business ' if self.business else ''}day{'' if self.days == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Ahead:
    """From so many days before a date of the account's to fewer before it, both included."""

    near: int
    far: int
    business: bool
    of: str  # a signal whose value is a date

    def __str__(self) -> str:
        return f"{self.near} to {self.far} {'business ' if self.business else ''}days before {self.of}"


@dataclass(frozen=True, slots=True)
class VideoStep:
    """Send one film to one person."""

    name: str
    after_days: int  # from the opening of the episode
    module: str
    to: tuple[str, ...]  # roles, best first
    channels: tuple[str, ...]  # channels, best first; empty: those of the account's tier
    window: Span | Ahead  # must land within, counted from the day the step is due, or before a date
    made: str = "ahead"  # of its window | on_request: when its viewer asks, from the data of that moment


@dataclass(frozen=True, slots=True)
class TaskStep:
    """Ask a person of ours to act."""

    name: str
    after_days: int
    owner: str
    title: str  # may name {account.name}
    due: Span
    playbook: str = ""  # it belongs to
    series: str = ""  # the task it is a turn of; empty: asked once
    working_days: bool = False  # where its day is none, nobody is asked


Step = VideoStep | TaskStep


@dataclass(frozen=True, slots=True)
class Success:
    """What the play is for: a signal that should move by so much, in so many days, from its value at the opening."""

    metric: str
    way: Literal["up", "down"]
    share: float  # 0.15 is 15%
    within_days: int


@dataclass(frozen=True, slots=True)
class Play:
    """A trigger's response: when it opens, for whom, what happens step by step, and what ends it."""

    name: str
    category: str
    when: str  # condition that opens an episode
    ladder: tuple[Step, ...]
    already_true: Literal["fire", "skip"]
    success: Success
    segments: tuple[str, ...] = ()  # empty: all
    tiers: tuple[int, ...] = ()  # empty: all
    unless: str | None = None  # condition under which a person comes first
    closes_when: str | None = None  # None: when `when` says no
    cool_down_days: int = 60
    holdout: float = 0.0  # share of eligible accounts that get nothing from this play
    critical: bool = False  # never held out
    priority: int = 50  # higher speaks first
    risk: bool = True  # a risk play needs a trustworthy score
    stop_when: tuple[str, ...] = ("success",)  # words of STOPS, and conditions
    language: int = (
        1  # version of the language its conditions are written in; files that do not say so are of the first
    )
    where: str = field(default="", compare=False)


def read_play(raw: object, where: str, playbooks: Mapping[str, Playbook] | None = None) -> Play:
    """A Play from parsed YAML. Conditions, segments and dates are kept as text; `check_play` of the step proves them by the catalogue.

    playbooks: by name, those that a step may begin: their tasks become steps of the ladder.
    Raises BadConfiguration naming file, key and remedy; keys that nothing reads are all named at once.
    """
    refuse(where, list(_unread(raw)), "write what is meant, or take it out: nothing would read it")
    reader = Part(raw, where)
    episode = reader.part("episode")
    return Play(
        name=reader.text("play"),
        category=reader.text("category"),
        when=reader.text("when"),
        ladder=_ladder(reader, playbooks or {}),
        already_true=one_of(reader.text("already_true"), ("fire", "skip"), f"{where}: already_true"),  # type: ignore[arg-type]
        success=_success(reader.part("success")),
        segments=tuple(str(s) for s in reader.items("segments", [])),
        tiers=tuple(whole(t, f"{where}: tiers", 1, 4) for t in reader.items("tiers", [])),
        unless=reader.optional("unless"),
        closes_when=episode.optional("closes_when"),
        cool_down_days=_days(episode.text("cool_down"), AFTER, f"{where}: episode.cool_down"),
        holdout=_share(reader.optional("holdout") or "0%", f"{where}: holdout"),
        critical=reader.flag("critical", False),
        priority=reader.number("priority", 50, 0, 100),
        risk=reader.flag("risk", True),
        stop_when=tuple(_stop(s, f"{where}: stop_when") for s in reader.items("stop_when", ["success"])),
        language=reader.number("conditions", 1, 1, 999),
        where=where,
    )


def _stop(value: object, where: str) -> str:
    """A word of STOPS, or a condition, which has more than one. Raises BadConfiguration."""
    text = str(value).strip()
    return text if len(text.split()) > 1 and isinstance(value, str) else one_of(text, STOPS, where, "or a condition")


_KEYS = {
    "play", "conditions", "category", "when", "segments", "tiers", "unless", "already_true", "episode", "success", "holdout",
    "critical", "priority", "risk", "ladder", "stop_when",
}  # fmt: skip
_PARTS = {"episode": {"closes_when", "cool_down"}, "success": {"metric", "moves", "within"}}
_FILM = {"step", "after", "module", "to", "channels", "window", "made"}
_TASK = {"step", "after", "task"}
_BEGINS = {"step", "after", "playbook"}
_ASKED = {"owner", "title", "due", "playbook"}


def _unread(raw: object) -> Iterator[str]:
    """What is written in a play and read by nothing, over all of it."""
    yield from strange(raw, _KEYS)
    written = raw if isinstance(raw, Mapping) else {}
    for part, known in _PARTS.items():
        yield from strange(written.get(part), known, part)
    ladder = written.get("ladder")
    for i, step in enumerate(ladder if isinstance(ladder, list) else [], 1):
        kind = next((k for k in ("playbook", "task") if isinstance(step, Mapping) and k in step), "")
        yield from strange(step, {"playbook": _BEGINS, "task": _TASK}.get(kind, _FILM), f"ladder step {i}")
        if kind == "task":
            yield from strange(step["task"], _ASKED, f"ladder step {i}: task")


def _ladder(play: Part, playbooks: Mapping[str, Playbook]) -> tuple[Step, ...]:
    """The steps in order of days. Raises BadConfiguration where they have no end, go back in time, or share a name."""
    where = play.where
    rungs = [_rung(s, f"{where}: ladder step {i}", playbooks) for i, s in enumerate(play.items("ladder"), 1)]
    begins = [rung[0].after_days for rung in rungs]
    if begins != sorted(begins):
        raise BadConfiguration(
            where, "ladder steps go back in time", "give each step an `after` no smaller than the one before"
        )
    ladder = tuple(sorted((step for rung in rungs for step in rung), key=lambda s: s.after_days))
    if not ladder or not isinstance(ladder[-1], TaskStep):
        raise BadConfiguration(
            where,
            "the ladder does not end with a person",
            "end it with a step that has `task:`, so that no answer is never the end",
        )
    names: list[str] = []
    for i, rung in enumerate(rungs, 1):
        if twice := next((s.name for s in rung if s.name in names), None):
            raise BadConfiguration(
                f"{where}: ladder step {i}",
                f"an earlier step is called {twice!r} too",
                "give each step a name of its own: what was done is known by it",
            )
        names += [s.name for s in rung]
    return ladder


def _rung(raw: object, where: str, playbooks: Mapping[str, Playbook]) -> tuple[Step, ...]:
    """The step, or the steps of the playbook that it begins."""
    if not (isinstance(raw, Mapping) and "playbook" in raw):
        return (_step(raw, where),)
    reader = Part(raw, where)
    name, first = reader.text("playbook"), _days(reader.optional("after") or "0 days", AFTER, f"{where}: after")
    if name not in playbooks:
        known = ", ".join(sorted(playbooks)) or "none"
        raise BadConfiguration(f"{where}: playbook", f"there is no playbooks/{name}.yaml", f"there are {known}")
    return tuple(_asked(reader.text("step"), first, name, *turn) for turn in in_order(playbooks[name]))


def _asked(step: str, first: int, playbook: str, day: int, chore: Chore, turn: int) -> TaskStep:
    """A task of a playbook that begins `first` days after the episode has opened, as a step of the ladder."""
    due, series = Span(chore.due_days, chore.due_business), f"{step}.{chore.name}"
    name = f"{series}.{turn}" if chore.every_days else series
    return TaskStep(
        name,
        first + day,
        chore.owner,
        chore.title,
        due,
        playbook,
        series if chore.every_days else "",
        chore.working_days,
    )


def _step(raw: object, where: str) -> Step:
    reader = Part(raw, where)
    name, after = reader.text("step"), _days(reader.optional("after") or "0 days", AFTER, f"{where}: after")
    if reader.has("task"):
        task = reader.part("task")
        return TaskStep(
            name=name,
            after_days=after,
            owner=task.text("owner"),
            title=task.text("title"),
            due=_span(task.text("due"), DUE, f"{where}: task.due"),
            playbook=task.optional("playbook") or "",
        )
    return VideoStep(
        name=name,
        after_days=after,
        module=reader.text("module"),
        to=tuple(one_of(r, ROLES, f"{where}: to") for r in reader.text("to").split(" else ")),
        channels=tuple(one_of(c, CHANNELS, f"{where}: channels") for c in reader.items("channels", [])),
        window=_window(reader.text("window"), f"{where}: window"),
        made=one_of(reader.optional("made") or "ahead", MADE, f"{where}: made"),
    )


def _window(text: str, where: str) -> Span | Ahead:
    """Raises BadConfiguration where the nearer day is written last, or for words that are no window."""
    found = AHEAD.fullmatch(text)
    if not found:
        return _span(text, WINDOW, where)
    near, far = int(found[1]), int(found[2])
    if near > far:
        raise BadConfiguration(
            where, f"{text!r} ends before it begins", f"write `{far} to {near} days before {found[4]}`"
        )
    return Ahead(near, far, bool(found[3]), found[4])


def _success(reader: Part) -> Success:
    moves = MOVES.fullmatch(reader.text("moves"))
    if not moves:
        raise BadConfiguration(
            f"{reader.where}: moves", f"cannot read {reader.text('moves')!r}", "write it as `up 15%`"
        )
    way: Literal["up", "down"] = "up" if moves[1] == "up" else "down"
    return Success(
        reader.text("metric"),
        way,
        float(moves[2]) / 100,
        _days(reader.text("within"), AFTER, f"{reader.where}: within"),
    )


def whole_days(text: str, where: str) -> int:
    """The number of "7 days". Raises BadConfiguration."""
    return _days(text, AFTER, where)


def _days(text: str, form: re.Pattern[str], where: str) -> int:
    return _span(text, form, where).days


def _span(text: str, form: re.Pattern[str], where: str) -> Span:
    found = form.fullmatch(text)
    if not found:
        raise BadConfiguration(
            where,
            f"cannot read {text!r}",
            "write it as `7 days` (windows: `within 3 business days` or `5 to 10 days before qbr.next`)",
        )
    return Span(int(found[1]), len(found.groups()) > 1 and found[2].startswith("business"))


def _share(text: str, where: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)%", text)
    if not found or float(found[1]) > 90:
        raise BadConfiguration(where, f"cannot read the share {text!r}", "write it as `20%`, at most 90%")
    return float(found[1]) / 100
