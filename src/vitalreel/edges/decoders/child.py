"""The child that takes a sound file apart: the file on stdin, 16-bit stereo samples on stdout, nothing else within reach.

Run as a module, with the container's name, the rate and the most seconds as arguments. It is shut in as the readers of clips
are, can open no file once it has begun, and ends with status 1 and one line on stderr for a file that is not what it should be.
"""

import io
import struct
import sys
from collections.abc import Callable

import av
from av.container import InputContainer

from vitalreel.edges.clips import cell

WALLS = cell.Walls(memory=2 << 30, cpu_s=60, disk=0)
"""No more memory and time than a piece of music needs."""
_FORM = struct.pack("<HHIIHH", 1, 2, 48_000, 192_000, 4, 16)
_TINY = b"RIFF\xb4\x01\0\0WAVEfmt \x10\0\0\0" + _FORM + b"data\x90\x01\0\0" + bytes(400)
"""A WAV of a hundred silent samples."""


def decode(content: bytes, container: str, rate_hz: int, longest_s: int, write: Callable[[bytes], object]) -> None:
    """The first sound in `content` as 16-bit stereo, part by part. Raises ValueError where it is none, or too long."""
    with av.open(io.BytesIO(content), "r", format=container) as file:
        if not isinstance(file, InputContainer) or not file.streams.audio:
            raise ValueError("there is no sound in it")
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=rate_hz)
        left = longest_s * rate_hz
        for frame in file.decode(file.streams.audio[0]):
            for part in resampler.resample(frame):
                left -= part.samples
                if left < 0:
                    raise ValueError(f"it is longer than {longest_s / 60:g} minutes")
                write(part.to_ndarray().tobytes())
        for part in resampler.resample(None):
            write(part.to_ndarray().tobytes())


def main(container: str, rate_hz: int, longest_s: int) -> None:
    decode(_TINY, "wav", rate_hz, longest_s, len)  # whatever is imported late is imported now
    cell.enter(WALLS)
    decode(sys.stdin.buffer.read(), container, rate_hz, longest_s, sys.stdout.buffer.write)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except Exception as error:  # noqa: BLE001 - whatever the file provokes ends this child, and is told to its parent
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
