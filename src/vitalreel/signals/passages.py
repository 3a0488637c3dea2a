"""What there is to read of a ticket or a conversation: the customer's own words, without what was quoted, signed or logged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W_])")
LONGEST = 20_000
"""Characters of a passage that are read; an hour's call has more, and says by then how it sounds."""
_LINE = re.compile(r"^(?:\[(\d+):(\d{2}):(\d{2})\] )?(?:([^\W\d][\w .'’-]{0,60}?): )?(.*)$")
_QUOTED = re.compile(r"^\s*>|^-{2,}\s*(original|forwarded) message|^on .{4,120} wrote:\s*$|^from: .+@", re.IGNORECASE)
_SIGNED = re.compile(
    r"^\s*(--|(best|kind|warm) regards|regards|best wishes|cheers|sincerely|yours|sent from my)\b.{0,40}$", re.I
)
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_PROSE = 0.7
"""Share of letters and blanks below which a line of 20 characters or more is a log's, not a person's."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What somebody wrote or said."""

    account: str  # whose words they are: no reader looks at those of two accounts together
    text: str


def turns(transcript: str) -> Iterator[tuple[float | None, str, str]]:
    """(seconds, speaker, what was said) of each line `[0:01:02] Speaker: what they said`; time and speaker may be missing."""
    for line in transcript.splitlines():
        hours, minutes, seconds, speaker, said = _LINE.match(line.strip()).groups()  # type: ignore[union-attr]
        yield int(hours) * 3600.0 + int(minutes) * 60 + int(seconds) if hours else None, speaker or "", said


def sentences(text: str) -> list[str]:
    """Sentences and lines, blank ones left out."""
    return [s.strip() for line in text.splitlines() for s in SENTENCE.split(line) if s.strip()]


def written(subject: str | None, body: str | None) -> str:
    """The words of a ticket or a mail: up to what it quotes or is signed with, without code and lines of logs; "" where none are."""
    lines = [(subject or "").strip()]
    for line in _FENCED.sub(" ", body or "").splitlines():
        if _QUOTED.search(line) or _SIGNED.match(line):
            break
        if _prose(line):
            lines.append(line.strip())
    return "\n".join(line for line in lines if line)[:LONGEST]


def spoken(transcript: str, customers: Collection[str]) -> str:
    """What the customer's people said in a call, a line a turn; where it names none of them, what anybody said.

    customers: names in lower case.
    """
    said = [(speaker.casefold() in customers, words) for _, speaker, words in turns(transcript) if words.strip()]
    theirs = [words for theirs, words in said if theirs]
    return "\n".join(theirs or [words for _, words in said])[:LONGEST]


def _prose(line: str) -> bool:
    text = line.strip()
    return len(text) < 20 or sum(c.isalpha() or c.isspace() for c in text) >= _PROSE * len(text)
