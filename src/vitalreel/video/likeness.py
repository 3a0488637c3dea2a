"""The faces in a clip, look by look: where they are, and how alike the speaker's is before and after every moment.

Nothing that would know a person again is kept: faces are compared within one clip, and the comparison is kept as a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""(height, width) levels of brightness."""

SIDE, FINE = 32, 4
"""Pixels of the square a face is turned into before two are compared, and how many times finer it is cut out."""
AROUND, APART, FEWEST, BEST = 15, 2, 5, 5
"""Looks that count on either side of a moment, those left out right beside it, how few say nothing, and how many of the pairs
that are most alike are averaged: a head turns, and is the same in some pictures of both sides."""
_MARKS = np.array([[0.31, 0.37], [0.69, 0.37], [0.5, 0.57], [0.34, 0.77], [0.66, 0.77]])
"""Where eyes, nose and the corners of the mouth are brought to in the square."""
_AT = (np.arange(SIDE) + 0.5) / SIDE
_OVAL = ((_AT[None, :] - 0.5) / 0.42) ** 2 + ((_AT[:, None] - 0.53) / 0.47) ** 2 < 1
"""The part of the square that is face, whatever stands behind it."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture, in shares of its width and height. One at the edge may reach beyond it."""

    left: float
    top: float
    right: float
    bottom: float
    sure: float  # 0..1
    marks: tuple[tuple[float, float], ...] = ()  # eye, eye, nose, corners of the mouth, from left to right; not kept

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Looks:
    """Small grey pictures of a clip at even times."""

    pictures: NDArray[np.uint8]  # (n, height, width)
    every_s: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was found in a clip."""

    every_s: float
    aspect: float  # width of the picture over its height
    looks: tuple[tuple[Face, ...], ...]  # the faces of each look, largest first
    alike: tuple[
        float | None, ...
    ]  # of each look: the face before it and after it, -1..1; None where too little is seen

    @property
    def middle(self) -> tuple[float, float] | None:
        """Where the speaker's face mostly is, in shares of the picture; None where there is none."""
        faces = [faces[0] for faces in self.looks if faces]
        if not faces:
            return None
        across, down = np.median([((f.left + f.right) / 2, (f.top + f.bottom) / 2) for f in faces], axis=0)
        return min(1.0, max(0.0, float(across))), min(1.0, max(0.0, float(down)))


def likeness(looks: Looks, found: Sequence[Sequence[Face]]) -> Likeness:
    """What is kept of the faces found in each look. The largest of a picture is its speaker's."""
    height, width = looks.pictures.shape[1:]
    ordered = [sorted(faces, key=lambda face: -face.height) for faces in found]
    squares = [
        square(picture, faces[0]) if faces else None for picture, faces in zip(looks.pictures, ordered, strict=True)
    ]
    kept = tuple(tuple(_kept(face) for face in faces) for faces in ordered)
    return Likeness(looks.every_s, width / height, kept, alike(squares))


def _kept(face: Face) -> Face:
    """Where it is, and no more of it."""
    left, top, right, bottom, sure = (round(v, 4) for v in (face.left, face.top, face.right, face.bottom, face.sure))
    return Face(left, top, right, bottom, sure)


def square(picture: Grey, face: Face) -> NDArray[np.float32]:
    """The face brought upright into a square by its eyes, nose and mouth: an oval of it, without its brightness and contrast."""
    height, width = picture.shape
    there = np.array(face.marks) * (width, height)
    ours, theirs = (_MARKS * SIDE @ (1, 1j)), there @ (1, 1j)
    turn = np.vdot(ours - ours.mean(), theirs - theirs.mean()) / np.sum(np.abs(ours - ours.mean()) ** 2)
    across, down = np.meshgrid(*2 * [(np.arange(SIDE * FINE) + 0.5) / FINE])
    at = (across + 1j * down - ours.mean()) * turn + theirs.mean()
    fine = _sampled(picture.astype(np.float32), at.real - 0.5, at.imag - 0.5)
    cut = _soft(_soft(fine.reshape(SIDE, FINE, SIDE, FINE).mean((1, 3))).T).T[_OVAL]
    cut -= cut.mean()
    return np.asarray(cut / max(float(np.linalg.norm(cut)), 1e-6), np.float32)


def _soft(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row blurred by about a pixel: marks are found to about one, and a face is to be like itself all the same."""
    wide = np.pad(rows, ((0, 0), (2, 2)), mode="edge")
    parts = [share * wide[:, n : n + rows.shape[1]] for n, share in enumerate((1, 4, 6, 4, 1))]
    return np.asarray(sum(parts) / 16, np.float32)


def _sampled(picture: NDArray[np.float32], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """The picture at points between its pixels; beyond its edge, the edge."""
    height, width = picture.shape
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    right, below = x - left, y - top
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    return np.asarray(upper * (1 - below) + lower * below, np.float32)


def alike(squares: Sequence[NDArray[np.float32] | None]) -> tuple[float | None, ...]:
    """For each look, how alike the faces just before and just after it are."""
    seen = [n for n, one in enumerate(squares) if one is not None]
    if not seen:
        return (None,) * len(squares)
    faces = np.stack([one for one in squares if one is not None])
    pairs = faces @ faces.T
    told: list[float | None] = []
    for number in range(len(squares)):
        before = [i for i, n in enumerate(seen) if number - AROUND - APART <= n < number - APART]
        after = [i for i, n in enumerate(seen) if number + APART <= n < number + AROUND + APART]
        if min(len(before), len(after)) < FEWEST:
            told.append(None)
            continue
        best = np.sort(pairs[np.ix_(before, after)], axis=None)[-BEST:]
        told.append(round(float(best.mean()), 3))
    return tuple(told)
