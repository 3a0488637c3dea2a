"""Speech services over real sockets: what is sent, what is made of the answer, and what becomes of every way to fail."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from tests.services import speech as services
from vitalreel.edges import asking
from vitalreel.edges.asking import Question, ask
from vitalreel.edges.voices.foreign import respelled, wav
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.ports import Voice
from vitalreel.settings import read_settings
from vitalreel.sound.casting import read_voice
from vitalreel.wiring import open_voice

LINE = "Hello Siobhan, forty-one per cent."
SPOKEN = services.voiced(LINE)
MAKES = list(services.VOICES)


@pytest.fixture
def service() -> Iterator[services.SpeechServer]:
    with services.server() as running:
        yield running


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before a service is asked again, not waited for."""
    made: list[float] = []
    monkeypatch.setattr(asking, "wait", made.append)
    return made


def opened(make: str, service: services.SpeechServer, key: str = services.KEY) -> Voice:
    voice = open_voice(
        read_voice(f"{make}:{services.VOICES[make]}", "test"), read_settings(services.environment(service, key))
    )
    voice.timeout_s = 2.0  # type: ignore[attr-defined]
    return voice


# What is sent


def test_openai_is_asked_as_documented(service: services.SpeechServer) -> None:
    """V9: POST /v1/audio/speech with model, voice, input and format; a name is sent as it sounds."""
    opened("openai", service).speak(LINE, {"Siobhan": "shi vawn"})
    ((path, _, asked),) = service.asked

    assert "/v1/audio/speech" == path
    assert {
        "model": "gpt-4o-mini-tts", "voice": "nova", "input": "Hello shi vawn, forty-one per cent.", "response_format": "wav",
    } == asked  # fmt: skip


def test_elevenlabs_is_asked_as_documented(service: services.SpeechServer) -> None:
    """V9: POST /v1/text-to-speech/{voice}/with-timestamps; phonemes are spelt out, since not every model reads them."""
    opened("elevenlabs", service).speak(LINE, {"Siobhan": "/ʃɪvˈɔn/"})
    ((path, _, asked),) = service.asked

    assert "/v1/text-to-speech/rachel/with-timestamps?output_format=pcm_24000" == path
    assert ("eleven_multilingual_v2", "Hello shihvawn, forty-one per cent.") == (asked["model_id"], asked["text"])


def test_azure_is_asked_as_documented(service: services.SpeechServer) -> None:
    """V9: SSML with the voice, the dictionary's phonemes in IPA, and text that cannot break out of it."""
    text = "Hello Siobhan, <b>R&D</b> and Wei."
    opened("azure", service).speak(text, {"Siobhan": "/ʃɪvˈɔn/", "Wei": "way"})
    ((path, headers, ssml),) = service.asked

    assert "/cognitiveservices/v1" == path
    assert "riff-24khz-16bit-mono-pcm" == headers["x-microsoft-outputformat"]
    assert '<phoneme alphabet="ipa" ph="ʃɪvˈɔn">Siobhan</phoneme>, &lt;b&gt;R&amp;D&lt;/b&gt;' in ssml
    assert 'xml:lang="en-GB"' in ssml and '<sub alias="way">Wei</sub>' in ssml


@pytest.mark.parametrize(
    ("sound", "letters"), [("shi vawn", "shi vawn"), ("/ʃɪvˈɔn/", "shihvawn"), ("/ʤˈOnz/", "johnz")]
)
def test_phonemes_are_spelt_for_those_that_read_letters(sound: str, letters: str) -> None:
    """V9: the pronunciation dictionary reaches every voice."""
    assert letters == respelled(sound)


# What is made of the answer


@pytest.mark.parametrize("make", MAKES)
def test_words_are_found_where_they_are_heard(make: str, service: services.SpeechServer) -> None:
    """V9: the servers speak with a voice whose times are known; those found lie within a tenth of a second of them."""
    found = opened(make, service).speak(LINE, {})
    late = [w.start_s - true.start_s for w, true in zip(found.words, SPOKEN.words, strict=True)]

    assert [w.text for w in SPOKEN.words] == [w.text for w in found.words]
    assert max(map(abs, late)) < 0.13
    assert max(later - earlier for earlier, later in pairwise(sorted(late))) < 0.1


