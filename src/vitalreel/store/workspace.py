"""A workspace: the folder of files people write, and `var/` for what the software keeps."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from vitalreel.accounts.identity import Rules, read_rules
from vitalreel.accounts.retention import Retention, read_retention
from vitalreel.delivery.returned import Returning, read_returning
from vitalreel.errors import BadConfiguration, BadInput, NotFound
from vitalreel.health.pulse import Asking, read_asking
from vitalreel.health.renewals import Looking, read_looking
from vitalreel.measurement.looks import Schedule, read_looks
from vitalreel.measurement.parts.terms import Terms, read_terms
from vitalreel.review.chain import Reviewing, read_review
from vitalreel.signals.succession import Sponsoring, read_sponsoring
from vitalreel.signals.tone import Limits, read_limits
from vitalreel.sound.casting import Casting, read_casting
from vitalreel.sound.music import FAMILIES, is_file
from vitalreel.sound.pronunciation import Dictionary, read_pronunciations
from vitalreel.store.hooks import read_hooks
from vitalreel.tracking.hook import Hook
from vitalreel.tracking.staff import OwnPeople, read_own_people
from vitalreel.triggers.channels import Channels, read_channels
from vitalreel.triggers.given import refuse, strange, whole
from vitalreel.triggers.kinds import Kind, read_kinds
from vitalreel.triggers.lead import Lead, read_lead
from vitalreel.triggers.pilot import Pilot, read_pilot
from vitalreel.triggers.programme import Guarding, read_guards
from vitalreel.triggers.stated import Stating, read_stated
from vitalreel.triggers.tasking import Tasking, read_tasking

_CAP = re.compile(r"(\d{1,4}) in (\d{1,4}) days?")
LIBRARY = Path(__file__).resolve().parents[1] / "library"
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
SHIPPED = (
    "vitalreel.yaml",
    "signals.yaml",
    "pronunciations.yaml",
    "talent.yaml",
    "patterns.yaml",
    "expansion.yaml",
    "advocacy.yaml",
    "remarks.yaml",
    "topics.yaml",
    "sentiment.yaml",
    "alerts.yaml",
    "risks.yaml",
    "scorecards",
    "plays",
    "playbooks",
    "modules",
    "papers",
    "brands",
    "mappings",
    "contracts",
)
"""What a new workspace starts from. An example replaces each of these as a whole where it brings its own."""

TRUTH = "truth.csv"
"""In `var/` of a simulated company: what is so, out of `load`'s reach."""


@dataclass(frozen=True, slots=True)
class Sending:
    """When mails may leave, in the contact's own time."""

    start: time
    end: time
    link_days: int
    replans: int = 1  # how often a film that could not land is planned anew
    late_task_days: int = 1  # business days a person has who takes its place


@dataclass(frozen=True, slots=True)
class Film:
    """How films are made unless a module says otherwise."""

    casting: Casting
    theme: str
    music: str | None  # a family of beds, a sound file of the workspace, "" for none; None: the brand's
    width_px: int
    height_px: int
    brand: str
    listen: str  # always | new | never: which sentences of a finished film are listened to
    look: str  # always | new: which of its pictures are decoded again
    encoder: str  # skip | plain: whether pictures that repeat are written as ready slices, or coded like all others


@dataclass(frozen=True, slots=True)
class Programme:
    """vitalreel.yaml, checked."""

    vendor: Mapping[str, Any]
    currency: str
    zone: str
    country: str
    language: str
    holdout: float
    caps: Mapping[str, tuple[int, int]]  # contact, account -> (touches, days)
    concurrent_plays: int
    guards: Guarding  # over all plays
    sending: Sending
    tiers: tuple[Mapping[str, Any], ...]
    review: Reviewing  # who looks at a film before it leaves, by tier, and until when
    film: Film
    pulse: Asking = field(default_factory=Asking)  # when CSMs are asked for their own reading
    lead: Lead = field(default_factory=Lead)  # how long before its window a brief opens, by tier
    pilot: Pilot | None = None  # while it stands, only its plays open
    tone: Limits = field(default_factory=Limits)  # from where on an account sounds positive or negative
    texts: str = (
        "offline"  # who reads tickets and conversations: "offline", or the model of a language model's endpoint
    )
    planning_months: tuple[int, ...] = ()  # 1..12: when accounts plan that do not say so themselves
    webhooks: tuple[Hook, ...] = ()  # who is told about views
    own_people: OwnPeople = field(default_factory=OwnPeople)  # viewers that are the company's own
    looks: Schedule = field(
        default_factory=Schedule
    )  # when what a play changed is looked at, and how many accounts are planned
    terms: Terms = field(default_factory=Terms)  # what the quarterly report is held to
    retention: Retention = field(default_factory=Retention)  # how long personal data is kept
    identity: Rules = field(
        default_factory=Rules
    )  # which accounts and contacts of different sources are joined at once
    channels: Channels = field(default_factory=Channels)  # how films reach people, by tier
    renewals: Looking = field(default_factory=Looking)  # what a forecast of renewals looks at
    sponsoring: Sponsoring = field(default_factory=Sponsoring)  # when a person is asked who the sponsor is now
    tasks: Tasking = field(default_factory=Tasking)  # whose tasks are, and what may come of them
    kinds: tuple[Kind, ...] = ()  # of messages, among which people may choose
    stated: Stating = field(default_factory=Stating)  # when CSMs are asked what the customer wants to reach
    returning: Returning = field(default_factory=Returning)  # what mails that came back say about an address
    platform: str = ""  # address of the CS platform that takes engagements; "": none does


