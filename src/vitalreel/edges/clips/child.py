"""The process that reads an uploaded clip and writes ours: run by `intake`, shut in by `cell` before it opens anything.

In: a folder with `upload`, and what to make of it as JSON. Out: film.mp4, speech.wav, poster.jpg and answer.json there, and
looks.grey: small grey pictures at even times, one after the other, for whoever looks for faces. All are opened before the
walls stand; after that nothing else of its user's can be read, written or removed.
Containers are opened by name and from an open file, so no file can name another and no protocol is ever spoken.
"""

from __future__ import annotations

import io
import json
import sys
import wave
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image, ImageOps

from vitalreel.edges.clips import cell, looks
from vitalreel.edges.clips.signs import container_of
from vitalreel.errors import BadInput
from vitalreel.sound.loudness import integrated_lufs
from vitalreel.sound.mix import limit

FPS, RATE_HZ = 30, 48_000
LUFS = -16.0
VIDEO = ("h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "prores", "mjpeg")
AUDIO = ("aac", "opus", "vorbis", "mp3", "mp3float", "pcm_s16le", "pcm_s24le", "flac", "alac")
OPTIONS = {"codec_whitelist": ",".join((*VIDEO, *AUDIO)), "protocol_whitelist": "none"}
"""Of every demuxer: what it tries while it looks round is of these, in all streams, and what it names elsewhere stays there."""
_HDR = (16, 18)  # transfer characteristics of PQ and HLG (ITU-T H.273)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a clip may be."""

    shortest_s: float = 1.0
    longest_s: float = 180.0
    least_px: int = 240  # of the shorter side
    most_px: int = 4096 * 2304  # in all
    most_frames: int = 180 * 61
    kept_px: int = 1080  # shorter side of what is kept, at most


@dataclass(frozen=True, slots=True)
class Answer:
    """What was made, and what was noticed."""

    width_px: int
    height_px: int
    count: int  # pictures at FPS
    length_s: float
    lufs: float
    cut_head_s: float
    cut_tail_s: float
    voiced: tuple[tuple[float, float], ...]  # stretches of speech, from the start of what is kept
    look_px: tuple[int, int]  # width and height of each small picture
    notes: tuple[str, ...]
    walls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """What the process may touch: all open before it is shut in."""

    upload: io.BufferedReader
    film: io.BufferedRandom
    speech: io.BufferedRandom
    poster: io.BufferedRandom
    looks: io.BufferedRandom


def opened(folder: Path, stack: ExitStack) -> Files:
    """The files of a folder, open."""
    upload = stack.enter_context((folder / "upload").open("rb"))
    made = (
        stack.enter_context((folder / name).open("w+b"))
        for name in ("film.mp4", "speech.wav", "poster.jpg", "looks.grey")
    )
    return Files(upload, *made)


def clip(files: Files, limits: Limits, standing: tuple[str, ...]) -> Answer:
    """Read the upload and write what is kept, behind the walls. Raises BadInput where it is not a clip we take."""
    upload = files.upload
    kind = container_of(upload.read(64))
    speech = _speech(upload, kind, limits)
    seen = _watched(upload, kind, limits)
    begin, end = _kept(speech, seen, limits)
    voiced = looks.voiced(speech[int(begin * RATE_HZ) : int(end * RATE_HZ)], RATE_HZ)
    level = _levelled(speech[int(begin * RATE_HZ) : int(end * RATE_HZ)])
    _write_wav(files.speech, level)
    size, count, look = _write_film(files, kind, (begin, end), seen, level, limits)
    return Answer(
        *size, count, count / FPS, float(integrated_lufs(level[:, None].repeat(2, 1), RATE_HZ)), begin,
        max(0.0, seen.length_s - end), voiced, look, looks.notes(seen, begin, end), standing,
    )  # fmt: skip


PHOTO_PX = 2400
"""Longest side of a photograph that is kept."""


def photograph(files: Files) -> dict[str, Any]:
    """Read an uploaded photograph and write ours: upright, on white, JPEG. Raises BadInput where it is none we take."""
    Image.MAX_IMAGE_PIXELS = 80_000_000
    try:
        with Image.open(files.upload, formats=("JPEG", "PNG", "WEBP")) as image:
            if min(image.size) < 240:
                raise BadInput("photograph", f"it is {image.size[0]} x {image.size[1]}", "send one of 240 px at least")
            whole = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput("photograph", "it is not a JPEG, PNG or WebP we can read", "export it again") from error
    paper = Image.new("RGBA", whole.size, "white")
    paper.alpha_composite(whole)
    paper.thumbnail((PHOTO_PX, PHOTO_PX))
    plain = paper.convert("RGB")
    plain.save(files.poster, "JPEG", quality=92)
    look = looks.small(plain, looks.PHOTO_PX)
    files.looks.write(look.tobytes())
    return {"width_px": paper.width, "height_px": paper.height, "look_px": look.size}


def _warm() -> None:
    """Do in small what is done with a clip or a photograph: what is loaded on first use is loaded now, later nothing can be opened."""
    integrated_lufs(np.zeros((RATE_HZ, 2), np.float32), RATE_HZ)
    limit(np.zeros((RATE_HZ, 2), np.float32))
    Image.init()
    picture, film = np.zeros((64, 64, 3), np.uint8), io.BytesIO()
    Image.fromarray(picture).save(io.BytesIO(), "JPEG")
    with av.open(film, "w", format="mp4") as out:
        made = _made(out, (64, 64))
        for number in range(2):
            _encode(out, made, picture, number)
        _finish(out, made, np.zeros(2048, np.float32))
    with _opened(film, "mov") as container:
        for frame in container.decode(video=0):
            frame.reformat(width=64, height=36, format="gray").to_ndarray()
            looks.small(
                Image.fromarray(looks.upright(frame, looks.size_kept(frame, 64), np.arange(256, dtype=np.uint8))), 64
            )
    with _opened(film, "mov") as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        for frame in container.decode(audio=0):
            resampler.resample(frame)


def _opened(upload: io.BufferedReader | io.BytesIO, kind: str) -> Any:
    """The container, from the open file. Raises BadInput where it cannot be read."""
    upload.seek(0)
    try:
        return av.open(upload, format=kind, options=OPTIONS)
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise BadInput("clip", "it is broken or cut off", "export it again") from error


def _stream(container: Any, kind: str) -> Any:
    streams = container.streams.video if kind == "video" else container.streams.audio
    if not streams:
        missing = "no picture" if kind == "video" else "no sound"
        raise BadInput("clip", f"it has {missing}", "record the speaker with picture and sound")
    stream = streams[0]
    codec = stream.codec_context.name
    if codec not in (VIDEO if kind == "video" else AUDIO):
        raise BadInput("clip", f"its {kind} is coded as {codec}", "export it as H.264 with AAC")
    return stream


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    """Frames as far as the file goes. Raises BadInput where hardly anything of it can be read."""
    stream.thread_count = 1
    read = 0
    try:
        for frame in container.decode(stream):
            read += 1
            yield frame
    except (av.FFmpegError, ValueError) as error:
        if read < FPS:
            raise BadInput("clip", "it is broken or cut off", "export it again") from error


def _time(frame: Any, container: Any) -> float:
    """Seconds from where the container starts."""
    return float(frame.time or 0.0) - (container.start_time or 0) / av.time_base


# Sound


def _speech(upload: io.BufferedReader, kind: str, limits: Limits) -> NDArray[np.float32]:
    """All of the sound, mono at RATE_HZ."""
    with _opened(upload, kind) as container:
        stream = _stream(container, "audio")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        parts: list[NDArray[np.float32]] = []
        heard, offset = 0, 0.0
        for frame in _decoded(container, stream):
            offset = offset if parts else _time(frame, container)
            for out in resampler.resample(frame):
                parts.append(out.to_ndarray()[0])
                heard += len(parts[-1])
            if heard > (limits.longest_s + 1) * RATE_HZ:
                raise BadInput("clip", f"it is longer than {limits.longest_s:.0f} s", "cut it to what is needed")
        parts += [out.to_ndarray()[0] for out in resampler.resample(None)]
    if not parts:
        raise BadInput("clip", "it has no sound", "record the speaker with sound")
    lead = np.zeros(max(0, round(min(offset, limits.longest_s) * RATE_HZ)), np.float32)
    return np.concatenate([lead, *parts])


def _levelled(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """At LUFS, with peaks held below the ceiling of the film's mix. Raises BadInput for silence."""
    stereo = np.repeat(speech[:, None], 2, 1)
    heard = integrated_lufs(stereo, RATE_HZ)
    if not np.isfinite(heard) or heard < -60:
        raise BadInput("clip", "nothing is heard in it", "record it again, nearer to the microphone")
    for _ in range(3):
        gain = np.float32(10 ** ((LUFS - integrated_lufs(stereo, RATE_HZ)) / 20))
        stereo = limit(stereo, gain)
    return np.ascontiguousarray(stereo[:, 0], np.float32)


def _write_wav(file: io.BufferedRandom, speech: NDArray[np.float32]) -> None:
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(speech, -1, 1) * 32767).round().astype("<i2").tobytes())


