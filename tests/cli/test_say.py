"""`vitalreel say`: a line spoken, with what it was read as, for someone who tries a pronunciation."""

from __future__ import annotations

import json
import wave
from pathlib import Path

from click.testing import CliRunner

from vitalreel.cli.say import say
from vitalreel.store.workspace import create

LINE = "Hello Halden, use fell by 41%."


def test_a_line_is_spoken_and_shown_as_it_is_read(tmp_path: Path) -> None:
    """V9: spoken form, phonemes and the time of every word, as JSON and as a file one can play."""
    out = tmp_path / "line.wav"
    done = CliRunner().invoke(say, [LINE, "--draft", "--json", "--out", str(out), "--as-of", "2026-11-20"], env={})
    told = json.loads(done.output)

    assert "Hello Halden, use fell by forty-one per cent." == told["spoken"]
    assert ["Hello", "Halden", "use", "fell", "by", "forty-one", "per", "cent"] == [w["word"] for w in told["words"]]
    assert all(w["start_s"] < w["end_s"] <= told["duration_s"] for w in told["words"])
    assert all(p["phonemes"] for p in told["phonemes"])
    with wave.open(str(out)) as file:
        assert told["duration_s"] == round(file.getnframes() / file.getframerate(), 3)


def test_a_workspace_s_dictionary_is_heard(tmp_path: Path) -> None:
    """V9: a success manager hears the entry before the customer does."""
    root = tmp_path / "ws"
    create(root)
    (root / "pronunciations.yaml").write_text("{pronunciations: 1, accounts: {A-1: {Halden: /hɑldɛn/}}}", "utf-8")

    def read(*options: str) -> dict[str, object]:
        told: dict[str, object] = json.loads(
            CliRunner().invoke(say, [LINE, "--draft", "--json", "-w", str(root), *options]).output
        )
        return told

    assert ({}, {"Halden": "/hɑldɛn/"}) == (read()["sounds"], read("--account", "A-1")["sounds"])


def test_a_voice_that_is_not_there_ends_with_the_ones_that_are() -> None:
    """V9: a wrong option is no riddle."""
    done = CliRunner().invoke(say, [LINE, "--voice", "bf_ema"])

    assert (2, True) == (done.exit_code, "did you mean bf_emma?" in done.output)
