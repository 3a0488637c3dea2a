"""Storyboard records: scenes of whole frames, text with its facts, pictures as plain numbers, captions with times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vitalreel.identity import AccountId, ContactId, Plain, fingerprint

VERSION = 1


@dataclass(frozen=True, slots=True)
class Text:
    """Text to be drawn, with the ledger names of the facts in it."""

    shown: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a series that is named on screen when the voice reaches it."""

    index: int  # position in the series
    label: Text
    at_s: float  # scene time at which the voice says it


@dataclass(frozen=True, slots=True)
class TitlePicture:
    """Greeting: who it is for, a two-line title, and the data bloom (one petal a week)."""

    kicker: Text  # "For Halden Health"
    lines: tuple[Text, ...]  # 1 or 2 lines
    prepared_for: Text
    petals: tuple[float | None, ...] = ()  # weekly values, oldest first; None = no data; empty = no bloom
    centre: Text = field(default_factory=lambda: Text(""))  # number in the bloom's eye
    centre_unit: Text = field(default_factory=lambda: Text(""))


@dataclass(frozen=True, slots=True)
class LinePicture:
    """One line over time: the account's own."""

    values: tuple[float | None, ...]  # None is a gap and is drawn as one
    ticks: tuple[tuple[float, Text], ...]  # y axis: value and label, lowest first
    labels: tuple[tuple[int, Text], ...]  # x axis: index and label
    end_value: Text  # the number that rides the tip
    end_note: Text  # below it: "41% lower than last quarter"
    unit: Text  # beside the top tick: "people a week"
    marks: tuple[Mark, ...] = ()
    threshold: tuple[float, Text] | None = None
    land_at_s: float = 0.0  # when the tip reaches the last value; 0 = by the default clock
    note_at_s: float = 0.0  # when end_note appears
    gap_note: Text = field(default_factory=lambda: Text(""))
    falling: bool = False  # the last value is bad news: amber end


@dataclass(frozen=True, slots=True)
class Bar:
    label: Text
    before: float | None
    now: float | None
    before_text: Text
    now_text: Text
    change_text: Text
    exception: bool = False  # amber, with a sign or word too
    note: Text = field(default_factory=lambda: Text(""))
    at_s: float = 0.0  # when the voice reaches it; 0 = by the default clock


@dataclass(frozen=True, slots=True)
class BarsPicture:
    """Before and now, one row a thing (1 to 5 rows)."""

    bars: tuple[Bar, ...]
    before_unit: Text
    now_unit: Text
    stage_at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    label: Text
    number: Text
    comparison: Text
    workings: tuple[Text, ...] = ()
    accent: bool = False
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ColumnsPicture:
    """One to three figures side by side: value, terms in brief, comparison with peers."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    day: date
    date_text: Text
    what: Text
    kind: str  # past | turning | today | future
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TimelinePicture:
    """Dated events on a true time scale; at most 7."""

    events: tuple[TimelineEvent, ...]
    today: date


@dataclass(frozen=True, slots=True)
class StatementPicture:
    """One or two sentences set large, with an optional credit: what is not known, what a feature does."""

    lines: tuple[Text, ...]
    credit: Text = field(default_factory=lambda: Text(""))


@dataclass(frozen=True, slots=True)
class NextStepPicture:
    """One button, one person, one QR code."""

    lines: tuple[Text, ...]  # headline at next-step size, 1 or 2 lines
    line: Text  # one sentence below
    button: Text
    qr: str  # what the code holds (a URL)
    short_url: Text  # the same, readable
    person: Text
    person_role: Text
    person_contact: Text
    portrait: str | None = None  # media id of a photograph; None: initials
    button_at_s: float = 0.0
    scan_note: Text = field(default_factory=lambda: Text(""))  # on the code's tile: "Or scan with your phone"


Picture = (
    TitlePicture | LinePicture | BarsPicture | ColumnsPicture | TimelinePicture | StatementPicture | NextStepPicture
)


@dataclass(frozen=True, slots=True)
class CaptionWord:
    text: str  # as shown, with its punctuation
    start_s: float  # scene time
    end_s: float


@dataclass(frozen=True, slots=True)
class Caption:
    """At most two lines of 42 characters, burned into the picture and written to the WebVTT track."""

    start_s: float  # scene time; half-open [start, end)
    end_s: float
    lines: tuple[tuple[CaptionWord, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(" ".join(w.text for w in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: the unit of cache, render, check, analytics and refresh.

    Knows nothing of its place in the film. A shared scene carries no account name and no as-of date.
    """

    name: str
    kind: str
    frames: int  # whole frames at the storyboard's rate; never 1 more than a multiple of the GOP
    headline: Text
    picture: Picture
    captions: tuple[Caption, ...]
    source: Text
    chrome: Text  # top right: account name; empty when shared
    shared: bool = False
    exits: bool = True  # content leaves in the last 240 ms; False holds to the cut (last scene)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence of the narration and when it starts, in film time."""

    scene: int  # index into scenes
    start_s: float
    said: str
    shown: str
    facts: tuple[str, ...]
    words: tuple[tuple[str, float, float], ...]  # said word, start, end in film time


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole film, ready to be drawn and mixed. Everything that reaches the viewer is in here."""

    version: int
    title: Text
    account: AccountId
    contact: ContactId
    module: str
    module_version: int
    as_of: date
    language: str
    width_px: int
    height_px: int
    fps: int
    brand: str  # fingerprint of the brand kit
    theme: str  # light | dark
    voice: str
    music: str  # music bed family; "" for none
    scenes: tuple[Scene, ...]
    narration: tuple[Spoken, ...]
    disclosure: str  # the synthetic-voice sentence, first line of the transcript
    meta: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def length_s(self) -> float:
        return sum(s.frames for s in self.scenes) / self.fps


def scene_fingerprint(scene: Scene, board: Storyboard, engine: str) -> str:
    """The identity of a scene's picture: everything of the scene but its name, plus look, size, rate and engine.

    By exclusion: a field added to Scene later takes part unless it is named here.
    """
    from dataclasses import replace

    look = (board.brand, board.theme, board.width_px, board.height_px, board.fps, board.language, engine)
    return fingerprint(replace(scene, name=""), type(scene.picture).__name__, look)