def test_without_its_times_elevenlabs_is_aligned(service: services.SpeechServer) -> None:
    """V9: `alignment` may be null; the words are found all the same."""
    service.alignment = False
    found = opened("elevenlabs", service).speak(LINE, {})

    assert [w.text for w in SPOKEN.words] == [w.text for w in found.words]


def test_times_of_another_text_are_not_believed(service: services.SpeechServer) -> None:
    """V9: a service that rewrote the text tells times of its own words; the sound is asked instead."""

    def rewritten(body: bytes) -> bytes:
        told = json.loads(body)
        told["alignment"]["characters"][0] = "J"
        told["alignment"]["character_start_times_seconds"] = [0.0] * len(told["alignment"]["characters"])
        return json.dumps(told).encode()

    service.troubles = [rewritten]
    found = opened("elevenlabs", service).speak(LINE, {})

    assert abs(found.words[-1].start_s - SPOKEN.words[-1].start_s) < 0.13


@pytest.mark.parametrize("make", ["openai", "azure"])
def test_wav_of_another_rate_and_of_unknown_length_is_taken(make: str, service: services.SpeechServer) -> None:
    """V9: streaming servers do not know the length; self-hosted ones have rates of their own."""
    service.open_length, service.rate_hz = True, 44_100
    found = opened(make, service).speak(LINE, {})

    assert 24_000 == found.rate_hz
    assert len(found.samples) == pytest.approx(len(SPOKEN.samples), abs=2_400)


# Ways to fail


@pytest.mark.parametrize("make", MAKES)
def test_a_key_that_is_not_accepted_is_told_once(
    make: str, service: services.SpeechServer, pauses: list[float]
) -> None:
    """V9: 401 names the variable to set, shows no key, and is not tried again."""
    with pytest.raises(Refused, match=r"key is not accepted \(HTTP 401.*set VITALREEL_") as told:
        opened(make, service, "wrong-key").speak(LINE, {})

    assert (1, []) == (service.tries, pauses)
    assert "wrong-key" not in str(told.value) + repr(told.value.__cause__) + repr(opened(make, service, "wrong-key"))


def test_a_request_that_is_not_accepted_says_why(service: services.SpeechServer, pauses: list[float]) -> None:
    """V9: the service's own sentence reaches the person who chose the voice."""
    voice = open_voice(read_voice("openai:nobody", "test"), read_settings(services.environment(service)))

    with pytest.raises(Refused, match="Invalid value for 'voice': 'nobody'"):
        voice.speak(LINE, {})
    assert (1, []) == (service.tries, pauses)


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("trouble", [429, 500, 503, "hang up", "cut", "stall"])
def test_passing_trouble_is_asked_again(
    make: str, trouble: object, service: services.SpeechServer, pauses: list[float]
) -> None:
    """V9, P6: a busy or broken service costs a pause, not the film."""
    voice = opened(make, service)
    voice.timeout_s = 2.0 if trouble == "stall" else 30.0  # type: ignore[attr-defined]
    service.troubles = [trouble]
    found = voice.speak(LINE, {})

    assert len(SPOKEN.words) == len(found.words)
    assert (2, [0.5]) == (service.tries, pauses)


def test_trouble_that_stays_ends_with_what_it_was(service: services.SpeechServer, pauses: list[float]) -> None:
    """V9, P6: growing pauses, a service's own wish heeded, then an error that says a retry may help."""
    service.troubles, service.retry_after = [429, 503, 500, 429], "3"

    with pytest.raises(Unavailable, match=r"HTTP 429: told to say 429 \(4 tries\)") as told:
        opened("openai", service).speak(LINE, {})
    assert ([3.0, 1.0, 2.0], True) == (pauses, told.value.retry)