class Workspace:
    """Paths and parsed files of one workspace folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.var = root / "var"
        self.lake = self.var / "lake"
        self.media = self.var / "media"
        self.mail = self.var / "mail"
        self.returned = self.var / "returned"  # copies of mails that came back and were set aside for a person
        self.database = self.var / "app.db"

    @property
    def simulated(self) -> bool:
        """Whether its company is an invented one, which lives on the day that is acted on."""
        return (self.var / TRUTH).is_file()

    def yaml(self, name: str) -> Any:
        """One parsed YAML file. Raises NotFound, or BadConfiguration with the line of a syntax error."""
        return read_yaml(self.root / name, name)

    def own_or_shipped(self, name: str) -> Any:
        """The workspace's file, or the shipped one where it has none."""
        return self.yaml(name) if (self.root / name).is_file() else read_yaml(LIBRARY / name, name)

    def folder(self, name: str) -> dict[str, Any]:
        """Parsed YAML files of a folder by stem, in name order; files that begin with "_" are left out."""
        return {stem: self.yaml(f"{name}/{stem}.yaml") for stem in self.names(name)}

    def names(self, name: str) -> list[str]:
        """What the YAML files of a folder are called, without their ending, in order; those that begin with "_" are left out."""
        return [f.stem for f in sorted((self.root / name).glob("*.yaml")) if not f.name.startswith("_")]

    def texts(self, name: str) -> str:
        """The YAML files of a folder as they are written, one after the other in name order."""
        return "\n".join(f.read_text(encoding="utf-8") for f in sorted((self.root / name).glob("*.yaml")))

    def dictionary(self) -> Dictionary:
        """pronunciations.yaml over the shipped dictionary. Raises BadConfiguration naming the entry."""
        path = self.root / "pronunciations.yaml"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return read_pronunciations(text, path.name, shipped_dictionary().shipped)

    def programme(self) -> Programme:
        """vitalreel.yaml as a record. Raises BadConfiguration naming key and remedy."""
        return read_programme(self.yaml("vitalreel.yaml"), "vitalreel.yaml")


def shipped_dictionary() -> Dictionary:
    """How the words of the trade are said where nobody says otherwise."""
    path = LIBRARY / "sounds.yaml"
    return Dictionary(shipped=read_pronunciations(path.read_text(encoding="utf-8"), f"library/{path.name}").product)


def read_yaml(path: Path, where: str) -> Any:
    """Plain data from a YAML file; `where` is what errors call it."""
    if not path.is_file():
        raise NotFound("file", where, f"expected at {path}")
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), where)
    except UnicodeDecodeError as e:
        raise BadConfiguration(where, "is not UTF-8 text", "save it as UTF-8") from e


def parse_yaml(text: str, where: str) -> Any:
    """Plain data of YAML text. Raises BadConfiguration with the line."""
    try:
        return pickle.loads(_parsed(text))  # noqa: S301 (packed by ourselves, in this process)
    except MarkedYAMLError as e:
        line = f" line {e.problem_mark.line + 1}" if e.problem_mark else ""
        raise BadConfiguration(f"{where}{line}", str(e.problem or "cannot be read as YAML")) from e


@lru_cache(maxsize=512)
def _parsed(text: str) -> bytes:
    """A document, packed: every caller unpacks one of its own. Reading sixty files again took a second of each turn."""
    return pickle.dumps(YAML(typ="safe", pure=True).load(text))