# Picture


def _watched(upload: io.BufferedReader, kind: str, limits: Limits) -> looks.Seen:
    """Every picture, small: what trimming, colour and the checks need."""
    times, small = [], []
    with _opened(upload, kind) as container:
        stream = _stream(container, "video")
        _check_size(stream.codec_context.width, stream.codec_context.height, limits)
        if int(getattr(stream.codec_context, "color_trc", 0) or 0) in _HDR:
            raise BadInput("clip", "it is recorded in HDR", "export it in SDR (Rec. 709)")
        for frame in _decoded(container, stream):
            _check_size(frame.width, frame.height, limits)
            times.append(_time(frame, container))
            small.append(frame.reformat(width=64, height=36, format="gray").to_ndarray()[:, :64])
            if len(times) > limits.most_frames or times[-1] - times[0] > limits.longest_s + 1:
                raise BadInput("clip", f"it is longer than {limits.longest_s:.0f} s", "cut it to what is needed")
    if len(times) < 2:
        raise BadInput("clip", "it holds no moving picture", "record it again")
    return looks.Seen(np.array(times), np.stack(small))


def _check_size(width: int, height: int, limits: Limits) -> None:
    if min(width, height) < limits.least_px or width * height > limits.most_px:
        raise BadInput("clip", f"its picture is {width} x {height}", "record between 426 x 240 and 4096 x 2304")


