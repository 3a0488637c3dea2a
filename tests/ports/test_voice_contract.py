"""One contract for every make of voice: words with times, offsets that point at the text, the same samples each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from tests.services import speech as services
from vitalreel.edges.voices.cache import CachedVoice, Sentence
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.edges.voices.kokoro import Kokoro
from vitalreel.errors import BadInput, Unavailable
from vitalreel.ports import Speech, Voice
from vitalreel.settings import read_settings
from vitalreel.sound.casting import KOKORO, read_voice
from vitalreel.steps.hands import Hands
from vitalreel.wiring import open_voice

ASSETS = Path(__file__).parents[2] / "var" / "assets"
PLAIN = "Forty-one per cent lower than last quarter."
HARD = (
    "$48,500 was due on 2026-10-12.",
    "Use fell by 41%, from 1,204 to 702.",
    "Siobhan O'Connor's team at Al-Husseini & Sons didn’t wait…",
    "Write to ana@halden.example or see vitalreel.example/a_b?c=1.",
    "“Quoted”—and (aside) [linked](not) re-onboarding; ARR, SaaS: 24/7!",
    "Łukasz Škvorecký  and\tRenée,\nnaïve café.",
)
EVERY = [
    pytest.param("hibari", id="hibari"),
    *(pytest.param(voice, id=voice, marks=pytest.mark.voice) for voice in KOKORO),
    *(pytest.param(f"{make}:{voice}", id=make) for make, voice in services.VOICES.items()),
]


@pytest.fixture(scope="module")
def service() -> Iterator[services.SpeechServer]:
    with services.server() as running:
        yield running


class Remembering:
    """A voice that is asked once for each line, since a second of the neural ones takes most of a second."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.said: dict[tuple[str, str], Speech] = {}

    @property
    def name(self) -> str:
        return self.voice.name

    def speak(self, text: str, sounds: Mapping[str, str]) -> Speech:
        key = (text, repr(sounds))
        if key not in self.said:
            self.said[key] = self.voice.speak(text, sounds)
        return self.said[key]


@pytest.fixture(scope="module", params=EVERY)
def voice(request: pytest.FixtureRequest, service: services.SpeechServer) -> Remembering:
    name = read_voice(request.param, "the test")
    if name.make == "kokoro" and not (ASSETS / "voice" / "kokoro.onnx").is_file():
        pytest.skip("the neural voice is not assembled: run `make setup`")
    environ = {**services.environment(service), "VITALREEL_ASSETS": str(ASSETS)}
    return Remembering(open_voice(name, read_settings(environ)))


def in_order(speech: Speech) -> bool:
    edges = [edge for word in speech.words for edge in (word.start_s, word.end_s)]
    return edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= len(speech.samples) / speech.rate_hz + 1e-9


def test_words_come_in_order_and_lie_inside_the_audio(voice: Voice) -> None:
    """V9: captions and scene timing are driven by these times."""
    speech = voice.speak(PLAIN, {})

    assert in_order(speech)
    assert [w.text for w in speech.words] == ["Forty-one", "per", "cent", "lower", "than", "last", "quarter"]


def test_every_word_takes_time(voice: Voice) -> None:
    """V9: a word without length could not be lit in a caption."""
    speech = voice.speak(PLAIN, {})

    assert all(w.end_s - w.start_s >= 0.05 for w in speech.words)


def test_samples_are_sound_between_minus_one_and_one(voice: Voice) -> None:
    """V9: silence or clipping is not speech."""
    speech = voice.speak(PLAIN, {})
    peak = float(np.max(np.abs(speech.samples)))

    assert speech.samples.dtype == np.float32
    assert 0.1 < peak <= 1


def test_ends_are_silent_so_that_joints_do_not_click(voice: Voice) -> None:
    """V14: sentences are laid one after another on the film's clock."""
    speech = voice.speak(PLAIN, {})

    assert [0.0, 0.0] == [float(speech.samples[0]), float(speech.samples[-1])]


def test_the_same_text_gives_the_same_samples(voice: Remembering) -> None:
    """V12: the same inputs give the same film."""
    first, again = voice.speak("Hello Siobhan.", {}), voice.voice.speak("Hello Siobhan.", {})

    assert first.words == again.words
    assert np.array_equal(first.samples, again.samples)


def test_an_override_changes_how_a_name_is_said_and_keeps_its_place(voice: Voice) -> None:
    """V9: the pronunciation dictionary reaches the voice."""
    text = "Hello Siobhan."
    plain, said = voice.speak(text, {}), voice.speak(text, {"Siobhan": "/ʃɪvˈɔn/"})

    assert (said.words[1].text, said.words[1].at) == ("Siobhan", 6)
    assert not np.array_equal(plain.samples, said.samples)


def test_text_with_nothing_to_say_is_refused(voice: Voice) -> None:
    """V9: an empty take would be a hole in the film."""
    with pytest.raises(BadInput, match="nothing to say"):
        voice.speak(" … ", {})


def test_a_name_the_voice_cannot_read_is_never_left_out(voice: Voice) -> None:
    """V9, P4: a silent gap where a customer's name belongs is refused, and the dictionary named."""
    with pytest.raises(BadInput, match=r"渡辺.*pronunciations\.yaml"):
        voice.speak("Hello 渡辺.", {})


@pytest.mark.parametrize("text", HARD)
def test_offsets_point_at_the_word_whatever_the_text_holds(text: str) -> None:
    """V9: money, dates, percentages, names, hyphens and addresses keep their own letters; all makes share this reading."""
    speech = HIBARI.speak(text, {})

    assert [w.text for w in speech.words] == [text[w.at : w.at + len(w.text)] for w in speech.words]
    assert in_order(speech)


