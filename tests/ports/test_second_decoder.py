"""Written slices are H.264, not something one decoder happens to take: two decoders by different people see the same pictures."""

from __future__ import annotations

from functools import cache

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.ports.test_encoder_contract import MAKES, MOVES, encode
from tests.services import openh264
from tests.video.boards import board, faces, film, kit
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.edges.encoders.inspect import annex_b
from vitalreel.ports import VideoRendition
from vitalreel.video.film import frames

SCENES = {scene.kind: scene for scene in film() if scene.kind in ("line", "columns", "nextstep")}


def access_units(rendition: VideoRendition) -> list[bytes]:
    """Each packet as a byte stream of its own; parameter sets before key pictures."""
    sets = b"".join(b"\0\0\0\1" + one for one in (rendition.sps, rendition.pps))
    return [(sets if packet.key else b"") + annex_b(packet.data) for packet in rendition.packets]


def by_libavcodec(units: list[bytes]) -> list[NDArray[np.uint8]]:
    decoder = av.CodecContext.create("h264", "r")
    shown = [frame for unit in units for frame in decoder.decode(av.Packet(unit))] + decoder.decode(None)
    return [frame.to_ndarray() for frame in shown]


@cache
def rendered(kind: str) -> VideoRendition:
    """A real scene, small, with a key picture in the middle of its rest."""
    one = SCENES[kind]
    return SkipEncoder(gop_s=1.5).encode(frames(one, board([one]), kit(), faces()), 480, 270, 30)


@pytest.mark.parametrize("make", MAKES)
def test_both_decoders_see_the_same_pictures(make: str) -> None:
    """Bit for bit, with nothing hidden or mended (V10)."""
    units = access_units(encode(make))
    one, other = by_libavcodec(units), openh264.pictures(units)

    assert (len(MOVES), len(MOVES)) == (len(one), len(other))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_both_decoders_see_the_same_film() -> None:
    """Three scenes end to end, at every joint too: frame_num starts anew with each key picture."""
    renditions = [rendered(kind) for kind in SCENES]
    units = [unit for rendition in renditions for unit in access_units(rendition)]
    one, other = by_libavcodec(units), openh264.pictures(units)

    assert sum(scene.frames for scene in SCENES.values()) == len(one) == len(other)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert sum(len(p.data) < 64 for r in renditions for p in r.packets) > 100  # written slices are among them


def test_the_second_decoder_would_notice() -> None:
    """A slice with a number that skips one is reported, so that silence above means something."""
    rendition = encode("skip")
    units = access_units(rendition)
    del units[5]

    with pytest.raises(AssertionError, match="OpenH264 reports"):
        openh264.pictures(units)


def test_a_machine_without_the_second_decoder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """V10: the proof by two decoders is not left out in silence; only who sets SKIP_SYSTEM=1 goes without."""
    monkeypatch.setattr(openh264, "NAMES", ("libnosuchdecoder.so",))
    monkeypatch.delenv("SKIP_SYSTEM", raising=False)
    with pytest.raises(pytest.fail.Exception, match=r"NO SECOND DECODER.*SKIP_SYSTEM=1 to go without"):
        openh264.pictures([])
    monkeypatch.setenv("SKIP_SYSTEM", "1")
    with pytest.raises(pytest.skip.Exception, match="NO SECOND DECODER"):
        openh264.pictures([])
