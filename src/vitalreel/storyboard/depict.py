"""From what a script says of a picture to the picture: figures from the ledger, and the times at which the voice says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.briefs.script import Brief, Line, ScriptScene
from vitalreel.briefs.windows import read_values
from vitalreel.identity import Plain
from vitalreel.storyboard import axis
from vitalreel.storyboard.storyboard import (
    Bar,
    BarsPicture,
    Column,
    ColumnsPicture,
    LinePicture,
    Mark,
    NextStepPicture,
    Picture,
    StatementPicture,
    Text,
    TimelineEvent,
    TimelinePicture,
    TitlePicture,
)
from vitalreel.storyboard.timing import Timing

LINE_LANDS_S = 2.6
"""A line needs this long to be drawn; its number lands on its word, but not before."""
NOTE_AFTER_S = 0.8
BARS_STAGE_S = 2.2
"""This quarter's bars come in when last quarter's have been read."""
TITLE_LINE_CHARS = 30
NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of the script with what its picture may draw from."""

    scene: ScriptScene
    ledger: Ledger
    timing: Timing
    brief: Brief

    def text(self, key: str) -> Text:
        return text_of(self.scene.show.get(key))

    def fact(self, key: str) -> Fact:
        return self.ledger[_name(self.scene.show[key])]

    def parts(self, key: str) -> list[Mapping[str, Plain]]:
        return cast("list[Mapping[str, Plain]]", self.scene.show.get(key, []))

    def cue(self, text: Text) -> float:
        """When the voice says the first of the text's facts that it says at all; 0.0 if none."""
        return next((at for f in text.facts if (at := self.timing.cue(f)) > 0), 0.0)


def text_of(value: Plain) -> Text:
    """A picture's text: `{"text": [[shown, fact], ...]}`, or nothing."""
    if not isinstance(value, Mapping):
        return NOTHING
    runs = cast("list[list[Plain]]", value["text"])
    facts = dict.fromkeys(str(fact) for _, fact in runs if fact is not None)
    return Text("".join(str(shown) for shown, _ in runs), tuple(facts))


def text_of_line(line: Line) -> Text:
    return Text(line.shown, tuple(dict.fromkeys(line.facts)))


def quoted(fact: Fact) -> Text:
    return Text(fact.shown, (fact.name,))


def _name(value: Plain) -> str:
    return str(cast("Mapping[str, Plain]", value)["fact"])


def depict(scene: Scene) -> tuple[Picture, float]:
    """The picture, and when its last part lands (scene time, seconds). Raises KeyError for a kind it cannot draw."""
    makers: Mapping[str, Callable[[Scene], tuple[Picture, float]]] = {
        "title": _title,
        "line": _line,
        "bars": _bars,
        "columns": _columns,
        "timeline": _timeline,
        "statement": _statement,
        "next_step": _next_step,
    }
    return makers[scene.scene.kind](scene)


def _title(scene: Scene) -> tuple[Picture, float]:
    lines = tuple(text_of(t) for t in cast("list[Plain]", scene.scene.show["title"]))
    petals = read_values(str(scene.fact("bloom").value)) if "bloom" in scene.scene.show else ()
    picture = TitlePicture(
        scene.text("kicker"), lines, scene.text("prepared_for"), petals, scene.text("centre"), scene.text("centre_unit")
    )
    return picture, 2.4


def _line(scene: Scene) -> tuple[Picture, float]:
    series, end = scene.fact("line"), scene.fact("end")
    values = read_values(str(series.value))
    ends = [scene.brief.as_of - timedelta(weeks=len(values) - 1 - n) for n in range(len(values))]
    marks = tuple(_mark(part, scene, len(values)) for part in scene.parts("marks"))
    land = max(scene.timing.cue(end.name), LINE_LANDS_S)
    note = max(scene.cue(scene.text("note")), land + NOTE_AFTER_S)
    picture = LinePicture(
        values=values,
        ticks=axis.ticks(values, series.name),
        labels=axis.months(ends, series.name),
        end_value=quoted(end),
        end_note=scene.text("note"),
        unit=scene.text("unit"),
        marks=marks,
        land_at_s=land,
        note_at_s=note,
        gap_note=scene.text("gap_note"),
        falling=_falls(values, marks),
    )
    return picture, note


def _mark(part: Mapping[str, Plain], scene: Scene, weeks: int) -> Mark:
    label = text_of(part["label"])
    return Mark(weeks - 1 - int(cast("int", part["back"])), label, scene.timing.cue(_name(part["at"])))


def _falls(values: Sequence[float | None], marks: tuple[Mark, ...]) -> bool:
    """Whether the line ends below where it is compared with: the first mark, or else its first reading."""
    known = [v for v in values if v is not None]
    against = values[marks[0].index] if marks else known[0]
    return against is not None and known[-1] < against


