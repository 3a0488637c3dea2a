"""Captions from the script's lines and the voice's word times: the narration verbatim, in the form shown on screen.

A fact is one word of a caption, timed by all the words it is said with: "$48,500" is lit while "forty-eight thousand five
hundred dollars" is heard. No caption stands before its first word, and none begins later than LATE_S after it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from vitalreel.briefs.script import Line
from vitalreel.storyboard.storyboard import Caption, CaptionWord, Storyboard
from vitalreel.storyboard.timing import Take, TimedWord

WIDTH = 42
"""Characters in a line; a caption has two lines at most."""
_NARROW = ((1.2, WIDTH), (0.8, 36), (0.0, 32))
"""Least ratio of a page's width to its height, and the characters that fit in a line of its captions."""
CHARS_PER_S = 17.0
LINGER_S = 0.8
"""A caption stays this long after its last word, if nothing follows; longer where reading it takes longer."""
LATE_S = 0.15
"""A caption begins this much after its first word at most, where the one before it is not read sooner."""
_LITTLE = "and or but that than with for from in on at by to of"
_WEAK = frozenset(_LITTLE.split()) | {
    "a",
    "an",
    "the",
    "your",
    "our",
    "their",
    "its",
    "my",
    "per",
    "is",
    "was",
    "no",
    "not",
}
"""A line that ends on one of these leaves the reader hanging."""
_OPENS = frozenset(_LITTLE.split()) | {"because", "when", "where", "which", "who", "without", "as", "if", "so"}
"""A line may well begin with one of these."""


def width_on(width_px: int, height_px: int) -> int:
    """Characters in a line of captions on a page of this shape."""
    return next(width for ratio, width in _NARROW if width_px >= ratio * height_px)


def captions(
    lines: Sequence[Line],
    takes: Sequence[Take],
    starts_s: Sequence[float],
    until_s: float = math.inf,
    width: int = WIDTH,
) -> tuple[Caption, ...]:
    """Captions of one scene, in order and never overlapping.

    lines: what is shown and said. takes: the voice's take of each. starts_s: when each starts, in scene time. until_s: the
    scene's end, which no caption passes. At most two lines of `width` characters, broken at phrases, at no more than
    CHARS_PER_S wherever the pause after them allows.
    """
    groups = [
        [replace(word, start_s=start + word.start_s, end_s=start + word.end_s) for word in group]
        for line, take, start in zip(lines, takes, starts_s, strict=True)
        for group in _spoken(line, take, width)
    ]
    times = _times(groups, until_s)
    return tuple(Caption(begin, end, _lines(group, width)) for (begin, end), group in zip(times, groups, strict=True))


def reading_s(line: Line, take: Take, width: int = WIDTH) -> float:
    """How long after the take begins its last caption can have been read, at CHARS_PER_S."""
    groups = _spoken(line, take, width)
    return _times(groups)[-1][0] + _length(groups[-1]) / CHARS_PER_S if groups else 0.0


def _times(groups: Sequence[Sequence[CaptionWord]], until_s: float = math.inf) -> list[tuple[float, float]]:
    """When each caption stands: from its first word until it is read, which the next waits for a little if it must."""
    times: list[tuple[float, float]] = []
    begin = groups[0][0].start_s if groups else 0.0
    for number, group in enumerate(groups):
        spoken, read = group[-1].end_s, begin + _length(group) / CHARS_PER_S
        if number + 1 == len(groups):
            times.append((begin, max(min(max(spoken + LINGER_S, read), until_s), spoken)))
            break
        follows = groups[number + 1][0].start_s
        end = min(max(spoken + LINGER_S, read), follows, until_s)
        if end < read:
            end = min(read, follows + LATE_S, until_s)
        times.append((begin, max(end, min(spoken, follows))))
        begin = max(follows, times[-1][1])
    return times


# Shown words with the times of what is said for them


def _spoken(line: Line, take: Take, width: int) -> tuple[tuple[CaptionWord, ...], ...]:
    """A line's captions by their words, in the take's time."""
    return _groups(tuple(_words(line, take, width)), width)


def _words(line: Line, take: Take, width: int) -> list[CaptionWord]:
    """The words of a line as shown, each with the take's times; figures and names whole."""
    stretch = len(take.spoken) / max(len(line.said), 1)  # 1 where the voice was given the line as said
    words: list[CaptionWord] = []
    at, clock, open_end = 0, 0.0, False
    for run in line.runs:
        end = at + len(run.said)
        heard = [w for w in take.words if at * stretch <= w.at < end * stretch]
        clock = max(clock, heard[0].start_s) if heard else clock
        pieces = _whole(run.shown, width) if run.fact is not None else run.shown.split()
        for number, piece in enumerate(_timed(pieces, heard, clock)):
            glued = number == 0 and open_end and not run.shown[:1].isspace()
            if words and (glued or not any(c.isalnum() for c in piece.text)):
                words[-1] = _joined(words[-1], piece, "" if glued else " ")
            else:
                words.append(piece)
            clock = max(clock, piece.end_s)
        open_end = not run.shown[-1:].isspace() if run.shown else open_end
        at = end
    return words


def _joined(word: CaptionWord, piece: CaptionWord, space: str) -> CaptionWord:
    said = any(c.isalnum() for c in piece.text)
    return replace(
        word, text=word.text + space + piece.text, end_s=max(word.end_s, piece.end_s) if said else word.end_s
    )


def _whole(shown: str, width: int) -> list[str]:
    """A fact as one word, or as its own words where it is too long for a line."""
    return [shown.strip()] if len(shown.strip()) <= width - 2 else shown.split()