def create(root: Path, example: str | None = None) -> Workspace:
    """Make a workspace in a new or empty folder from the shipped defaults, with an example laid over them.

    Raises BadInput where the folder holds something, NotFound where there is no such example.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BadInput(str(root), "is not an empty folder", "name a new folder")
    overlay = EXAMPLES / example if example else None
    if overlay is not None and not overlay.is_dir():
        known = sorted(p.name for p in EXAMPLES.iterdir() if p.is_dir()) if EXAMPLES.is_dir() else []
        raise NotFound("example", str(example), f"there are: {', '.join(known) or 'none beside this installation'}")
    root.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        _copy(LIBRARY / name, root / name)
    if overlay is not None:
        for path in sorted(overlay.iterdir()):
            _replace(path, root / path.name)
    (root / ".gitignore").write_text("/var/\n", encoding="utf-8")
    return Workspace(root)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copy2(source, target)


def _replace(source: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    _copy(source, target)


def read_programme(raw: object, where: str) -> Programme:
    """The Programme of parsed YAML. Raises BadConfiguration naming the key and what to write."""
    if not isinstance(raw, Mapping) or raw.get("vitalreel") != 1:
        raise BadConfiguration(where, "is not a vitalreel.yaml of version 1", "begin it with `vitalreel: 1`")
    refuse(where, list(_unread(raw)), f"use {', '.join(sorted(_KEYS))}")
    vendor, caps, sending, film = (_part(raw, k, where) for k in ("vendor", "caps", "sending", "film"))
    for key in ("name", "sender", "links", "pooled_csm"):
        if key not in vendor:
            raise BadConfiguration(f"{where}: vendor", f"{key!r} is missing")
    platform = str((raw.get("engagement") or {}).get("url") or "")
    width, height = _size(str(film.get("size", "1920x1080")), f"{where}: film.size")
    return Programme(
        vendor=vendor,
        currency=str(raw.get("currency", "USD")),
        zone=str(raw.get("zone", "UTC")),
        country=str(raw.get("country", "GB")),
        language=str(raw.get("language", "en")),
        holdout=share(raw.get("holdout", "0%"), f"{where}: holdout"),
        caps={k: _cap(caps.get(k), f"{where}: caps.{k}") for k in ("contact", "account")},
        concurrent_plays=whole(caps.get("concurrent_plays", 1), f"{where}: caps.concurrent_plays", 1, 99),
        guards=read_guards(raw.get("guards"), f"{where}: guards"),
        sending=Sending(
            _clock(sending.get("from"), f"{where}: sending.from"),
            _clock(sending.get("to"), f"{where}: sending.to"),
            whole(sending.get("link_days", 90), f"{where}: sending.link_days", 1, 3650),
            whole(sending.get("plan_again", 1), f"{where}: sending.plan_again", 0, 99),
            whole(sending.get("late_task_days", 1), f"{where}: sending.late_task_days", 0, 365),
        ),
        tiers=tuple(raw.get("tiers") or ()),
        review=read_review(_part(raw, "review", where), f"{where}: review"),
        film=Film(
            read_casting(film, f"{where}: film"), str(film.get("theme", "light")), _music(film.get("music"), f"{where}: film.music"),
            width, height, str(film.get("brand", "larkspur")),
            _one_of(film.get("listen", "new"), ("always", "new", "never"), f"{where}: film.listen"),
            _one_of(film.get("look", "new"), ("always", "new"), f"{where}: film.look"),
            _one_of(film.get("encoder", "skip"), ("skip", "plain"), f"{where}: film.encoder"),
        ),
        planning_months=_months(raw.get("planning_months"), f"{where}: planning_months"),
        pilot=read_pilot(raw.get("pilot"), f"{where}: pilot"),
        tone=read_limits(raw.get("tone"), f"{where}: tone"),
        texts=_reader(raw.get("texts"), f"{where}: texts"),
        lead=read_lead(raw.get("lead"), f"{where}: lead"),
        pulse=read_asking(raw.get("pulse"), f"{where}: pulse"),
        own_people=read_own_people(raw.get("own_people"), f"{where}: own_people", str(vendor.get("domain", ""))),
        webhooks=read_hooks(raw.get("webhooks"), f"{where}: webhooks"),
        looks=read_looks(raw.get("looks"), f"{where}: looks"),
        retention=read_retention(raw.get("retention"), f"{where}: retention"),
        identity=read_rules(raw.get("identity"), f"{where}: identity"),
        terms=read_terms(raw.get("report"), f"{where}: report"),
        channels=read_channels(raw.get("channels"), f"{where}: channels", bool(platform)),
        renewals=read_looking(raw.get("renewals"), f"{where}: renewals"),
        sponsoring=read_sponsoring(raw.get("sponsor"), f"{where}: sponsor"),
        tasks=read_tasking(raw.get("tasks"), f"{where}: tasks"),
        kinds=read_kinds(raw.get("kinds"), f"{where}: kinds"),
        stated=read_stated(raw.get("stated"), f"{where}: stated"),
        returning=read_returning(raw.get("bounces"), f"{where}: bounces"),
        platform=platform,
    )  # fmt: skip


_KEYS = {
    "vitalreel", "vendor", "currency", "zone", "country", "language", "planning_months", "holdout", "looks", "report", "caps", "guards",
    "sending", "channels", "bounces", "kinds", "engagement", "tiers", "lead", "review", "sponsor", "pulse", "texts", "tone", "film",
    "renewals", "retention", "webhooks", "own_people", "pilot", "identity", "tasks", "stated",
}  # fmt: skip
_PARTS = {
    "caps": {"contact", "account", "concurrent_plays"},
    "sending": {"from", "to", "link_days", "plan_again", "late_task_days"},
    "engagement": {"url"},
    "film": {"brand", "theme", "size", "voice", "voices", "stand_ins", "music", "listen", "look", "encoder"},
}
"""Of the parts that are read here; the others name what nothing reads of them themselves."""


def _unread(raw: Mapping[str, Any]) -> Iterator[str]:
    """What is written in vitalreel.yaml and read by nothing."""
    yield from strange(raw, _KEYS)
    for part, known in _PARTS.items():
        yield from strange(raw.get(part), known, part)


def _reader(raw: object, where: str) -> str:
    """`{read_by: offline}`, or `{read_by: openai:MODEL}`; None gives offline. Answers "offline", or MODEL."""
    if raw is None:
        return "offline"
    named = str(raw.get("read_by")) if isinstance(raw, Mapping) and set(raw) == {"read_by"} else ""
    make, _, model = named.partition(":")
    if named != "offline" and not (make == "openai" and model.strip()):
        raise BadConfiguration(where, f"cannot read {raw!r}", "write `{read_by: offline}` or `{read_by: openai:MODEL}`")
    return model.strip() or "offline"


def _months(raw: object, where: str) -> tuple[int, ...]:
    months = raw if isinstance(raw, list) else [] if raw is None else [raw]
    if not all(isinstance(m, int) and 1 <= m <= 12 for m in months):
        raise BadConfiguration(where, f"cannot read the months {raw!r}", "write them as `[7, 8, 9, 10, 11, 12]`")
    return tuple(sorted(set(months)))


def _music(named: object, where: str) -> str | None:
    """A family of beds or a file's place in the workspace; "" for none, None where it is left to the brand."""
    if named is None or named is False or named == "none":
        return None if named is None else ""
    music = str(named)
    place = PurePosixPath(music)
    if not is_file(music) and music not in FAMILIES:
        raise BadConfiguration(
            where, f"no music {music!r}", f"use {', '.join(FAMILIES)}, none, or a file: music/ours.flac"
        )
    if is_file(music) and (place.is_absolute() or ".." in place.parts):
        raise BadConfiguration(where, f"{music} is outside the workspace", "put the file into it: music/ours.flac")
    return music


