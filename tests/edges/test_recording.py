"""A company's own music: three containers are read, and whatever else a file holds stays in the child."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from vitalreel.edges.decoders import child, recording
from vitalreel.errors import BadInput

RATE_HZ = 44_100


def tone(seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.stack([0.4 * np.sin(2 * np.pi * hz * t) for hz in (220, 330)])


def written(path: Path, codec: str, seconds: float = 2.0) -> Path:
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=RATE_HZ, layout="stereo")
        form = stream.codec_context.codec.audio_formats[0].name
        packed = np.rint(tone(seconds).T * 32767).astype("<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, "s16", "stereo")
        frame.sample_rate = RATE_HZ
        for part in av.AudioResampler(format=form, layout="stereo", rate=RATE_HZ, frame_size=1152).resample(frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("name", "codec"), [("bed.wav", "pcm_s16le"), ("bed.flac", "flac"), ("bed.mp3", "mp3")])
def test_the_three_kinds_are_read_at_the_films_rate(tmp_path: Path, name: str, codec: str) -> None:
    """V9: what a company's composer sends, whatever it is called."""
    path = written(tmp_path / name, codec).rename(tmp_path / "music.bin")
    samples = recording.recording(path)
    spectrum = np.abs(np.fft.rfft(samples[:96_000, 0] * np.hanning(len(samples[:96_000]))))

    assert samples.shape[0] == pytest.approx(96_000, abs=4_000)
    assert 0.38 < np.max(np.abs(samples)) < 0.43
    assert 220 == pytest.approx(np.argmax(spectrum) * recording.RATE_HZ / 96_000, abs=1.5)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no WAV, FLAC or MP3"),
        (b"", "no WAV, FLAC or MP3"),
        (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", "cannot be decoded"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(4000), "cannot be decoded"),
        (b"fLaC" + bytes(range(256)) * 20, "cannot be decoded"),
    ],
)
def test_what_is_no_sound_is_refused_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    """V8, S: a playlist that names other files is no music, and a damaged file ends only its child."""
    path = tmp_path / "bed.mp3"
    path.write_bytes(content)

    with pytest.raises(BadInput, match=rf"music bed\.mp3: .*{said}"):
        recording.recording(path)


def test_a_file_that_is_missing_large_or_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """V9: the limits hold before and in the child."""
    path = written(tmp_path / "bed.wav", "pcm_s16le")

    with pytest.raises(BadInput, match="there is no file"):
        recording.recording(tmp_path / "none.wav")
    monkeypatch.setattr(recording, "LONGEST_S", 1)
    with pytest.raises(BadInput, match="longer than"):
        recording.recording(path)
    monkeypatch.setattr(recording, "MOST_BYTES", 1000)
    with pytest.raises(BadInput, match="larger than"):
        recording.recording(path)


def test_the_child_can_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S: code that took over the decoder would find no file to read and none to write."""
    source = Path(child.__file__).read_text(encoding="utf-8")
    entered = "    cell.enter(WALLS)\n"
    (tmp_path / "taken_over.py").write_text(
        source.replace(entered, f"{entered}    open('/etc/passwd')\n"), encoding="utf-8"
    )
    monkeypatch.setattr(recording, "CHILD", "taken_over")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(BadInput, match="Too many open files: '/etc/passwd'"):
        recording.recording(written(tmp_path / "bed.wav", "pcm_s16le"))
