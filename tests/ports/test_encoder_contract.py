"""What encoders promise, run over every make: pictures with and without written repeats, colours by both kernels, sound."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.boards import board, face_files, kit, next_step
from vitalreel.edges import gl
from vitalreel.edges.encoders import hints
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.colour import Planes, fastest, with_numpy
from vitalreel.edges.encoders.h264 import SkipEncoder, _coded, _opened
from vitalreel.edges.encoders.h264_bits import IDR, SLICE, Bits, frame_num_bits, kind, renumbered
from vitalreel.errors import BadInput
from vitalreel.ports import Frame, PictureEncoder, Rect, VideoRendition
from vitalreel.steps.rendering import render_scene
from vitalreel.video.mp4 import fast_start, init_segment, picture_track, sound_track

W, H = 192, 108
MAKES: dict[str, PictureEncoder] = {
    "skip": SkipEncoder(gop_s=1.0),
    "plain": SkipEncoder(gop_s=1.0, skip=False),
    "untold": SkipEncoder(gop_s=1.0, hints=False),
    "draft": SkipEncoder(preset="ultrafast", quantiser=24, gop_s=1.0),
}
MOVES = (
    0,
    1,
    2,
    2,
    2,
    3,
    4,
    4,
    4,
    4,
    5,
    6,
    7,
    7,
    7,
    7,
    7,
    8,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    9,
    10,
    11,
    11,
    11,
)
"""Where a square stands, frame by frame: an equal number is an exact repeat; frame 30 is a repeat and a key picture."""


def pictures(moves: tuple[int, ...] = MOVES, height: int = H) -> Iterator[Frame]:
    pixels = np.full((height, W, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(W) // 2
    ground, last = pixels.copy(), None
    for move in moves:
        if last is not None and move == last:
            yield Frame(pixels, ())
            continue
        left = 8 + 10 * move
        pixels[:] = ground
        pixels[30:70, left : left + 40, :3] = (40, 200 - 9 * move, 90)
        area = Rect(max(0, left - 11), 30, left + 41, 70)
        yield Frame(pixels, None if last is None else (area,))
        last = move


def encode(make: str, moves: tuple[int, ...] = MOVES) -> VideoRendition:
    return MAKES[make].encode(pictures(moves), W, H, 30)


def decode(rendition: VideoRendition, height: int = H) -> list[np.ndarray]:
    data = fast_start(picture_track(rendition, W, height), rendition.packets)
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


@pytest.mark.parametrize("height", [H, H + 2])
@pytest.mark.parametrize("make", MAKES)
def test_every_picture_arrives_and_looks_as_it_was_drawn(make: str, height: int) -> None:
    """As many as were given, in order, within what a viewer could see (V14); also where four does not divide the height."""
    rendition = MAKES[make].encode(pictures(height=height), W, height, 30)
    shown, planes = decode(rendition, height), Planes(W, height)

    assert len(MOVES) == len(shown)
    for frame, picture in zip(pictures(height=height), shown, strict=True):
        planes.update(frame.pixels, frame.changed)
        error = np.mean((planes.buffer.astype(float) - picture) ** 2)
        assert 10 * np.log10(255**2 / max(error, 1e-9)) > 38  # dB


@pytest.mark.parametrize("make", MAKES)
def test_groups_are_closed_and_no_scene_ends_on_a_key_picture(make: str) -> None:
    """A key picture each second; the 31st of 31 would be one and is not: the next scene starts with its own (V10)."""
    keys = [i for i, packet in enumerate(encode(make).packets) if packet.key]
    last = [packet.key for packet in encode(make, MOVES[:31]).packets]

    assert [0, 30] == keys
    assert [True] + [False] * 30 == last


@pytest.mark.parametrize("make", MAKES)
def test_a_group_decodes_alone(make: str) -> None:
    """Segments are cut there, and viewers seek there."""
    whole = encode(make)
    tail = VideoRendition(whole.sps, whole.pps, whole.timescale, whole.packets[30:])

    assert all(np.array_equal(a, b) for a, b in zip(decode(whole)[30:], decode(tail), strict=True))


def test_all_makes_share_one_init_segment() -> None:
    """So a draft's scene and a final one may be joined, and preset or quantiser chosen by scene."""
    made = {init_segment(picture_track(encode(make), W, H)) for make in MAKES}

    assert 1 == len(made)


def test_the_same_pictures_give_the_same_bytes() -> None:
    """Cached scenes are found by what they were made of (V12)."""
    assert encode("skip") == encode("skip")


def test_written_repeats_decode_as_the_plain_stream_with_pictures_held() -> None:
    """Bit for bit: x264's own pictures are those of a stream that never repeats, and each repeat is the one before."""
    moving = tuple(dict.fromkeys(MOVES[:30]))
    plain = decode(MAKES["plain"].encode(pictures(moving), W, H, 30))
    expected = [plain[moving.index(move)] for move in MOVES[:30]]
    shown = decode(encode("skip", MOVES[:30]))

    assert all(np.array_equal(a, b) for a, b in zip(expected, shown, strict=True))


def test_a_repeat_costs_a_few_bytes() -> None:
    """It is one slice in which everything is skipped."""
    packets = encode("skip").packets
    repeats = [i for i in range(1, len(MOVES)) if MOVES[i] == MOVES[i - 1] and not packets[i].key]

    assert max(len(packets[i].data) for i in repeats) < 40