def _kept(speech: NDArray[np.float32], seen: looks.Seen, limits: Limits) -> tuple[float, float]:
    """From where to where, in seconds: silence and black at both ends are cut."""
    begin, end = looks.trimmed(speech, RATE_HZ, seen)
    if end - begin < limits.shortest_s:
        raise BadInput("clip", f"only {end - begin:.1f} s of it hold picture and speech", "record it again")
    return begin, end


def _write_film(
    files: Files, kind: str, kept: tuple[float, float], seen: looks.Seen,
    speech: NDArray[np.float32], limits: Limits,
) -> tuple[tuple[int, int], int, tuple[int, int]]:  # fmt: skip
    """H.264 at FPS with AAC, upright, levelled in tone, the sharpest picture as poster, and the small ones.

    Answers size, count, and the small ones' size.
    """
    (begin, end), tone = kept, looks.tone(seen, *kept)
    count, best = max(2, round((end - begin) * FPS)), looks.sharpest(seen, *kept)
    with _opened(files.upload, kind) as container, av.open(files.film, "w", format="mp4") as out:
        stream = _stream(container, "video")
        frames = ((_time(frame, container), frame) for frame in _decoded(container, stream))
        at, frame = next(frames)
        size = looks.size_kept(frame, limits.kept_px)
        made = _made(out, size)
        coming = next(frames, None)
        picture = looks.upright(frame, size, tone)
        for number in range(count):
            while coming is not None and coming[0] <= begin + (number + 0.5) / FPS:
                at, frame = coming
                coming = next(frames, None)
                picture = np.empty(0, np.uint8)
            if not picture.size:
                picture = looks.upright(frame, size, tone)
            if number == 0 or abs(at - best) < 1 / FPS:
                files.poster.seek(0)
                Image.fromarray(picture).save(files.poster, "JPEG", quality=90)
                files.poster.truncate()
            if number % looks.EVERY == 0:
                look = looks.small(Image.fromarray(picture), looks.LOOK_PX)
                files.looks.write(look.tobytes())
            _encode(out, made, picture, number)
        _finish(out, made, speech)
    return size, count, look.size


def _made(out: Any, size: tuple[int, int]) -> tuple[Any, Any]:
    picture = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "15", "threads": "1"})
    picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
    picture.codec_context.gop_size = 15
    picture.codec_context.color_range, picture.codec_context.colorspace = 1, 1
    picture.codec_context.color_primaries, picture.codec_context.color_trc = 1, 1
    sound = out.add_stream("aac", rate=RATE_HZ, layout="mono")
    sound.bit_rate = 128_000
    return picture, sound


def _encode(out: Any, made: tuple[Any, Any], picture: NDArray[np.uint8], number: int) -> None:
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    out.mux(made[0].encode(frame))


def _finish(out: Any, made: tuple[Any, Any], speech: NDArray[np.float32]) -> None:
    for start in range(0, len(speech), 1024):
        part = np.pad(speech[start : start + 1024], (0, max(0, 1024 - len(speech) + start)))[:1024]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part[None, :]), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
        out.mux(made[1].encode(frame))
    out.mux(made[0].encode(None))
    out.mux(made[1].encode(None))


def main(folder: Path) -> None:
    """What was asked for, told in answer.json."""
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    with ExitStack() as stack:
        files, answer = opened(folder, stack), stack.enter_context((folder / "answer.json").open("w", encoding="utf-8"))
        _warm()
        standing = cell.enter(cell.Walls(**asked["walls"]))
        try:
            limits = asked.get("limits")
            made = asdict(clip(files, Limits(**limits), standing)) if limits else photograph(files)
            told: dict[str, Any] = {"made": made}
        except BadInput as error:
            told = {"refused": [error.what, error.hint]}
        except MemoryError:
            told = {"refused": ["it asks for more memory than a clip may", "export it again, smaller"]}
        answer.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