def _bars(scene: Scene) -> tuple[Picture, float]:
    family = scene.fact("bars")
    stems = [f"{family.name}.{n}" for n in range(1, int(cast("int", family.value)) + 1)]
    falls = {s: _number(scene.ledger[f"{s}.now"]) - _number(scene.ledger[f"{s}.before"]) for s in stems}
    worst = min(falls, key=lambda s: falls[s])
    bars = tuple(_bar(s, scene.ledger, s == worst and falls[s] < 0) for s in stems)
    picture = BarsPicture(bars, scene.text("before_unit"), scene.text("now_unit"), BARS_STAGE_S)
    return picture, BARS_STAGE_S + 1.6


def _bar(stem: str, ledger: Ledger, worst: bool) -> Bar:
    now, before = ledger[f"{stem}.now"], ledger[f"{stem}.before"]
    change = ledger.get(f"{stem}.change")
    return Bar(
        label=quoted(ledger[f"{stem}.name"]),
        before=_number(before),
        now=_number(now),
        before_text=quoted(before),
        now_text=quoted(now),
        change_text=_signed(change) if change else NOTHING,
        exception=worst,
    )


def _signed(change: Fact) -> Text:
    """A change with its sign; the ledger shows its size only."""
    value = _number(change)
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return Text(f"{sign}{change.shown}", (change.name,))


def _number(fact: Fact) -> float:
    return float(cast("float", fact.value))


def _columns(scene: Scene) -> tuple[Picture, float]:
    columns = []
    for part in scene.parts("columns"):
        number = text_of(part["number"])
        workings = tuple(text_of(w) for w in cast("list[Plain]", part.get("workings", [])))
        columns.append(
            Column(
                text_of(part["label"]),
                number,
                text_of(part["comparison"]),
                workings,
                bool(part.get("accent")),
                scene.cue(number),
            )
        )
    return ColumnsPicture(tuple(columns)), max([2.6, *(c.at_s + 1.0 for c in columns)])


def _timeline(scene: Scene) -> tuple[Picture, float]:
    as_of = scene.brief.as_of
    events = [_event(part, scene, as_of) for part in scene.parts("timeline")]
    today = scene.ledger["as_of"]
    events.append(TimelineEvent(as_of, quoted(today), scene.text("today"), "today"))
    ordered = tuple(sorted(events, key=lambda e: e.day))
    return TimelinePicture(ordered, as_of), max([3.2, *(e.at_s + 0.6 for e in ordered)])


def _event(part: Mapping[str, Plain], scene: Scene, as_of: date) -> TimelineEvent:
    fact = scene.ledger[_name(part["day"])]
    day = cast("date", fact.value)
    kind = "turning" if part.get("turning") else "past" if day <= as_of else "future"
    return TimelineEvent(day, quoted(fact), text_of(part["what"]), kind, scene.timing.cue(fact.name))


def _statement(scene: Scene) -> tuple[Picture, float]:
    lines = tuple(text_of(t) for t in cast("list[Plain]", scene.scene.show["statement"]))
    return StatementPicture(lines, scene.text("credit")), 2.0


def _next_step(scene: Scene) -> tuple[Picture, float]:
    ledger, url = scene.ledger, scene.brief.button_url
    button = scene.text("button")
    picture = NextStepPicture(
        lines=broken(scene.scene.headline),
        line=scene.text("line"),
        button=button,
        qr=url,
        short_url=Text(url.split("://", 1)[-1], ("asks.url",)),
        person=quoted(ledger["csm.full_name"]),
        person_role=quoted(ledger["csm.title"]) if "csm.title" in ledger else NOTHING,
        person_contact=quoted(ledger["csm.email"]),
        button_at_s=scene.cue(button),
        scan_note=Text("Or scan with your phone"),
    )
    return picture, 2.0


def broken(line: Line) -> tuple[Text, ...]:
    """A headline in one line, or in two broken at the space nearest the middle that is not inside a fact."""
    if len(line.shown) <= TITLE_LINE_CHARS:
        return (text_of_line(line),)
    spaces, at = [], 0
    for number, run in enumerate(line.runs):
        spaces += [(at + i, number, i) for i, c in enumerate(run.shown) if c == " " and run.fact is None]
        at += len(run.shown)
    if not spaces:
        return (text_of_line(line),)
    _, number, inside = min(spaces, key=lambda s: abs(s[0] - at / 2))
    cut = line.runs[number]
    first = [*((r.shown, r.fact) for r in line.runs[:number]), (cut.shown[:inside], None)]
    second = [(cut.shown[inside + 1 :], None), *((r.shown, r.fact) for r in line.runs[number + 1 :])]
    return (_joined(first), _joined(second))


def _joined(runs: Sequence[tuple[str, str | None]]) -> Text:
    return Text("".join(shown for shown, _ in runs), tuple(dict.fromkeys(f for _, f in runs if f is not None)))
