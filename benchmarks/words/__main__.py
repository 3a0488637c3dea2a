"""Speak, mix, listen: `python -m benchmarks.words [--voices ...] [--modules ...] [--keep]`.

Every voice speaks ten sentences of business and the narration of whole films, each laid under music as films are; the finished
track is given to a recogniser. Told are CPU seconds a second of speech, the words a listener would have got wrong outside
names (target: 6 in 100 at most), the numbers that were not heard (target: none), and how far the voice's word times lie from
those of forced alignment. --keep writes the table into benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from itertools import chain

import numpy as np

from benchmarks.machine import ROOT, keep, stated
from benchmarks.words.errors import word_errors
from benchmarks.words.narrations import Narration, films, sentences
from vitalreel.edges.recognisers.whisper import Whisper
from vitalreel.edges.voices.alignment import aligned
from vitalreel.edges.voices.cache import CachedVoice
from vitalreel.edges.voices.english import English, words
from vitalreel.ports import Speech
from vitalreel.settings import read_settings
from vitalreel.sound.casting import KOKORO, VoiceName, read_voice
from vitalreel.sound.heard import missing, numbers
from vitalreel.sound.mix import RATE_HZ, Cue, mix
from vitalreel.sound.music import bed
from vitalreel.wiring import voice_maker

PAUSE_S, LEAD_S, END_S = 0.6, 0.8, 4.5
BENCH = ROOT / "var" / "bench"


@dataclass(frozen=True, slots=True)
class Heard:
    """One narration by one voice, as it was heard."""

    voice: str
    narration: str
    speech_s: float
    a_minute: float  # words, pauses between sentences included
    cpu_s: float | None  # of speaking it, when its takes were made; None where that was not by this benchmark
    errors: int
    words: int
    numbers: int
    lost: tuple[str, ...]
    early_s: tuple[float, ...]  # the voice's word starts before those of the alignment


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--voices", nargs="*", default=[*KOKORO, "hibari"])
    asked.add_argument("--modules", nargs="*", default=[], help="films to hear besides the ten sentences")
    asked.add_argument("--music", default="calm", help="a family of beds")
    asked.add_argument("--keep", action="store_true", help="write the table into benchmarks/results.md")
    options = asked.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"  # the recogniser's weights come from a package, never from a hub
    told = [sentences(), *(films(options.modules, BENCH / "company") if options.modules else [])]
    heard = [_hear(read_voice(v, "--voices"), n, options.music) for v in options.voices for n in told]
    table = _table(heard, options.music)
    print(table)
    if options.keep:
        keep("Words heard", "make bench-words", table)


def _hear(name: VoiceName, narration: Narration, music: str) -> Heard:
    speeches, cpu_s = _speak(name, narration)
    starts = np.cumsum([LEAD_S, *(len(s.samples) / s.rate_hz + PAUSE_S for s in speeches)])
    cues = [
        Cue(float(at), s.samples, s.rate_hz, tuple((w.start_s, w.end_s) for w in s.words))
        for at, s in zip(starts, speeches, strict=False)
    ]
    length_s = float(starts[-1]) + END_S
    track = mix(cues, length_s, bed(music, length_s, 7)).mean(axis=1)
    text = " ".join(word.text for word in Whisper().hear(track, RATE_HZ))
    said = " ".join(narration.lines)
    wrong, count = word_errors(said, text, narration.names)
    lost = tuple(map(str, missing(said, text)))
    early = tuple(chain.from_iterable(_early(line, s, name) for line, s in zip(narration.lines, speeches, strict=True)))
    speech_s = sum(len(s.samples) / s.rate_hz for s in speeches)
    a_minute = 60 * sum(len(s.words) for s in speeches) / (speech_s + PAUSE_S * (len(speeches) - 1))
    return Heard(
        str(name),
        narration.title,
        speech_s,
        a_minute,
        _kept(str(name), narration.title, cpu_s),
        wrong,
        count,
        len(numbers(said)),
        lost,
        early,
    )


def _speak(name: VoiceName, narration: Narration) -> tuple[list[Speech], float | None]:
    voice = CachedVoice(voice_maker(name, read_settings()), BENCH / "takes")
    there = len(list((BENCH / "takes").rglob("*.take")))
    voice.speak("Ready.", {})  # the model is loaded before the clock starts
    began = time.process_time()
    speeches = [voice.speak(line, {}) for line in narration.lines]
    spent = time.process_time() - began
    fresh = len(list((BENCH / "takes").rglob("*.take"))) - there
    return speeches, spent if fresh >= len(set(narration.lines)) else None


def _kept(voice: str, narration: str, cpu_s: float | None) -> float | None:
    """The cost of speaking, from the run that spoke."""
    path, key = BENCH / "spoken.json", f"{voice}: {narration}"
    costs: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if cpu_s is not None:
        costs[key] = cpu_s
        path.write_text(json.dumps(costs, indent=1), encoding="utf-8")
    return costs.get(key)


def _early(line: str, speech: Speech, name: VoiceName) -> list[float]:
    english = English(name.british)
    found = words(line, aligned(speech.samples, speech.rate_hz, english.tokens(line, {}), english))
    return [word.start_s - other.start_s for word, other in zip(speech.words, found, strict=True)]


def _table(heard: list[Heard], music: str) -> str:
    rows = [
        f"{stated()}. Spoken with {PAUSE_S} s pauses over a {music} bed, mixed to -16 LUFS, heard by Whisper tiny.en (int8)"
        ", told no names. Word errors by the letter, names left out; numbers by value. Word starts: the voice's own after"
        " those of forced alignment.",
        "",
        "| voice | narration | speech, s | words a minute | CPU s a s | words wrong | numbers lost | word starts: median, 90 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for h in heard:
        cpu = "-" if h.cpu_s is None else f"{h.cpu_s / h.speech_s:.3f}"
        middle = float(np.median(h.early_s))
        spread = float(np.percentile(np.abs(np.array(h.early_s) - middle), 90))
        lost = f"{len(h.lost)} of {h.numbers}" + (f" ({', '.join(h.lost)})" if h.lost else "")
        wrong = f"{h.errors} of {h.words}, {100 * h.errors / h.words:.1f}%"
        starts = f"{middle:+.3f} s, {spread:.3f} s"
        cells = (h.voice, h.narration, f"{h.speech_s:.1f}", f"{h.a_minute:.0f}", cpu, wrong, lost, starts)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
