"""One voice a film: where it fails, the next one of the chain speaks the whole of it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services import speech as services
from vitalreel.edges import asking
from vitalreel.edges.voices.cache import Sentence, Take
from vitalreel.errors import BadInput, Refused, Unavailable
from vitalreel.settings import read_settings
from vitalreel.sound.casting import VoiceName
from vitalreel.steps.workshop import Workshop
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors, open_workshop

LINES = ("Hello there.", "Two people came.", "One left.")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[services.SpeechServer]:
    monkeypatch.setattr(asking, "wait", lambda _: None)
    with services.server() as running:
        yield running


def opened(root: Path, film: str, service: services.SpeechServer, assets: Path, key: str = services.KEY) -> Workshop:
    workspace = create(root)
    file = root / "vitalreel.yaml"
    before = file.read_text(encoding="utf-8").partition("\nfilm:")[0]
    file.write_text(f"{before}\nfilm: {{brand: larkspur, listen: never, {film}}}\n", encoding="utf-8")
    environ = {**services.environment(service, key), "VITALREEL_ASSETS": str(assets), "VITALREEL_WORKERS": "1"}
    settings = read_settings(environ)
    return open_workshop(open_doors(workspace.root, settings), settings=settings)


def speak(shop: Workshop) -> list[Take]:
    return [taken.result() for taken in [shop.take(Sentence(line, {})) for line in LINES]]


def test_the_voice_of_the_segment_speaks_the_film(tmp_path: Path, service: services.SpeechServer, assets: Path) -> None:
    """V9: selectable by segment; nobody stands in where nothing fails."""
    with opened(tmp_path / "ws", "voice: hibari, voices: {enterprise: 'openai:nova'}", service, assets) as shop:
        enterprise, _, stood = shop.cast("enterprise", speak)
        other, _, _ = shop.cast("long_tail", speak)

    assert (True, True, ()) == ("openai" in enterprise.voice.name, "hibari" in other.voice.name, stood)
    assert list(LINES) == [asked["input"] for _, _, asked in service.asked]


def test_the_voice_of_whoever_speaks_comes_before_the_segment_s(
    tmp_path: Path, service: services.SpeechServer, assets: Path
) -> None:
    """V8, V9: and where it fails the segment's tells the film; drafts keep their own."""
    hibari, nova = VoiceName("hibari", "hibari"), VoiceName("openai", "nova")
    with opened(tmp_path / "ws", "voice: 'openai:alloy', stand_ins: [hibari]", service, assets) as shop:
        service.troubles = [503, 503, 503, 503]
        shop, _, stood = shop.cast("enterprise", speak, nova)
        light, _, none = shop.cast("enterprise", speak, hibari)
        draft, _, _ = replace(shop, draft=True).cast("enterprise", speak, nova)

    assert (["openai:nova"], ()) == ([one.voice for one in stood], none)
    assert ("alloy" in shop.voice.name, "hibari" in light.voice.name, "alloy" in draft.voice.name) == (True, True, True)


def test_a_voice_that_fails_in_the_middle_speaks_none_of_the_film(
    tmp_path: Path, service: services.SpeechServer, assets: Path
) -> None:
    """V9: two voices in one film would be worse than the plainer one; the film says who failed, and why."""
    service.troubles = [None, None, 503, 503, 503, 503]
    with opened(tmp_path / "ws", "voice: 'openai:nova', stand_ins: [hibari]", service, assets) as shop:
        hand, takes, stood = shop.cast("long_tail", speak)
        again, _, later = shop.cast("long_tail", speak)

    assert "hibari" in hand.voice.name
    assert ["Hello", "Two", "One"] == [t.speech.words[0].text for t in takes]
    assert [("openai:nova", True)] == [(one.voice, "HTTP 503" in one.reason) for one in stood]
    assert ("hibari" in again.voice.name, ()) == (True, later)  # it is left alone for a while
    assert 6 == service.tries


def test_a_key_that_is_not_accepted_lets_the_next_one_speak(
    tmp_path: Path, service: services.SpeechServer, assets: Path
) -> None:
    """V9: a revoked key does not stop the films of the night."""
    with opened(tmp_path / "ws", "voice: 'openai:nova', stand_ins: [hibari]", service, assets, "old") as shop:
        hand, _, (stood,) = shop.cast("long_tail", speak)

    assert "hibari" in hand.voice.name
    assert "set VITALREEL_OPENAI_KEY" in stood.reason


def test_without_a_stand_in_the_film_fails_with_its_voice(
    tmp_path: Path, service: services.SpeechServer, assets: Path
) -> None:
    """V9: the error is the service's; with several, all are told."""
    with (
        opened(tmp_path / "a", "voice: 'openai:nova'", service, assets, "old") as shop,
        pytest.raises(Refused, match="key"),
    ):
        shop.cast("long_tail", speak)
    chain = "voice: 'openai:nova', stand_ins: ['azure:en-GB-SoniaNeural']"
    with opened(tmp_path / "b", chain, service, assets, "old") as shop, pytest.raises(Unavailable) as told:
        shop.cast("long_tail", speak)

    assert ("openai:nova" in str(told.value), "azure:en-GB-SoniaNeural" in str(told.value)) == (True, True)


def test_what_no_voice_can_read_is_not_asked_of_the_next(
    tmp_path: Path, service: services.SpeechServer, assets: Path
) -> None:
    """V9, P4: a name without a sound is the dictionary's business."""

    def unreadable(shop: Workshop) -> Take:
        return shop.take(Sentence("Hello 渡辺.", {})).result()

    film = "voice: 'openai:nova', stand_ins: [hibari]"
    with opened(tmp_path / "ws", film, service, assets) as shop, pytest.raises(BadInput, match=r"pronunciations\.yaml"):
        shop.cast("long_tail", unreadable)
    assert 0 == service.tries
