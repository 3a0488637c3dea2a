"""talent: who speaks in a film, what is added to the registry, and where one segment is told by changing people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import select

from vitalreel.briefs.dossier import Dossier, Known
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.lookup import Field
from vitalreel.briefs.module import Module
from vitalreel.briefs.talent import Cast, Film, Person, cast, known, own_voice, read_people
from vitalreel.edges.clips.intake import take_in, take_in_photo
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import fingerprint
from vitalreel.ports import FaceFinder, Presenter
from vitalreel.sound.casting import VoiceName, read_voice
from vitalreel.steps.doors import Doors
from vitalreel.steps.likeness import looked_for, of_photograph
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.media import Media, StoredClip
from vitalreel.store.yamltext import changed, write_over

REGISTRY = "talent.yaml"
SCREENS = "screens"
PORTRAIT = "portrait"
_SIGNS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_MOST_SCREEN_BYTES = 20 << 20


# For a film


def people_of(doors: Doors) -> tuple[Person, ...]:
    """The workspace's registry; nobody where there is none. Raises BadConfiguration."""
    if not (doors.workspace.root / REGISTRY).is_file():
        return ()
    people = read_people(doors.workspace.yaml(REGISTRY), REGISTRY)
    for person in people:
        if person.voice is not None:
            read_voice(person.voice, f"{REGISTRY}: {person.key}.voice")
    return people


def voice_of(cast: Cast | None, day: date) -> VoiceName | None:
    """The voice of whoever speaks in a film; None: the house's."""
    name = own_voice(cast.person, day) if cast is not None else None
    return read_voice(name, f"{REGISTRY}: {cast.person.key}.voice") if cast is not None and name is not None else None


def with_people(doors: Doors, module: Module, dossier: Dossier, csm: str | None) -> tuple[Dossier, Cast | None]:
    """The dossier with what may be said and shown of whoever speaks and of whoever answers, and who speaks.

    csm: id of whoever answers for the account. Raises Refused as `cast` does.
    """
    kinds = tuple(case.kind for scene in module.scenes for case in scene.cases)
    asked = [s.lookup.name for s in module.facts.values() if isinstance(s.lookup, Field)]
    clips = tuple(name.partition(".")[2] for name in asked if name.startswith("clips."))
    film = Film(
        module.name, module.version, module.category, dossier.segment, dossier.tier, dossier.as_of, kinds, clips
    )
    people = people_of(doors)
    fields = dict(dossier.fields)
    chosen = cast(people, module.talent, film, csm)
    if chosen is not None:
        fields |= dict(known(chosen.person, "talent", film))
    answers = next((p for p in people if csm is not None and p.csm == csm), None)
    if answers is not None:
        fields |= dict(known(answers, "csm", film))
    fields |= _screens(doors, module, dossier.as_of)
    return replace(dossier, fields=fields), chosen


def csm_of(tables: Mapping[str, Any], account: str) -> str | None:
    """Id of whoever answers for the account."""
    found = tables["account"]
    rows = found.filter(found.account_id == account).select("csm").to_pyarrow().to_pylist()
    return rows[0]["csm"] or None if rows else None


def _screens(doors: Doors, module: Module, day: date) -> dict[str, Known]:
    """Captures of the product that the module asks for and the workspace has, kept as media."""
    media, fields = Media(doors.workspace.media), {}
    asked = {spec.lookup.name for spec in module.facts.values() if isinstance(spec.lookup, Field)}
    for name in sorted(n for n in asked if n.startswith(f"{SCREENS}.")):
        for path in sorted((doors.workspace.root / SCREENS).glob(f"{name.partition('.')[2]}.*")):
            where = f"{SCREENS}/{path.name}"
            data = _screen(path, where)
            origin = Origin(SCREENS, where, (), 0, fingerprint(data))
            fields[name] = Known(media.keep_photo(data), day, origin)
    return fields


def _screen(path: Path, where: str) -> bytes:
    data = path.read_bytes() if path.stat().st_size <= _MOST_SCREEN_BYTES else b""
    if not data.startswith(tuple(_SIGNS)):
        raise BadInput(where, "it is not a PNG or JPEG of up to 20 MB", "save the capture as PNG")
    return data


# To the registry


@dataclass(frozen=True, slots=True)
class Added:
    """A portrait or clip as it was taken in."""

    person: str
    name: str
    media: str
    length_s: float | None  # None: a photograph
    lufs: float | None
    cut_s: tuple[float, float]
    notes: tuple[str, ...]


