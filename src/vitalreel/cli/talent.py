"""`talent`: who may speak for the company, their photographs and recorded clips."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import BadInput
from vitalreel.steps.talent import Added, changes, people_of
from vitalreel.steps.talent import add as take
from vitalreel.steps.talent import present as show
from vitalreel.wiring import open_doors, open_finder, open_presenter


@click.group()
def talent() -> None:
    """Who may speak for the company: people, consent, photographs and recorded clips (talent.yaml)."""


@talent.command("list")
@framed
def list_people(frame: Frame) -> None:
    """Everyone in talent.yaml, whether their consent holds on --as-of, and segments whose talent has changed.

    \b
    $ vitalreel talent list -w ws
    person  name             speaks as      for         consent        clips
    marit   Marit Lindqvist  executive.ceo  enterprise  to 2027-08-31  opening
    """
    doors = open_doors(frame.root())
    people, moved = people_of(doors), changes(doors)
    rows, ended = [], []
    for person in people:
        consent = person.consent
        holds = consent is not None and consent.given_on <= frame.day <= consent.until
        told = "none recorded" if consent is None else f"{'to' if holds else 'NOT IN FORCE, to'} {consent.until}"
        ended += [] if holds else [person.key]
        for_whom = ", ".join(person.speaks_for.segments) or "all"
        rows.append((person.key, person.name, ", ".join(person.speaks_as), for_whom, told, ", ".join(person.clips)))
    text = table(rows, ("person", "name", "speaks as", "for", "consent", "clips")) if rows else "nobody in talent.yaml"
    text += "".join(f"\nchanged: {change.text}" for change in moved)
    document = {"people": people, "without_consent": ended, "changed": [asdict(change) for change in moved]}
    frame.answer(document, text, LOOK if ended or moved else DONE)


@talent.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--for", "person", required=True, help="The person's key in talent.yaml.")
@click.option("--as", "name", default="portrait", show_default=True, help="portrait, or the clip's name.")
@click.option("--says", default="", help="What is said in the clip, word for word; @FILE reads it from a file.")
@click.option("--focus", help="Where the face is, in per cent of the picture, as 67,40; default: where it is found.")
@framed
def add(frame: Frame, file: Path, person: str, name: str, says: str, focus: str | None) -> None:
    """Take in a photograph (JPEG, PNG, WebP) or a recorded clip (MP4, MOV, WebM) of a person.

    The file is read in a process of its own without network; a clip is trimmed, levelled to -16 LUFS and re-encoded.
    A face is looked for: in a clip one must be there, alone, whole, in one place and the same throughout (see `looked_at`).

    \b
    $ vitalreel talent add opening.mov -w ws --for marit --as opening --says @opening.txt --focus 67,40
    marit, opening: 12.4 s at -16.0 LUFS, 1.2 s and 0.8 s cut at the ends, kept as 5f0a…
    """
    added = take(open_doors(frame.root()), file, person, name, _words(says), _focus(focus), open_finder())
    frame.answer(asdict(added), _text(added), LOOK if added.notes else DONE)


@talent.command()
@click.option("--for", "person", required=True, help="The person's key in talent.yaml.")
@click.option("--as", "name", required=True, help="The clip's name.")
@click.option("--says", required=True, help="What is said, word for word; @FILE reads it from a file.")
@click.option("--avatar", required=True, help="The person's avatar at the service.")
@click.option("--voice", required=True, help="The voice's id at the service.")
@framed
def present(frame: Frame, person: str, name: str, says: str, avatar: str, voice: str) -> None:
    """Have a presenter service (HeyGen; VITALREEL_HEYGEN_KEY) show a person speaking, under a consent for it.

    Wherever the clip is shown, the screen says from first frame to last that a computer made it.

    
    $ vitalreel talent present -w ws --for marit --as opening --says @opening.txt --avatar marit_office --voice 1bd0…
    marit, opening: 12.4 s at -16.0 LUFS, 0.0 s and 0.2 s cut at the ends, kept as 5f0a…
    """
    words = _words(says)
    added = show(open_doors(frame.root()), open_presenter(avatar, voice), person, name, words, open_finder())
    frame.answer(asdict(added), _text(added), LOOK if added.notes else DONE)


def _words(says: str) -> str:
    return Path(says[1:]).read_text(encoding="utf-8") if says.startswith("@") else says


def _text(added: Added) -> str:
    if added.length_s is None:
        text = f"{added.person}, {added.name}: kept as {added.media}"
    else:
        head, tail = added.cut_s
        text = (
            f"{added.person}, {added.name}: {added.length_s:.1f} s at {added.lufs:.1f} LUFS, {head:.1f} s and {tail:.1f} s cut "
            f"at the ends, kept as {added.media}"
        )
    return text + "".join(f"\nlook: {note}" for note in added.notes)


def _focus(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != 2 or not all(p.strip().replace(".", "", 1).isdigit() and float(p) <= 100 for p in parts):
        raise BadInput("--focus", f"cannot read {text!r}", "write it as 67,40: across and down in per cent")
    return float(parts[0]), float(parts[1])