def test_a_sentence_beyond_the_model_is_spoken_whole() -> None:
    """V9: the models take 510 phonemes; terms and lists can be longer."""
    text = ", ".join(f"the number {n} of the list" for n in ("one", "two", "three", "four", "five", "six") * 6) + "."
    speech = HIBARI.speak(text, {})

    assert in_order(speech)
    assert len(speech.words) == text.count(" ") + 1
    assert all(w.end_s > w.start_s for w in speech.words)


def test_a_name_of_two_words_shares_its_time() -> None:
    """V9: an override for a full name still leaves one time a word."""
    speech = HIBARI.speak("This is Wei Zhang's plan.", {"Wei Zhang": "/wˈA ʤˈɑŋ/"})
    wei, zhang = speech.words[2:4]

    assert ("Wei", "Zhang's") == (wei.text, zhang.text)
    assert wei.start_s < wei.end_s < zhang.start_s < zhang.end_s


def test_a_respelling_is_read_as_english() -> None:
    """V9: a CS manager writes how a name sounds without knowing phonemes."""
    plain, said = HIBARI.speak("Hello Siobhan.", {}), HIBARI.speak("Hello Siobhan.", {"Siobhan": "shi VAWN"})

    assert not np.array_equal(plain.samples, said.samples)


def test_a_sound_that_is_not_one_is_refused() -> None:
    """V9: a slip in the dictionary is named, not spoken."""
    with pytest.raises(BadInput, match=r"Siobhan.*'§'"):
        HIBARI.speak("Hello Siobhan.", {"Siobhan": "/ʃ§/"})


def test_a_voice_that_is_not_assembled_says_what_to_run(tmp_path: Path) -> None:
    """V9: an error names the thing and the remedy."""
    with pytest.raises(Unavailable, match="make setup"):
        Kokoro(tmp_path)


def test_an_unknown_voice_lists_the_known_ones(tmp_path: Path) -> None:
    """V9: a typing error in brand.yaml is answered with the choices."""
    with pytest.raises(BadInput, match="af_heart, am_fenrir, bf_emma, bm_george"):
        Kokoro(tmp_path, "emma")


# The store of takes


def test_a_sentence_is_spoken_once(tmp_path: Path) -> None:
    """V12: nothing is made twice; a stored take is the same as a fresh one."""
    fresh = CachedVoice(Hibari, tmp_path).take(Sentence(PLAIN, {})).result()
    stored = CachedVoice(Hibari, tmp_path).take(Sentence(PLAIN, {})).result()

    assert (False, True) == (fresh.again, stored.again)
    assert fresh.speech.words == stored.speech.words
    assert np.array_equal(fresh.speech.samples, stored.speech.samples)


def test_another_pronunciation_is_another_take(tmp_path: Path) -> None:
    """V12: a changed dictionary entry re-speaks the sentences it touches."""
    cached = CachedVoice(Hibari, tmp_path)
    takes = [cached.take(Sentence("Hello Siobhan.", sounds)) for sounds in ({}, {"Siobhan": "/ʃɪvˈɔn/"})]

    assert [False, False] == [t.result().again for t in takes]


@pytest.mark.parametrize("damage", [lambda d: d[:-100], lambda d: d[:200] + b"\0" + d[201:], lambda d: b""])
def test_a_damaged_take_is_made_again(tmp_path: Path, damage: object) -> None:
    """V12: a file cut short by a full disk or a kill never reaches a film."""
    fresh = CachedVoice(Hibari, tmp_path).speak(PLAIN, {})
    (file,) = tmp_path.rglob("*.take")
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    again = CachedVoice(Hibari, tmp_path).take(Sentence(PLAIN, {})).result()

    assert not again.again
    assert np.array_equal(fresh.samples, again.speech.samples)
    assert np.array_equal(fresh.samples, CachedVoice(Hibari, tmp_path).speak(PLAIN, {}).samples)


def test_many_sentences_are_spoken_by_several_processes_at_once(tmp_path: Path) -> None:
    """V9 V12: two cores speak a film in half the time; a sentence asked for twice is spoken once."""
    texts = ["One person.", "Two people came.", "Three.", "Four of them stayed on.", "Three."]
    hands = Hands(2)
    cached = CachedVoice(Hibari, tmp_path)
    takes = [cached.take(Sentence(t, {}), partial(hands.give, (0, 0))) for t in texts]
    spoken = [t.result() for t in takes]
    hands.close()

    assert [t.split()[0].strip(".") for t in texts] == [s.speech.words[0].text for s in spoken]
    assert [False, False, False, False, True] == [s.again for s in spoken]
    assert [True, True, True, True, False] == [s.cpu_s > 0 for s in spoken]
    assert not list(tmp_path.rglob("*.part"))


def _spoken_into(folder: Path) -> bytes:
    return CachedVoice(Hibari, folder).speak(PLAIN, {}).samples.tobytes()


def test_two_processes_that_speak_one_sentence_at_once_leave_one_whole_take(tmp_path: Path) -> None:
    """V12, P3: several workers share the store; a sentence may be made twice, a file is never torn."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        first, again = pool.map(_spoken_into, [tmp_path, tmp_path])
    stored = CachedVoice(Hibari, tmp_path).speak(PLAIN, {}).samples.tobytes()

    assert first == again == stored
    assert [".take"] == [path.suffix for path in tmp_path.rglob("*.*")]


HIBARI = Hibari()
