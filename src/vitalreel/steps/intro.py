"""A personal introduction recorded for one film: kept with what its speaker agreed to, and put in front of the film."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from vitalreel.briefs.fact import Fact, Origin
from vitalreel.briefs.script import Line, Run, Script, ScriptScene
from vitalreel.edges.clips.child import Limits
from vitalreel.edges.clips.intake import take_in
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import VideoId, fingerprint, plain
from vitalreel.ports import FaceFinder
from vitalreel.steps.doors import Doors
from vitalreel.steps.likeness import looked_for
from vitalreel.store.media import Media, StoredClip

NAME = "intro"
FOCUS = (50.0, 40.0)
LONGEST_S = 40.0
"""Thirty seconds, and some for whoever speaks slowly."""
AGREEMENT = "I agree that this recording of me is shown to the person this film is for, until {until}."


@dataclass(frozen=True, slots=True)
class Intro:
    """A recording for one film."""

    id: str
    video: VideoId  # the film it was recorded for
    clip: str  # media id
    words: str
    speaker: str
    role: str
    agreed_by: str
    agreed_at: datetime
    until: date  # last day it may be put in front of a film
    length_s: float
    notes: tuple[str, ...]
    focus: tuple[float, float] = FOCUS  # where the face is, in per cent
    as_it_is: bool = False  # whoever agreed looked at it and says that its faces are meant as they are
    contact: str = ""  # whom that film was for; "" in what was kept before this was


def until(doors: Doors, day: date) -> date:
    """How long an agreement of today holds: as long as links do."""
    return day + timedelta(days=doors.programme.sending.link_days)


def keep(
    doors: Doors,
    upload: Path,
    video: str,
    words: str,
    agreed_by: str,
    now: datetime,
    finder: FaceFinder | None,
    as_it_is: bool = False,
) -> Intro:
    """Take in a recording for a film. agreed_by: who agreed to its being shown, by name. as_it_is: whatever `finder` says.

    Raises BadInput without words or agreement, or where the recording is none we take; NotFound for an unknown film.
    """
    name, said = " ".join(agreed_by.split()), " ".join(words.split())
    if not name:
        raise BadInput("introduction", "nobody agreed to its being shown", "tick the sentence and write your name")
    if not said:
        raise BadInput("introduction", "it comes without its words", "write what you said: they are its captions")
    media = Media(doors.workspace.media)
    brief = json.loads((media.video(VideoId(video)) / "script.json").read_text(encoding="utf-8"))["brief"]
    clip = take_in(upload, Limits(longest_s=LONGEST_S))
    seen, faults = looked_for(finder, clip.looks)
    notes = clip.notes + faults
    kept = media.keep_clip(
        StoredClip(clip.film, clip.speech, clip.poster, clip.voiced, clip.count, clip.length_s, notes, seen)
    )
    across, down = seen.middle if seen is not None and seen.middle is not None else (0.5, 0.4)
    intro = Intro(
        fingerprint(kept, video, said, name, as_it_is), VideoId(video), kept, said, brief["human_name"],
        brief["human_role"] or "", name, now, until(doors, now.date()), clip.length_s, notes,
        (round(100 * across), round(100 * down)), as_it_is, brief["contact"],
    )  # fmt: skip
    path = doors.workspace.media / "intros" / f"{intro.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plain(intro), ensure_ascii=False), encoding="utf-8")
    return intro


def read(doors: Doors, name: str) -> Intro:
    """A kept introduction. Raises NotFound."""
    path = doors.workspace.media / "intros" / f"{name}.json"
    if not name.isalnum() or not path.is_file():
        raise NotFound("introduction", name, "record it on the film's page in the console")
    told = json.loads(path.read_text(encoding="utf-8"))
    told["agreed_at"], told["until"] = datetime.fromisoformat(told["agreed_at"]), date.fromisoformat(told["until"])
    return Intro(**told | {"notes": tuple(told["notes"]), "focus": tuple(told.get("focus", FOCUS))})


def in_front(intro: Intro, script: Script) -> Script:
    """The film with the introduction before its first scene, and room for it in its runtime.

    Raises Refused where the agreement has ended, where somebody else answers for the account, or where it was recorded for
    somebody else.
    """
    brief = script.brief
    what = f"a film of {brief.module} with an introduction"
    if brief.as_of > intro.until:
        raise Refused(what, f"the agreement of {intro.agreed_by} ended on {intro.until}", "record it again")
    if brief.human_name != intro.speaker:
        raise Refused(what, f"it is by {intro.speaker}, and {brief.human_name} answers now", "record it again")
    if intro.contact not in ("", brief.contact):
        raise Refused(what, "it was recorded for another person", f"record one for {brief.contact}")
    told = {"": intro.clip, ".speaker": intro.speaker, ".words": intro.words}
    told[".focus"] = f"{intro.focus[0]:g} {intro.focus[1]:g}"
    told[".role"] = intro.role or brief.human_role or "Customer success"
    if intro.as_it_is:
        told[".looked_at"] = f"{intro.agreed_by} on {intro.agreed_at:%Y-%m-%d}"
    origin = Origin("clips", f"introduction {intro.id}", (), 0, fingerprint(intro))
    facts = {
        f"{NAME}{part}": Fact(f"{NAME}{part}", "a recorded introduction", v, "name", v, v, brief.as_of, None, origin)
        for part, v in told.items()
    }
    speaker, words = (Run(told[part], told[part], f"{NAME}{part}") for part in (".speaker", ".words"))
    scene = ScriptScene(
        NAME, "talent", Line((speaker,)), (Line((words,)),), Line(()), {"talent": {"fact": NAME}}
    )  # fmt: skip
    shortest, longest = brief.length_s
    longer = replace(brief, facts={**brief.facts, **facts}, length_s=(shortest, longest + intro.length_s))
    return replace(script, brief=longer, scenes=(scene, *script.scenes))