def test_a_moved_address_is_told_and_the_key_goes_nowhere(service: services.SpeechServer, pauses: list[float]) -> None:
    """V9: a redirect would carry the key to another host."""
    service.troubles = [307]

    with pytest.raises(Refused, match="HTTP 307"):
        opened("openai", service).speak(LINE, {})
    assert 1 == service.tries


def test_nobody_at_the_address_is_unavailable(pauses: list[float]) -> None:
    """V9: the chain of voices goes on from here."""
    question = Question("voice x", "http://127.0.0.1:9/v1", {}, b"{}", "X")

    with pytest.raises(Unavailable, match=r"voice x is not available: .*refused"):
        ask(question)


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def half_document(body: bytes) -> bytes:
    told = json.loads(body)
    sound = base64.b64decode(told["audio_base64"])
    return json.dumps(
        told | {"audio_base64": base64.b64encode(sound[: len(sound) // 4 * 2]).decode(), "alignment": None}
    ).encode()


def silent(body: bytes) -> bytes:
    return body[:56] + bytes(len(body) - 56)


@pytest.mark.parametrize(
    ("make", "spoil", "said"),
    [
        ("openai", half, "cut short"),
        ("azure", half, "cut short"),
        ("elevenlabs", half, "no JSON"),
        ("elevenlabs", half_document, "cut short"),
        ("openai", silent, "silent"),
        ("openai", lambda body: b"ID3" + body, "no WAV"),
        ("openai", lambda body: b"", "no WAV"),
        ("openai", lambda body: body[:44], "no sound"),
        ("elevenlabs", lambda body: b"[]", "not the documented one"),
        ("elevenlabs", lambda body: b'{"audio_base64": "*"}', "cannot be unpacked"),
    ],
)
def test_sound_that_is_not_the_sentence_never_becomes_a_take(
    make: str, spoil: services.Spoil, said: str, service: services.SpeechServer
) -> None:
    """V9, V14: half a sentence, silence or another format is refused, and a later try may help."""
    service.troubles = [spoil]

    with pytest.raises(Unavailable, match=said):
        opened(make, service).speak(LINE, {})


def test_a_float_wav_in_stereo_is_read() -> None:
    """V9: what some self-hosted servers send."""
    body = np.repeat(np.array([0.5, -0.25], "<f4"), 2).tobytes()
    head = b"fmt " + (16).to_bytes(4, "little") + (3).to_bytes(2, "little") + (2).to_bytes(2, "little")
    head += (22_050).to_bytes(4, "little") + bytes(6) + (32).to_bytes(2, "little")
    samples, rate = wav(b"RIFF\0\0\0\0WAVE" + head + b"data" + len(body).to_bytes(4, "little") + body)

    assert (22_050, [0.5, -0.25]) == (rate, list(samples))


# Configuration


@pytest.mark.parametrize(
    ("voice", "environ", "said"),
    [
        ("elevenlabs:rachel", {}, "set VITALREEL_ELEVENLABS_KEY"),
        ("azure:en-GB-SoniaNeural", {"VITALREEL_AZURE_SPEECH_KEY": "k"}, "VITALREEL_AZURE_SPEECH_REGION"),
        ("azure:en-GB-SoniaNeural", {"VITALREEL_AZURE_SPEECH_REGION": "uksouth"}, "set VITALREEL_AZURE_SPEECH_KEY"),
        ("openai:nova", {"VITALREEL_OPENAI_URL": "localhost:8080"}, "VITALREEL_OPENAI_URL"),
    ],
)
def test_a_service_that_is_not_configured_says_which_variable(voice: str, environ: dict[str, str], said: str) -> None:
    """V9: secrets come from the environment only."""
    with pytest.raises(BadInput, match=said):
        open_voice(read_voice(voice, "test"), read_settings(environ))


def test_keys_do_not_show_in_settings() -> None:
    """S: what is logged or raised holds no secret."""
    settings = read_settings({"VITALREEL_OPENAI_KEY": "sk-secret", "VITALREEL_AZURE_SPEECH_REGION": "uksouth"})

    assert "sk-secret" not in repr(settings)
    assert "https://uksouth.tts.speech.microsoft.com" == settings.speech["azure"].url
