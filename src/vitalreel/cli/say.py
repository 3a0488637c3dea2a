"""`say`: one line spoken as a film would speak it, with what it is read as and when each word is heard."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.errors import BadInput
from vitalreel.settings import read_settings
from vitalreel.sound.casting import DRAFT, Casting, read_voice
from vitalreel.steps.say import Said, speak, wav
from vitalreel.store.workspace import shipped_dictionary
from vitalreel.wiring import kit_of, open_doors, open_voice


@click.command()
@click.argument("text")
@click.option(
    "--voice", help="The voice (default: the workspace's, or af_heart): af_heart, bf_emma, hibari, azure:NAME ..."
)
@click.option("--draft", is_flag=True, help="The light voice: hibari.")
@click.option("--account", help="Use the pronunciations of this account, by its id.")
@click.option("--contact", help="Use the pronunciations of this contact, by its id.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write what is spoken to this WAV file.")
@framed
def say(
    frame: Frame, text: str, voice: str | None, draft: bool, account: str | None, contact: str | None, out: Path | None
) -> None:
    """Speak one line as a film would: try a voice, or a name's pronunciation.

    \b
    $ vitalreel say "Hello Siobhan, use fell by 41%." --draft --out hello.wav
    Hello Siobhan, use fell by forty-one per cent.
    hˈɛlO ʃˈIvˈɔn jˈuz fˈɛl bˈI fˈɔɹti-wˈʌn pˈɜɹ sˈɛnt
    3.3 s, hibari, in hello.wav
    """
    if out is not None and out.suffix.lower() != ".wav":
        raise BadInput("--out", f"{out} is no .wav file", "speech is written as WAV")
    doors = None if frame.workspace is None else open_doors(frame.root())
    if draft or voice:
        name = read_voice(DRAFT if draft else voice, "--voice")
    else:
        name = (doors.programme.film.casting.chain(brand=kit_of(doors).voice) if doors else Casting().chain())[0]
    dictionary = doors.workspace.dictionary() if doors else shipped_dictionary()
    sounds = dictionary.sounds(account, contact)
    said = speak(text, open_voice(name, read_settings()), name.british, sounds, frame.day)
    if out is not None:
        out.write_bytes(wav(said.speech))
    frame.answer(_document(said, out), _text(said, str(name), out))


def _document(said: Said, out: Path | None) -> dict[str, object]:
    return {
        "text": said.text, "spoken": said.spoken, "voice": said.voice, "duration_s": round(said.length_s, 3),
        "phonemes": [{"word": word, "phonemes": sound} for word, sound in said.phonemes], "sounds": dict(said.sounds),
        "words": [{"word": w.text, "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3)} for w in said.words],
        "file": None if out is None else str(out),
    }  # fmt: skip


def _text(said: Said, voice: str, out: Path | None) -> str:
    rows = [(w.text, f"{w.start_s:.2f}", f"{w.end_s:.2f}") for w in said.words]
    sounds = "".join(f"{word}: {sound}\n" for word, sound in said.sounds.items())
    end = f"{said.length_s:.1f} s, {voice}" + (f", in {out}" if out else "")
    read = " ".join(sound for _, sound in said.phonemes)
    return f"{said.spoken}\n{read}\n{sounds}{table(rows, ('word', 'from', 'to'))}\n{end}"