def add(
    doors: Doors,
    file: Path,
    person: str,
    name: str,
    words: str,
    focus: tuple[float, float] | None,
    finder: FaceFinder,
    synthetic: bool = False,
) -> Added:
    """Take in a photograph (`name` "portrait") or a clip of a person of the registry, and write it there.

    words: what is said in the clip. focus: where the face is, in per cent; None: where `finder` finds it. synthetic: a presenter
    service made it. Raises NotFound for a stranger, BadInput for a
    file that is no clip or photograph we take, or a clip without its words.
    """
    known_people = {p.key for p in people_of(doors)}
    if person not in known_people:
        raise NotFound("person", person, f"in {REGISTRY} there are: {', '.join(sorted(known_people)) or 'none'}")
    media = Media(doors.workspace.media)
    if name == PORTRAIT:
        photograph, looks = take_in_photo(file)
        kept = media.keep_photo(photograph)
        _write(doors, person, lambda entry: entry.update({PORTRAIT: kept}))
        return Added(person, name, kept, None, None, (0.0, 0.0), of_photograph(finder, looks))
    if not words.split():
        raise BadInput("clip", "it comes without its words", "give what is said in it, for the captions: --says")
    clip = take_in(file)
    seen, faults = looked_for(finder, clip.looks)
    notes = clip.notes + faults
    kept = media.keep_clip(
        StoredClip(clip.film, clip.speech, clip.poster, clip.voiced, clip.count, clip.length_s, notes, seen)
    )
    entry: dict[str, Any] = {"media": kept, "words": " ".join(words.split())}
    if focus is None and seen is not None and seen.middle is not None:
        focus = (round(100 * seen.middle[0]), round(100 * seen.middle[1]))
    if focus is not None:
        entry["focus"] = list(focus)
    if synthetic:
        entry["synthetic"] = True
    _write(doors, person, lambda whole: whole.setdefault("clips", {}).update({name: entry}))
    return Added(person, name, kept, clip.length_s, clip.lufs, (clip.cut_head_s, clip.cut_tail_s), notes)


def present(doors: Doors, presenter: Presenter, person: str, name: str, words: str, finder: FaceFinder) -> Added:
    """Have a presenter service show `person` speaking `words`, and take it in like any upload, marked as synthetic.

    Raises Refused before anything is sent where their consent does not cover it, NotFound for a stranger.
    """
    found = next((p for p in people_of(doors) if p.key == person), None)
    if found is None:
        raise NotFound("person", person, f"not in {REGISTRY}")
    if found.consent is None or "presenter" not in found.consent.scope:
        remedy = f"ask them, and write `presenter` into its scope in {REGISTRY}: {person}"
        raise Refused(f"a presenter of {found.name}", "their consent does not cover one", remedy)
    with NamedTemporaryFile(suffix=".mp4") as file:
        file.write(presenter.present(words))
        file.flush()
        return add(doors, Path(file.name), person, name, words, None, finder, synthetic=True)


def _write(doors: Doors, person: str, change: Any) -> None:
    """Change one person's entry and leave the rest of the file as its owner wrote it."""
    path = doors.workspace.root / REGISTRY
    write_over(
        path, changed(path.read_text(encoding="utf-8"), lambda content: change(content["people"][person]), REGISTRY)
    )


# Over time


@dataclass(frozen=True, slots=True)
class Change:
    """One segment told by one person and then by another, in the same role."""

    segment: str
    speaks_as: str
    before: str
    films_before: int
    now: str
    since: date

    @property
    def text(self) -> str:
        return (
            f"{self.segment}, {self.speaks_as}: {self.before} in {self.films_before} film"
            f"{'' if self.films_before == 1 else 's'}, and {self.now} from {self.since}"
        )


def changes(doors: Doors) -> tuple[Change, ...]:
    """Where talent has not stayed the same (V8), by the films made. Whoever left the registry may be followed."""
    here = {person.key: person.name for person in people_of(doors)}
    query = select(t.video.c.config, t.video.c.as_of).order_by(t.video.c.as_of, t.video.c.at)
    last: dict[tuple[str, str], tuple[str, int]] = {}
    found = []
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(query).all()
    for config, day in rows:
        spoke = config.get("talent")
        if not spoke:
            continue
        role = (config["segment"], spoke["as"])
        before, films = last.get(role, (spoke["person"], 0))
        if before != spoke["person"] and before in here:
            now = here.get(spoke["person"], spoke["person"])
            found.append(Change(*role, here[before], films, now, day))
        last[role] = (spoke["person"], films + 1 if before == spoke["person"] else 1)
    return tuple(found)
