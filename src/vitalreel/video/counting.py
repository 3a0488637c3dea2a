"""Numbers that count: a shown number taken apart, so that values on the way to it are written the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f ’']*\d|\d")
_UNIT = re.compile(r"(.*\d\S*)[ \u00a0\u202f]+([^\W\d_][^\d]*)\Z", re.DOTALL)
_SIGNS = ((".", ","), (",", "."), (".", "\u202f"), (",", "\u00a0"), (",", "\u202f"), (".", "’"))


@dataclass(frozen=True, slots=True)
class Counter:
    """A number as it is written: what stands round it, its decimals and its separators."""

    value: float  # without a sign before it: the sign belongs to `head`
    head: str
    tail: str
    places: int
    decimal: str
    group: str  # empty: digits are not grouped

    def write(self, value: float) -> str:
        """Another value in the same form: 1.34 was "$1.34M", so 0.5 is "$0.50M"."""
        text = f"{abs(value):,.{self.places}f}"
        return self.head + text.translate({ord(","): self.group, ord("."): self.decimal}) + self.tail

    def counts(self, target: float) -> bool:
        """Whether the number shown is `target`, rounded as it is written."""
        return abs(self.value - target) <= 0.5 * 10.0**-self.places + 1e-9


def counter(shown: str) -> Counter | None:
    """The number in `shown`; None where there is none, or several, or where writing it back would differ."""
    found = list(_NUMBER.finditer(shown))
    if len(found) != 1:
        return None
    body, head, tail = found[0].group(), shown[: found[0].start()], shown[found[0].end() :]
    for decimal, group in _SIGNS:
        whole, _, fraction = body.partition(decimal)
        digits = whole.replace(group, "") + "." + (fraction or "0")
        if not digits.replace(".", "", 1).isascii() or not digits.replace(".", "", 1).isdigit():
            continue
        made = Counter(float(digits), head, tail, len(fraction), decimal, group if group in whole else "")
        if made.write(made.value) == shown:
            return made
    return None


def unit(shown: str) -> tuple[str, str]:
    """`shown` in its number and a unit that is a word ("6,240 h" -> "6,240", "h"); no such unit: empty."""
    found = _UNIT.match(shown)
    return (found.group(1), found.group(2)) if found else (shown, "")
