"""Who speaks: by workspace, segment and brand, who stands in, and what a slip is answered with."""

from __future__ import annotations

import pytest

from vitalreel.errors import BadConfiguration
from vitalreel.sound.casting import KOKORO, Casting, VoiceName, read_casting, read_voice

EMMA, HEART = VoiceName("kokoro", "bf_emma"), VoiceName("kokoro", "af_heart")


def test_there_are_two_american_and_two_british_voices() -> None:
    """V9: several voices, a woman's and a man's of either kind."""
    assert {"American woman": 1, "American man": 1, "British woman": 1, "British man": 1} == {
        kind: list(KOKORO.values()).count(kind) for kind in KOKORO.values()
    }


def test_a_segment_s_voice_comes_before_the_workspace_s_and_that_before_the_brand_s() -> None:
    """V9: selectable for each; without any, the first that is shipped speaks."""
    casting = read_casting({"voice": "bf_emma", "voices": {"enterprise": "azure:en-GB-SoniaNeural"}}, "film")

    assert "azure:en-GB-SoniaNeural" == str(casting.chain("enterprise", "bm_george")[0])
    assert (EMMA,) == casting.chain("long_tail", "bm_george")
    assert "bm_george" == str(Casting().chain(None, "bm_george")[0])
    assert (HEART,) == Casting().chain()


def test_stand_ins_follow_each_once() -> None:
    """V9: a film is spoken whole by the first that can."""
    casting = read_casting({"voice": "openai:nova", "stand_ins": ["af_heart", "openai:nova", "hibari"]}, "film")

    assert ["openai:nova", "af_heart", "hibari"] == [str(name) for name in casting.chain()]


def test_whose_reading_a_voice_uses() -> None:
    """V9: a British voice says a name the British way."""
    assert [True, False, True, False] == [
        read_voice(v, "voice").british for v in ("bf_emma", "af_heart", "azure:en-GB-SoniaNeural", "openai:ballad")
    ]


@pytest.mark.parametrize(
    ("film", "said"),
    [
        (
            {"voice": "emma"},
            r"film\.voice: no voice 'emma'; did you mean bf_emma\? use af_heart, am_fenrir, bf_emma, bm_george",
        ),
        ({"voice": 7}, "no voice 7"),
        ({"voice": "azure:"}, "no voice 'azure:'"),
        ({"voice": "polly:Amy"}, "azure:NAME"),
        ({"voices": ["bf_emma"]}, r"film\.voices.*not a mapping"),
        ({"voices": {"enterprise": "x"}}, r"film\.voices\.enterprise: no voice 'x'"),
        ({"stand_ins": "hibari"}, r"film\.stand_ins.*not a list"),
        ({"stand_ins": ["nobody"]}, r"film\.stand_ins: no voice 'nobody'"),
    ],
)
def test_a_voice_that_is_not_there_is_answered_with_those_that_are(film: dict[str, object], said: str) -> None:
    """V9: a typing error is named with its place, before anything is spoken."""
    with pytest.raises(BadConfiguration, match=said):
        read_casting(film, "film")
