"""From what was said in a call to asks, risks and commitments, each with the sentence it came from (D11).

By phrases of a file people edit: a finding can always be checked against its sentence, and nothing leaves the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration
from vitalreel.signals.passages import SENTENCE, turns
from vitalreel.signals.phrases import pattern

KINDS = ("ask", "risk", "commitment", "succession")
NEAR = 3
"""Words before a phrase in which a `but_not` word takes it back."""
LONGEST = 600
"""Characters of a sentence that is kept; a recogniser that heard no full stop makes longer ones."""
_WORD = re.compile(r"[\w'’]+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What one kind is known by."""

    phrases: tuple[str, ...]
    but_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence that asks, threatens, promises, or speaks of somebody leaving or following."""

    kind: str  # ask | risk | commitment | succession
    sentence: str
    speaker: str  # "" where nobody knows
    start_s: float | None  # when the turn began that it stands in


def read_phrases(raw: object, where: str) -> Mapping[str, Phrases]:
    """remarks.yaml. Raises BadConfiguration naming the key and what to write."""
    if not isinstance(raw, Mapping) or raw.get("remarks") != 1:
        raise BadConfiguration(where, "is not a remarks.yaml of version 1", "begin it with `remarks: 1`")
    found = {}
    for kind in set(raw) - {"remarks"}:
        if kind not in KINDS:
            raise BadConfiguration(where, f"there is no kind {kind!r}", f"it may be {', '.join(KINDS)}")
        block = raw[kind]
        if not isinstance(block, Mapping) or set(block) - {"phrases", "but_not"} or not block.get("phrases"):
            raise BadConfiguration(f"{where}: {kind}", "needs `phrases`", "write `phrases: [can you, we need]`")
        found[kind] = Phrases(*(tuple(str(w) for w in block.get(n) or ()) for n in ("phrases", "but_not")))
    return found


def find_remarks(transcript: str, phrases: Mapping[str, Phrases]) -> tuple[Remark, ...]:
    """Every sentence that is one, once for each kind, in the order of the call.

    transcript: a line a turn, `[0:01:02] Speaker: what they said`; time and speaker may be missing.
    """
    found = []
    patterns = {kind: pattern(p.phrases) for kind, p in phrases.items()}
    for at, speaker, said in turns(transcript):
        for sentence in SENTENCE.split(said):
            plain = sentence.strip().replace("’", "'")
            kinds = [k for k in KINDS if k in patterns and _meant(plain, patterns[k], phrases[k])]
            for kind in kinds:
                if kind != "commitment" or "risk" not in kinds:  # "we will cancel" promises nothing
                    found.append(Remark(kind, sentence.strip()[:LONGEST], speaker, at))
    return tuple(found)


def _meant(sentence: str, found: re.Pattern[str], phrases: Phrases) -> bool:
    """Whether the sentence has a phrase that nothing before it takes back."""
    return any(not _taken_back(sentence[: m.start()], phrases.but_not) for m in found.finditer(sentence))


def _taken_back(before: str, but_not: tuple[str, ...]) -> bool:
    near = list(_words(before))[-NEAR:]
    return any(word in but_not for word in near)


def _words(text: str) -> Iterator[str]:
    return (w.lower() for w in _WORD.findall(text))