def test_slices_are_numbered_without_a_gap() -> None:
    """frame_num counts every picture since the key one (7.4.3); a gap would be reported as a lost picture."""
    rendition = encode("skip")
    width = frame_num_bits(rendition.sps)
    numbers = []
    for packet in rendition.packets:
        unit = packet.data[4:]
        if kind(unit) == IDR:
            numbers.append(0)
            continue
        bits = Bits(unit[1:12].replace(b"\0\0\3", b"\0\0"))
        assert kind(unit) == SLICE and (bits.ue(), bits.ue(), bits.ue()) == (0, 5, 0)
        numbers.append(bits.u(width))

    assert [(i % 30) % (1 << width) for i in range(len(MOVES))] == numbers


@given(st.integers(0, 2**16))
def test_renumbering_back_gives_the_slice_again(number: int) -> None:
    """Escapes are taken out and put back where the bytes need them (7.4.1)."""
    rendition = encode_once()
    width = frame_num_bits(rendition.sps)
    unit = rendition.packets[2].data[4:]

    assert unit == renumbered(renumbered(unit, number, width), 2, width)


_once: list[VideoRendition] = []


def encode_once() -> VideoRendition:
    if not _once:
        _once.append(encode("skip"))
    return _once[0]


def test_a_scene_without_a_first_picture_is_refused() -> None:
    """And one whose frames change size: neither can be a film."""
    with pytest.raises(BadInput, match="first picture"):
        MAKES["skip"].encode(iter(()), W, H, 30)
    with pytest.raises(BadInput, match="192 x 108"):
        MAKES["skip"].encode(pictures(), W + 2, H, 30)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.integers(0, 30), st.integers(1, 60), st.integers(1, 30))
def test_both_colour_kernels_give_the_same_integers(seed: int, left: int, top: int, wide: int, high: int) -> None:
    """A machine without a compiler makes the same film; odd areas are widened to even ones."""
    pixels = np.random.default_rng(seed).integers(0, 256, (64, 128, 4), np.uint8)
    fast, plain = Planes(128, 64, fastest()), Planes(128, 64, with_numpy)
    for planes in (fast, plain):
        planes.update(pixels, (Rect(left, top, left + wide, top + high),))

    assert np.array_equal(fast.buffer, plain.buffer)


@pytest.mark.parametrize(
    ("bgr", "yuv"),
    [
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((0, 0, 255), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((255, 0, 0), (32, 240, 118)),
    ],
)
def test_colours_are_bt709_in_limited_range(bgr: tuple[int, ...], yuv: tuple[int, ...]) -> None:
    """White, black and the primaries as ITU-R BT.709 gives them, rounded."""
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[..., :3] = bgr
    planes = Planes(4, 4)
    planes.update(pixels, None)

    assert yuv == (int(planes.y[0, 0]), int(planes.u[0, 0]), int(planes.v[0, 0]))


def test_the_stream_says_its_colours() -> None:
    """Players guess otherwise, and guess wrongly for small pictures."""
    data = fast_start(picture_track(encode("skip"), W, H), encode("skip").packets)
    with av.open(io.BytesIO(data)) as container:
        frame = next(container.decode(video=0))

    assert (1, 1) == (int(frame.colorspace), int(frame.color_range))


@pytest.mark.parametrize("seconds", [0.01, 1.0, 2.5])
def test_sound_comes_back_where_it_was(seconds: float) -> None:
    """Stereo stays stereo, and after the stated priming the first sample is the first."""
    count = int(48000 * seconds)
    at = np.arange(count) / 48000
    wave = np.stack([0.4 * np.sin(2 * np.pi * 300 * at), 0.2 * np.sin(2 * np.pi * 700 * at)], 1).astype(np.float32)
    made = AacEncoder().encode(wave, 48000)
    data = init_segment(sound_track(made))
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = made.config
    heard = np.concatenate([f.to_ndarray() for p in made.packets for f in decoder.decode(av.Packet(p.data))], axis=1)
    back = heard[:, made.priming : made.priming + count].T

    assert b"mp4a" in data
    assert count == len(back)
    assert np.sqrt(np.mean((back - wave) ** 2)) < 0.05


def test_sound_of_another_shape_is_refused() -> None:
    """Mono or nothing would shift every word."""
    for samples in (np.zeros(100, np.float32), np.zeros((0, 2), np.float32)):
        with pytest.raises(BadInput, match="shape"):
            AacEncoder().encode(samples, 48000)


def test_a_scene_drawn_in_a_process_of_its_own_is_the_same() -> None:
    """Scenes are spread over processes; where one was made must not show (V12, V15)."""
    one = next_step()
    job = (one, board([one]), kit(), face_files(), MAKES["draft"])
    here = render_scene(*job)
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=gl.ensure) as pool:
        there = pool.submit(render_scene, *job).result()

    assert here == there
    assert here == pickle.loads(pickle.dumps(here))


def test_x264_is_told_what_rests() -> None:
    """Without hints films would be as right, and slower: that must not happen unnoticed. What rests is not coded, so a picture
    of which x264 is told, wrongly, that only a corner is new costs it few bytes."""
    hint = hints.attach()
    assert hint is not None
    first, second = np.random.default_rng(1).integers(0, 255, (2, 216, 176), np.uint8)
    sizes = []
    for changed in ((Rect(0, 0, 16, 16),), (Rect(0, 0, 176, 144),)):
        context = _opened(SkipEncoder(), 176, 144, 30)
        _coded(context, first, 0, True)
        sizes.append(len(_coded(context, second, 1, False, changed)))

    assert sizes[0] < sizes[1] / 10


def test_areas_off_the_picture_are_not_told() -> None:
    """libx264 writes where it is told to: an area that lies beyond the edge must not reach it."""
    beyond = (Rect(-40, -40, 0, 0), Rect(W, 0, W + 50, H), Rect(-8, H - 4, 8, H + 30), Rect(10, 10, 10, 40))

    assert [(0, H - 4, 8, 4)] == hints._on_picture(beyond, W, H)