def _one_of(value: object, choices: tuple[str, ...], where: str) -> str:
    if value not in choices:
        raise BadConfiguration(where, f"{value!r} is not known", f"write {' or '.join(choices)}")
    return str(value)


def _part(raw: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise BadConfiguration(
            where, f"{key!r} is missing or is not a mapping", f"see {LIBRARY / 'vitalreel.yaml'} for its form"
        )
    return value


def share(value: object, where: str) -> float:
    """The share "10%" as 0.1. Raises BadConfiguration."""
    text = str(value).strip()
    if not text.endswith("%") or not text[:-1].replace(".", "", 1).isdigit() or float(text[:-1]) > 100:
        raise BadConfiguration(where, f"cannot read the share {text!r}", "write it as `10%`")
    return float(text[:-1]) / 100


def _cap(value: object, where: str) -> tuple[int, int]:
    found = _CAP.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `1 in 7 days`")
    return int(found[1]), int(found[2])


def _clock(value: object, where: str) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError as e:
        raise BadConfiguration(where, f"cannot read the time {value!r}", 'write it as "08:00", in quotes') from e


def _size(text: str, where: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit()) or int(width) % 2 or int(height) % 2:
        raise BadConfiguration(where, f"cannot read the size {text!r}", "write it as `1920x1080`, both even")
    return int(width), int(height)