def _timed(pieces: Sequence[str], heard: Sequence[TimedWord], clock: float) -> Iterator[CaptionWord]:
    """Pieces of shown text with the times of the words they are said with; matched word for word where they are the same."""
    matcher = SequenceMatcher(None, [_bare(p) for p in pieces], [_bare(w.text) for w in heard], autojunk=False)
    for _, first, last, begin, end in matcher.get_opcodes():
        block = heard[begin:end]
        if last - first == end - begin:
            for piece, word in zip(pieces[first:last], block, strict=True):
                clock = word.end_s
                yield CaptionWord(piece, word.start_s, clock)
            continue
        opens = block[0].start_s if block else clock
        closes = block[-1].end_s if block else clock
        clock = closes
        yield from _shared(pieces[first:last], opens, closes)


def _shared(pieces: Sequence[str], begin_s: float, end_s: float) -> Iterator[CaptionWord]:
    """The time between, given out by length of text."""
    total, done = sum(map(len, pieces)), 0
    for piece in pieces:
        begin = begin_s + (end_s - begin_s) * done / total
        done += len(piece)
        yield CaptionWord(piece, begin, begin_s + (end_s - begin_s) * done / total)


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


# Breaking at phrases


@dataclass(frozen=True, slots=True)
class _Best:
    cost: float
    cut: int  # where the last group begins


@lru_cache(maxsize=256)  # a scene is composed alone, to be drawn ahead, and again in its film
def _groups(words: tuple[CaptionWord, ...], width: int) -> tuple[tuple[CaptionWord, ...], ...]:
    """A line's words as captions: as few as will do, cut where the sentence breathes, slow enough to read."""
    best = [_Best(0.0, 0)]
    for end in range(1, len(words) + 1):
        first = end - 1
        while first > 0 and _length(words[first - 1 : end]) <= 2 * width:
            first -= 1
        options = [_Best(best[cut].cost + _cost(words, cut, end, width), cut) for cut in range(first, end)]
        best.append(min(options, key=lambda option: option.cost))
    groups = []
    end = len(words)
    while end:
        groups.append(words[best[end].cut : end])
        end = best[end].cut
    return tuple(groups[::-1])


def _cost(words: Sequence[CaptionWord], cut: int, end: int, width: int) -> float:
    group = words[cut:end]
    if _length(group) > 2 * width or _best_break(group, width)[0] == math.inf:
        return 1e6 * len(group) ** 2  # only where a single word is longer than a line
    follows = words[end].start_s if end < len(words) else group[-1].end_s + LINGER_S
    speed = _length(group) / max(follows - group[0].start_s, 0.1)
    short = max(0, 18 - _length(group)) / 3
    return 12 + (_harm(words, end) if end < len(words) else 0) + short + 4 * max(0.0, speed - CHARS_PER_S)


def _harm(words: Sequence[CaptionWord], at: int) -> float:
    """How much it hurts to break before word `at`."""
    before, after = words[at - 1].text, _bare(words[at].text)
    if before[-1] in ".?!;:":
        return 0
    if before[-1] in ",—–":
        return 1
    if _bare(before) in _WEAK:
        return 14
    return 3 if after in _OPENS else 7


def _length(words: Sequence[CaptionWord]) -> int:
    return sum(len(w.text) for w in words) + len(words) - 1


def _best_break(group: Sequence[CaptionWord], width: int) -> tuple[float, int]:
    """Cost and place of the best line break; place 0 where one line holds all."""
    if _length(group) <= width:
        return 0.0, 0
    options = [(math.inf, len(group))]
    for at in range(1, len(group)):
        first, second = _length(group[:at]), _length(group[at:])
        if max(first, second) <= width:
            options.append((_harm(group, at) + ((first - second) / 12) ** 2, at))
    return min(options)


def _lines(group: Sequence[CaptionWord], width: int) -> tuple[tuple[CaptionWord, ...], ...]:
    _, at = _best_break(group, width)
    return (tuple(group[:at]), tuple(group[at:])) if 0 < at < len(group) else (tuple(group),)


# The film's text tracks


def webvtt(board: Storyboard) -> str:
    """The captions of the whole film as a WebVTT file; the disclosure stands in a note at its head."""
    cues = [f"WEBVTT\n\nNOTE {_escaped(board.disclosure)}"]
    for start, scene in zip(_starts(board), board.scenes, strict=True):
        for caption in scene.captions:
            times = f"{_clock(start + caption.start_s)} --> {_clock(start + caption.end_s)}"
            cues.append(f"{len(cues)}\n{times}\n{_escaped(caption.text)}")
    return "\n\n".join(cues) + "\n"


def transcript(board: Storyboard) -> str:
    """The film as text: the disclosure, the title, then each scene's headline with its time, narration and source."""
    parts = [board.disclosure, board.title.shown]
    for number, (start, scene) in enumerate(zip(_starts(board), board.scenes, strict=True)):
        said = " ".join(s.shown for s in board.narration if s.scene == number)
        minutes, seconds = divmod(int(start), 60)
        rows = (f"[{minutes}:{seconds:02}] {scene.headline.shown}".rstrip(), said, scene.source.shown)
        parts.append("\n".join(row for row in rows if row))
    return "\n\n".join(parts) + "\n"


def _starts(board: Storyboard) -> list[float]:
    starts, frames = [], 0
    for scene in board.scenes:
        starts.append(frames / board.fps)
        frames += scene.frames
    return starts


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
